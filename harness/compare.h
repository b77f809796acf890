/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results of one side against results of another, taken at other times: the run is the
 * unit of error. Pure: knows no files.
 *
 * Each run gives one figure a case, relative to its floor (relative.h). Whether the sides
 * differ is asked by permuting which runs are which, for all cases at once: the largest
 * studentised difference over the cases is held against its own distribution (Westfall &
 * Young 1993, max-T, stepped down), so that one rate holds for all. With k and m runs it
 * can be no smaller than 2 / C(k + m, k) (k = m), 1 / C(k + m, k) else: one run a side
 * decides nothing. */
#ifndef LWP_COMPARE_H
#define LWP_COMPARE_H

#include <stdbool.h>

#include "answers.h"
#include "record.h"

struct compare_rule {
	double alpha, margin;
	bool absolute;      /* do not divide by floors */
	bool anyway;        /* also where the machines differ */
	const char **globs; /* cases to compare, by text or glob; none: all. Floors need
			       not be among them */
	size_t nglobs;
};

/* Whether a case is among those; all are if there are no globs. */
bool compare_chosen(const char *const *globs, size_t n, const char *text);
/* Answers for every case of either side, in the order of the first result that has it;
 * what is on one side only is unmeasured with a note. Fills in `out`. */
void compare(const struct record *base, size_t nbase, const struct record *fresh,
	     size_t nfresh, const struct compare_rule *rule, struct answers *out);

#endif
