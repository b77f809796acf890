/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures: the data written for each, what gnuplot makes of them, and that text stays
 * text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attribution.h"
#include "plot.h"
#include "plot_data.h"
#include "plot_tidy.h"
#include "table.h"
#include "util.h"

/* Would leave a file named "executed" if any of it reached a shell or gnuplot's parser.
 */
static const char hostile[] = "a\"b'c`touch executed`$(touch executed)@d\n"
			      "%s{e}^2_f\\n&<g>\t\x01\xff é'.system('touch executed').'";

enum { REPS = 8 };

/* The phases of each case here; times are in tenths of the operation's. */
static const char *const phase_names[] = {"return", "child", "reaped"};

static void add_reps(struct kase *k, uint64_t ns, const unsigned *tenths)
{
	for (unsigned block = 0; block < REPS; block++) {
		struct rep time = {.block = block, .batch = 10, .nrows = 3, .width = 1};
		struct rep phases = {.block = block, .batch = 1, .nrows = 1, .width = 7};

		time.rows = xcalloc(3, sizeof(uint64_t));
		for (size_t i = 0; i < 3; i++)
			time.rows[i] = ns * 10;
		reps_add(&k->time, &time);
		if (!tenths)
			continue;
		phases.rows = xcalloc(7, sizeof(uint64_t));
		phases.rows[0] = ns;
		for (size_t p = 0; p < countof(phase_names); p++)
			phases.rows[1 + 2 * p] = ns * tenths[p] / 10;
		reps_add(&k->phases, &phases);
	}
}

static void add_param(struct kase *k, const char *name, const char *value)
{
	k->params = xrealloc(k->params, k->nparams + 1, sizeof(*k->params));
	k->params[k->nparams++] = (struct pair){xstrdup(name), xstrdup(value)};
}

/* A case that takes `ns` an operation in every rep. */
static struct kase *add_case(struct record *r, const char *bench, const char *text,
			     uint64_t ns, const unsigned *tenths)
{
	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	struct kase *k = &r->cases[r->ncases++];

	*k = (struct kase){.text = xstrdup(text), .bench = xstrdup(bench)};
	k->brief = xstrdup("");
	k->family = xstrdup("creation");
	k->unit = xstrdup("ns/op");
	k->floor = xstrdup("");
	k->base = xstrdup("");
	k->phase_names = xcalloc(countof(phase_names), sizeof(char *));
	for (size_t p = 0; p < countof(phase_names); p++)
		k->phase_names[k->nphases++] = xstrdup(phase_names[p]);
	add_reps(k, ns, tenths);
	return k;
}

static void init(struct record *r)
{
	*r = (struct record){.started = xstrdup("2026-11-24T08:11:21Z")};
}

static void replace(char **text, const char *with)
{
	free(*text);
	*text = xstrdup(with);
}

/* What the picture's writer gives for this record; caller frees. */
static char *data_of(const struct record *r, const char *name, size_t *rows)
{
	const struct picture *p = plot_pictures;
	char *text = NULL;
	size_t size = 0;

	while (strcmp(p->name, name) != 0)
		p++;
	FILE *out = open_memstream(&text, &size);
	*rows = p->write(r, out);
	fclose(out);
	return text;
}

static void assert_data(const struct record *r, const char *name, size_t rows,
			const char *wanted)
{
	size_t n;
	char *text = data_of(r, name, &n);

	assert_string_equal(text, wanted);
	assert_int_equal(n, rows);
	free(text);
}

static void test_creation_is_sorted_and_light(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_param(add_case(&r, "fork", "fork", 300, NULL), "pages", "0");
	add_param(add_case(&r, "fork", "fork/pages=64", 100, NULL), "pages", "64");
	add_param(add_case(&r, "fork", "fork/busy=1", 100, NULL), "busy", "1");
	replace(&add_case(&r, "spawn", "spawn", 900, NULL)->family, "exec");
	add_case(&r, "vfork", "vfork", 200, NULL);
	replace(&add_case(&r, "getpid", "getpid", 50, NULL)->family, "floor");
	add_case(&r, "broken", "broken", 10, NULL)->status = STATUS_FAILED;
	replace(&add_case(&r, "rate", "rate", 10, NULL)->unit, "bytes/s");
	assert_data(&r, "creation", 3,
		    "\n\n\"creation\"\n"
		    "1\t200\t200\t200\t200 ns\tvfork\t8 reps\n"
		    "2\t300\t300\t300\t300 ns\tfork\t8 reps\n"
		    "\n\n\"exec\"\n"
		    "3\t900\t900\t900\t900 ns\tspawn\t8 reps\n");
	record_free(&r);
}

static void test_phases_follow_time(void **state)
{
	static const unsigned child_last[] = {2, 5, 10}, child_first[] = {7, 3, 9};
	struct record r;

	(void)state;
	init(&r);
	add_case(&r, "fork", "fork", 1000, child_last);
	add_case(&r, "vfork", "vfork", 100, child_first);
	add_case(&r, "unstamped", "unstamped", 100, NULL);
	assert_data(&r, "phases", 6,
		    "\n\n\"return\"\n"
		    "1\t30\t70\t70\t70\t90\t90.0 ns\treturn\tvfork\t8 reps\n"
		    "2\t0\t200\t200\t200\t1000\t1.00 µs\treturn\tfork\t8 reps\n"
		    "\n\n\"child\"\n"
		    "1\t0\t30\t30\t30\t90\t90.0 ns\tchild\tvfork\t8 reps\n"
		    "2\t200\t500\t500\t500\t1000\t1.00 µs\tchild\tfork\t8 reps\n"
		    "\n\n\"reaped\"\n"
		    "1\t70\t90\t90\t90\t90\t90.0 ns\treaped\tvfork\t8 reps\n"
		    "2\t500\t1000\t1000\t1000\t1000\t1.00 µs\treaped\tfork\t8 reps\n");
	record_free(&r);
}

static void add_flags(struct record *r, const char *bench, const char *flags, uint64_t ns)
{
	char *text = xformat("%s/flags=%s", bench, flags);

	add_param(add_case(r, bench, text, ns, NULL), "flags", flags);
	free(text);
}

static void test_flags_are_ratios_to_none(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_flags(&r, "clone", "VM+FS", 50);
	add_flags(&r, "clone", "none", 200);
	add_flags(&r, "clone", "PIDFD", 500);
	add_flags(&r, "clone", "NEWNET", 600); /* in a picture of its own */
	add_flags(&r, "clone3", "VM", 70);     /* its benchmark has no case of none */
	assert_data(&r, "flags", 2,
		    "\n\n\"clone\"\n"
		    "1\t0.25\t0.25\t0.25\t0.25×\tVM+FS\t8 blocks\n"
		    "2\t2.5\t2.5\t2.5\t2.50×\tPIDFD\t8 blocks\n");
	record_free(&r);
}

