/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token that goes round a ring of tasks: the loop, the working sets, the proof. */
#ifndef LWP_PART_RING_H
#define LWP_PART_RING_H

#include "bench.h"
#include "part_task.h"

/* How the token is passed; channel i leads to task i. Calls return 0 or -errno, -EINTR if
 * task_told. */
struct ring {
	int (*open)(struct run *run,
		    unsigned tasks); /* makes channels; NULL: needs none */
	long (*send)(unsigned to);
	long (*receive)(unsigned self); /* waits for it */
	bool yields; /* who waits stays runnable: its switches are involuntary ones */
};

/* The parameters ws=, huge= and switch=, and the gauges of its proof. Comes after
 * task_ring_part. */
extern const struct part ring_part;

/* What a benchmark's `base` says after its own name: one task alone. */
#define RING_BASE "/switch=no/tasks/ws/huge/link/tunable"

/* The hooks of a benchmark. An op is one passing on of the token. */
int ring_setup(struct run *run, const struct ring *how);
int ring_op(struct run *run, uint64_t n);
int ring_reset(struct run *run);
/* For each of `tasks` channels a word that all kinds of task share, 0, on a line of its
 * own. */
uint32_t *ring_word(unsigned channel);

/* For `open`: the descriptors of a channel, which is read from `in` and written to `out`;
 * and how a byte goes through them. */
void ring_channel(unsigned channel, int in, int out);
long ring_send_byte(unsigned to);
long ring_receive_byte(unsigned self);

#endif
