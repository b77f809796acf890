/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many creators that start programs at once. */
#include <spawn.h>
#include <unistd.h>

#include "bench.h"
#include "part_crowd.h"
#include "part_exec.h"

static int work(struct run *run, unsigned self, uint64_t n)
{
	int err = 0;

	(void)self;
	while (n-- && !err) {
		pid_t pid;

		err = posix_spawn(&pid, exec_argv[0], NULL, NULL, exec_argv, environ);
		err = err ? bench_fail(run, "posix_spawn", err) : exec_reap(run, 0, pid);
	}
	return err;
}

static int setup(struct run *run)
{
	static const struct crowd how = {.work = work};

	return crowd_setup(run, &how);
}

const struct bench bench = {
	.name = "many_spawn",
	.brief = "posix_spawn(3) of a program that leaves at once, by all tasks at once: "
		 "one of any task",
	.family = "together",
	.place = "core",
	.gauges = crowd_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &crowd_part,
					      &exec_part, NULL},
	.check = task_known_to_libc,
	.setup = setup,
	.op = crowd_op,
	.reset = crowd_reset,
};
