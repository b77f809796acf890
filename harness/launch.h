/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running one program so that nothing of it can outlive its time, nor the driver. */
#ifndef LWP_LAUNCH_H
#define LWP_LAUNCH_H

#include <stdbool.h>

#include "../benches/job.h"
#include "gap.h"

struct launch {
	char *const *argv; /* argv[0] is the path of the program, or its name in PATH */
	int job_fd;        /* handed over as descriptor LAUNCH_JOB_FD; -1: none */
	int out_fd;        /* takes standard output and error; -1: /dev/null */
	const char *variable; /* "NAME=VALUE", added to its environment; NULL: none */
	double limit_s;       /* after which the program and its descendants are killed */
	double grace_s;       /* so long descendants may outlive it, and are no strays */
	int signal_fd;        /* a signalfd: a signal on it ends the launch; -1: none */
	const struct job
		*job; /* names what must be removed after a death; NULL: nothing */
};

enum { LAUNCH_JOB_FD = 3 };

struct outcome {
	int error;  /* errno of why it could not be started, or 0 */
	int status; /* as of waitpid(2) */
	bool timed_out;
	bool stopped;    /* by a signal, for a while or for good */
	struct gap gap;  /* time lost meanwhile, which does not count for the limit */
	int signal;      /* the driver was told to stop by this signal, or 0 */
	unsigned strays; /* descendants found alive after the program had ended, and
			    killed */
};

/* Runs it to its end and reaps it with all its descendants; 0, or -errno if it could not.
 */
int launch(const struct launch *what, struct outcome *out);
/* ": " and the last line that it printed to that descriptor, for want of a better
 * explanation, or ""; caller frees. */
char *launch_words(int out_fd);

#endif
