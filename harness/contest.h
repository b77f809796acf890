/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides, from paired blocks of many cases, which of two arms costs more: a pure
 * procedure that is looked at as it goes on, with one rate of false alarms for all cases
 * and all looks.
 *
 * A block gives a log ratio d, arm b against arm a, > 0 if b costs more. Which arm goes
 * first was drawn by lot for each block, so that without a difference each sign is a fair
 * coin, whatever the noise does (drifts, has two levels, depends on its past).
 *
 * First all cases are screened: after some blocks, in growing steps, the signed ranks of
 * the cases still open are looked at. Each look spends its share of the error rate (its p
 * is divided by that share; the smallest of these quotients is valid whatever look it was
 * seen at), and Holm's procedure takes care of the number of cases. What shows a
 * difference is then confirmed on fresh blocks, in the same way, on the side that it was
 * seen on. Confirming errs with 2.5 % (or sqrt(alpha), if that is less) at the most, so
 * that what it calls regressed has an interval above 1; screening with what then makes
 * both together alpha, 20 % at the most. A false alarm needs both.
 *
 * Equivalent is what surely differs by less than the margin: the interval that is told of
 * it lies inside (two one-sided tests of 2.5 % each, shared over the looks of a stage; so
 * that in both stages together 5 % are called so that differ by the margin or more). It
 * is not called regressed, however surely it differs from 1. */
#ifndef LWP_CONTEST_H
#define LWP_CONTEST_H

#include <stdbool.h>
#include <stddef.h>

#include "signed_rank.h"
#include "stats.h"

enum { CONTEST_LOOKS = 12 };

enum contest_stage { CONTEST_SCREENING, CONTEST_CONFIRMING, CONTEST_DONE };

enum contest_answer {
	CONTEST_INCONCLUSIVE, /* also: not yet decided */
	CONTEST_EQUIVALENT,
	CONTEST_REGRESSED,
	CONTEST_IMPROVED,
};

struct contest_rule {
	double alpha;  /* of any false regressed or improved: 0.01 */
	double margin; /* 0.02: 2 % */
};

/* Blocks after which a stage is looked at, and what share of its error rate each look
 * has. */
struct looks {
	size_t at[CONTEST_LOOKS], n;
	double share[CONTEST_LOOKS]; /* sum 1 */
};

struct series {
	double *d;
	size_t n;
	size_t seen;  /* of n, by the last look, or the one that it was accepted for */
	double share; /* of that look */
};

struct contest_case {
	struct series screened, confirmed; /* blocks of either stage, as taken */
	double p[2]; /* of screening (two-sided), of confirming (one-sided): as above */
	struct {
		size_t seen;
		double share;
	} best;          /* the look of this stage that its p was seen at */
	size_t looks[2]; /* that it took part in */
	bool open;       /* more blocks are wanted in this stage */
	int leans;       /* the side that p[0] was seen on */
	int side;        /* to be confirmed: 1 costs more, -1 less, 0 no candidate */
	bool gone;       /* could not be measured on: stays inconclusive */
	enum contest_answer answer;
};

struct contest {
	struct contest_rule rule;
	enum contest_stage stage;
	struct looks looks; /* of this stage */
	size_t look;        /* the next one */
	struct contest_case *v;
	size_t n;
	struct signed_rank_memory *memory;
};

/* Of the time that there is for both stages, what to leave for confirming: one candidate
 * of many takes little, the only case as much as it took to suspect it. */
double contest_reserve(size_t ncases);
/* `most`: blocks of each case that there may be time for in the screening. */
void contest_init(struct contest *c, size_t ncases, const struct contest_rule *rule,
		  size_t most);
/* Whether case i takes part in the pass over all cases that comes next. */
bool contest_wants(const struct contest *c, size_t i);
/* A block of case i; every case that is wanted gets one in each pass. */
void contest_add(struct contest *c, size_t i, double d);
/* Case i can't be measured any more. */
void contest_drop(struct contest *c, size_t i);
/* At the end of a pass: looks if it is time to. The stage is over when no case is open or
 * the last look has been taken: CONTEST_CONFIRMING then waits for contest_confirm, unless
 * there is nothing to confirm. */
void contest_look(struct contest *c);
/* The time for this stage is over: a last look with all of the error rate that is left;
 * what is still open then stays inconclusive. Nothing where a stage is over already. */
void contest_close(struct contest *c);
/* Starts confirming with room for `most` blocks of each candidate. */
void contest_confirm(struct contest *c, size_t most);
/* b / a of case i as a ratio of costs with the interval that holds at FIGURES_LEVEL
 * whatever look it was taken at: from the fresh blocks where it is a candidate and has
 * some, else from the screened; NAN without any. */
struct estimate contest_ratio(const struct contest *c, size_t i);
/* The smallest change, as log ratio, that such a contest of `ncases` finds with
 * probability 0.95 if a case's blocks spread as d[n] does (its own centre taken away) and
 * it gets `screen` and `confirm` blocks of each stage at the most; NAN with too few d.
 * From simulated contests with a fixed seed. */
double contest_finds(const double *d, size_t n, size_t ncases,
		     const struct contest_rule *rule, size_t screen, size_t confirm);
/* "regressed", ... */
const char *contest_answer_name(enum contest_answer a);
void contest_free(struct contest *c);

#endif
