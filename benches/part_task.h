/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Peers of any kind, thread or process: the work is written once and run as either. */
#ifndef LWP_PART_TASK_H
#define LWP_PART_TASK_H

#include <stdbool.h>

#include "bench.h"

enum { TASK_MAX = 256 };

struct task_switches {
	uint64_t voluntary, involuntary; /* of all tasks, since each began */
};

/* The parameter task=, with two tasks. The creator is task 0, which its setup places;
 * peers are 1 and up. Its teardown ends and reaps them. */
extern const struct part task_part;
/* The parameter tasks=, from 2 on or from 1 on. Either comes after task_part. */
extern const struct part task_ring_part, task_crew_part;

/* For the check of a benchmark whose tasks must be known to libc, as an owner of its
 * locks must: refuses task=clone:, whose tasks have their creator's TLS or a copy. */
int task_known_to_libc(struct run *run);
/* For a check: what peers share with their creator, in flags of clone. */
uint64_t task_shares(const struct run *run);

/* How many tasks there are, the creator included. */
unsigned task_count(void);
/* Memory that every kind of task shares, zeroed; NULL with errno set. */
void *task_share(uint64_t size);
/* Unless body is NULL, creates and places the creator's peers; each runs body(its
 * number), may not use errno or TLS, and says task_ready. Returns once all have. */
int task_start(struct run *run, void (*body)(unsigned self));
void task_ready(unsigned self);
/* In any task, after a call was interrupted or while it spins: whether that was to tell
 * something. A peer then returns from body, the creator asks task_alive. */
bool task_told(void);
/* In a peer: what failed and its errno (positive), or what is said, ends the rep; body
 * returns. */
void task_fail(unsigned self, const char *what, int err);
void task_complain(unsigned self, const char *what);
/* In the creator: 0, or notes which peer has ended and how. A creator that is caught in a
 * call that signals do not end need not ask: the process then ends with that note. */
int task_alive(struct run *run);
/* In the creator, whose call failed: notes which peer has ended, if one is about to, else
 * what failed. */
int task_blame(struct run *run, const char *what, int err);
/* CPU time that all tasks have spent since each began, ns. */
int task_cpu(struct run *run, uint64_t *ns);
/* The kernel's count of switches. */
int task_switches(struct run *run, struct task_switches *sum);

#endif
