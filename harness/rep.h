/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One rep: a fresh process that runs one case in one pass, and what became of it. */
#ifndef LWP_REP_H
#define LWP_REP_H

#include "events.h"
#include "launch.h"
#include "record.h"

struct rep_ask {
	char *const *prefix; /* words of a command that runs what follows it */
	size_t nprefix;      /* 0: the program is run as it is */
	const char *program;
	char *const *params; /* "pages=4096" */
	size_t nparams;
	enum job_pass pass;
	size_t nphases, ngauges; /* that the program describes */
	unsigned cpus[JOB_CPUS];
	size_t ncpus;   /* 0: not pinned */
	uint64_t batch; /* calls of op in a sample; 0: let the pilot pick it */
	double rep_s;   /* sampling ends after this long */
	unsigned max_samples, min_samples;
	double inject;                   /* 0.02: samples are drawn out by 2 % */
	double limit_s;                  /* the whole process is killed after this long */
	const struct event_list *events; /* of the events pass */
	int signal_fd;                   /* see launch.h */
};

struct rep_answer {
	enum status status; /* STATUS_PENDING: interrupted, nothing can be said */
	char *reason;       /* of failed and skipped; caller frees */
	int signal;         /* the driver was told to stop */
	unsigned clock_cost, clock_step; /* ns */
	int event_errors[JOB_EVENTS];
	char *interruption; /* what spoilt it, for it to be thrown away and taken again,
			       or NULL; caller frees */
	char *note;         /* of STATUS_OK, or NULL; caller frees */
	struct rep rep;     /* rows only if STATUS_OK; the caller's then */
};

/* Bytes of the job that asks for that, and the job itself in as many bytes of zeros. */
size_t rep_job_size(const struct rep_ask *ask);
void rep_job_fill(struct job *job, const struct rep_ask *ask);
/* What became of a program that has ended, from what it left in the job, of which nothing
 * is believed: status, reason, and all of the rep that its rows tell. out_fd: its output.
 */
void rep_take(const struct job *job, const struct rep_ask *ask, const struct outcome *end,
	      int out_fd, struct rep_answer *answer);
/* Always fills in an answer. */
void rep_run(const struct rep_ask *ask, struct rep_answer *answer);

#endif
