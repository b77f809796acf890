/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shell that runs one program: what sh -c costs on top of the program. */
#include <spawn.h>
#include <unistd.h>

#include "bench.h"
#include "part_exec.h"
#include "part_life.h"
#include "part_parent.h"

static int create(struct run *run, unsigned slot)
{
	static char shell[] = "sh", option[] = "-c";
	char *const argv[] = {shell, option, exec_command, NULL};
	pid_t pid;
	int err = posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ);

	(void)slot;
	return err ? bench_fail(run, "posix_spawn", err) : pid;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, exec_reap};

	return life_repeat(run, &life, n);
}

const struct bench bench = {
	.name = "sh",
	.brief = "posix_spawn(3) of /bin/sh -c PROGRAM; the program leaves at once",
	.family = "exec",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &life_part, &exec_part, NULL},
	.phases = (const char *const[]){"return", "image", "exit", "reaped", NULL},
	.setup = exec_need_shell,
	.op = op,
};
