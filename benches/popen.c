/* SPDX-License-Identifier: GPL-3.0-or-later */
/* popen(3) and pclose(3): as system(3), with a pipe and a stream in between. */
#include <stdio.h>

#include "bench.h"
#include "part_exec.h"
#include "part_life.h"
#include "part_parent.h"

static int op(struct run *run, uint64_t n)
{
	int err = 0;

	while (n-- && !err) {
		FILE *stream = popen(exec_command, "re");

		life_stamp(run, "return");
		if (!stream)
			return bench_fail(run, "popen", errno);
		int status = pclose(stream);
		life_stamp(run, "reaped");
		err = status < 0 ? bench_fail(run, "pclose", errno)
				 : exec_check(run, status);
	}
	return err;
}

const struct bench bench = {
	.name = "popen",
	.brief = "popen(3) and pclose(3): sh -c of a program that leaves at once, with a "
		 "pipe",
	.family = "exec",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &exec_part, NULL},
	.phases = (const char *const[]){"return", "image", "exit", "reaped", NULL},
	.setup = exec_need_shell,
	.op = op,
};
