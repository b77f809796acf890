/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A region of private memory, written to a page at a time, and what the kernel did for
 * that. */
#ifndef LWP_PART_PAGES_H
#define LWP_PART_PAGES_H

#include "bench.h"

/* The parameters pages=, order= and huge=, and the gauge faults. A sample is one walk,
 * each page of it an operation: benchmarks have `.batch` 1. */
extern const struct part pages_part;

/* What pages hold: untouched but for a walk; as pages_fill left them; walked after that.
 */
enum pages_state { PAGES_FIRST, PAGES_OLD, PAGES_NEW };
/* How many faults a walk must have had, or the sample is none. */
enum pages_faults { PAGES_ANY, PAGES_NONE, PAGES_EACH };

#define PAGES_UNKNOWN UINT64_MAX

/* Maps the region afresh: it has no page. */
int pages_map(struct run *run);
/* Writes to every page for the first time, and makes sure of huge ones if asked for. */
int pages_fill(struct run *run);
/* Writes to each page once, in order; the faults that this took the calling task, by the
 * kernel's count, or PAGES_UNKNOWN with errno set. */
uint64_t pages_walk(void);
/* How many pages are in another state, as the calling task sees them. */
uint64_t pages_other(enum pages_state state);
/* Whether the walk of this sample may count: sets the gauge, or notes why not. */
int pages_count(struct run *run, uint64_t faults, enum pages_faults want);
/* Notes it if the kernel gave small pages where huge ones were asked for. */
int pages_check_huge(struct run *run);

#endif
