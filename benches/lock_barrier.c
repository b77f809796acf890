/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libc's barrier: none goes on before all have come. */
#include <pthread.h>

#include "bench.h"
#include "part_lock.h"

/* How far each task is. */
struct step {
	uint64_t at;
} __attribute__((aligned(64)));

static pthread_barrier_t *barrier;
static struct step *steps;
static unsigned tasks;

/* The next task must have come to this crossing and cannot have left the one after it. Of
 * all, libc tells one in each crossing that it is the one: that one counts it. */
static long work(struct lock_work *w)
{
	uint64_t *next = &steps[(w->self + 1) % tasks].at;

	while (w->done < w->quota) {
		uint64_t here = ++w->done;

		__atomic_store_n(&steps[w->self].at, here, __ATOMIC_RELEASE);
		int err = pthread_barrier_wait(barrier);
		uint64_t there = __atomic_load_n(next, __ATOMIC_ACQUIRE);
		w->wrong += there != here && there != here + 1;
		if (err == PTHREAD_BARRIER_SERIAL_THREAD)
			w->data->counter++;
		else if (err)
			return -err;
	}
	return 0;
}

static int setup(struct run *run)
{
	static const struct lock how = {.work = work, .together = true};
	pthread_barrierattr_t attr;
	int err = pthread_barrierattr_init(&attr);

	tasks = task_count();
	barrier = lock_memory(run, sizeof(*barrier));
	steps = task_share(tasks * sizeof(*steps));
	if (!barrier || !steps)
		return bench_fail(run, "mmap", ENOMEM);
	if (!err)
		err = pthread_barrierattr_setpshared(
			&attr, lock_is_private() ? PTHREAD_PROCESS_PRIVATE
						 : PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_barrier_init(barrier, &attr, tasks);
	return err ? bench_fail(run, "pthread_barrier_init", err) : lock_setup(run, &how);
}

const struct bench bench = {
	.name = "lock_barrier",
	.brief = "pthread_barrier_wait: one crossing by all tasks",
	.family = "lock",
	.floor = "lock_atomic",
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_ring_part, &lock_part,
					      &lock_scope_part, NULL},
	.check = task_known_to_libc,
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
