/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is to see in a family of cases, said by its figures whatever they are: how
 * threads compare with processes, or the cheapest with the dearest. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "figures.h"
#include "report_parts.h"
#include "show.h"
#include "units.h"
#include "util.h"

enum { NUMBER = 48 };

/* Threads against processes that did the same, over all pairs of a family. */
struct contest {
	size_t pairs, sides[4]; /* [enum side] */
	const struct kase *least, *most;
	struct estimate least_ratio, most_ratio;
};

static void enter(struct contest *c, const struct kase *k, const struct estimate *ratio)
{
	if (!c->pairs || ratio->value < c->least_ratio.value) {
		c->least = k;
		c->least_ratio = *ratio;
	}
	if (!c->pairs || ratio->value > c->most_ratio.value) {
		c->most = k;
		c->most_ratio = *ratio;
	}
	c->pairs++;
	c->sides[report_side(ratio)]++;
}

static void hold_contest(const struct record *r, const char *family, struct contest *c)
{
	*c = (struct contest){0};
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];
		const char *task = figures_task(k);
		struct figures f;

		if (!case_in_family(k, family) || !task || strcmp(task, "thread") != 0)
			continue;
		figures_of(r, k, &f);
		if (f.twin_ratio.n)
			enter(c, k, &f.twin_ratio);
	}
}

/* What a ratio below 1 speaks of; the families of one contest have one unit. */
static const char *measure(const struct kase *k)
{
	return k->higher_is_better  ? "the rate"
	       : case_is_ladder(k)  ? "the weight"
	       : case_is_counted(k) ? "the instructions"
				    : "the time";
}

/* Of a ratio without an interval; counts need none. */
static const char *doubt(const struct kase *k)
{
	return case_is_counted(k) ? "" : ", from too few reps for an interval";
}

static void say_contest(const struct sheet *s, const struct contest *c)
{
	char *least = show_ratio(&c->least_ratio), *most = show_ratio(&c->most_ratio);
	bool rates = c->least->higher_is_better;

	if (c->pairs == 1)
		sheet_line(s, "Thread against process: %s times %s (%s)%s.", least,
			   measure(c->least), c->least->text,
			   c->sides[SIDE_ACROSS]    ? ", so no difference was seen"
			   : c->sides[SIDE_UNKNOWN] ? doubt(c->least)
						    : "");
	else if (case_is_counted(c->least))
		sheet_line(s,
			   "Threads against processes that did the same: from %s times "
			   "%s (%s) to %s times (%s). What a switch of address spaces "
			   "costs beside instructions is not seen.",
			   least, measure(c->least), c->least->text, most, c->most->text);
	else
		sheet_line(
			s,
			"Threads against processes that did the same: from %s times %s "
			"(%s) to %s times (%s). Of %zu pairs %zu speak for the threads, "
			"%zu for the processes, each by its own interval; in %zu no "
			"difference was seen, in %zu there were too few reps to say.",
			least, measure(c->least), c->least->text, most, c->most->text,
			c->pairs, c->sides[rates ? SIDE_ABOVE : SIDE_BELOW],
			c->sides[rates ? SIDE_BELOW : SIDE_ABOVE], c->sides[SIDE_ACROSS],
			c->sides[SIDE_UNKNOWN]);
	free(least);
	free(most);
}

/* Whether k is better than the other, by the medians. */
static bool beats(const struct kase *k, const struct kase *other)
{
	double x = figures_median(&k->time).value, y = figures_median(&other->time).value;

	return k->higher_is_better ? x > y : x < y;
}

static void say_extremes(const struct sheet *s, const struct kase *best,
			 const struct kase *worst)
{
	const struct estimate e = best->higher_is_better
					  ? figures_ratio(&best->time, &worst->time)
					  : figures_ratio(&worst->time, &best->time);
	const char *first = best->higher_is_better ? "fastest" : "cheapest";
	const char *last = best->higher_is_better ? "slowest" : "dearest";
	char *ratio = show_ratio(&e), text[2][NUMBER];

	units_format(figures_median(&best->time).value, best->unit, text[0], NUMBER);
	units_format(figures_median(&worst->time).value, best->unit, text[1], NUMBER);
	if (report_side(&e) == SIDE_ACROSS)
		sheet_line(
			s,
			"Between the %s, %s (%s), and the %s, %s (%s), no difference was "
			"seen: a ratio of %s.",
			first, best->text, text[0], last, worst->text, text[1], ratio);
	else
		sheet_line(
			s,
			"Between the %s, %s (%s), and the %s, %s (%s), lie %s times%s.",
			first, best->text, text[0], last, worst->text, text[1], ratio,
			report_side(&e) == SIDE_UNKNOWN ? doubt(best) : "");
	free(ratio);
}

/* Of cases of one unit: a time and a rate have no order. */
static void see_extremes(const struct sheet *s, const struct record *r,
			 const char *family)
{
	const struct kase *best = NULL, *worst = NULL;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (!case_in_family(k, family) || k->status != STATUS_OK || !k->time.n ||
		    !(figures_median(&k->time).value > 0) ||
		    (best && strcmp(k->unit, best->unit) != 0))
			continue;
		if (!best || beats(k, best))
			best = k;
		if (!worst || beats(worst, k))
			worst = k;
	}
	if (best && best != worst)
		say_extremes(s, best, worst);
}

void report_sees(const struct sheet *s, const struct record *r, const char *family)
{
	struct contest c;

	hold_contest(r, family, &c);
	if (c.pairs)
		say_contest(s, &c);
	else
		see_extremes(s, r, family);
}
