/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that a benchmark may use: one file defines one `const struct bench bench`. */
#ifndef LWP_BENCH_H
#define LWP_BENCH_H

#include <errno.h>
#include <stdint.h>

#include "job.h"

#define countof(a) (sizeof(a) / sizeof((a)[0]))

struct run; /* this process: its parameters, its job, its sample rows */

enum param_type { PARAM_INT, PARAM_CHOICE, PARAM_SET, PARAM_PAIR };

struct choice {
	const char *name;
	uint64_t value;
};

struct param {
	const char *name, *brief;
	enum param_type type;
	const char *def;  /* the default, as it would be typed */
	const char *unit; /* of an integer: "pages", "bytes"; K, M, G are 1024s; of a
			   * pair what NAME and VALUE are */
	/* Of a choice or a set ("A+B"); ends with {0}. In a set, a name that ends in ':'
	 * is a prefix, with a bit of its own, before a set of the names that follow it
	 * ("clone:A+B"); the names before it stand alone. */
	const struct choice *choices;
	int64_t min, max; /* of an integer, both included; max 0: no limit */
};

/* A figure that a benchmark takes beside the time, once a sample: CPU time, switches. Of
 * a unit that ends in "/op" it is divided by the sample's ops. */
struct gauge {
	const char *name, *unit, *brief;
};

/* Parameters with their own set-up that several benchmarks share, such as the parent's
 * weight. */
struct part {
	const struct param *params;     /* ends with {0} */
	const struct gauge *gauges;     /* ends with {0}, or NULL */
	int (*check)(struct run *);     /* as in struct bench */
	int (*setup)(struct run *);     /* runs before the benchmark's own */
	void (*teardown)(struct run *); /* runs after it */
};

/* Hooks return 0 or -errno (see bench_fail); a NULL hook is skipped. */
struct bench {
	const char *name, *brief; /* "fork", "fork(2); the child exits at once" */
	const char *family;       /* "floor", "creation", "exec": a block of the table */
	/* Cases that this one is held against, or NULL: BENCH[/PARAM[=VALUE]]..., where
	 * a PARAM without a value has the value it has here. */
	const char *floor; /* what no op of this can beat */
	const char *base;  /* the same without what this is about: it is measured beside
			      this, and shown is the difference, too */
	/* NULL: "ns/op"; "bytes/s", see bench_bytes; or "bytes/task": samples are rungs
	 * of a ladder, each an op(run, 1) that builds on what is there, from the first
	 * one on: nothing warms up. The first two gauges are then how many tasks there
	 * are, and what they weigh in bytes. The figure is the slope. See bench_last. */
	const char *unit;
	unsigned batch;             /* ops in a sample, always; 0: the pilot finds out */
	const char *place;          /* default of place=, NULL: "same" */
	const struct param *params; /* ends with {0} */
	const struct part *const *parts; /* ends with NULL */
	const struct gauge *gauges;      /* ends with {0}, or NULL */
	const char *const
		*phases; /* stamps inside one op, at most JOB_PHASES; ends with NULL */
	int (*check)(struct run *); /* parameters only: refuse what cannot be asked */
	int (*setup)(struct run *); /* once, untimed */
	int (*op)(struct run *, uint64_t n); /* timed: do the operation n times */
	int (*reset)(struct run *); /* untimed, after each sample: reap, drain, check */
	void (*teardown)(struct run *); /* once */
};

extern const struct bench bench;

/* The value of a parameter: the integer, the choice's value, or a set's values or-ed. */
uint64_t bench_param(const struct run *run, const char *name);
/* Notes what failed ("clone3") and its errno, 0 if `what` says it all; returns -errno or
 * -EINVAL. */
int bench_fail(struct run *run, const char *what, int err);
/* Notes what this machine or user lacks, so that the case is skipped; returns like
 * bench_fail. */
int bench_skip(struct run *run, const char *what, int err);
/* CLOCK_MONOTONIC_RAW in ns. */
uint64_t bench_now(void);
/* Stamps phase number `phase` of this op; costs one branch unless phases are asked for.
 */
void bench_stamp(struct run *run, unsigned phase);
/* Whether this rep takes stamps: for stamps that need preparing, such as a pipe to a
 * program. */
int bench_stamping(const struct run *run);
/* As bench_stamp, with a clock value and CPU that another program took. */
void bench_stamp_at(struct run *run, unsigned phase, uint64_t now, uint32_t cpu);
/* In a child that cannot exec: leaves errno where the parent's bench_child_error finds
 * it. */
void bench_child_fail(struct run *run, int err);
/* The errno a child left since the last call, or 0. */
int bench_child_error(struct run *run);
/* Each op(run, 1) counts as `ops` operations: for bursts. Called in setup. */
void bench_scale(struct run *run, uint32_t ops);
/* One operation moves so many bytes. Called in setup. */
void bench_bytes(struct run *run, uint64_t bytes);
/* No sample is to be shorter than `ns`, whatever the clock allows: where tasks need time
 * to meet. Called in setup. */
void bench_span(struct run *run, uint64_t ns);
/* Sets the gauge of the sample that has just been taken; called in reset. */
void bench_gauge(struct run *run, const struct gauge *gauge, uint64_t value);
/* The sample that has just been taken is the rep's last; called in reset. */
void bench_last(struct run *run);
/* Notes what a reader of the figures has to know, though nothing failed: that there are
 * fewer tasks than was asked for, and why. */
void bench_note(struct run *run, const char *what);
/* Counters of the events pass follow tasks made from now on: for a setup that makes tasks
 * that do part of the work. */
void bench_count_from_here(struct run *run);
/* From where no hook can return, such as a handler of signals: ends this process as one
 * whose hook returned what bench_fail noted. */
_Noreturn void bench_give_up(struct run *run);
/* Path of a file beside the benchmarks ("targets/exit-static") into buf; 0 or -errno. */
int bench_path(const char *name, char *buf, uint64_t size);
/* A key that is this process's, number 0 to 3, for a System V queue or semaphore: by its
 * key it can be kept before it is made. */
int bench_key(unsigned number);
/* Names a thing to be removed should this process be killed; returns its slot or -ENOSPC.
 */
int bench_keep(struct run *run, enum job_leftover_kind kind, int id, const char *path);
/* Forgets slot `slot`, once the thing is removed. */
void bench_forget(struct run *run, int slot);
/* Restores the affinity that this process was started with, for the calling thread; 0 or
 * -errno. */
int bench_unpin(const struct run *run);
/* Pins the task tid (0: the calling one) to the CPU of task number `self`, 0 being the
 * creator, as place= says; more tasks than CPUs go round. 0 or -errno. */
int bench_pin(const struct run *run, int tid, unsigned self);
/* Whether place= puts all sides on one CPU; from setup on, also whether there is but one.
 */
int bench_one_cpu(const struct run *run);

#endif
