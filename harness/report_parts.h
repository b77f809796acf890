/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the page that `lwpbench report` writes. */
#ifndef LWP_REPORT_PARTS_H
#define LWP_REPORT_PARTS_H

#include <stdbool.h>

#include "judge.h"
#include "record.h"
#include "sheet.h"
#include "stats.h"

/* Where a ratio's whole interval lies. */
enum side { SIDE_UNKNOWN, SIDE_BELOW, SIDE_ACROSS, SIDE_ABOVE };

enum side report_side(const struct estimate *ratio);
/* What the cases of the ways to make tasks answer; nothing without such. */
void report_answer(const struct sheet *s, const struct record *r);
/* What there is to see in a family, in a sentence made of its figures, or nothing. */
void report_sees(const struct sheet *s, const struct record *r, const char *family);
/* The facts about the machine; what could not be found out. */
void report_known(const struct sheet *s, const struct record *r);
void report_unknown(const struct sheet *s, const struct record *r);
/* How the figures came about. */
void report_method(const struct sheet *s, const struct record *r);
/* Cases that are timed in r and counted in `exact`: both, and their ratio. */
void report_exact(const struct sheet *s, const struct record *r,
		  const struct record *exact);
/* Warnings, notes, and the cases that have no figures. */
void report_troubles(const struct sheet *s, const struct record *r);
/* Our own claims, judged by the record. */
struct verdicts {
	struct claims claims;
	struct judged *v;
	size_t n;
	char *why; /* there are no claims to judge, or NULL */
};

void report_judge(const struct record *r, struct verdicts *out);
void verdicts_free(struct verdicts *v);
/* Whether the record has figures for any of them. */
bool report_any_figure(const struct verdicts *v);
/* A table of those that are decided. */
void report_decided(const struct sheet *s, const struct verdicts *v);
/* Every case, a row each. */
void report_cases(const struct sheet *s, const struct record *r);

/* Texts of SVG. */
struct pictures {
	char **svg; /* of plot_pictures[i]; NULL: the record has nothing for it */
	size_t n;
	char *why; /* none could be drawn, or NULL */
};

/* 0, or -errno with *error. That gnuplot is missing is no error. */
int pictures_draw(const struct record *r, struct pictures *out, char **error);
void pictures_free(struct pictures *p);

#endif
