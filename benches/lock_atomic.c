/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An atomic addition: no lock in user space takes less. */
#include <stddef.h>

#include "bench.h"
#include "part_lock.h"

enum { SHARED, OWN };

/* Each task's own word. */
static struct {
	uint64_t sum;
} __attribute__((aligned(64))) * lines;

/* What goes beyond the quota is taken back, so that the sum proves that none was lost. */
static long add_to_shared(struct lock_work *w)
{
	uint64_t *sum = &w->data->counter, seen;

	do {
		seen = __atomic_fetch_add(sum, 1, __ATOMIC_SEQ_CST);
		w->done += seen < w->quota;
	} while (seen + 1 < w->quota);
	if (seen >= w->quota)
		__atomic_fetch_sub(sum, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static long add_to_own(struct lock_work *w)
{
	uint64_t *sum = &lines[w->self].sum, before = *sum;

	for (uint64_t n; (n = lock_claim(w)); w->done += n)
		for (uint64_t i = 0; i < n; i++)
			__atomic_fetch_add(sum, 1, __ATOMIC_SEQ_CST);
	w->wrong = *sum - before != w->done;
	return 0;
}

static int setup(struct run *run)
{
	static const struct lock hows[] = {
		[SHARED] = {.work = add_to_shared}, [OWN] = {.work = add_to_own}};

	lines = lock_memory(run, task_count() * sizeof(*lines));
	return lines ? lock_setup(run, &hows[bench_param(run, "line")]) : -ENOMEM;
}

static const struct param params[] = {
	{.name = "line",
	 .brief =
		 "whether all tasks add to one word, or each to one on a line of its own",
	 .type = PARAM_CHOICE,
	 .def = "shared",
	 .choices = (const struct choice[]){{"shared", SHARED}, {"private", OWN}, {0}}},
	{0},
};

const struct bench bench = {
	.name = "lock_atomic",
	.brief = "an atomic addition to a word in memory: no lock, but part of each",
	.family = "lock",
	.floor = "null",
	.base = "lock_atomic" LOCK_BASE "/line",
	.params = params,
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      NULL},
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
