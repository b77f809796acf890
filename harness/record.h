/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run measured, in memory: raw rows only, figures are derived when asked for. */
#ifndef LWP_RECORD_H
#define LWP_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../benches/job.h"

/* A fact about the machine: a value, or NULL and the reason why it is not known. */
struct fact {
	char *name;  /* "cpu.model", "kernel.release" */
	char *value; /* text */
	char *reason;
};

struct facts {
	struct fact *v;
	size_t n;
};

struct pair {
	char *name, *value;
};

/* What else happened on the machine during one rep. */
struct noise {
	double steal_ms; /* stolen by the hypervisor, all CPUs; NAN: not known */
	double busy;     /* CPUs kept busy by others, mean over the rep; NAN: not known */
	double psi_ms;   /* some task waited for a CPU, /proc/pressure/cpu; NAN: not known
			  */
	double mhz;      /* of the creator's CPU; NAN: not known */
	struct job_usage self, children; /* of the benchmark, over its samples */
};

/* One fresh process: rows as in job.h. */
struct rep {
	unsigned block, order;   /* which shuffled pass, and the place in it */
	unsigned cpus[JOB_CPUS]; /* [i]: of task i, the creator being 0 */
	size_t ncpus;            /* more tasks go round; 0: any CPU */
	double start_s;          /* since the run began */
	uint64_t batch;          /* operations in a sample, bursts counted */
	uint64_t scale;          /* of these, how many one call of op makes: the burst */
	uint64_t bytes;          /* that an operation moves; 0: no matter of bytes */
	bool ladder;             /* rows are rungs; the first gauge counts the tasks */
	size_t nrows, width;
	uint64_t *rows; /* nrows x width */
	struct noise noise;
};

struct reps {
	struct rep *v;
	size_t n;
};

enum status { STATUS_OK, STATUS_FAILED, STATUS_SKIPPED, STATUS_PENDING };

/* A counter of the events pass; column 3 * index of its rows. */
struct event {
	char *name;   /* "page-faults", "instructions:u" */
	char *source; /* "perf", "getrusage" or "qemu" */
	char *reason; /* why it could not be counted, or NULL */
};

/* A figure beside the time; column 1 + index of the time pass's rows. Of a unit that ends
 * in "/op" rows hold the sum over the sample. */
struct gauge {
	char *name, *unit, *brief; /* "cpu", "ns/op" */
};

/* Benchmark + parameter values. */
struct kase {
	char *text; /* "fork/pages=4096": what list and show print */
	char *bench, *brief, *family, *unit;
	char *floor; /* text of the case that no operation of this can beat, or "" */
	char *base;  /* text of the same case without what it is about, or "" */
	bool higher_is_better;
	struct pair *params; /* all, with the values used */
	size_t nparams;
	enum status status;
	char *reason; /* of failed and skipped */
	char *note;   /* what a reader of its figures has to know, or NULL */
	char *tool;   /* what timed it, as "hyperfine"; NULL: a benchmark of ours */
	char **phase_names;
	size_t nphases;
	struct gauge *gauges;
	size_t ngauges;
	struct event *events;
	size_t nevents;
	struct reps time, phases, counts; /* the three passes */
};

struct record {
	char *version; /* of lwpbench */
	char *started; /* ISO 8601, UTC */
	char *suite;   /* the suite's name, or NULL */
	char *command; /* as typed */
	uint64_t seed;
	double precision, budget_s; /* 0.02 = 2 %; seconds */
	double elapsed_s;
	double limit_s;        /* of one rep */
	unsigned passes;       /* bits 1 << JOB_... */
	bool complete;         /* false: interrupted, --resume can go on */
	unsigned blocks;       /* time blocks begun */
	unsigned phase_blocks; /* of the phases pass, that the suite asks for; 0: as
				  always */
	double clock_cost_ns, clock_step_ns;
	struct facts host;
	char **warnings;
	size_t nwarnings;
	struct kase *cases;
	size_t ncases;
};

const char *status_name(enum status s);
/* By name, or -1. */
int status_from_name(const char *name);
void record_free(struct record *r);
void kase_free(struct kase *k);
/* The same case as planned, with nothing measured. */
struct kase kase_again(const struct kase *k);
/* Takes the reason over; of a case that is not ok nothing measured remains. */
void kase_set_status(struct kase *k, enum status status, char *reason);
void reps_free(struct reps *reps);
/* Frees n gauges and their array. */
void gauges_free(struct gauge *v, size_t n);
/* Appends a rep, whose rows it takes over. */
void reps_add(struct reps *reps, const struct rep *rep);
/* Appends a fact; value or reason may be NULL; all are copied. */
void facts_add(struct facts *f, const char *name, const char *value, const char *reason);
const struct fact *facts_find(const struct facts *f, const char *name);
void facts_free(struct facts *f);
void record_warn(struct record *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* What a rep has found the clock to cost and to show: the least counts. */
void record_clock(struct record *r, double cost_ns, double step_ns);
/* The case with that text, or NULL. */
struct kase *record_find(const struct record *r, const char *text);

#endif
