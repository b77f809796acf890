/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes every system call of benchmarks fail, by strace's injection, and looks at what
 * becomes of it: build/tests/inject FOLDER [BENCHMARK]...
 *
 * A line for each call and way to fail: what the driver makes of it, and why. A number
 * although something failed, a hang, anything left behind, or a failure without a name is
 * marked with a !. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../harness/catalog.h"
#include "../harness/rep.h"
#include "../harness/util.h"

static const double limit_s = 4;

/* From which call on it fails, and with what. */
static const struct way {
	const char *name;
	bool late;     /* from the middle of its calls on; else from the first */
	bool once;     /* that one alone */
	int errors[6]; /* ends with 0 */
} ways[] = {
	{.name = "always", .errors = {ENOSYS, EPERM, ENOMEM}},
	{.name = "later",
	 .late = true,
	 .errors = {ENOMEM, EAGAIN, EMFILE, ENOSPC, EPERM}},
	{.name = "once", .late = true, .once = true, .errors = {EINTR, EAGAIN}},
};

/* What can't fail, or what strace itself has to do. */
static const char *const spared[] = {"exit", "exit_group", "rt_sigreturn",
				     "restart_syscall"};

struct call {
	char *name;
	unsigned long n;
};

struct calls {
	struct call *v;
	size_t n;
};

enum result { NAMED, SKIPPED, UNHARMED, UNNAMED, HUNG, LEFT, RESULTS };

static const char *const results[] = {
	[NAMED] = "failed, named", [SKIPPED] = "skipped",
	[UNHARMED] = "measured",   [UNNAMED] = "! failed without a name",
	[HUNG] = "! hung",         [LEFT] = "! left something",
};

static void run(const struct bench_info *b, const char *const *prefix, size_t nprefix,
		struct rep_answer *a)
{
	const struct rep_ask ask = {.prefix = (char *const *)prefix,
				    .nprefix = nprefix,
				    .program = b->path,
				    .pass = JOB_TIME,
				    .nphases = b->nphases,
				    .ngauges = b->ngauges,
				    .batch = 1,
				    .rep_s = 0.002,
				    .max_samples = 8,
				    .min_samples = 4,
				    .limit_s = limit_s,
				    .signal_fd = -1};

	rep_run(&ask, a);
}

static void answer_free(struct rep_answer *a)
{
	free(a->reason);
	free(a->note);
	free(a->rep.rows);
}

/* A line of the table: share, seconds, each, calls, perhaps errors, name. */
static void count_line(char *line, struct calls *out)
{
	enum { CALLS = 3 };
	char *save = NULL, *name = NULL;
	unsigned long n = 0;
	int column = 0;

	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (column++ == CALLS)
			n = strtoul(w, NULL, 10);
		name = w;
	}
	if (!n || strcmp(name, "total") == 0)
		return;
	out->v = xrealloc(out->v, out->n + 1, sizeof(*out->v));
	out->v[out->n++] = (struct call){xstrdup(name), n};
}

/* Which system calls the benchmark makes, and how often: of strace's table of counts. */
static void count_calls(const struct bench_info *b, const char *folder, struct calls *out)
{
	char *file = xformat("%s/calls", folder), *text = NULL, *save = NULL;
	const char *const prefix[] = {"strace", "-f", "-qq", "-c", "-o", file};
	struct rep_answer a;

	run(b, prefix, countof(prefix), &a);
	if (a.status != STATUS_OK)
		printf("%s: %s as it is: %s\n", b->name, status_name(a.status), a.reason);
	else if (read_file(file, &text, NULL) == 0)
		for (char *l = strtok_r(text, "\n", &save); l;
		     l = strtok_r(NULL, "\n", &save))
			count_line(l, out);
	unlink(file);
	answer_free(&a);
	free(text);
	free(file);
}

static void calls_free(struct calls *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].name);
	free(c->v);
}

static unsigned lines_of(const char *path)
{
	char *text = NULL;
	unsigned n = 0;

	if (read_file(path, &text, NULL) == 0)
		for (const char *p = text; *p; p++)
			n += *p == '\n';
	free(text);
	return n;
}