/* All legal sets of flags, whose cases begin so and have this parameter. */
static void add_sets(struct record *r, const char *begin, const char *param,
		     const char *value)
{
	for (unsigned set = 0; set < ATTRIBUTE_SETS; set++) {
		if (!attribute_legal(&attribution_lattice, set))
			continue;
		char *flags = attribution_set(set);
		char *text = xformat("%s/flags=%s", begin, flags);
		struct kase *k = add_case(r, "clone3", text, 9000 - 16 * set, NULL);

		add_param(k, param, value);
		add_param(k, "flags", flags);
		free(text);
		free(flags);
	}
}

/* Who has all sets gets the way from none to a thread, and each flag alone: a block for
 * each parent. */
static void test_many_sets_are_thinned(void **state)
{
	struct record r;
	size_t n;

	(void)state;
	init(&r);
	add_sets(&r, "clone3", "pages", "0");
	add_sets(&r, "clone3/pages=16", "pages", "16");
	add_case(&r, "fork", "fork", 9000, NULL);
	char *text = data_of(&r, "flags", &n);
	assert_int_equal(n, 22);
	assert_memory_equal(text, "# left out: 232 sets of flags\n\n\n\"clone3\"\n1\t",
			    43);
	assert_non_null(strstr(text, "\n\n\"clone3/pages=16\"\n12\t"));
	const char *second = strstr(text, "pages=16");
	assert_non_null(second);
	assert_null(strstr(second, "\n\n"));
	assert_non_null(strstr(text, "\tVM+FS+FILES+SIGHAND+THREAD+SYSVSEM\t8 blocks\n"));
	assert_null(strstr(text, "FILES+IO"));
	free(text);
	text = data_of(&r, "creation", &n);
	assert_int_equal(n, 12 + 1);
	assert_non_null(strstr(text, "\tfork\t"));
	assert_memory_equal(text, "# left out: 116 sets", 20);
	free(text);
	record_free(&r);
}

/* Namespaces by their flags, without NEW, ways into a cgroup by their name: each against
 * the same without. */
static void test_what_sets_tasks_apart(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_flags(&r, "clone3", "none", 200);
	add_flags(&r, "clone3", "VM", 20);
	add_flags(&r, "clone3", "NEWUSER+NEWNET", 600);
	add_flags(&r, "clone3", "NEWUTS", 200);
	add_flags(&r, "clone3", "INTO_CGROUP", 220);
	add_case(&r, "fork", "fork", 100, NULL);
	replace(&add_case(&r, "fork_cgroup", "fork_cgroup", 150, NULL)->base, "fork");
	add_flags(&r, "clone", "NEWPID", 300); /* its benchmark has no case of none */
	assert_data(&r, "namespaces", 4,
		    "\n\n\"cgroups\"\n"
		    "2\t1.1\t1.1\t1.1\t1.10×\tINTO_CGROUP\t8 blocks\n"
		    "3\t1.5\t1.5\t1.5\t1.50×\tfork_cgroup\t8 blocks\n"
		    "\n\n\"namespaces\"\n"
		    "1\t1\t1\t1\t1.00×\tUTS\t8 blocks\n"
		    "4\t3\t3\t3\t3.00×\tUSER+NET\t8 blocks\n");
	record_free(&r);
}

/* A gauge whose sum over a sample is `value`, of 10 operations. */
static void add_faults(struct kase *k, uint64_t value)
{
	k->gauges = xcalloc(1, sizeof(*k->gauges));
	k->gauges[k->ngauges++] =
		(struct gauge){xstrdup("faults"), xstrdup("faults/op"), xstrdup("")};
	for (size_t i = 0; i < k->time.n; i++) {
		struct rep *rep = &k->time.v[i];
		uint64_t *rows = xcalloc(2 * rep->nrows, sizeof(*rows));

		for (size_t j = 0; j < rep->nrows; j++) {
			rows[2 * j] = rep->rows[j];
			rows[2 * j + 1] = value;
		}
		free(rep->rows);
		rep->rows = rows;
		rep->width = 2;
	}
}

static void test_first_writes_by_who_writes(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	struct kase *k = add_case(&r, "touch", "touch", 200, NULL);
	add_faults(k, 10);
	k = add_case(&r, "cow", "cow", 300, NULL);
	add_param(k, "by", "parent");
	add_faults(k, 10);
	k = add_case(&r, "cow", "cow/by=child", 250, NULL);
	add_param(k, "by", "child");
	k = add_case(&r, "cow", "cow/way=none", 100, NULL);
	add_param(k, "by", "parent");
	add_faults(k, 0);
	for (size_t i = 0; i < r.ncases; i++)
		replace(&r.cases[i].family, "cow");
	assert_data(&r, "cow", 4,
		    "\n\n\"by the parent\"\n"
		    "1\t100\t100\t100\t100 ns, faults: 0\tcow/way=none\t8 reps\n"
		    "4\t300\t300\t300\t300 ns, faults: 1\tcow\t8 reps\n"
		    "\n\n\"touch\"\n"
		    "2\t200\t200\t200\t200 ns, faults: 1\ttouch\t8 reps\n"
		    "\n\n\"by the child\"\n"
		    "3\t250\t250\t250\t250 ns\tcow/by=child\t8 reps\n");
	record_free(&r);
}

static void add_sized(struct record *r, const char *text, const char *pages,
		      const char *shared, uint64_t ns)
{
	struct kase *k = add_case(r, "fork", text, ns, NULL);

	add_param(k, "pages", pages);
	add_param(k, "shared", shared);
}

/* One block a kind of memory, by size, from the parent that has none; two points have no
 * fit. Pages are of 4 KiB unless the host says otherwise. */
static void test_size_makes_lines(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_sized(&r, "fork/pages=1K", "1K", "0", 400);
	add_sized(&r, "fork", "0", "0", 300);
	add_sized(&r, "fork/shared=2048", "0", "2048", 310);
	add_sized(&r, "fork/pages=8,shared=8", "8", "8", 1);
	add_case(&r, "vfork", "vfork", 200, NULL);
	assert_data(&r, "size", 2,
		    "\n\n\"fork\"\n"
		    "0\t300\t300\t300\tline\t0\t0\t0\tfork\t8 reps\n"
		    "4194304\t400\t400\t400\tline\t0\t0\t0\tfork/pages=1K\t8 reps\n"
		    "\n\n\"fork, shared\"\n"
		    "0\t300\t300\t300\tline\t1\t0\t0\tfork\t8 reps\n"
		    "8388608\t310\t310\t310\tline\t1\t0\t0\tfork/shared=2048\t8 reps\n");
	facts_add(&r.host, "memory.page_size", "64 kB", NULL);
	size_t rows;
	char *text = data_of(&r, "size", &rows);
	assert_non_null(strstr(text, "\n67108864\t400\t"));
	free(text);
	record_free(&r);
}

/* A case of a way to run a program, with so many mappings. */
static void add_mapped(struct record *r, const char *bench, const char *maps, uint64_t ns)
{
	char *text = xformat("%s/maps=%s", bench, maps);
	struct kase *k = add_case(r, bench, text, ns, NULL);

	add_param(k, "maps", maps);
	replace(&k->family, "exec");
	free(text);
}

