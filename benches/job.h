/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job: one shared mapping through which the driver asks and a benchmark answers. */
#ifndef LWP_JOB_H
#define LWP_JOB_H

#include <linux/perf_event.h>
#include <stdint.h>

enum {
	JOB_MAGIC = 0x6c777062, /* "lwpb" */
	JOB_VERSION = 4,
	JOB_CPUS = 64,     /* CPUs a job may name */
	JOB_EVENTS = 24,   /* perf events in one rep */
	JOB_PHASES = 6,    /* stamps inside one op */
	JOB_GAUGES = 12,   /* figures beside the time */
	JOB_TEXT = 192,    /* bytes of a reason, with its final 0 */
	JOB_LEFTOVERS = 8, /* things to remove should the benchmark die */
};

#define JOB_NO_STAMP UINT64_MAX /* a phase or gauge that this sample has none of */

enum job_pass { JOB_TIME, JOB_PHASES_PASS, JOB_EVENTS_PASS };
enum job_state { JOB_NEW, JOB_SETUP, JOB_SAMPLING, JOB_DONE, JOB_FAILED, JOB_SKIPPED };
enum job_leftover_kind {
	JOB_NOTHING,
	JOB_FILE,
	JOB_DIR,
	JOB_SHM,
	JOB_MSG,
	JOB_SEM,
	JOB_MQ
};

struct job_event {
	struct perf_event_attr attr; /* encoded by the driver */
	int32_t error;               /* answered: 0, or the errno of the open */
	int32_t unused;
};

struct job_usage { /* of getrusage(2), over the sampling loop */
	uint64_t voluntary, involuntary, minor, major; /* switches; page faults */
	uint64_t user_ns, system_ns;
};

struct job_leftover {
	uint32_t kind; /* enum job_leftover_kind */
	int32_t id;    /* of a shared memory; of a queue or semaphore its key, which is
			  known before there is one */
	char path[512];
};

struct job {
	uint32_t magic, version;

	/* Asked by the driver. */
	uint32_t pass;           /* enum job_pass */
	uint32_t ncpus;          /* CPUs to be pinned to; 0 leaves the affinity alone */
	uint32_t cpus[JOB_CPUS]; /* [0] is the creator's, [i] that of its peer i */
	uint64_t batch;          /* ops in a sample; 0 lets the pilot pick it */
	uint64_t rep_ns;         /* sampling ends after this long, ns... */
	uint32_t max_samples;    /* ...or this many samples: room for rows, */
	uint32_t min_samples;    /* ...but not before this many */
	uint32_t inject; /* samples are drawn out by so many millionths: a change that
			    is known, to see whether it is found */
	uint32_t nevents;
	uint32_t rows_at; /* byte offset of the rows in this mapping */
	struct job_event events[JOB_EVENTS];

	/* Answered by the benchmark. */
	uint32_t state;      /* enum job_state */
	int32_t error;       /* errno of the failure, 0 if the reason says it all */
	int32_t child_error; /* errno left by a child that could not exec */
	uint32_t nsamples;   /* rows written */
	uint32_t width;      /* uint64_t columns in a row */
	uint32_t clock_cost; /* ns that one clock read costs here */
	uint32_t clock_step; /* ns, the smallest step of the clock seen */
	uint32_t scale;      /* ops that count as one call of op(run, 1): bursts */
	uint64_t bytes;      /* that one op moves, where the unit is bytes/s */
	uint32_t ladder;     /* whether samples are rungs, where the unit is bytes/task */
	uint32_t unused;
	uint64_t started; /* CLOCK_MONOTONIC_RAW at the first sample, ns */
	uint64_t ended;   /* and after the last */
	struct job_usage self, children;
	struct job_leftover leftover[JOB_LEFTOVERS];
	char reason[JOB_TEXT]; /* what failed or what is missing */
	char note[JOB_TEXT];   /* what a reader of good figures has to know */
};

/*
 * Rows, nsamples x width, in the order taken, of each pass:
 *
 * time: { ns, gauge, ... } of a whole sample, which is batch * scale ops. Of a ladder
 * each row is a rung: the first gauge is how many tasks there are, the second what they
 * weigh.
 *
 * phases: { ns, at, cpu, at, cpu, ... }, an `at` and a CPU per phase; ns since the sample
 * began.
 *
 * events: { count, enabled ns, running ns, ... }, three per event; differences over the
 * sample.
 */
#endif
