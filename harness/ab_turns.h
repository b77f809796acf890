/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The turns that the two arms take: one block of one case. */
#ifndef LWP_AB_TURNS_H
#define LWP_AB_TURNS_H

#include <stdbool.h>

#include "ab.h"

enum { AB_TURNS = 4, AB_MIN_SAMPLES = 3, AB_MAX_SAMPLES = 256 };

/* What measuring two arms keeps in mind. */
struct engine {
	struct ab *ab;
	double start_s;
	struct rng *lots; /* the order of cases and turns */
	uint64_t *batch;  /* of each case, calls of op: the larger of what either arm
			     chose */
	double *spent_s;  /* on each case's blocks after the pilot, */
	size_t *blocks;   /* and how many these are */
	unsigned passes;  /* begun after the pilot */
	char **error;
};

struct turns {
	struct rep rep[AB_TURNS];
	bool of_b[AB_TURNS];
	double seconds; /* all of it, everything counted */
};

double engine_elapsed(const struct engine *e);
/* Whether case i has failed or was skipped on neither arm. */
bool engine_alive(const struct engine *e, size_t i);
/* Case i could not be measured on that arm; takes the reason over. */
void engine_fail(struct engine *e, size_t i, size_t arm, enum status status,
		 char *reason);
/* The command before a turn of that arm, if it has one, which `signal_fd` may end; 0, the
 * number of a signal, or -errno with one line in the engine's error. */
int turn_before(struct engine *e, size_t arm, int signal_fd);
/* A rep of case i on that arm, `batch` 0 leaving that to it; as above. In *ok, whether
 * there is one, which the caller then owns. */
int turn_take(struct engine *e, size_t i, size_t arm, double rep_s, uint64_t batch,
	      struct rep *rep, bool *ok);
/* Four turns, in an order that the lot decides; as above. */
int turns_take(struct engine *e, size_t i, double rep_s, struct turns *t, bool *ok);
/* The log of b's cost against a's, if these are the figures of the turns of case k. */
double turns_compare(const struct kase *k, const struct turns *t,
		     const double figures[AB_TURNS]);
/* Frees the reps of those turns. */
void turns_free(struct turns *t);

#endif
