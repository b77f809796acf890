/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One task that sends and one that receives as fast as they can: the loop, the buffers,
 * the proof. */
#ifndef LWP_PART_STREAM_H
#define LWP_PART_STREAM_H

#include "bench.h"
#include "part_task.h"

/* How bytes travel from the creator to its peer. */
struct stream {
	/* Makes the channel; of descriptors, ends[0] is read from and ends[1] written
	 * to; -1: it has none. */
	int (*open)(struct run *run, int ends[2]);
	/* In the receiver, before it begins: 0, or -errno, for which the case is skipped
	 * as one that lacks `needs`; NULL: nothing to ask. */
	long (*join)(void);
	const char *needs;
	/* Move what is left of a message, or a part of that: the bytes moved or -errno,
	 * -EINTR if task_told. */
	long (*send)(const char *buf, uint64_t size);
	long (*receive)(char *buf, uint64_t size);
};

/* The parameter size= and the gauges of part_counts. Comes after task_part. */
extern const struct part stream_part;

/*
 * The hooks of a benchmark. An op is one message; op(run, n) sends n, each with its
 * number in it, and returns when the peer, which looks at each number, says that it has
 * the last byte of the last: one wake-up in so many messages as take 2 ms. What lies
 * between the numbers is compared once a sample, after the clock.
 */
int stream_setup(struct run *run, const struct stream *how);
int stream_op(struct run *run, uint64_t n);
int stream_reset(struct run *run);

/* Bytes of a message. */
uint64_t stream_size(void);
/* For `open`: the sender's buffers are to be so many, used in turn; one that the receiver
 * may still read from is not written to. They are the memory of a file if fd is not
 * negative. Returns the first, or NULL with the reason noted. */
char *stream_buffers(struct run *run, uint64_t count, int fd);
/* Memory of this process, or one that all tasks share; NULL with the reason noted. */
void *stream_memory(struct run *run, uint64_t n, int flags, int fd);
/* write(2) and read(2) on the ends of the channel. */
long stream_write(const char *buf, uint64_t n);
long stream_read(char *buf, uint64_t n);

#endif
