/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a comparison answers, case by case, for whoever asked: people, pull requests,
 * machines. */
#ifndef LWP_ANSWERS_H
#define LWP_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sheet.h"
#include "stats.h"

enum answer_kind {
	ANSWER_INCONCLUSIVE, /* shown as ~ */
	ANSWER_EQUIVALENT,
	ANSWER_IMPROVED,
	ANSWER_REGRESSED,
	ANSWER_UNMEASURED, /* failed, skipped, or missing on a side: the note says why */
	ANSWER_FAILED,     /* measured before, fails now */
	ANSWER_UNCHANGED,  /* no change was found where one could have been */
};

struct answer {
	char *text;            /* the case, as in kase.text */
	char *family, *unit;   /* or NULL */
	double base, fresh;    /* the two sides' figures, in the unit; NAN: none */
	struct estimate ratio; /* of the figures, fresh / base: above 1 is worse, of a
				  rate better; n: units of error (blocks, or runs of both
				  sides); lo, hi NAN: no interval; value NAN: none */
	enum answer_kind kind;
	double seconds; /* that it was measured for; NAN: not known */
	char *note; /* one sentence: why it is not decided and what would do, what it is
		       relative to; or NULL */
};

struct answers {
	char *command;                /* "ab", "compare"; never NULL */
	char *base_name, *fresh_name; /* what the sides are: "a: env X=1", "BASE: 3
					 runs of 2026-01-01" */
	double alpha, margin;
	bool relative;  /* ratios are of figures against their floors', not of base and
			   fresh as they are */
	char *rate;     /* one sentence: what the error rate is and of what */
	char **remarks; /* sentences about the whole: machines differ, one run a side */
	size_t nremarks;
	struct answer *v;
	size_t n;
};

const char *answer_name(enum answer_kind kind);
void answers_remark(struct answers *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds one of that text, all else empty, inconclusive. */
struct answer *answers_add(struct answers *a, const char *text);
size_t answers_count(const struct answers *a, enum answer_kind kind);
/* 1: something regressed or failed; 3: nothing could be measured; 77: nothing could be
 * answered; else 0, also with some inconclusive. */
int answers_status(const struct answers *a);
/* The table, remarks and the line of counts: text, HTML or Markdown as of the sheet. All:
 * also the rows where nothing can be said or changed, which a Markdown sheet folds away.
 */
void answers_show(const struct sheet *s, const struct answers *a, bool all);
/* One JSON object, schema lwpbench-answers/1 (results/answers.schema.json). */
void answers_json(FILE *to, const struct answers *a);
/* JUnit XML: a case is a <testcase>; regressed and failed are <failure>, inconclusive and
 * unmeasured <skipped>. */
void answers_junit(FILE *to, const struct answers *a);
void answers_free(struct answers *a);

/* Where a command was told to leave its answers, beside standard output; each NULL:
 * nowhere. */
struct answers_files {
	const char *json, *junit,
		*markdown; /* paths; "-" is standard output instead of the table */
};

/* Writes them whole or not at all; 0, or -errno with the path in *bad. */
int answers_write(const struct answers *a, const struct answers_files *files,
		  const char **bad);

#endif