/* 100 + 2 x is twice 100 + x / 2 from x = 100 on; lines with a fit come first. */
static void test_counts_have_fits_and_crossings(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_mapped(&r, "short", "0", 5);
	add_mapped(&r, "short", "50", 6);
	add_mapped(&r, "dear", "0", 100);
	add_mapped(&r, "dear", "50", 200);
	add_mapped(&r, "dear", "200", 500);
	add_mapped(&r, "cheap", "0", 100);
	add_mapped(&r, "cheap", "100", 150);
	add_mapped(&r, "cheap", "200", 200);
	assert_data(&r, "counts", 3,
		    "\n\n\"dear, by mappings\"\n"
		    "0\t100\t100\t100\tline\t0\t100\t2\tdear/maps=0\t8 reps\n"
		    "50\t200\t200\t200\tline\t0\t100\t2\tdear/maps=50\t8 reps\n"
		    "200\t500\t500\t500\tline\t0\t100\t2\tdear/maps=200\t8 reps\n"
		    "\n\n\"cheap, by mappings\"\n"
		    "0\t100\t100\t100\tline\t1\t100\t0.5\tcheap/maps=0\t8 reps\n"
		    "100\t150\t150\t150\tline\t1\t100\t0.5\tcheap/maps=100\t8 reps\n"
		    "200\t200\t200\t200\tline\t1\t100\t0.5\tcheap/maps=200\t8 reps\n"
		    "\n\n\"short, by mappings\"\n"
		    "0\t5\t5\t5\tline\t2\t0\t0\tshort/maps=0\t8 reps\n"
		    "50\t6\t6\t6\tline\t2\t0\t0\tshort/maps=50\t8 reps\n"
		    "\n\n\"from 100: twice cheap\"\n"
		    "100\t300\t100\t100\tcrossing\t1\t0\t0\t"
		    "dear costs twice cheap from 100 on\n");
	record_free(&r);
}

/* "switch_futex/task=thread/ws=64": all but the first word are its parameters; the last
 * parameters are those that are not named, as "tasks=2/place=same". */
static struct kase *add_text(struct record *r, const char *family, const char *text,
			     const char *unnamed, uint64_t ns)
{
	char *copy = xformat("%s/%s", text, unnamed), *rest = copy;
	struct kase *k = add_case(r, strsep(&rest, "/"), text, ns, NULL);

	replace(&k->family, family);
	for (char *value; (value = strsep(&rest, "/"));) {
		char *name = strsep(&value, "=");

		add_param(k, name, value);
	}
	free(copy);
	return k;
}

static void test_switch_shows_own_cost(void **state)
{
	static const char process[] = "task=process/huge=no", thread[] = "huge=no";
	struct record r;

	(void)state;
	init(&r);
	add_text(&r, "switch", "futex/switch=no", process, 100);
	add_text(&r, "switch", "futex/ws=1M/switch=no", process, 500);
	replace(&add_text(&r, "switch", "futex/ws=1M", process, 4500)->base,
		"futex/ws=1M/switch=no");
	replace(&add_text(&r, "switch", "futex", "ws=0/task=process/huge=no", 3100)->base,
		"futex/switch=no");
	replace(&add_text(&r, "switch", "futex/task=thread", "ws=0/huge=no", 1100)->base,
		"futex/switch=no");
	replace(&add_text(&r, "switch", "futex/task=thread/ws=1M", thread, 2500)->base,
		"futex/ws=1M/switch=no");
	/* Nothing to compare with, fewer sizes, of a kind that is not shown, failed. */
	add_text(&r, "switch", "futex/task=thread/ws=1M/huge=yes", "place=any", 10);
	add_text(&r, "switch", "pipe/ws=1M", process, 10);
	add_text(&r, "switch", "futex/task=clone:VM/ws=1M", thread, 10);
	add_text(&r, "switch", "futex/task=clone:VM", "ws=0/huge=no", 10);
	add_text(&r, "switch", "futex/ws=4096", process, 10)->status = STATUS_FAILED;
	assert_data(&r, "switch", 2,
		    "\n\n\"futex, process\"\n"
		    "0\t3000\t3000\t3000\town\t0\t0\tfutex\t8 reps\n"
		    "1048576\t4000\t4000\t4000\town\t0\t0\tfutex/ws=1M\t8 reps\n"
		    "\n\n\"futex, thread\"\n"
		    "0\t1000\t1000\t1000\town\t0\t1\tfutex/task=thread\t8 reps\n"
		    "1048576\t2000\t2000\t2000\town\t0\t1\tfutex/task=thread/ws=1M\t8 "
		    "reps\n");
	record_free(&r);
}

/* Whole figures and those without their base are not drawn together. */
static void test_ring_is_whole_without_bases(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_text(&r, "switch", "futex/switch=no", "task=process", 100);
	replace(&add_text(&r, "switch", "futex", "tasks=2/task=process", 3100)->base,
		"futex/switch=no");
	add_text(&r, "switch", "futex/tasks=32", "task=process", 9000);
	add_text(&r, "switch", "pipe", "tasks=2/task=process", 5000);
	add_text(&r, "switch", "pipe/tasks=8", "task=process", 8000);
	add_text(&r, "switch", "user", "how=asm", 5);
	assert_data(&r, "ring", 2,
		    "\n\n\"futex, process\"\n"
		    "2\t3100\t3100\t3100\twhole\t0\t0\tfutex\t8 reps\n"
		    "32\t9000\t9000\t9000\twhole\t0\t0\tfutex/tasks=32\t8 reps\n"
		    "\n\n\"pipe, process\"\n"
		    "2\t5000\t5000\t5000\twhole\t1\t0\tpipe\t8 reps\n"
		    "8\t8000\t8000\t8000\twhole\t1\t0\tpipe/tasks=8\t8 reps\n");
	record_free(&r);
}

/* A case that moves `bytes` an operation. */
static struct kase *add_rate(struct record *r, const char *text, const char *unnamed,
			     uint64_t ns, uint64_t bytes)
{
	struct kase *k = add_text(r, "bandwidth", text, unnamed, ns);

	replace(&k->unit, "bytes/s");
	k->higher_is_better = true;
	for (size_t i = 0; i < k->time.n; i++)
		k->time.v[i].bytes = bytes;
	return k;
}

