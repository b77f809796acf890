/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The expressions that rules of claims are made of, as trees. */
#ifndef LWP_TERMS_H
#define LWP_TERMS_H

#include <stddef.h>

#include "claims.h"

enum {
	TERMS_MOST = 256,  /* terms of a rule: no tree is deeper */
	TERMS_CASES = 256, /* cases of a rule, lists multiplied out */
	TERMS_RANKS = 16, /* arguments of rank and count: within JUDGE_MARGIN of them all,
			     whole numbers and the bounds between them stay apart */
};

enum term_kind {
	TERM_NUMBER,
	TERM_CASES,  /* [CASE], or [CASES] where a function wants them */
	TERM_GAUGE,  /* [CASE].NAME */
	TERM_PHASE,  /* [CASE]@NAME */
	TERM_NEGATE, /* of args[0], as what follows is of all its args */
	TERM_ADD,
	TERM_SUBTRACT,
	TERM_MULTIPLY,
	TERM_DIVIDE,
	TERM_LESS, /* 1 or 0 */
	TERM_MORE,
	TERM_AT_MOST,
	TERM_AT_LEAST,
	TERM_MIN,
	TERM_MAX,
	TERM_ABS,
	TERM_RANK,
	TERM_COUNT,
	TERM_SLOPE, /* over NAME, a parameter, through the cases of args[0] */
	TERM_AT0,
	TERM_R2,
	TERM_CROSSOVER, /* over NAME: the dear cases, the cheap ones, the factor */
};

struct claim_term {
	enum term_kind kind;
	double number;
	char *name;
	char **cases; /* as written */
	size_t ncases;
	struct claim_term **args;
	size_t nargs;
};

/* Parses a rule; 0, or -EINVAL with what is wrong in *error (caller frees), and where in
 * the text in *at. */
int terms_rule(const char *text, struct claim_rule *out, size_t *at, char **error);
void terms_rule_free(struct claim_rule *rule);

#endif
