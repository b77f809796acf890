/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runtime's own view of a run: between main.c and args.c, not for benchmarks. */
#ifndef LWP_RUN_H
#define LWP_RUN_H

#include <sched.h>
#include <stdbool.h>

#include "bench.h"

enum {
	RUN_PARAMS = 40, /* parameters that a benchmark may have with all its parts */
	RUN_PATH = 1024,
	RUN_PARTS = 8,
	RUN_PAIR = 120, /* the longest NAME:VALUE */
};

enum { PLACE_SAME, PLACE_ANY, PLACE_DRIVER };
enum { LINK_STATIC, LINK_DYNAMIC };

struct run {
	struct job *job;
	uint64_t *row; /* of the sample under way, in the phases pass only */
	bool stamping; /* a copy: asking the shared job would cost a child a page fault */
	const struct param *params[RUN_PARAMS];
	uint64_t values[RUN_PARAMS];
	unsigned nparams;
	struct param place; /* the common one, with the benchmark's default */
	bool placed;        /* whether it was typed */
	const struct gauge *gauges[JOB_GAUGES];
	unsigned ngauges;
	uint64_t span_ns;   /* the least length of a sample */
	cpu_set_t affinity; /* before pinning */
	int events[JOB_EVENTS];
	bool events_open, by_hand;
	bool ladder; /* samples build on each other */
	bool last;   /* no sample is to follow */
};

/* What the command line asked for. */
struct args {
	bool describe, stop;
	int job_fd;   /* -1: by hand */
	uint64_t ops; /* by hand */
};

/* Fills run's parameters and *args; a mistake is said on stderr and ends the process
 * with 2. */
void args_parse(struct run *run, int argc, char **argv, struct args *args);
/* Prints the benchmark's table, its parameters with their values, and the case's text. */
void args_describe(const struct run *run);
/* Prints "NAME: text: strerror(err)", err 0 leaves that out. */
void args_complain(const char *text, int err);

#endif
