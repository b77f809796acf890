/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a selftest found out: of the whole, family by family and case by case. */
#ifndef LWP_SELFTEST_REPORT_H
#define LWP_SELFTEST_REPORT_H

#include <stdbool.h>

#include "record.h"
#include "selftest.h"

enum { SELFTEST_TIMES = 5 };

/* Seconds that the smallest change is told for. */
extern const double selftest_times[SELFTEST_TIMES];

/* Smallest changes that are found, as log ratios; NAN: nothing. */
struct selftest_finds {
	double alone[SELFTEST_TIMES]; /* with so many seconds for one case */
	double among;                 /* in a run of the budget over all cases */
};

struct selftest_row {
	const struct kase *k;
	struct selftest_case same, injected; /* blocks: arms alike, and b drawn out */
	double spread;                       /* of a block with the arms alike */
	enum contest_answer when_same, when_injected; /* what a contest answers */
	struct estimate ratio;                        /* that the injected blocks show */
	struct selftest_finds finds;
};

struct selftest_family {
	const char *name;
	size_t cases, alarms, found; /* of the cases */
	struct estimate ratio;       /* that the injected blocks of all cases show */
	bool missed;                 /* what was injected lies outside of it */
	bool told;                   /* it lies between nothing and twice as much */
	struct selftest_finds typical, worst; /* the median and the largest */
};

struct selftest_report {
	struct contest_rule rule;
	double inject, budget_s, elapsed_s, rep_s;
	uint64_t seed;
	struct selftest_row *rows; /* k, same and injected are the caller's to fill in */
	size_t n, skipped;         /* cases that there was no time for */

	size_t contests, blocks, alarms; /* resampled, of so many blocks a stage */
	struct estimate rate, agreement; /* of alarms; see selftest_agreement */
	struct selftest_family *families;
	size_t nfamilies;
};

/* All the rest, from the rows' blocks. */
void selftest_work_out(struct selftest_report *t);
/* Cases in which the blocks with the arms alike, as they came, show a difference. */
size_t selftest_alarms(const struct selftest_report *t);
/* Families that show something else than was injected, or that show just that. */
size_t selftest_missed(const struct selftest_report *t);
size_t selftest_told(const struct selftest_report *t);
/* 0: the promises hold, 1: one is broken, 3: nothing measured, 77: too little was. */
int selftest_status(const struct selftest_report *t);
/* The budget with which it could be said, about, as of what was measured; NAN: not known.
 */
double selftest_wants(const struct selftest_report *t);
void selftest_report_free(struct selftest_report *t);

#endif
