/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fork(2) and execve(2): what the parent's memory is copied for is thrown away at once.
 */
#include <unistd.h>

#include "bench.h"
#include "part_exec.h"
#include "part_life.h"
#include "part_parent.h"

static int create(struct run *run, unsigned slot)
{
	pid_t pid = fork();

	(void)slot;
	if (pid == 0)
		exec_target(run);
	return pid < 0 ? bench_fail(run, "fork", errno) : pid;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, exec_reap};

	return life_repeat(run, &life, n);
}

const struct bench bench = {
	.name = "fork_exec",
	.brief = "fork(2), then execve(2) of a program that leaves at once",
	.family = "exec",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &life_part, &exec_part, NULL},
	.phases =
		(const char *const[]){"return", "child", "image", "exit", "reaped", NULL},
	.op = op,
};
