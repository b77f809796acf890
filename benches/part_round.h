/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rounds: in each, all tasks together do the operations of one sample. */
#ifndef LWP_PART_ROUND_H
#define LWP_PART_ROUND_H

#include "bench.h"
#include "part_task.h"

/* Calls return 0 or -errno; in a peer an error ends the rep. */
struct round {
	const char *what;             /* to blame, if nobody said why a call failed */
	long (*enter)(unsigned self); /* in each task, untimed; NULL: needs none */
	/* Operations until the quota is used up; how many of them it did into *done. */
	long (*work)(unsigned self, uint64_t *done);
	long (*tidy)(unsigned self); /* in each task, for round_tidy */
};

/* The gauges least and most; ends with {0}. */
extern const struct gauge round_gauges[];

/* The setup of a part, after task_crew_part or task_ring_part. */
int round_prepare(struct run *run);
/* The end of a benchmark's setup: starts its tasks. A sample lasts long enough for all
 * tasks to take turns, where its ops are the pilot's to find. */
int round_setup(struct run *run, const struct round *how);
/* A benchmark's op. */
int round_op(struct run *run, uint64_t n);
/* In reset: how many operations all tasks counted in the last round, by which it sets the
 * gauges. */
uint64_t round_sum(struct run *run);
/* In reset: every task tidies up; returns once all have. */
int round_tidy(struct run *run);
/* How many operations all tasks are to do in this round, or did in the last. */
uint64_t round_quota(void);
/* Takes the next operations out of the quota, a few at a time: how many; 0: all done. */
uint64_t round_claim(void);

#endif
