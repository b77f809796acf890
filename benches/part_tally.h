/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A count that one task raises and another waits for, asleep only if that takes long. */
#ifndef LWP_PART_TALLY_H
#define LWP_PART_TALLY_H

#include "bench.h"

/* Lies in memory that both tasks share, on a line of its own; begins as zeros. */
struct tally {
	uint32_t value;
	uint32_t asleep; /* whether somebody may have to be woken */
};

/* In setup, before there are peers: on one CPU nobody looks more than once. */
void tally_begin(struct run *run);
/* Adds one; only ever called by the same task. */
long tally_raise(struct tally *tally);
/* Waits until the value is no longer `seen`; 0 or -errno, -EINTR if task_told. */
long tally_await(struct tally *tally, uint32_t seen);

#endif