/* 64 bytes in 32 ns are 2e9 a second, 1024 in 128 are 8e9. */
static void test_bandwidth_is_of_one_place_below_its_floor(void **state)
{
	static const char same[] = "task=process/place=same", *const floor =
								      "copy/size=1K";
	struct record r;

	(void)state;
	init(&r);
	add_rate(&r, "pipe/size=64/place=core", "task=process", 1, 64);
	add_rate(&r, "pipe/size=1K/place=core", "task=process", 1, 1024);
	add_rate(&r, "pipe/size=64", same, 32, 64);
	replace(&add_rate(&r, "pipe/size=1K", same, 128, 1024)->floor, floor);
	add_rate(&r, "pipe/task=thread/size=1K", "place=same", 64, 1024);
	add_rate(&r, "pipe/task=thread/size=64", "place=same", 16, 64);
	add_rate(&r, floor, "place=same", 32, 1024);
	add_text(&r, "bandwidth", "slow/size=64", same, 1);
	add_text(&r, "bandwidth", "slow/size=1K", same, 1);
	assert_data(
		&r, "bandwidth", 3,
		"\n\n\"pipe, process\"\n"
		"64\t2e+09\t2e+09\t2e+09\twhole\t0\t0\tpipe/size=64\t8 reps\n"
		"1024\t8e+09\t8e+09\t8e+09\twhole\t0\t0\tpipe/size=1K\t8 reps\n"
		"\n\n\"pipe, thread\"\n"
		"64\t4e+09\t4e+09\t4e+09\twhole\t0\t1\tpipe/task=thread/size=64\t8 reps\n"
		"1024\t1.6e+10\t1.6e+10\t1.6e+10\twhole\t0\t1\t"
		"pipe/task=thread/size=1K\t8 reps\n"
		"\n\n\"copy\"\n"
		"1024\t3.2e+10\t3.2e+10\t3.2e+10\twhole\t-1\t0\tcopy/size=1K\t8 reps\n");
	record_free(&r);
}

/* Threads give the order, and each value's text stands on its own side. */
static void test_messages_are_paired_by_place(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_text(&r, "message", "udp", "task=process/place=same", 700);
	add_text(&r, "message", "udp/task=thread", "place=same", 500);
	add_text(&r, "message", "mq", "task=process/place=same", 300);
	replace(&add_text(&r, "message", "mq/task=thread", "place=same", 400)->floor,
		"least");
	add_text(&r, "message", "mq/place=core", "task=process", 90);
	/* No case of the picture, but a floor in it. */
	add_text(&r, "switch", "least", "place=same", 200);
	add_text(&r, "message", "mq/task=clone:VM", "place=same", 1);
	add_text(&r, "message", "mq/size=1", "task=process/place=same", 1);
	add_text(&r, "message", "fifo", "task=process/place=same", 1)->status =
		STATUS_SKIPPED;
	assert_data(
		&r, "message", 3,
		"\n\n\"rows\"\n"
		"2\t400\tmq\n3\t500\tudp\n5\t90\tmq\n"
		"\n\n\"groups\"\n"
		"1\tplace=same\n4\tplace=core\n"
		"\n\n\"process\"\n"
		"2\t300\t300\t300\tNaN\t400\t0\t300 ns\t300\tNaN\tmq\t8 reps\n"
		"3\t700\t700\t700\tNaN\t500\t0\t700 ns\tNaN\t700\tudp\t8 reps\n"
		"5\t90\t90\t90\tNaN\tNaN\t0\t90.0 ns\tNaN\t90\tmq/place=core\t8 reps\n"
		"\n\n\"thread\"\n"
		"2\t400\t400\t400\t200\t300\t1\t400 ns\tNaN\t400\tmq/task=thread\t8 "
		"reps\n"
		"3\t500\t500\t500\tNaN\t700\t1\t500 ns\t500\tNaN\tudp/task=thread\t8 "
		"reps\n");
	record_free(&r);
}

static void test_locks_are_grouped_by_tasks(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_text(&r, "lock", "mutex/type=robust", "task=process/tasks=1/place=any", 20);
	add_text(&r, "lock", "mutex/tasks=2", "task=process/type=plain/place=any", 50);
	add_text(&r, "lock", "mutex", "task=process/type=plain/tasks=1/place=any", 10);
	assert_data(
		&r, "lock", 3,
		"\n\n\"rows\"\n"
		"2\t10\tmutex\n3\t20\tmutex/type=robust\n5\t50\tmutex\n"
		"\n\n\"groups\"\n"
		"1\ttasks=1, place=any\n4\ttasks=2, place=any\n"
		"\n\n\"process\"\n"
		"2\t10\t10\t10\tNaN\tNaN\t0\t10.0 ns\tNaN\t10\tmutex\t8 reps\n"
		"3\t20\t20\t20\tNaN\tNaN\t0\t20.0 ns\tNaN\t20\tmutex/type=robust\t8 "
		"reps\n"
		"5\t50\t50\t50\tNaN\tNaN\t0\t50.0 ns\tNaN\t50\tmutex/tasks=2\t8 reps\n");
	record_free(&r);
}

/* The time of an operation turns into operations a second, upside down. */
static void test_together_is_throughput(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_text(&r, "together", "many/tasks=4", "task=process/place=core", 1000);
	add_text(&r, "together", "many", "task=process/tasks=1/place=core", 2000);
	add_text(&r, "together", "many/task=thread", "tasks=1/place=core", 4000);
	add_text(&r, "together", "many/task=thread/tasks=2", "place=core", 8000);
	add_text(&r, "together", "many/task=clone:VM", "tasks=1/place=core", 1);
	add_text(&r, "together", "many/task=clone:VM/tasks=2", "place=core", 1);
	add_text(&r, "together", "dot", "task=process/tasks=1/place=core", 1);
	struct kase *slow = &r.cases[1];
	for (size_t i = 0; i < slow->time.n / 4; i++)
		for (size_t j = 0; j < slow->time.v[i].nrows; j++)
			slow->time.v[i].rows[j] *= 2;
	assert_data(&r, "together", 2,
		    "\n\n\"many, process\"\n"
		    "1\t500000\t250000\t500000\twhole\t0\t0\tmany\t8 reps\n"
		    "4\t1e+06\t1e+06\t1e+06\twhole\t0\t0\tmany/tasks=4\t8 reps\n"
		    "\n\n\"many, thread\"\n"
		    "1\t250000\t250000\t250000\twhole\t0\t1\tmany/task=thread\t8 reps\n"
		    "2\t125000\t125000\t125000\twhole\t0\t1\t"
		    "many/task=thread/tasks=2\t8 reps\n");
	record_free(&r);
}

/* As hyperfine times it: the CPU time is that of children, of all runs together. */
static void add_program(struct record *r, const char *bench, const char *text,
			uint64_t ns, uint64_t cpu_ns)
{
	struct kase *k = add_case(r, bench, text, ns, NULL);

	k->tool = xstrdup("hyperfine");
	for (size_t i = 0; i < k->time.n; i++) {
		struct rep *rep = &k->time.v[i];

		rep->noise.children.system_ns = rep->nrows * rep->batch * cpu_ns;
	}
}

/* Groups and rows are in the record's order, also where its programs are mixed. */
static void test_programs_have_time_and_cpu_time(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_case(&r, "copy", "none/of=ours", 1, NULL);
	add_program(&r, "copy", "copy/how=serial", 500, 400);
	add_program(&r, "echo", "echo", 300, 0);
	add_program(&r, "copy", "copy/how=threads/n=2", 250, 450);
	assert_data(&r, "apps", 3,
		    "\n\n\"rows\"\n"
		    "2\t500\thow=serial\n3\t250\thow=threads/n=2\n5\t300\techo\n"
		    "\n\n\"groups\"\n"
		    "1\tcopy\n4\techo\n"
		    "\n\n\"time\"\n"
		    "2\t500\t500\t500\tNaN\t400\t0\t500 ns\tNaN\t500\tcopy/how=serial\t8 "
		    "reps\n"
		    "3\t250\t250\t250\tNaN\t450\t0\t250 ns\t250\tNaN\t"
		    "copy/how=threads/n=2\t8 reps\n"
		    "5\t300\t300\t300\tNaN\tNaN\t0\t300 ns\tNaN\t300\techo\t8 reps\n"
		    "\n\n\"CPU time of all tasks\"\n"
		    "2\t400\t400\t400\tNaN\t500\t1\t400 ns\t400\tNaN\tcopy/how=serial\t8 "
		    "reps\n"
		    "3\t450\t450\t450\tNaN\t250\t1\t450 ns\tNaN\t450\t"
		    "copy/how=threads/n=2\t8 reps\n");
	record_free(&r);
}

