/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vfork(2) and execve(2): nothing of the parent is copied, but it stands still until the
 * exec. */
#include <unistd.h>

#include "bench.h"
#include "part_exec.h"
#include "part_life.h"
#include "part_parent.h"

/* Called through a pointer, so that the child shares a frame with nothing but this. */
static int create(struct run *run, unsigned slot)
{
	pid_t pid = vfork();

	(void)slot;
	if (pid == 0)
		exec_target(run);
	return pid < 0 ? bench_fail(run, "vfork", errno) : pid;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, exec_reap};

	return life_repeat(run, &life, n);
}

const struct bench bench = {
	.name = "vfork_exec",
	.brief = "vfork(2), then execve(2) of a program that leaves at once",
	.family = "exec",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &life_part, &exec_part, NULL},
	.phases =
		(const char *const[]){"return", "child", "image", "exit", "reaped", NULL},
	.op = op,
};
