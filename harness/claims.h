/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims: text files that say what somebody believes, and by which rule a result decides
 * it. CLAIMS.md has the language. */
#ifndef LWP_CLAIMS_H
#define LWP_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"

struct claim_term; /* an expression over cases */

/* How people read a figure: as the bound of its rule was written. */
enum claim_unit { CLAIM_NUMBER, CLAIM_PERCENT, CLAIM_TIME, CLAIM_BYTES };

/* The expression's figure, the median over blocks, shall lie between lo and hi. */
struct claim_rule {
	struct claim_term *term;
	double lo, hi; /* -INFINITY, INFINITY: no bound there */
	enum claim_unit unit;
	char *text;        /* as written: "[fork] / [pthread_create] > 2" */
	size_t expression; /* so much of it is the expression: "[fork] / [pthread_create]"
			    */
};

/* A fact of the host that the claim is about. */
struct claim_need {
	char *fact, *value;
};

struct claim {
	char *file; /* the family it was written in: "article" */
	unsigned line;
	char *id, *says, *source;
	char *holds, *fails; /* why, in one sentence each; NULL: not told */
	struct claim_rule *rules;
	size_t nrules; /* at least 1 */
	struct claim_need *needs;
	size_t nneeds;
};

struct claims {
	struct claim *v;
	size_t n;
};

/* A case that a rule speaks of, as written ("fork/pages=0"), lists multiplied out. */
struct claim_case {
	const char *text;
	bool phases; /* the rule wants its phases pass */
};

/* Appends the claims of a text; 0, or -EINVAL with "NAME:LINE:COLUMN: ..." in *error,
 * which the caller frees. */
int claims_parse(const char *text, const char *name, struct claims *out, char **error);
/* Appends those of a file, or of all files of our own (path NULL), the article's first.
 */
int claims_load(const char *path, struct claims *out, char **error);
void claims_free(struct claims *c);
/* Tells every case of a claim, some more than once. */
void claims_each_case(const struct claim *c,
		      void (*tell)(void *to, const struct claim_case *k), void *to);
/* The record's case that is meant by such a text, or NULL: parameters that the text does
 * not name have their defaults, counts compare as numbers, flags as sets. */
const struct kase *claims_find(const struct record *r, const char *text);
/* The rule's figure block by block, ascending by block (caller frees); n in *n. Without
 * any, *missing (caller frees) says what the record lacks. */
double *claims_values(const struct record *r, const struct claim_rule *rule, size_t *n,
		      char **missing);

#endif