/* Each family has pictures of its own: the others' are empty. */
static void test_families_do_not_mix(void **state)
{
	static const struct {
		const char *family, *pictures;
	} cases[] = {
		{"creation", "creation cdf size"},
		{"switch", "switch ring"},
		{"message", "message"},
		{"lock", "lock"},
		{"together", "together"},
		{"bandwidth", ""}, /* that are not of bytes a second */
		{"floor", ""},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct record r;

		init(&r);
		add_text(&r, cases[i].family, "a", "task=process/tasks=2/ws=0/pages=0",
			 9);
		add_text(&r, cases[i].family, "a/tasks=4", "task=process/ws=0/pages=0",
			 9);
		add_text(&r, cases[i].family, "a/ws=4", "task=process/tasks=2/pages=0",
			 9);
		add_text(&r, cases[i].family, "a/pages=4", "task=process/tasks=2/ws=0",
			 9);
		for (const struct picture *p = plot_pictures; p->name; p++) {
			size_t rows;
			char *text = data_of(&r, p->name, &rows);

			assert_int_equal(rows > 0,
					 strstr(cases[i].pictures, p->name) != NULL);
			assert_int_equal(*text != 0, rows > 0);
			free(text);
		}
		record_free(&r);
	}
}

static void test_cdf_has_one_line_a_kind(void **state)
{
	struct record r;
	size_t lines, blocks = 0;

	(void)state;
	init(&r);
	for (unsigned i = 0; i < 10; i++) {
		char *name = xformat("kind%u", i);

		add_case(&r, name, name, 1000 - i, NULL);
		add_case(&r, name, "another of the same", 5, NULL);
		free(name);
	}
	char *text = data_of(&r, "cdf", &lines);
	assert_int_equal(lines, 8);
	for (const char *s = text; (s = strstr(s, "\n\n\"")); s++)
		blocks++;
	assert_int_equal(blocks, 8);
	assert_null(strstr(text, "another"));
	/* The quickest first: the eighth kind. */
	assert_ptr_equal(strstr(text, "\"kind7\"\n993\t0\tkind7\t8 reps\n"), text + 2);
	free(text);
	record_free(&r);
}

static void test_plain_text(void **state)
{
	/* Overlong, surrogate, beyond U+10FFFF and cut short: RFC 3629, section 3 and 4.
	 */
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"é€😀", "é€😀"},          {"a\tb\nc\x7f", "a b c "},
		{"\"\\", "'/"},          {"\xc0\xaf", "??"},
		{"\xed\xa0\x80", "???"}, {"\xf4\x90\x80\x80", "????"},
		{"\xe2\x82", "?"},       {"\xe2\x82z", "?z"},
		{"\x1b[31m", " [31m"},   {"a\xc2\x9b\u202e\u202c", "a???"},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char *s = plot_plain(cases[i].text);

		assert_string_equal(s, cases[i].wanted);
		free(s);
	}
}

/* --- with gnuplot --- */

struct place {
	char home[PATH_MAX]; /* where the tests were started */
	char dir[64];        /* the folder that a test works in */
	char *path;          /* the variable PATH */
};

static bool have(const char *program)
{
	char *line = xformat("command -v %s >/dev/null 2>&1", program);
	bool found = system(line) == 0;

	free(line);
	return found;
}

static int enter(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/test_plot.XXXXXX");
	p->path = xstrdup(getenv("PATH"));
	*state = p;
	return !getcwd(p->home, sizeof(p->home)) || !mkdtemp(p->dir) || chdir(p->dir) < 0;
}

static int leave(void **state)
{
	struct place *p = *state;
	char *line = xformat("rm -rf '%s'", p->dir);
	int err =
		setenv("PATH", p->path, 1) < 0 || chdir(p->home) < 0 || system(line) != 0;

	free(line);
	free(p->path);
	free(p);
	return err;
}

/* Two of each, which differ in the parameter of an axis. */
static void fill_hostile_families(struct record *r)
{
	static const struct {
		const char *family, *unit, *parameter;
	} cases[] = {{"switch", "ns/op", "ws"},     {"switch", "ns/op", "tasks"},
		     {"message", "ns/op", hostile}, {"bandwidth", "bytes/s", "size"},
		     {"lock", "ns/op", hostile},    {"together", "ns/op", "tasks"},
		     {"cow", "ns/op", "by"}};

	for (size_t i = 0; i < 2 * countof(cases); i++) {
		struct kase *k = add_case(r, hostile, hostile, 3000 + i, NULL);

		replace(&k->family, cases[i / 2].family);
		replace(&k->unit, cases[i / 2].unit);
		add_param(k, cases[i / 2].parameter, i % 2 ? "64" : "128");
		add_param(k, "task", "thread");
		add_param(k, "place", hostile);
		for (size_t j = 0; j < k->time.n; j++)
			k->time.v[j].bytes = 64;
	}
}

/* Rungs of two tasks, of 64 bytes each. */
static void fill_hostile_ladder(struct record *r)
{
	static const char *const names[] = {"tasks", "memory", "user"};
	static const uint64_t rows[] = {1, 8, 900, 900, 1, 16, 1412, 1412};
	struct kase *k = add_case(r, hostile, hostile, 3000, NULL);

	replace(&k->unit, "bytes/task");
	k->gauges = xcalloc(countof(names), sizeof(*k->gauges));
	for (; k->ngauges < countof(names); k->ngauges++)
		k->gauges[k->ngauges] = (struct gauge){
			xstrdup(names[k->ngauges]),
			xstrdup(k->ngauges ? "bytes/task" : "tasks"), xstrdup(hostile)};
	for (size_t i = 0; i < k->time.n; i++) {
		struct rep *rep = &k->time.v[i];

		free(rep->rows);
		rep->rows = xcalloc(countof(rows), sizeof(*rows));
		memcpy(rep->rows, rows, sizeof(rows));
		rep->nrows = 2;
		rep->width = 4;
		rep->ladder = true;
	}
}

/* Two lines that part, named so. */
static void fill_hostile_fits(struct record *r)
{
	static const char *const maps[] = {"0", "50", "200"};
	char *other = xformat("%s2", hostile);

	for (size_t i = 0; i < countof(maps); i++) {
		add_mapped(r, hostile, maps[i], 100 + 2 * strtoul(maps[i], NULL, 10));
		add_mapped(r, other, maps[i], 100);
	}
	free(other);
}

