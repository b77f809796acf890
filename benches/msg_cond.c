/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in shared memory, announced through condition variables. */
#include <pthread.h>
#include <time.h>

#include "bench.h"
#include "part_talk.h"

struct gate {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool open, closing;
};

/* For processes whatever the kind: all do the same. */
static int make(struct gate *gate)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t cond;
	int err = pthread_mutexattr_init(&mutex);

	if (!err)
		err = pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_mutex_init(&gate->mutex, &mutex);
	if (!err)
		err = pthread_condattr_init(&cond);
	if (!err)
		err = pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_cond_init(&gate->cond, &cond);
	return err;
}

static bool made;

static int make_gates(struct run *run, uint64_t size)
{
	_Static_assert(sizeof(struct gate) <= TALK_SHARED, "a gate fits");
	int err = 0;

	(void)size;
	for (unsigned i = 0; i < 2 && !err; i++)
		err = make(talk_shared(i));
	made = !err;
	return err ? bench_fail(run, "a condition variable for processes", err) : 0;
}

static long let_through(unsigned to)
{
	struct gate *gate = talk_shared(to);
	int err = pthread_mutex_lock(&gate->mutex);

	if (err)
		return -err;
	gate->open = true;
	err = pthread_cond_signal(&gate->cond);
	pthread_mutex_unlock(&gate->mutex);
	return -err;
}

static long go_through(unsigned self)
{
	struct gate *gate = talk_shared(self);
	int err = pthread_mutex_lock(&gate->mutex);

	if (err)
		return -err;
	while (!gate->open && !gate->closing && !err)
		err = pthread_cond_wait(&gate->cond, &gate->mutex);
	if (!err && !gate->open)
		err = EINTR;
	gate->open = false;
	pthread_mutex_unlock(&gate->mutex);
	return -err;
}

/* No signal ends the peer's wait. It may be dead and hold the mutex, but not for long. */
static void wake_peer(struct run *run)
{
	struct gate *gate = talk_shared(1);
	struct timespec until;

	if (!made || task_alive(run) < 0 || clock_gettime(CLOCK_REALTIME, &until) < 0)
		return;
	until.tv_sec++;
	if (pthread_mutex_timedlock(&gate->mutex, &until) != 0)
		return;
	gate->closing = true;
	pthread_cond_signal(&gate->cond);
	pthread_mutex_unlock(&gate->mutex);
}

static int setup(struct run *run)
{
	static const struct talk conds = {
		.open = make_gates, .wake = let_through, .wait = go_through};

	return talk_setup(run, &conds);
}

const struct bench bench = {
	.name = "msg_cond",
	.brief = "a message in shared memory and one back, announced by condition "
		 "variables: one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.check = task_known_to_libc,
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
	.teardown = wake_peer,
};
