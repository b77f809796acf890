/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts on claims, with one rate of false answers for all of them together. */
#ifndef LWP_JUDGE_H
#define LWP_JUDGE_H

#include "claims.h"
#include "record.h"
#include "stats.h"

#define JUDGE_ALPHA 0.05  /* any verdict of a list is false no oftener than that */
#define JUDGE_MARGIN 0.03 /* nearer than this to a bound, of that, nothing is decided */

enum verdict { VERDICT_UNDECIDED, VERDICT_HOLDS, VERDICT_FAILS };

struct judged_rule {
	struct estimate figure; /* n: blocks; its interval is of FIGURES_LEVEL, alone */
	double evidence_in;     /* e-values: how much the signs of the blocks speak */
	double evidence_out;    /* for inside, and for outside, of the region */
	size_t inside, outside; /* of its blocks, how many make these so great */
	char *missing;          /* what the record lacks for it, or NULL */
};

struct judged {
	const struct claim *claim;
	enum verdict verdict;
	struct judged_rule *rules;      /* claim->nrules */
	const struct claim_need *unmet; /* what this machine is not, or NULL */
	size_t decisive; /* the rule whose figure tells most about the verdict */
	double wanted;   /* what would have decided it: so much evidence_in of every rule,
			    or evidence_out / claim->nrules of one */
	char *why;       /* one sentence */
};

/* Judges all claims as one family: v has claims->n places, each to be freed. Holm's
 * procedure on e-values, which stay valid however often one looks and goes on. */
void judge(const struct record *r, const struct claims *claims, struct judged *v);
void judged_free(struct judged *v, size_t n);
const char *verdict_name(enum verdict v); /* "holds", "does not hold", "undecided" */
/* A figure as people read it, in the rule's unit; caller frees. */
char *judge_figure(const struct claim_rule *rule, double x);

#endif