static unsigned entries_of(const char *path)
{
	DIR *d = opendir(path);
	unsigned n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* Everything that a program may leave behind, counted. */
static unsigned leavings(const char *folder)
{
	unsigned n =
		entries_of(folder) + entries_of("/dev/shm") + entries_of("/dev/mqueue");

	n += lines_of("/proc/sysvipc/shm") + lines_of("/proc/sysvipc/sem") +
	     lines_of("/proc/sysvipc/msg");
	while (waitpid(-1, NULL, WNOHANG) >= 0)
		n++;
	return n;
}

/* Whether the reason says which call failed, or how the program ended. */
static bool is_named(const char *reason, int err)
{
	static const char *const ends[] = {"killed by SIG", "ended with status",
					   "ended before", "cannot run", "left "};

	if (strstr(reason, strerrorname_np(err)) || strstr(reason, strerror(err)))
		return true;
	for (size_t i = 0; i < countof(ends); i++)
		if (strncmp(reason, ends[i], strlen(ends[i])) == 0)
			return true;
	/* What it found out by itself: that not all was done. */
	return strlen(reason) > 10;
}

static enum result judge(const struct rep_answer *a, int err, unsigned left)
{
	if (left)
		return LEFT;
	if (a->status == STATUS_OK)
		return UNHARMED;
	if (a->status == STATUS_SKIPPED)
		return SKIPPED;
	if (strncmp(a->reason, "still running", 13) == 0)
		return HUNG;
	return is_named(a->reason, err) ? NAMED : UNNAMED;
}

static void inject(const struct bench_info *b, const struct call *c, const struct way *w,
		   int err, const char *folder, unsigned counts[RESULTS])
{
	char *what =
		xformat("inject=%s:error=%s:when=%lu%s", c->name, strerrorname_np(err),
			w->late ? c->n / 2 + 1 : 1, w->once ? "" : "+");
	char *trace = xformat("trace=%s", c->name);
	const char *const prefix[] = {"strace", "-f",  "-qq", "-o", "/dev/null",
				      "-e",     trace, "-e",  what};
	unsigned before = leavings(folder);
	struct rep_answer a;

	run(b, prefix, countof(prefix), &a);
	enum result r = judge(&a, err, leavings(folder) != before);
	counts[r]++;
	printf("%-16s %-18s %-7s %-7s %s%s%s\n", b->name, c->name, w->name,
	       strerrorname_np(err), results[r], a.reason ? ": " : "",
	       a.reason ? a.reason : "");
	fflush(stdout);
	answer_free(&a);
	free(trace);
	free(what);
}

static bool is_spared(const char *name)
{
	for (size_t i = 0; i < countof(spared); i++)
		if (strcmp(spared[i], name) == 0)
			return true;
	return false;
}

static void try_bench(const struct bench_info *b, const char *folder,
		      unsigned counts[RESULTS])
{
	struct calls calls = {0};

	count_calls(b, folder, &calls);
	for (size_t i = 0; i < calls.n; i++) {
		if (is_spared(calls.v[i].name))
			continue;
		for (size_t w = 0; w < countof(ways); w++)
			for (const int *e = ways[w].errors; *e; e++)
				inject(b, &calls.v[i], &ways[w], *e, folder, counts);
	}
	calls_free(&calls);
}

static bool is_wanted(const char *name, char **names, int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return n == 0;
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/inject.XXXXXX", *error = NULL;
	unsigned counts[RESULTS] = {0};
	struct catalog all;

	if (argc < 2 || catalog_load(argv[1], &all, &error) < 0 || !mkdtemp(folder))
		fatal("usage: inject FOLDER [BENCHMARK]...: %s", error ? error : "");
	setenv("TMPDIR", folder, 1);
	for (size_t i = 0; i < all.n; i++)
		if (is_wanted(all.v[i].name, argv + 2, argc - 2))
			try_bench(&all.v[i], folder, counts);
	rmdir(folder);
	catalog_free(&all);
	for (size_t i = 0; i < RESULTS; i++)
		printf("%6u %s\n", counts[i], results[i]);
	return counts[UNNAMED] + counts[HUNG] + counts[LEFT] ? 1 : 0;
}
