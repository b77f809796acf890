/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Condition variables: tasks that take turns, each telling the next. */
#include <pthread.h>

#include "bench.h"
#include "part_lock.h"

/* One condition a task, so that each signal wakes the one that it is for. */
struct turns {
	pthread_mutex_t mutex __attribute__((aligned(64)));
	struct {
		pthread_cond_t mine;
	} __attribute__((aligned(64))) task[TASK_MAX];
};

static struct turns *turns;
static unsigned tasks;

/* Waits for its turn, takes it and ends it; at the end of the quota each tells the next
 * to leave. *seen: the turn, counted from 0. */
static int take_turn(struct lock_work *w, uint64_t *seen)
{
	volatile uint64_t *turn = &w->data->counter;
	int err = pthread_mutex_lock(&turns->mutex);

	if (err)
		return err;
	while (!err && *turn < w->quota && *turn % tasks != w->self)
		err = pthread_cond_wait(&turns->task[w->self].mine, &turns->mutex);
	if (err)
		return err;
	*seen = *turn;
	if (*seen < w->quota) {
		*turn = *seen + 1;
		w->done++;
	}
	err = pthread_mutex_unlock(&turns->mutex);
	return err ? err : pthread_cond_signal(&turns->task[(w->self + 1) % tasks].mine);
}

static long work(struct lock_work *w)
{
	uint64_t seen;
	int err;

	do
		err = take_turn(w, &seen);
	while (!err && seen + 1 < w->quota);
	return -err;
}

static int make(int scope)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t cond;
	int err = pthread_mutexattr_init(&mutex);

	if (!err)
		err = pthread_condattr_init(&cond);
	if (!err)
		err = pthread_mutexattr_setpshared(&mutex, scope);
	if (!err)
		err = pthread_condattr_setpshared(&cond, scope);
	if (!err)
		err = pthread_mutex_init(&turns->mutex, &mutex);
	for (unsigned i = 0; i < tasks && !err; i++)
		err = pthread_cond_init(&turns->task[i].mine, &cond);
	return err;
}

static int setup(struct run *run)
{
	static const struct lock how = {.work = work};

	tasks = task_count();
	turns = lock_memory(run, sizeof(*turns));
	if (!turns)
		return -ENOMEM;
	int err = make(lock_is_private() ? PTHREAD_PROCESS_PRIVATE
					 : PTHREAD_PROCESS_SHARED);
	return err ? bench_fail(run, "pthread_cond_init", err) : lock_setup(run, &how);
}

const struct bench bench = {
	.name = "lock_cond",
	.brief = "lock, wait for one's turn, unlock, signal the next task: one turn; "
		 "alone it signals nobody",
	.family = "lock",
	.floor = "lock_atomic",
	.base = "lock_cond" LOCK_BASE "/scope",
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_scope_part, NULL},
	.check = task_known_to_libc,
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
