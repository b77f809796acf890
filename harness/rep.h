/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One rep: a fresh process that runs one case in one pass, and what became of it. */
#ifndef LWP_REP_H
#define LWP_REP_H

#include "events.h"
#include "record.h"

struct rep_ask {
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
	char *note;     /* of STATUS_OK, or NULL; caller frees */
	struct rep rep; /* rows only if STATUS_OK; the caller's then */
};

/* Always fills in an answer. */
void rep_run(const struct rep_ask *ask, struct rep_answer *answer);

#endif