static void fill_hostile(struct record *r)
{
	static const unsigned tenths[] = {2, 5, 10};

	init(r);
	replace(&r->started, hostile);
	facts_add(&r->host, "cpu.model", hostile, NULL);
	facts_add(&r->host, "kernel.release", hostile, NULL);
	struct kase *k = add_case(r, hostile, hostile, 3000, tenths);
	replace(&k->phase_names[0], hostile);
	add_param(k, "pages", "0");
	add_param(k, "flags", "none");
	k = add_case(r, hostile, hostile, 5000, tenths);
	add_param(k, "pages", "0");
	add_param(k, "flags", hostile);
	char *apart = xformat("NEWUTS+%s", hostile);
	k = add_case(r, hostile, hostile, 7000, tenths);
	add_param(k, "pages", "0");
	add_param(k, "flags", apart);
	free(apart);
	k = add_case(r, hostile, hostile, 9000, NULL);
	add_param(k, "pages", "16");
	add_param(k, "flags", "none");
	k = add_case(r, hostile, hostile, 30000, NULL);
	replace(&k->unit, "instructions/op");
	fill_hostile_families(r);
	fill_hostile_ladder(r);
	fill_hostile_fits(r);
	char *begin = xformat("clone3/%s", hostile);
	add_sets(r, begin, hostile, "1");
	free(begin);
	add_program(r, hostile, hostile, 3000, 2000);
}

/* Whole, well-formed, and with this text to be read. */
static void assert_svg(const char *path, const char *wanted)
{
	char *text, *line = xformat("xmllint --noout '%s'", path);
	size_t size;

	assert_int_equal(read_file(path, &text, &size), 0);
	assert_string_equal(text + size - strlen("</svg>\n\n"), "</svg>\n\n");
	assert_non_null(strstr(text, wanted));
	free(text);
	if (have("xmllint"))
		assert_int_equal(system(line), 0);
	free(line);
}

static void assert_png(const char *path)
{
	char *text;
	size_t size;

	assert_int_equal(read_file(path, &text, &size), 0);
	assert_true(size > 1000);
	/* PNG specification, section 5.2. */
	assert_memory_equal(text, "\x89PNG\r\n\x1a\n", 8);
	free(text);
}

