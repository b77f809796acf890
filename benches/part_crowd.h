/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that ask the kernel for the same thing at the same time: what they get done
 * together. */
#ifndef LWP_PART_CROWD_H
#define LWP_PART_CROWD_H

#include "bench.h"
#include "part_task.h"

/* Calls return 0 or what bench_fail does, which in a peer, too, ends the rep. */
struct crowd {
	int (*enter)(struct run *run, unsigned self); /* in each task; NULL: needs none */
	int (*work)(struct run *run, unsigned self, uint64_t n); /* n operations */
	/* In each task, untimed after each sample: proves its work; NULL: needs none. */
	int (*tidy)(struct run *run, unsigned self);
};

/* The gauges least and most; a benchmark has crowd_gauges as its own. After
 * task_crew_part. */
extern const struct part crowd_part;
/* The gauge cpu; ends with {0}. */
extern const struct gauge crowd_gauges[];

/* The hooks of a benchmark. An operation is one of any task: ns/op is what one takes
 * while all work, 1 / throughput. One call of op makes as many as there are tasks. */
int crowd_setup(struct run *run, const struct crowd *how);
int crowd_op(struct run *run, uint64_t n);
int crowd_reset(struct run *run);

#endif
