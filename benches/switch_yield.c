/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that are all runnable and give up their one CPU to each other: no sleep, no
 * wake-up. */
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_ring.h"

static long give(unsigned to)
{
	__atomic_store_n(ring_word(to), 1, __ATOMIC_RELEASE);
	return 0;
}

/* Yields before it looks, so that one alone does the same calls. */
static long take(unsigned self)
{
	uint32_t *word = ring_word(self);

	do {
		long ret = arch_call(SYS_sched_yield, 0, 0, 0, 0);

		if (ret < 0)
			return ret;
		if (task_told())
			return -EINTR;
	} while (!__atomic_load_n(word, __ATOMIC_ACQUIRE));
	__atomic_store_n(word, 0, __ATOMIC_RELAXED);
	return 0;
}

static int check(struct run *run)
{
	if (!bench_one_cpu(run))
		return bench_fail(
			run,
			"place: a yield switches only between tasks on one CPU; "
			"use place=same",
			0);
	if (bench_param(run, "tasks") > 2)
		return bench_fail(
			run,
			"tasks: of more than 2 that yield, the scheduler may pick "
			"one without the token",
			0);
	return 0;
}

static int setup(struct run *run)
{
	static const struct ring yields = {.send = give, .receive = take, .yields = true};

	return ring_setup(run, &yields);
}

const struct bench bench = {
	.name = "switch_yield",
	.brief = "a word in shared memory goes round a ring of tasks that yield: one "
		 "hand-over",
	.family = "switch",
	.floor = "getpid",
	.base = "switch_yield" RING_BASE,
	.parts = (const struct part *const[]){&task_part, &task_ring_part, &ring_part,
					      NULL},
	.check = check,
	.setup = setup,
	.op = ring_op,
	.reset = ring_reset,
};
