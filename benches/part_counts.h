/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tasks cost beside the time: their CPU time and their switches in a sample. */
#ifndef LWP_PART_COUNTS_H
#define LWP_PART_COUNTS_H

#include "bench.h"
#include "part_task.h"

/* Of a sample at least, for bench_span: clocks of CPU time take long to read. */
enum { COUNTS_SPAN_NS = 100000 };

/* The gauges cpu, voluntary and involuntary; ends with {0}. */
extern const struct gauge counts_gauges[];

/* A sample begins: what was spent since the last one was no op's. At the end of setup
 * and of reset. */
int counts_begin(struct run *run);
/* A sample has ended: sets the gauges, and tells its switches. At the start of reset. */
int counts_end(struct run *run, struct task_switches *sum);

#endif
