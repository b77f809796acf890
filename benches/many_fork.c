/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many creators that fork at once: what they share slows each other down. */
#include <unistd.h>

#include "bench.h"
#include "part_crowd.h"
#include "part_life.h"

static int work(struct run *run, unsigned self, uint64_t n)
{
	int err = 0;

	(void)self;
	while (n-- && !err) {
		pid_t pid = fork();

		if (pid == 0)
			life_child(run);
		err = pid < 0 ? bench_fail(run, "fork", errno) : life_reap(run, 0, pid);
	}
	return err;
}

static int setup(struct run *run)
{
	static const struct crowd how = {.work = work};

	return crowd_setup(run, &how);
}

const struct bench bench = {
	.name = "many_fork",
	.brief = "fork(2) by all tasks at once; each reaps its children: one of any task",
	.family = "together",
	.place = "core",
	.gauges = crowd_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &crowd_part,
					      NULL},
	.check = task_known_to_libc,
	.setup = setup,
	.op = crowd_op,
	.reset = crowd_reset,
};
