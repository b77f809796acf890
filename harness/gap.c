/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells from clocks whether time was lost between two looks at them. */
#include "gap.h"

#include <time.h>

#include "util.h"

/* A busy machine makes one wait, too; it takes a very busy one to make it that long. */
static const double least_stall_s = 1;
/* The clocks are read one after the other. */
static const double least_suspend_s = 0.1;

static double read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void gap_now(struct gap_moment *now)
{
	now->monotonic_s = read_clock(CLOCK_MONOTONIC);
	now->boottime_s = read_clock(CLOCK_BOOTTIME);
}

void gap_between(const struct gap_moment *a, const struct gap_moment *b, double nap_s,
		 struct gap *sum)
{
	double ran_s = b->monotonic_s - a->monotonic_s;
	double suspended_s = b->boottime_s - a->boottime_s - ran_s;
	double stalled_s = ran_s - (nap_s > 0 ? nap_s : 0);

	if (suspended_s > least_suspend_s)
		sum->suspended_s += suspended_s;
	if (stalled_s > least_stall_s)
		sum->stalled_s += stalled_s;
}

bool gap_seen(const struct gap *gap)
{
	return gap->suspended_s > 0 || gap->stalled_s > 0;
}

char *gap_words(const struct gap *gap)
{
	if (gap->stalled_s <= 0)
		return xformat("the machine was suspended for %.4g s", gap->suspended_s);
	if (gap->suspended_s <= 0)
		return xformat("nothing of it ran for %.4g s: stopped, or the machine "
			       "paused",
			       gap->stalled_s);
	return xformat("the machine was suspended for %.4g s, and paused for %.4g s",
		       gap->suspended_s, gap->stalled_s);
}
