/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into the driver by tests/mishaps: a wall clock that is stepped by $CLOCK_STEP
 * seconds after it was looked at $CLOCK_STEP_AFTER times. */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static time_t step(void)
{
	static long looks;
	const char *by = getenv("CLOCK_STEP"), *after = getenv("CLOCK_STEP_AFTER");

	return by && after && looks++ >= atol(after) ? (time_t)atol(by) : 0;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int (*real)(clockid_t, struct timespec *);

	*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	int err = real(id, t);
	if (!err && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		t->tv_sec += step();
	return err;
}

time_t time(time_t *to)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (to)
		*to = t.tv_sec;
	return t.tv_sec;
}

int gettimeofday(struct timeval *restrict to, void *restrict zone)
{
	struct timespec t;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &t);
	*to = (struct timeval){.tv_sec = t.tv_sec, .tv_usec = t.tv_nsec / 1000};
	return 0;
}
