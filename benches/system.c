/* SPDX-License-Identifier: GPL-3.0-or-later */
/* system(3): a shell, its program, and the waiting, in one call of libc. */
#include <stdlib.h>

#include "bench.h"
#include "part_exec.h"
#include "part_life.h"
#include "part_parent.h"

static int op(struct run *run, uint64_t n)
{
	int err = 0;

	while (n-- && !err) {
		int status = system(exec_command);

		life_stamp(run, "reaped");
		err = status < 0 ? bench_fail(run, "system", errno)
				 : exec_check(run, status);
	}
	return err;
}

const struct bench bench = {
	.name = "system",
	.brief = "system(3): sh -c of a program that leaves at once",
	.family = "exec",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &exec_part, NULL},
	.phases = (const char *const[]){"image", "exit", "reaped", NULL},
	.setup = exec_need_shell,
	.op = op,
};
