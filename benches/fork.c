/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fork(2), the process of every textbook: all of the parent is copied or marked for
 * copying. */
#include <unistd.h>

#include "bench.h"
#include "part_life.h"
#include "part_parent.h"

static int create(struct run *run, unsigned slot)
{
	pid_t pid = fork();

	(void)slot;
	if (pid == 0)
		life_child(run);
	return pid < 0 ? bench_fail(run, "fork", errno) : pid;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, life_reap};

	return life_repeat(run, &life, n);
}

const struct bench bench = {
	.name = "fork",
	.brief = "fork(2) of libc; the child exits at once and is reaped",
	.family = "creation",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &life_part, NULL},
	.phases = life_phases,
	.op = op,
};
