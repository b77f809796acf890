/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libc's spinlock: who waits does not sleep. */
#include <pthread.h>

#include "bench.h"
#include "part_lock.h"

static pthread_spinlock_t *spin;

static long acquire(unsigned self)
{
	(void)self;
	return -pthread_spin_lock(spin);
}

static long release(unsigned self)
{
	(void)self;
	return -pthread_spin_unlock(spin);
}

static long work(struct lock_work *w)
{
	return lock_compete(w, acquire, release);
}

static int setup(struct run *run)
{
	static const struct lock how = {.work = work};

	spin = lock_memory(run, sizeof(int));
	if (!spin)
		return -ENOMEM;
	int err = pthread_spin_init(spin, PTHREAD_PROCESS_SHARED);
	return err ? bench_fail(run, "pthread_spin_init", err) : lock_setup(run, &how);
}

const struct bench bench = {
	.name = "lock_spin",
	.brief = "pthread_spin_lock and unlock; on one CPU who waits spins until its "
		 "turn ends",
	.family = "lock",
	.floor = "lock_atomic",
	.base = "lock_spin" LOCK_BASE "/hold/pause",
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_section_part, NULL},
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
