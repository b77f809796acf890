/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a run is: a bar with the time left on a terminal, plain lines elsewhere. */
#ifndef LWP_PROGRESS_H
#define LWP_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

struct progress {
	FILE *to;
	bool quiet, terminal;
	double last_s; /* when it was drawn last */
};

/* The state of a run, in words and seconds. */
struct progress_state {
	const char *what; /* the case that runs, or NULL */
	const char *pass; /* "time", "phases", "events" */
	unsigned block;
	double elapsed_s, left_s; /* left: an estimate; < 0: not known */
	size_t done, goals;       /* how many are reached, of how many */
	const char *goal;         /* "cases precise" */
};

void progress_init(struct progress *p, FILE *to, bool quiet);
/* On a terminal: redraws, at most ten times a second. */
void progress_step(struct progress *p, const struct progress_state *s);
/* Elsewhere: one line for a block that has ended, at most one in ten seconds. */
void progress_block(struct progress *p, const struct progress_state *s);
/* Clears the bar, so that other text can follow. */
void progress_clear(struct progress *p);

#endif
