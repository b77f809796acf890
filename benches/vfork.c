/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vfork(2): the child borrows the parent's memory while the parent stands still. */
#include <unistd.h>

#include "bench.h"
#include "part_life.h"
#include "part_parent.h"

/* Called through a pointer, so that the child shares a frame with nothing but this. */
static int create(struct run *run, unsigned slot)
{
	pid_t pid = vfork();

	(void)slot;
	if (pid == 0)
		life_child(run);
	return pid < 0 ? bench_fail(run, "vfork", errno) : pid;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, life_reap};

	return life_repeat(run, &life, n);
}

const struct bench bench = {
	.name = "vfork",
	.brief = "vfork(2); the child exits at once, the parent stands still until then",
	.family = "creation",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &life_part, NULL},
	.phases = life_phases,
	.op = op,
};
