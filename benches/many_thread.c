/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many creators that make threads at once: all in one process, or each in its own. */
#include <pthread.h>

#include "bench.h"
#include "part_crowd.h"
#include "part_life.h"

/* What it returns says that it ran, and for whom. */
static void *thread(void *status)
{
	return status;
}

static int live_once(struct run *run, void *status)
{
	pthread_t made;
	void *said;
	int err = pthread_create(&made, NULL, thread, status);

	if (err)
		return bench_fail(run, "pthread_create", err);
	err = pthread_join(made, &said);
	if (err)
		return bench_fail(run, "pthread_join", err);
	return said == status ? 0
			      : bench_fail(run, "the thread did not run to its end", 0);
}

static int work(struct run *run, unsigned self, uint64_t n)
{
	int err = 0;

	while (n-- && !err)
		err = live_once(run, (void *)(uintptr_t)(LIFE_STATUS + self));
	return err;
}

static int setup(struct run *run)
{
	static const struct crowd how = {.work = work};

	return crowd_setup(run, &how);
}

const struct bench bench = {
	.name = "many_thread",
	.brief = "pthread_create(3) and join by all tasks at once: one of any task",
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
