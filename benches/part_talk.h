/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two tasks that send each other a message to and fro: the loop, the buffers, the proof.
 */
#ifndef LWP_PART_TALK_H
#define LWP_PART_TALK_H

#include "part_task.h"

/* Bytes that a mechanism may write in front of each buffer: for a header of its own. */
enum { TALK_HEAD = 64 };

/* How a message travels; channel i leads to task i. Calls return 0 or -errno, -EINTR if
 * task_told. It is carried, or it lies in shared memory and the mechanism only tells. */
struct talk {
	int (*open)(struct run *run,
		    uint64_t size); /* makes channels; NULL: needs none */
	long (*send)(unsigned to, void *buf, uint64_t size);
	long (*receive)(unsigned self, void *buf,
			uint64_t size); /* waits for all of it */
	long (*wake)(unsigned to);      /* instead of send */
	long (*wait)(unsigned self);
};

/* The parameter size=, and the gauges of part_counts. Comes after task_part. */
extern const struct part talk_part;

/* The hooks of a benchmark. An op is one message one way, half of a round trip. */
int talk_setup(struct run *run, const struct talk *how);
int talk_op(struct run *run, uint64_t n);
int talk_reset(struct run *run);

/* In check or `open`: refuses a size above max, 0: there is none, that `what` takes. */
int talk_limit(struct run *run, uint64_t max, const char *what);
/* In `open`: a channel of descriptors; it is read from `from`, written to `to`. */
void talk_channel(unsigned channel, int from, int to);
long talk_write(unsigned to, void *buf, uint64_t count);
long talk_read(unsigned self, void *buf, uint64_t count);

/* Of each channel so many bytes that both tasks share, zeroed, on lines of their own; and
 * how to tell by a futex in the first word of them. */
enum { TALK_SHARED = 256 };
void *talk_shared(unsigned channel);
long talk_wake(unsigned to);
long talk_wait(unsigned self);
/* Where a task receives, in its own memory; its ids, once it has begun. */
void *talk_buffer(unsigned task);
int talk_pid(unsigned task);
int talk_tid(unsigned task);

#endif
