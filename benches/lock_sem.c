/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A POSIX semaphore as a lock. */
#include <semaphore.h>
#include <stddef.h>

#include "bench.h"
#include "part_lock.h"

static sem_t *sem;

static long acquire(unsigned self)
{
	(void)self;
	return sem_wait(sem) < 0 ? -errno : 0;
}

static long release(unsigned self)
{
	(void)self;
	return sem_post(sem) < 0 ? -errno : 0;
}

static long work(struct lock_work *w)
{
	return lock_compete(w, acquire, release);
}

static int setup(struct run *run)
{
	static const struct lock how = {.work = work};

	sem = lock_memory(run, sizeof(*sem));
	if (!sem)
		return -ENOMEM;
	if (sem_init(sem, !lock_is_private(), 1) < 0)
		return bench_fail(run, "sem_init", errno);
	return lock_setup(run, &how);
}

const struct bench bench = {
	.name = "lock_sem",
	.brief = "sem_wait and sem_post of a POSIX semaphore of 1 as a lock",
	.family = "lock",
	.floor = "lock_atomic",
	.base = "lock_sem" LOCK_BASE "/scope/hold/pause",
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_section_part, &lock_scope_part, NULL},
	.check = task_known_to_libc,
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
