/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the cases of a record to what each clone flag makes of the difference between a
 * fork and a thread, parent by parent. */
#ifndef LWP_ATTRIBUTION_H
#define LWP_ATTRIBUTION_H

#include "attribute.h"
#include "record.h"
#include "stats.h"

/* From the creation until the creator runs on; from the task's last call until it is
 * reaped; all of it, without stamps. */
enum { ATTRIBUTION_CREATION, ATTRIBUTION_EXIT, ATTRIBUTION_LIFE, ATTRIBUTION_MEASURES };

enum { ATTRIBUTION_PAIRS = ATTRIBUTE_FLAGS * (ATTRIBUTE_FLAGS - 1) / 2 };

/* Figures that are taken block by block; the last four are of each flag. */
enum {
	ATTRIBUTION_FORK,   /* flags=none */
	ATTRIBUTION_THREAD, /* with all that a thread shares */
	ATTRIBUTION_GAP,    /* the latter less the former */
	ATTRIBUTION_SHARE,
	ATTRIBUTION_PART = ATTRIBUTION_SHARE + ATTRIBUTE_FLAGS, /* share / gap */
	ATTRIBUTION_EFFECT = ATTRIBUTION_PART + ATTRIBUTE_FLAGS,
	ATTRIBUTION_OF_FORK = ATTRIBUTION_EFFECT + ATTRIBUTE_FLAGS, /* effect / fork */
	ATTRIBUTION_FIGURES = ATTRIBUTION_OF_FORK + ATTRIBUTE_FLAGS
};

/* Two flags, and what they do together beyond what each does. */
struct attribution_pair {
	unsigned f, g;
	struct estimate ns; /* its interval is one of all pairs at once */
	bool clear;         /* that interval leaves 0 out */
};

struct attribution_measure {
	size_t blocks; /* that have every set; 0: no figures */
	struct estimate of[ATTRIBUTION_FIGURES];
	double sum; /* of the shares; they make the gap in each block, but medians add up
		       only as nearly as blocks agree */
	struct attribution_pair pairs[ATTRIBUTION_PAIRS]; /* the largest first */
	size_t npairs;                                    /* that any sets tell about */
};

/* The sets of flags from one parent. */
struct attribution {
	const struct kase *sets[ATTRIBUTE_SETS]; /* NULL: not in the record */
	char *label;                             /* "clone3/pages=16384" */
	char *parent;                            /* "a parent of 64.0 MiB" */
	size_t missing;                          /* legal sets that have no figures */
	struct attribution_measure of[ATTRIBUTION_MEASURES];
	struct estimate
		pthread; /* how much longer pthread_create takes; n 0: not known */
};

struct attributions {
	struct attribution *v;
	size_t n;
};

extern const char *const attribution_flags[ATTRIBUTE_FLAGS];
extern const char *const attribution_measures[ATTRIBUTION_MEASURES];
extern const struct lattice attribution_lattice;
extern const unsigned attribution_thread; /* the set that a thread shares */

/* Every parent from which some sets were to be made, in the record's order. */
void attributions_of(const struct record *r, struct attributions *out);
void attributions_free(struct attributions *a);
/* Whether it has any answer: figures of all sets, in one block at the least. */
bool attribution_answers(const struct attribution *a);
/* How many legal sets there are. */
size_t attribution_legal(void);
/* The set that a case's tasks are made with; ATTRIBUTE_SETS or more if it is none of
 * these. */
unsigned attribution_set_of(const struct kase *k);
/* "VM+FS", "none"; caller frees. */
char *attribution_set(unsigned set);

#endif