static size_t count_files(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static int draw_all(const struct record *r, const char *outdir, const char *formats,
		    char **error)
{
	const struct plot_order order = {
		.formats = formats, .columns = PLOT_COLUMNS, .outdir = outdir};

	return plot_draw(r, &order, error);
}

static void assert_drawn(const struct record *r, const char *outdir, const char *formats)
{
	char *error;
	int err = draw_all(r, outdir, formats, &error);

	if (err)
		fail_msg("%d: %s", err, error);
}

/* Caller frees *text. */
static void read_picture(const char *outdir, const char *name, const char *ending,
			 char **text, size_t *size)
{
	char *path = xformat("%s/%s.%s", outdir, name, ending);
	int err = read_file(path, text, size);

	free(path);
	assert_int_equal(err, 0);
}

/* Nothing of it clashes with another picture in the same page, or is elsewhere. */
static void assert_svg_is_its_own(const char *svg, const char *name)
{
	static const char *const ids[] = {" id='", "\tid='", " id=\"", "href='", "url("};
	char *own = xformat("%s-", name), *reference = xformat("#%s-", name);
	size_t found = 0;

	for (size_t i = 0; i < countof(ids); i++)
		for (const char *s = svg; (s = strstr(s, ids[i])); found++) {
			s += strlen(ids[i]);
			if (strncmp(s, i < 3 ? own : reference, strlen(own)) != 0)
				fail_msg("%s: %.40s", name, s);
		}
	assert_true(found > 10);
	assert_null(strstr(svg, "<script"));
	assert_null(strstr(svg, "<title"));
	assert_null(strstr(svg, "<image"));
	assert_null(strstr(svg, "onclick"));
	free(own);
	free(reference);
}

/* The widest line in columns; every line is text and ends without blanks. */
static size_t width_of(const char *text)
{
	char *copy = xstrdup(text), *rest = copy;
	size_t widest = 0;

	for (char *line; (line = strsep(&rest, "\n"));) {
		size_t length = strlen(line), width = text_width(line);

		for (size_t i = 0; i < length; i++)
			assert_true((unsigned char)line[i] >= ' ');
		assert_true(length == 0 || line[length - 1] != ' ');
		widest = width > widest ? width : widest;
	}
	free(copy);
	return widest;
}

/* Its title, its machine, and the unit of an axis that has one. */
static void assert_txt(const char *text, const struct picture *p)
{
	static const char *const units[] = {
		" ns",      " µs",         " ms",  "×",
		"B/s",      "KiB",         " k\n", "µs a hand-over",
		"a second", "instructions"};
	size_t i = 0;

	assert_memory_equal(text, p->title, strlen(p->title));
	assert_non_null(strstr(text, "touch executed"));
	assert_non_null(strstr(text, "n = "));
	assert_int_equal(text[strlen(text) - 1], '\n');
	assert_in_range(width_of(text), 40, PLOT_COLUMNS);
	while (i < countof(units) && !strstr(text, units[i]))
		i++;
	if (i == countof(units))
		fail_msg("%s has no unit:\n%s", p->name, text);
}

/* In a folder whose name gnuplot would take for a pipe. */
static void test_hostile_text_is_drawn(void **state)
{
	static const char dir[] = "|touch executed";
	struct record r;
	size_t pictures = 0, size;
	char *text;

	(void)state;
	if (!have("gnuplot"))
		skip();
	fill_hostile(&r);
	assert_drawn(&r, dir, "svg,png,pdf,txt");
	for (const struct picture *p = plot_pictures; p->name; p++, pictures++) {
		char *svg = xformat("%s/%s.svg", dir, p->name);
		char *png = xformat("%s/%s.png", dir, p->name);

		assert_svg(svg, "touch executed");
		assert_png(png);
		free(svg);
		free(png);
		read_picture(dir, p->name, "svg", &text, &size);
		assert_svg_is_its_own(text, p->name);
		free(text);
		/* ISO 32000-1, 7.5.2. */
		read_picture(dir, p->name, "pdf", &text, &size);
		assert_memory_equal(text, "%PDF-", 5);
		free(text);
		read_picture(dir, p->name, "txt", &text, &size);
		assert_txt(text, p);
		free(text);
	}
	assert_int_equal(count_files(dir), pictures * 5);
	assert_int_equal(count_files("."), 1);
	record_free(&r);
}

/* Neither the day nor the folder nor what was drawn before shows in a picture. */
static void test_the_same_data_make_the_same_files(void **state)
{
	static const char *const endings[] = {"dat", "svg", "png", "pdf", "txt"};
	struct record r;

	(void)state;
	if (!have("gnuplot"))
		skip();
	init(&r);
	add_case(&r, "fork", "fork", 300, NULL);
	assert_drawn(&r, "one", "pdf,png,svg,txt");
	sleep(1);
	assert_drawn(&r, "two", "txt");
	assert_drawn(&r, "two", "svg,png,pdf");
	for (size_t i = 0; i < countof(endings); i++) {
		size_t first, second;
		char *one, *two;

		read_picture("one", "creation", endings[i], &one, &first);
		read_picture("two", "creation", endings[i], &two, &second);
		assert_int_equal(first, second);
		assert_memory_equal(one, two, first);
		free(one);
		free(two);
	}
	record_free(&r);
}

/* What is drawn where no folder is; caller frees. */
static char *printed(const struct record *r, const char *const *names, size_t columns)
{
	char *text = NULL, *error;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const struct plot_order order = {
		.formats = "txt", .names = names, .columns = columns, .to = out};
	int err = plot_draw(r, &order, &error);

	fclose(out);
	if (err)
		fail_msg("%d: %s", err, error);
	assert_int_equal(count_files("."), 0);
	return text;
}

static void test_text_is_as_wide_as_told(void **state)
{
	static const char *const names[] = {"cdf", "creation", NULL};
	struct record r;

	(void)state;
	if (!have("gnuplot"))
		skip();
	init(&r);
	add_case(&r, "fork", "fork", 300, NULL);
	add_case(&r, "a_way_with_quite_a_long_name", "a_way_with_quite_a_long_name/of=it",
		 900, NULL);
	free(r.cases[1].time.v[--r.cases[1].time.n].rows);
	char *narrow = printed(&r, names, PLOT_COLUMNS_MIN);
	char *wide = printed(&r, names + 1, 200);
	assert_in_range(width_of(narrow), PLOT_COLUMNS_MIN - 5, PLOT_COLUMNS_MIN);
	assert_in_range(width_of(wide), 190, 200);
	/* Those that are named, in that order, each below an empty line. */
	const char *second = strstr(narrow, "\n\nWhat it costs to create");
	assert_memory_equal(narrow, "How the cost of", 15);
	assert_non_null(second);
	assert_non_null(strstr(second, "● creation"));
	assert_non_null(strstr(second, "n = 7-8 reps\n"));
	assert_non_null(strstr(second, "95 % interval\n"));
	assert_non_null(strstr(second, "fork |"));
	assert_non_null(strstr(wide, "a_way_with_quite_a_long_name/… |"));
	free(narrow);
	free(wide);
	record_free(&r);
}

static void test_pictures_by_name(void **state)
{
	static const char *const nameless[] = {"creation", "none\nsuch", NULL},
				 *const empty[] = {"lock", NULL};
	struct plot_order order = {.formats = "txt",
				   .names = nameless,
				   .columns = PLOT_COLUMNS,
				   .outdir = "out"};
	struct record r;
	char *error;

	(void)state;
	init(&r);
	add_case(&r, "fork", "fork", 300, NULL);
	assert_int_equal(plot_draw(&r, &order, &error), -EINVAL);
	assert_non_null(strstr(error, "want one of creation, phases, cdf"));
	free(error);
	assert_int_equal(count_files("."), 0);
	order.names = empty;
	assert_int_equal(plot_draw(&r, &order, &error), -ENODATA);
	assert_non_null(strstr(error, "no cases"));
	free(error);
	assert_int_equal(count_files("out"), 0);
	record_free(&r);
}

static void assert_date(const char *text, const char *started, const char *wanted)
{
	const struct origin from = {"creation", started};
	size_t size = strlen(text);
	char *tidy = plot_tidy_pdf(xstrdup(text), &size, &from);

	assert_int_equal(size, strlen(text));
	assert_string_equal(tidy, wanted);
	free(tidy);
}

/* ISO 32000-1, 7.9.4: what follows the seconds is Z, or + or - with hours and minutes. */
static void test_date_of_pdf(void **state)
{
	static const char day[] = "2026-11-24T08:11:21Z";

	(void)state;
	assert_date("(/CreationDate (D:20301231235959Z) 12", day,
		    "(/CreationDate (D:20261124081121Z) 12");
	assert_date("/CreationDate (D:20301231235959+05'30) 12", day,
		    "/CreationDate (D:20261124081121Z00'00) 12");
	assert_date("/CreationDate (D:20301231235959Z)", "once",
		    "/CreationDate (D:19700101000000Z)");
	assert_date("/CreationDate (D:2030", day, "/CreationDate (D:2030");
	assert_date("no date", day, "no date");
}

/* Texts are as they were, whatever they look like. */
static void test_ids_of_svg(void **state)
{
	static const char svg[] = "<title>Gnuplot</title><g id=\"a\"><title>x</title>"
				  "<text>an id='b' href='#c'</text>"
				  "<use xlink:href='#a' fill='url(#d)'/></g>";
	const struct origin from = {"lock", ""};
	size_t size = strlen(svg);
	char *tidy = plot_tidy_svg(xstrdup(svg), &size, &from);

	(void)state;
	assert_string_equal(tidy, "<g id=\"lock-a\"><text>an id='b' href='#c'</text>"
				  "<use xlink:href='#lock-a' fill='url(#lock-d)'/></g>");
	assert_int_equal(size, strlen(tidy));
	free(tidy);
}

/* A single case of a single rep: no interval, and nothing to compare it with. */
static void test_what_is_missing_is_left_out(void **state)
{
	struct record r;

	(void)state;
	if (!have("gnuplot"))
		skip();
	init(&r);
	struct kase *k = add_case(&r, "fork", "fork", 300, NULL);
	while (k->time.n > 1)
		free(k->time.v[--k->time.n].rows);
	assert_drawn(&r, "out", "svg");
	assert_svg("out/creation.svg", "300 ns");
	assert_svg("out/creation.svg", "; n = 1 rep; dot");
	assert_svg("out/cdf.svg", "fork");
	assert_int_equal(count_files("out"), 2 * 2);
	record_free(&r);
}

/* All of them below 1, which is drawn as the nearest in any case. */
static void test_flags_that_only_save_are_drawn(void **state)
{
	struct record r;

	(void)state;
	if (!have("gnuplot"))
		skip();
	init(&r);
	add_flags(&r, "clone", "none", 200);
	add_flags(&r, "clone", "VM", 8);
	assert_drawn(&r, "out", "svg");
	assert_svg("out/flags.svg", "0.040×");
	assert_svg("out/flags.svg", "; n = 8 blocks; dot");
	record_free(&r);
}

/* A picture grows with its rows, and one kind of task alone is a picture, too. */
static void test_many_rows_and_one_are_drawn(void **state)
{
	struct record r;

	(void)state;
	if (!have("gnuplot"))
		skip();
	init(&r);
	for (unsigned i = 0; i < 60; i++) {
		char *text = xformat("msg_%u/task=thread", i);

		add_text(&r, "message", text, "place=same", 100 + i);
		free(text);
	}
	add_text(&r, "lock", "lock_mutex", "task=process/tasks=1/place=same", 20);
	assert_drawn(&r, "out", "svg");
	assert_svg("out/message.svg", ">msg_0<");
	assert_svg("out/message.svg", ">msg_59<");
	assert_svg("out/message.svg", "height=\"1654\"");
	assert_svg("out/lock.svg", ">20.0 ns<");
	assert_int_equal(count_files("out"), 2 * 2);
	record_free(&r);
}

/* A picture of some says so. */
static void test_what_is_thinned_is_told(void **state)
{
	static const char *const names[] = {"creation", NULL};
	const struct plot_order order = {
		.formats = "svg", .names = names, .columns = 100, .outdir = "out"};
	struct record r;
	char *error;

	(void)state;
	if (!have("gnuplot"))
		skip();
	init(&r);
	add_sets(&r, "clone3", "pages", "0");
	assert_int_equal(plot_draw(&r, &order, &error), 0);
	assert_svg("out/creation.svg", "n = 8 reps; 116 sets of flags left out; dot");
	record_free(&r);
}

/* The own cost of a hand-over may be less than nothing: noise. */
static void test_negative_cost_is_drawn(void **state)
{
	struct record r;

	(void)state;
	if (!have("gnuplot"))
		skip();
	init(&r);
	add_text(&r, "switch", "futex/switch=no", "task=process", 100);
	replace(&add_text(&r, "switch", "futex", "ws=0/task=process", 90)->base,
		"futex/switch=no");
	replace(&add_text(&r, "switch", "futex/ws=64", "task=process", 99)->base,
		"futex/switch=no");
	assert_drawn(&r, "out", "svg");
	assert_svg("out/switch.svg", "less the same by one task");
	record_free(&r);
}

/* Neither no time nor no sample has a place on a log axis: the others are drawn. */
static void test_what_took_no_time_is_left_out(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	add_case(&r, "fork", "fork", 0, NULL);
	struct kase *k = add_case(&r, "vfork", "vfork", 100, NULL);
	for (size_t i = 0; i < k->time.n; i++)
		k->time.v[i].nrows = 0;
	assert_data(&r, "creation", 0, "");
	add_case(&r, "clone", "clone", 100, NULL);
	assert_data(&r, "creation", 1,
		    "\n\n\"creation\"\n1\t100\t100\t100\t100 ns\tclone\t8 reps\n");
	record_free(&r);
}

static void test_empty_record(void **state)
{
	struct record r;

	(void)state;
	init(&r);
	assert_drawn(&r, "out", "svg,png");
	assert_int_equal(count_files("out"), 0);
	record_free(&r);
}

static void assert_fails(int wanted, const char *formats, const char *text)
{
	struct record r;
	char *error = NULL;

	init(&r);
	add_case(&r, "fork", "fork", 300, NULL);
	assert_int_equal(draw_all(&r, "out", formats, &error), wanted);
	assert_non_null(error);
	if (!strstr(error, text))
		fail_msg("'%s' says nothing of '%s'", error, text);
	free(error);
	record_free(&r);
}

static void test_bad_format(void **state)
{
	(void)state;
	assert_fails(-EINVAL, "svg,gif", "'gif'");
	assert_fails(-EINVAL, "", "want any of svg, png, pdf, txt");
	assert_fails(-EINVAL, "svg,", "''");
	assert_int_equal(count_files("."), 0);
}

static void test_no_gnuplot(void **state)
{
	(void)state;
	assert_int_equal(make_dirs("out"), 0);
	assert_int_equal(write_file("out/creation.svg", "old", 3), 0);
	assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
	assert_fails(-ENOENT, "svg,txt", "scripts/deps");
	/* The picture of before is still there, beside the data. */
	assert_int_equal(access("out/creation.svg", F_OK), 0);
	assert_int_equal(count_files("out"), 2);
}

static void test_gnuplot_fails(void **state)
{
	static const char script[] = "#!/bin/sh\n"
				     "echo 'first line' >&2\n"
				     "echo 'the last word' >&2\n"
				     "echo >&2\n"
				     "exit 1\n";
	struct place *p = *state;

	assert_int_equal(write_file("gnuplot", script, strlen(script)), 0);
	assert_int_equal(chmod("gnuplot", 0700), 0);
	assert_int_equal(setenv("PATH", p->dir, 1), 0);
	assert_fails(-EIO, "svg,png,pdf", "the last word");
	/* Only the data: no half picture. */
	assert_int_equal(count_files("out"), 1);
}

/* The templates lie beside the driver: for this program, a link to them does. */
static int link_templates(void **state)
{
	char exe[PATH_MAX] = "", *style = find_own("plots/style.gp"), *source, *target;
	int err = 0;

	(void)state;
	if (!style && readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0) {
		source = realpath("plots", NULL);
		target = xformat("%s/plots", dirname(exe));
		err = !source || symlink(source, target) < 0;
		free(source);
		free(target);
	}
	free(style);
	return err;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_creation_is_sorted_and_light),
		cmocka_unit_test(test_phases_follow_time),
		cmocka_unit_test(test_flags_are_ratios_to_none),
		cmocka_unit_test(test_many_sets_are_thinned),
		cmocka_unit_test(test_what_sets_tasks_apart),
		cmocka_unit_test(test_first_writes_by_who_writes),
		cmocka_unit_test(test_size_makes_lines),
		cmocka_unit_test(test_counts_have_fits_and_crossings),
		cmocka_unit_test(test_switch_shows_own_cost),
		cmocka_unit_test(test_ring_is_whole_without_bases),
		cmocka_unit_test(test_bandwidth_is_of_one_place_below_its_floor),
		cmocka_unit_test(test_messages_are_paired_by_place),
		cmocka_unit_test(test_locks_are_grouped_by_tasks),
		cmocka_unit_test(test_together_is_throughput),
		cmocka_unit_test(test_programs_have_time_and_cpu_time),
		cmocka_unit_test(test_families_do_not_mix),
		cmocka_unit_test(test_cdf_has_one_line_a_kind),
		cmocka_unit_test(test_what_took_no_time_is_left_out),
		cmocka_unit_test(test_plain_text),
		cmocka_unit_test(test_date_of_pdf),
		cmocka_unit_test(test_ids_of_svg),
		cmocka_unit_test_setup_teardown(test_hostile_text_is_drawn, enter, leave),
		cmocka_unit_test_setup_teardown(test_the_same_data_make_the_same_files,
						enter, leave),
		cmocka_unit_test_setup_teardown(test_text_is_as_wide_as_told, enter,
						leave),
		cmocka_unit_test_setup_teardown(test_pictures_by_name, enter, leave),
		cmocka_unit_test_setup_teardown(test_what_is_missing_is_left_out, enter,
						leave),
		cmocka_unit_test_setup_teardown(test_flags_that_only_save_are_drawn,
						enter, leave),
		cmocka_unit_test_setup_teardown(test_many_rows_and_one_are_drawn, enter,
						leave),
		cmocka_unit_test_setup_teardown(test_what_is_thinned_is_told, enter,
						leave),
		cmocka_unit_test_setup_teardown(test_negative_cost_is_drawn, enter,
						leave),
		cmocka_unit_test_setup_teardown(test_empty_record, enter, leave),
		cmocka_unit_test_setup_teardown(test_bad_format, enter, leave),
		cmocka_unit_test_setup_teardown(test_no_gnuplot, enter, leave),
		cmocka_unit_test_setup_teardown(test_gnuplot_fails, enter, leave),
	};

	return cmocka_run_group_tests(tests, link_templates, NULL);
}
