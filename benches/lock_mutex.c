/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libc's mutex in its kinds: what most programs lock with. */
#include <pthread.h>

#include "bench.h"
#include "part_lock.h"

enum { NO, YES };

/* Not a kind that a mutex can be of: musl has none that spins first. */
#define NO_KIND UINT64_MAX
#ifdef __GLIBC__
#define ADAPTIVE PTHREAD_MUTEX_ADAPTIVE_NP
#else
#define ADAPTIVE NO_KIND
#endif

static pthread_mutex_t *mutex;

/* That a holder died is told by the signal of its death: until then the others go on. */
static long acquire(unsigned self)
{
	int err = pthread_mutex_lock(mutex);

	(void)self;
	return -(err == EOWNERDEAD ? pthread_mutex_consistent(mutex) : err);
}

static long release(unsigned self)
{
	(void)self;
	return -pthread_mutex_unlock(mutex);
}

static long work(struct lock_work *w)
{
	return lock_compete(w, acquire, release);
}

/* Only the plainest kinds do not care who their owner is. Of a holder that died libc
 * tells the next one if the mutex is robust; else that one waits for ever, or with
 * PTHREAD_PRIO_INHERIT fails an assertion, which leaves nobody to say why. */
static int check(struct run *run)
{
	uint64_t type = bench_param(run, "type"), inherit = bench_param(run, "protocol");
	bool robust = bench_param(run, "robust") == YES;
	bool plain = type == PTHREAD_MUTEX_NORMAL || type == ADAPTIVE;

	if (inherit && !robust && bench_param(run, "tasks") > 1)
		return bench_fail(
			run,
			"protocol: libc aborts if a task dies that holds a mutex "
			"of that kind; use robust=yes, too",
			0);
	if (plain && !robust && !inherit && !bench_param(run, "scope"))
		return 0;
	return task_known_to_libc(run);
}

static int make(struct run *run, pthread_mutexattr_t *attr)
{
	int err = pthread_mutexattr_settype(attr, (int)bench_param(run, "type"));

	if (!err)
		err = pthread_mutexattr_setpshared(
			attr, lock_is_private() ? PTHREAD_PROCESS_PRIVATE
						: PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_mutexattr_setrobust(attr, bench_param(run, "robust")
								? PTHREAD_MUTEX_ROBUST
								: PTHREAD_MUTEX_STALLED);
	if (!err)
		err = pthread_mutexattr_setprotocol(attr,
						    (int)bench_param(run, "protocol"));
	if (!err)
		err = pthread_mutex_init(mutex, attr);
	if (err == ENOTSUP)
		return bench_skip(run, "protocol: this kernel has no such futexes", err);
	return err ? bench_fail(run, "pthread_mutex_init", err) : 0;
}

static int setup(struct run *run)
{
	static const struct lock how = {.work = work};
	pthread_mutexattr_t attr;
	int err;

	if (bench_param(run, "type") == NO_KIND)
		return bench_skip(run, "type: this C library has no adaptive mutexes", 0);
	err = pthread_mutexattr_init(&attr);
	if (err)
		return bench_fail(run, "pthread_mutexattr_init", err);
	mutex = lock_memory(run, sizeof(pthread_mutex_t));
	err = mutex ? make(run, &attr) : -ENOMEM;
	pthread_mutexattr_destroy(&attr);
	return err ? err : lock_setup(run, &how);
}

static const struct param params[] = {
	{.name = "type",
	 .brief = "what it does when its holder locks it again, or how it waits",
	 .type = PARAM_CHOICE,
	 .def = "normal",
	 .choices = (const struct choice[]){{"normal", PTHREAD_MUTEX_NORMAL},
					    {"adaptive", ADAPTIVE},
					    {"recursive", PTHREAD_MUTEX_RECURSIVE},
					    {"errorcheck", PTHREAD_MUTEX_ERRORCHECK},
					    {0}}},
	{.name = "robust",
	 .brief = "whether it outlives the death of its holder",
	 .type = PARAM_CHOICE,
	 .def = "no",
	 .choices = (const struct choice[]){{"no", NO}, {"yes", YES}, {0}}},
	{.name = "protocol",
	 .brief = "whether its holder inherits the priority of those who wait; of "
		  "several tasks "
		  "with robust=yes only",
	 .type = PARAM_CHOICE,
	 .def = "none",
	 .choices = (const struct choice[]){{"none", PTHREAD_PRIO_NONE},
					    {"inherit", PTHREAD_PRIO_INHERIT},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "lock_mutex",
	.brief = "pthread_mutex_lock and unlock, by one task or by several that compete",
	.family = "lock",
	.floor = "lock_atomic",
	.base = "lock_mutex" LOCK_BASE "/type/robust/protocol/scope/hold/pause",
	.params = params,
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_section_part, &lock_scope_part, NULL},
	.check = check,
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
