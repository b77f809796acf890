/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cases of a history as series, and what has changed in them. Pure. */
#ifndef LWP_HISTORY_SERIES_H
#define LWP_HISTORY_SERIES_H

#include "answers.h"
#include "changes.h"
#include "history.h"

/* Of longer series the newest runs only are asked. */
enum { SERIES_MOST = 2000 };

/* One case: the runs that have it. */
struct serie {
	const struct history_case *k;
	size_t *run; /* of each value */
	double *x;   /* logarithms of the ratios, of costs */
	size_t n;
	bool asked;           /* long enough for a change to be found */
	struct changes found; /* places are those in x */
};

struct history_series {
	const struct history *h;
	struct serie *v;
	size_t n, asked;
	double alpha, each; /* of all series together, and of each */
	size_t least;       /* the fewest runs in which a change could be found */
};

/* Those of the cases that are chosen by globs (none: all). That any of them has a false
 * change has a probability of alpha at the most: each is given the same share of it. */
void history_series_of(const struct history *h, const char *const *globs, size_t nglobs,
		       double alpha, struct history_series *out);
void history_series_free(struct history_series *s);

/* One value of x, or a level, against another, as figures are: above 1 is worse, of a
 * rate better. */
double series_ratio(const struct serie *s, double before, double after);
double change_ratio(const struct serie *s, const struct change *c);
/* The run that a change begins at. */
size_t change_run(const struct serie *s, const struct change *c);
/* Where the level of change i ends, a place in x. */
size_t change_end(const struct serie *s, size_t i);
/* Median of the figures on the level before a change (i) or after it (i + 1). */
double series_figure(const struct serie *s, size_t level);
/* The largest change for the worse within the `recent` last runs that has not been taken
 * back by half at least; else the last one for the better; or NULL. */
const struct change *series_news(const struct history_series *all, const struct serie *s,
				 size_t recent);
/* "2026-01-31 v6.12", or with its time if it has no label; caller frees. */
char *series_run_text(const struct history *h, size_t run);
/* What `check` answers: a case that has news is regressed or improved. */
void history_answers(const struct history_series *s, size_t recent, struct answers *out);

#endif
