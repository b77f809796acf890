/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cache line on its way from one CPU to another: the least that telling takes. */
#include <stddef.h>

#include "bench.h"
#include "part_spin.h"
#include "part_task.h"

static uint32_t *turn; /* counts transfers; who finds its own number adds one */
static uint32_t done;  /* after the last sample */

static void answer(unsigned self)
{
	task_ready(self);
	for (uint32_t mine = 1; spin_until(turn, mine); mine += 2)
		__atomic_store_n(turn, mine + 1, __ATOMIC_RELEASE);
}

static int op(struct run *run, uint64_t n)
{
	uint32_t now = done;
	int err = 0;

	while (n-- && !err) {
		__atomic_store_n(turn, now + 1, __ATOMIC_RELEASE);
		now += 2;
		err = spin_alive_until(run, turn, now);
	}
	done = now;
	return err;
}

static int check(struct run *run)
{
	if (bench_one_cpu(run))
		return bench_fail(
			run,
			"place: tasks that spin for each other need a CPU each; use "
			"place=core",
			0);
	return 0;
}

static int setup(struct run *run)
{
	bench_scale(run, 2);
	turn = task_share(sizeof(*turn));
	return turn ? task_start(run, answer) : bench_fail(run, "mmap", errno);
}

const struct bench bench = {
	.name = "cacheline",
	.brief = "a word to and fro between two tasks that spin on it: one way",
	.family = "floor",
	.floor = "null",
	.place = "core",
	.parts = (const struct part *const[]){&task_part, NULL},
	.check = check,
	.setup = setup,
	.op = op,
};
