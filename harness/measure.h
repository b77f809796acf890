/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The measuring loop: blocks of reps until the record is precise or the time is up. */
#ifndef LWP_MEASURE_H
#define LWP_MEASURE_H

#include "claims.h"
#include "events.h"
#include "progress.h"
#include "record.h"
#include "topology.h"

struct measure {
	const char *benches; /* folder of the programs */
	const char
		*folder; /* result.json is kept there as the run goes on; NULL: nowhere */
	unsigned passes; /* bits 1 << JOB_... */
	const struct claims
		*claims; /* that the run is to decide; NULL: precision is all */
	double limit_s;  /* of one rep */
	int signal_fd;   /* see launch.h */
	const struct topology *topology;
	const struct event_list *events;
	struct progress *progress;
};

/* Adds reps to the record until its precision or budget is reached, or its claims are
 * decided; what fails or is
 * skipped says so in its case. 0, or the number of the signal that ended it, or -errno if
 * the result could not be kept. */
int measure(const struct measure *m, struct record *r);

#endif
