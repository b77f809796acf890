/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in shared memory, announced through POSIX semaphores. */
#include <semaphore.h>
#include <stddef.h>

#include "bench.h"
#include "part_talk.h"

/* For processes whatever the kind: all do the same. */
static int open_semaphores(struct run *run, uint64_t size)
{
	_Static_assert(sizeof(sem_t) <= TALK_SHARED, "a semaphore fits");

	(void)size;
	for (unsigned i = 0; i < 2; i++)
		if (sem_init(talk_shared(i), 1, 0) < 0)
			return bench_fail(run, "sem_init", errno);
	return 0;
}

static long post(unsigned to)
{
	return sem_post(talk_shared(to)) < 0 ? -errno : 0;
}

static long await(unsigned self)
{
	return sem_wait(talk_shared(self)) < 0 ? -errno : 0;
}

static int setup(struct run *run)
{
	static const struct talk sems = {
		.open = open_semaphores, .wake = post, .wait = await};

	return talk_setup(run, &sems);
}

const struct bench bench = {
	.name = "msg_sem",
	.brief = "a message in shared memory and one back, announced by POSIX "
		 "semaphores: one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.check = task_known_to_libc,
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
