/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pthread_create(3): the thread of every textbook, with all that libc adds to clone. */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_life.h"
#include "part_parent.h"

enum { JOIN, DETACH };

static struct run *the_run;
static uint64_t how; /* JOIN or DETACH */
static pthread_attr_t attr;
static pthread_t threads[LIFE_BURST];
static uint32_t done[LIFE_BURST]; /* what a detached thread says before it leaves */
static int resident;              /* count_threads() outside an op */

static void *joined_thread(void *unused)
{
	(void)unused;
	life_stamp(the_run, "child");
	life_stamp(the_run, "exit");
	return (void *)(uintptr_t)LIFE_STATUS;
}

static void *detached_thread(void *at)
{
	uint32_t *word = at;

	life_stamp(the_run, "child");
	life_stamp(the_run, "exit");
	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	return NULL;
}

static int create_joined(struct run *run, unsigned slot)
{
	int err = pthread_create(&threads[slot], &attr, joined_thread, NULL);

	return err ? bench_fail(run, "pthread_create", err) : 0;
}

static int create_detached(struct run *run, unsigned slot)
{
	done[slot] = 0;
	int err = pthread_create(&threads[slot], &attr, detached_thread, &done[slot]);

	return err ? bench_fail(run, "pthread_create", err) : 0;
}

static int join(struct run *run, unsigned slot, pid_t unused)
{
	void *status;
	int err = pthread_join(threads[slot], &status);

	(void)unused;
	if (err)
		return bench_fail(run, "pthread_join", err);
	if ((uintptr_t)status != LIFE_STATUS)
		return bench_fail(run, "the thread did not run to its end", 0);
	return 0;
}

static int await_detached(struct run *run, unsigned slot, pid_t unused)
{
	(void)unused;
	while (!__atomic_load_n(&done[slot], __ATOMIC_ACQUIRE)) {
		long err = syscall(SYS_futex, &done[slot], FUTEX_WAIT_PRIVATE, 0, NULL,
				   NULL, 0);

		if (err < 0 && errno != EAGAIN && errno != EINTR)
			return bench_fail(run, "futex", errno);
	}
	return 0;
}

static int op(struct run *run, uint64_t n)
{
	static const struct life lives[] = {
		[JOIN] = {create_joined, join},
		[DETACH] = {create_detached, await_detached},
	};

	return life_repeat(run, &lives[how], n);
}

/* A detached thread has said that it is done, but it may still be leaving. */
static int reset(struct run *run)
{
	return life_await_threads(run, resident);
}

static int setup(struct run *run)
{
	uint64_t stack = bench_param(run, "stack");
	int err = pthread_attr_init(&attr);

	the_run = run;
	how = bench_param(run, "join");
	if (!err && how == DETACH)
		err = pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (err)
		return bench_fail(run, "pthread attributes", err);
	if (stack && (err = pthread_attr_setstacksize(&attr, stack)))
		return bench_fail(run, "stack: less than a thread needs", err);
	if ((err = pthread_attr_setguardsize(&attr, bench_param(run, "guard"))))
		return bench_fail(run, "guard", err);
	resident = life_count_threads(run);
	return resident < 0 ? resident : 0;
}

static const struct param params[] = {
	{.name = "join",
	 .brief = "how the thread ends: joined, or detached and awaited",
	 .type = PARAM_CHOICE,
	 .def = "join",
	 .choices = (const struct choice[]){{"join", JOIN}, {"detach", DETACH}, {0}}},
	{.name = "stack",
	 .brief = "size of the thread's stack; 0 is libc's default",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "bytes",
	 .max = INT64_C(1) << 40},
	{.name = "guard",
	 .brief = "size of the guard below the stack, rounded up to pages",
	 .type = PARAM_INT,
	 .def = "4K",
	 .unit = "bytes",
	 .max = INT64_C(1) << 40},
	{0},
};

const struct bench bench = {
	.name = "pthread_create",
	.brief = "pthread_create(3); the thread returns at once and is joined",
	.family = "creation",
	.floor = "getpid",
	.params = params,
	.parts = (const struct part *const[]){&parent_part, &life_part, NULL},
	.phases = life_phases,
	.setup = setup,
	.op = op,
	.reset = reset,
};
