/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A region of private memory, written to a page at a time, and what the kernel did for
 * that. */
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "part_pages.h"
#include "part_room.h"
#include "part_text.h"

/* Others than those of the region: of the stack, of what the runtime writes. */
enum { FEW = 16 };

/* What stands at each page's beginning, the page's number added, and at its end: a copy
 * of a page has both. */
static const struct {
	uint64_t head, tail;
} marks[] = {
	[PAGES_FIRST] = {UINT64_C(2) << 32, 0},
	[PAGES_OLD] = {UINT64_C(1) << 32, 3},
	[PAGES_NEW] = {UINT64_C(2) << 32, 3},
};

static const char huge_size_file[] = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";

static char *region;
static uint64_t pages, page, stride;
static uint64_t huge; /* bytes of a huge page, 0: small ones were asked for */

static const struct gauge gauges[] = {
	{"faults", "faults/op", "page faults of the task that writes"},
	{0},
};

static uint64_t size(void)
{
	return pages * page;
}

/* The words of page i that are written, first and last. */
static uint64_t *head(uint64_t i)
{
	return (uint64_t *)(region + i * page);
}

static uint64_t *tail(uint64_t i)
{
	return (uint64_t *)(region + (i + 1) * page - sizeof(uint64_t));
}

/* New page tables and all: what went before leaves nothing in the new region. */
int pages_map(struct run *run)
{
	if (mmap(region, size(), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		return bench_fail(run, "pages: mmap", errno);
	if (huge && madvise(region, size(), MADV_HUGEPAGE) < 0)
		return bench_skip(run, "huge: madvise MADV_HUGEPAGE", errno);
	/* EINVAL: a kernel without huge pages gives none anyway. */
	if (!huge && madvise(region, size(), MADV_NOHUGEPAGE) < 0 && errno != EINVAL)
		return bench_fail(run, "madvise MADV_NOHUGEPAGE", errno);
	return 0;
}

int pages_check_huge(struct run *run)
{
	static const char rollup[] = "/proc/self/smaps_rollup";
	uint64_t kib;

	if (!huge)
		return 0;
	int err = text_find(rollup, "AnonHugePages:", &kib);
	if (err)
		return bench_fail(run, rollup, -err);
	if (kib >= size() / 1024)
		return 0;
	return bench_skip(run,
			  "huge: the kernel gave other than huge pages; see "
			  "/sys/kernel/mm/transparent_hugepage/enabled",
			  0);
}

int pages_fill(struct run *run)
{
	for (uint64_t i = 0; i < pages; i++) {
		*head(i) = marks[PAGES_OLD].head + i;
		*tail(i) = marks[PAGES_OLD].tail;
	}
	return pages_check_huge(run);
}

static uint64_t faults_so_far(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_THREAD, &usage) < 0)
		return PAGES_UNKNOWN;
	return (uint64_t)usage.ru_minflt + (uint64_t)usage.ru_majflt;
}

uint64_t pages_walk(void)
{
	uint64_t before = faults_so_far();

	for (uint64_t i = 0, n = 0; n < pages; n++) {
		*(volatile uint64_t *)head(i) = marks[PAGES_NEW].head + i;
		i += stride;
		i -= i >= pages ? pages : 0;
	}
	uint64_t after = faults_so_far();
	return before == PAGES_UNKNOWN || after == PAGES_UNKNOWN ? PAGES_UNKNOWN
								 : after - before;
}

uint64_t pages_other(enum pages_state state)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < pages; i++)
		n += *head(i) != marks[state].head + i || *tail(i) != marks[state].tail;
	return n;
}

int pages_count(struct run *run, uint64_t faults, enum pages_faults want)
{
	/* NUMA balancing and the like may add some of their own. */
	uint64_t more = pages / 64 + FEW;
	uint64_t least = want == PAGES_EACH && !huge ? pages : 0;
	uint64_t most = want == PAGES_NONE            ? more
			: want == PAGES_EACH && !huge ? pages + more
						      : UINT64_MAX;
	char what[JOB_TEXT], *end;

	if (faults == PAGES_UNKNOWN)
		return bench_fail(run, "getrusage", errno);
	bench_gauge(run, &gauges[0], faults);
	if (faults >= least && faults <= most)
		return 0;
	end = text_put_uint(text_put(what, "the kernel counted "), faults);
	end = text_put_uint(text_put(end, " page faults for "), pages);
	text_put(end, want == PAGES_NONE ? " pages that need none" : " pages");
	return bench_fail(run, what, 0);
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	return b ? common_divisor(b, a % b) : a;
}

/*
 * Scattered goes round and round the region in steps of its golden section: that visits
 * every page once and never one near the last few, at the price of an addition, as in
 * order, whose step is 1.
 */
static uint64_t choose_stride(bool scattered)
{
	uint64_t step = scattered ? pages - pages * 382 / 1000 : 1;

	while (common_divisor(step, pages) != 1)
		step++;
	return step;
}

/* The region, and a child's copy of it. */
static int check_room(struct run *run)
{
	struct room room;
	char what[JOB_TEXT];

	room_memory(&room);
	if (room.n / 2 >= size())
		return 0;
	text_put(text_put(what, "pages: they and a copy of them take more than "),
		 room.limit);
	return bench_skip(run, what, 0);
}

static int choose_huge(struct run *run)
{
	huge = 0;
	int err = bench_param(run, "huge") ? text_find(huge_size_file, "", &huge) : 0;
	if (err)
		return bench_skip(run, "huge: this kernel has no transparent huge pages",
				  err == -ENOENT ? 0 : -err);
	if (huge && size() % huge)
		return bench_skip(
			run, "huge: pages is no multiple of what a huge page has", 0);
	return 0;
}

static int setup(struct run *run)
{
	page = (uint64_t)sysconf(_SC_PAGESIZE);
	pages = bench_param(run, "pages");
	stride = choose_stride(bench_param(run, "order"));
	bench_scale(run, (uint32_t)pages);
	int err = choose_huge(run);
	if (!err)
		err = check_room(run);
	if (err)
		return err;
	region = mmap(NULL, size() + huge, PROT_NONE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (region == MAP_FAILED)
		return bench_fail(run, "pages: mmap", errno);
	region += huge ? -(uintptr_t)region & (huge - 1) : 0;
	return 0;
}

static const struct param params[] = {
	{.name = "pages",
	 .brief = "size of the region",
	 .type = PARAM_INT,
	 .def = "1024",
	 .unit = "pages",
	 .min = 512, /* fewer are nothing beside what begins and ends a sample */
	 .max = 1 << 24},
	{.name = "order",
	 .brief = "in which the pages are written to",
	 .type = PARAM_CHOICE,
	 .def = "sequential",
	 .choices = (const struct choice[]){{"sequential", 0}, {"scattered", 1}, {0}}},
	{.name = "huge",
	 .brief = "whether the region begins as transparent huge pages",
	 .type = PARAM_CHOICE,
	 .def = "no",
	 .choices = (const struct choice[]){{"no", 0}, {"yes", 1}, {0}}},
	{0},
};

const struct part pages_part = {.params = params, .gauges = gauges, .setup = setup};
