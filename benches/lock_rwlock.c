/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libc's lock that many readers may hold at once, or one writer. */
#include <pthread.h>

#include "bench.h"
#include "part_lock.h"

static pthread_rwlock_t *rwlock;
static uint64_t percent; /* of acquisitions that are a writer's */

/* A reader must find the pair equal and unchanged while it holds the lock; a writer, its
 * own changes alone. */
static int once(struct lock_work *w, bool writes)
{
	volatile uint64_t *pair = w->data->pair;
	int err = writes ? pthread_rwlock_wrlock(rwlock) : pthread_rwlock_rdlock(rwlock);

	if (err)
		return err;
	uint64_t seen = pair[0] + writes;
	bool equal = pair[1] + writes == seen;
	if (writes)
		pair[0] = seen;
	lock_delay(w->hold);
	w->wrong += !equal || pair[0] != seen;
	if (writes)
		pair[1] = seen;
	err = pthread_rwlock_unlock(rwlock);
	lock_delay(w->pause);
	return err;
}

static long work(struct lock_work *w)
{
	uint64_t n, due = 0;
	int err = 0;

	while (!err && (n = lock_claim(w))) {
		w->done += n;
		while (n-- && !err) {
			due += percent;
			err = once(w, due >= 100);
			due -= due >= 100 ? 100 : 0;
		}
	}
	return -err;
}

static int setup(struct run *run)
{
	static const struct lock how = {.work = work};
	pthread_rwlockattr_t attr;
	int err = pthread_rwlockattr_init(&attr);

	percent = bench_param(run, "writes");
	rwlock = lock_memory(run, sizeof(*rwlock));
	if (!rwlock)
		return -ENOMEM;
	if (!err)
		err = pthread_rwlockattr_setpshared(
			&attr, lock_is_private() ? PTHREAD_PROCESS_PRIVATE
						 : PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_rwlock_init(rwlock, &attr);
	return err ? bench_fail(run, "pthread_rwlock_init", err) : lock_setup(run, &how);
}

static const struct param params[] = {
	{.name = "writes",
	 .brief = "how many of a task's acquisitions are to write, the others are to "
		  "read",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "%",
	 .max = 100},
	{0},
};

const struct bench bench = {
	.name = "lock_rwlock",
	.brief = "pthread_rwlock_rdlock or wrlock, and unlock, by one task or several",
	.family = "lock",
	.floor = "lock_atomic",
	.base = "lock_rwlock" LOCK_BASE "/writes/scope/hold/pause",
	.params = params,
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_section_part, &lock_scope_part, NULL},
	.check = task_known_to_libc,
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
