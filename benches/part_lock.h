/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that compete for a lock, and what it must keep from them. */
#ifndef LWP_PART_LOCK_H
#define LWP_PART_LOCK_H

#include <stdbool.h>

#include "bench.h"
#include "part_counts.h"
#include "part_round.h"
#include "part_task.h"

/* What a lock protects: on a line of its own, as data beside a lock often is, so that
 * those who wait for the lock do not take it from its holder. */
struct lock_data {
	uint64_t counter; /* must be at the sample's quota in the end */
	uint64_t pair[2]; /* equal whenever nobody writes */
} __attribute__((aligned(64)));

/* One task's part of a sample. */
struct lock_work {
	unsigned self;
	uint64_t quota;       /* operations of all tasks */
	uint64_t hold, pause; /* see lock_section_part */
	struct lock_data *data;
	uint64_t done;  /* operations of its own, */
	uint64_t wrong; /* and how many of them saw what they should not see */
};

/* Calls return 0 or -errno, -EINTR if a signal came; see struct round. */
struct lock {
	long (*enter)(unsigned self);      /* in each task, untimed; NULL: needs none */
	long (*work)(struct lock_work *w); /* operations until the quota is used up */
	bool together; /* each operation is one of all tasks, not of any one */
};

/* The gauges least and most; a benchmark has counts_gauges as its own. After
 * task_crew_part or task_ring_part. */
extern const struct part lock_part;
/* The parameters hold= and pause=, and scope=. */
extern const struct part lock_section_part, lock_scope_part;

/* What a benchmark's `base` says of these after its own name: one task alone. */
#define LOCK_BASE "/tasks=1/link/tunable"

/* The hooks of a benchmark; a sample lasts long enough for all tasks to take turns. */
int lock_setup(struct run *run, const struct lock *how);
int lock_op(struct run *run, uint64_t n);
int lock_reset(struct run *run);
/* Memory for a lock; NULL once bench_fail has noted why. */
void *lock_memory(struct run *run, uint64_t size);
/* With scope=private: only tasks that share all memory can use the lock. */
bool lock_is_private(void);
/* For locks on files: makes the file, opens it for a task, tells its descriptor. */
int lock_file_make(struct run *run);
long lock_file_enter(unsigned self);
int lock_file(unsigned self);
/* As round_claim; the counter counts what was claimed. */
uint64_t lock_claim(struct lock_work *w);
/* After a call was interrupted: whether to call again. */
bool lock_again(unsigned self);

static inline void lock_delay(uint64_t n)
{
	while (n--)
		__asm__ volatile("");
}

/*
 * The work of a lock that one task at a time may hold. Inline, so that the calls are
 * direct ones. The counter is not atomic: only the lock keeps its updates from being
 * lost.
 */
__attribute__((always_inline)) static inline long lock_compete(struct lock_work *w,
							       long (*acquire)(unsigned),
							       long (*release)(unsigned))
{
	volatile uint64_t *counter = &w->data->counter;
	uint64_t seen;
	long err;

	do {
		do
			err = acquire(w->self);
		while (err == -EINTR && lock_again(w->self));
		if (err)
			return err;
		seen = *counter;
		if (seen < w->quota) {
			lock_delay(w->hold);
			*counter = seen + 1;
			w->done++;
		}
		err = release(w->self);
		lock_delay(w->pause);
	} while (!err && seen + 1 < w->quota);
	return err;
}

#endif
