/* SPDX-License-Identifier: GPL-3.0-or-later */
/* posix_spawn(3): libc creates the child as vfork does and execs in it. */
#include <spawn.h>
#include <unistd.h>

#include "bench.h"
#include "part_exec.h"
#include "part_life.h"
#include "part_parent.h"

static int create(struct run *run, unsigned slot)
{
	pid_t pid;
	int err = posix_spawn(&pid, exec_argv[0], NULL, NULL, exec_argv, environ);

	(void)slot;
	return err ? bench_fail(run, "posix_spawn", err) : pid;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, exec_reap};

	return life_repeat(run, &life, n);
}

const struct bench bench = {
	.name = "posix_spawn",
	.brief = "posix_spawn(3) of a program that leaves at once",
	.family = "exec",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &life_part, &exec_part, NULL},
	.phases = (const char *const[]){"return", "image", "exit", "reaped", NULL},
	.op = op,
};
