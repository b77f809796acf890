/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gaps in time: a machine that was suspended or paused, or who watches a program was
 * stopped along with it. */
#ifndef LWP_GAP_H
#define LWP_GAP_H

#include <stdbool.h>

/* One moment by two clocks, of which only the second goes on in a suspended machine. */
struct gap_moment {
	double monotonic_s, boottime_s;
};

/* What was lost, in seconds. */
struct gap {
	double suspended_s;
	double stalled_s; /* nothing of ours ran, though the clock did */
};

void gap_now(struct gap_moment *now);
/* Adds what was lost between two moments, of which the second should have come at most
 * `nap_s` after the first. */
void gap_between(const struct gap_moment *a, const struct gap_moment *b, double nap_s,
		 struct gap *sum);
bool gap_seen(const struct gap *gap);
/* Such a gap in words; caller frees. */
char *gap_words(const struct gap *gap);

#endif
