/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges claims by how many blocks lie on which side of their bounds, and says why. */
#include "judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "units.h"
#include "util.h"

/* How many blocks of a rule lie where; what is nearer to a bound than the margin lies
 * nowhere. */
struct tally {
	size_t n;
	size_t above_lo, below_lo, above_hi, below_hi;
	size_t inside; /* of all bounds */
};

/* ---- evidence */

static double margin(double bound)
{
	return fabs(bound) * JUDGE_MARGIN;
}

static struct tally count(const struct claim_rule *rule, const double *x, size_t n)
{
	struct tally t = {.n = n};
	double lo = rule->lo, hi = rule->hi;

	for (size_t i = 0; i < n; i++) {
		bool above = !isfinite(lo) || x[i] > lo + margin(lo);
		bool below = !isfinite(hi) || x[i] < hi - margin(hi);

		t.above_lo += above;
		t.below_hi += below;
		t.inside += above && below;
		t.below_lo += isfinite(lo) && x[i] < lo - margin(lo);
		t.above_hi += isfinite(hi) && x[i] > hi + margin(hi);
	}
	return t;
}

static size_t bounds_of(const struct claim_rule *rule)
{
	return (size_t)isfinite(rule->lo) + (size_t)isfinite(rule->hi);
}

/* The median is inside if it is so by each bound: what speaks least for it counts. It is
 * outside if it is beyond any: two chances to be wrong share one. */
static void weigh(const struct claim_rule *rule, const struct tally *t,
		  struct judged_rule *out)
{
	double in = INFINITY, beyond = 0;

	if (isfinite(rule->lo)) {
		in = fmin(in, stats_sign_evidence(t->above_lo, t->n));
		beyond = fmax(beyond, stats_sign_evidence(t->below_lo, t->n));
	}
	if (isfinite(rule->hi)) {
		in = fmin(in, stats_sign_evidence(t->below_hi, t->n));
		beyond = fmax(beyond, stats_sign_evidence(t->above_hi, t->n));
	}
	out->evidence_in = in;
	out->evidence_out = beyond / (double)bounds_of(rule);
	out->inside = t->above_lo < t->below_hi ? t->above_lo : t->below_hi;
	out->outside = t->below_lo > t->above_hi ? t->below_lo : t->above_hi;
}

/* Figures that may be infinite are of the size of their bounds. */
static double size_of(const struct claim_rule *rule)
{
	double lo = isfinite(rule->lo) ? fabs(rule->lo) : 0;
	double hi = isfinite(rule->hi) ? fabs(rule->hi) : 0;

	return fmax(lo, hi) > 0 ? fmax(lo, hi) : 1;
}

static struct estimate estimate(const struct claim_rule *rule, const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isinf(x[i]))
			return stats_far_ci(x, n, size_of(rule), FIGURES_LEVEL);
	return stats_median_ci(x, n, FIGURES_LEVEL);
}

static struct tally judge_rule(const struct record *r, const struct claim_rule *rule,
			       struct judged_rule *out)
{
	size_t n;
	double *x = claims_values(r, rule, &n, &out->missing);
	struct tally t = count(rule, x, n);

	out->figure = estimate(rule, x, n);
	weigh(rule, &t, out);
	free(x);
	return t;
}

/* All rules hold... */
static double evidence_for(const struct judged *v)
{
	double least = INFINITY;

	for (size_t i = 0; i < v->claim->nrules; i++)
		least = fmin(least, v->rules[i].evidence_in);
	return least;
}

/* ...or one of them does not, by any of so many chances. */
static double evidence_against(const struct judged *v)
{
	double most = 0;

	for (size_t i = 0; i < v->claim->nrules; i++)
		most = fmax(most, v->rules[i].evidence_out);
	return most / (double)v->claim->nrules;
}

static bool leans_to_holding(const struct judged *v)
{
	return evidence_for(v) >= evidence_against(v);
}

/* The first fact that the claim needs and the record has not; NULL if it has all. */
static const struct claim_need *unmet(const struct record *r, const struct claim *c)
{
	for (size_t i = 0; i < c->nneeds; i++) {
		const struct fact *f = facts_find(&r->host, c->needs[i].fact);

		if (!f || !f->value || strcmp(f->value, c->needs[i].value) != 0)
			return &c->needs[i];
	}
	return NULL;
}

/* ---- why, in words */

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_UNDECIDED] = "undecided",
		[VERDICT_HOLDS] = "holds",
		[VERDICT_FAILS] = "does not hold",
	};

	return names[v];
}

char *judge_figure(const struct claim_rule *rule, double x)
{
	char text[64];

	if (isinf(x))
		return xstrdup(x > 0 ? "infinite" : "-infinite");
	switch (rule->unit) {
	case CLAIM_TIME:
		return xstrdup(units_format(x, "ns", text, sizeof(text)));
	case CLAIM_BYTES:
		return xstrdup(units_format(x, "bytes", text, sizeof(text)));
	case CLAIM_PERCENT:
		return xformat("%s %%", units_number(x * 100, text, sizeof(text)));
	default:
		return xstrdup(units_number(x, text, sizeof(text)));
	}
}

/* "[fork] / [vfork] is 25 [24.1, 26] in 12 blocks" */
static char *tell_figure(const struct claim_rule *rule, const struct estimate *e)
{
	char *value = judge_figure(rule, e->value), *lo = judge_figure(rule, e->lo);
	char *hi = judge_figure(rule, e->hi);
	char *interval = isnan(e->lo) ? xstrdup("") : xformat(" [%s, %s]", lo, hi);
	char *text = xformat("%.*s is %s%s in %zu block%s", (int)rule->expression,
			     rule->text, value, interval, e->n, e->n == 1 ? "" : "s");

	free(interval);
	free(hi);
	free(lo);
	free(value);
	return text;
}

/* "above 2", "below 10 %", "between 0.9 and 1.1" */
static char *tell_inside(const struct claim_rule *rule)
{
	char *lo = judge_figure(rule, rule->lo), *hi = judge_figure(rule, rule->hi);
	char *text = !isfinite(rule->hi)   ? xformat("above %s", lo)
		     : !isfinite(rule->lo) ? xformat("below %s", hi)
					   : xformat("between %s and %s", lo, hi);

	free(lo);
	free(hi);
	return text;
}

/* Beyond which bound more blocks are. */
static bool more_above(const struct tally *t)
{
	return t->above_hi >= t->below_lo;
}

static char *tell_outside(const struct claim_rule *rule, const struct tally *t)
{
	bool above = more_above(t);
	char *bound = judge_figure(rule, above ? rule->hi : rule->lo);
	char *text = xformat("%s %s", above ? "above" : "below", bound);

	free(bound);
	return text;
}

/* Where the blocks are that speak for or against the claim, and how many. */
static char *tell_side(const struct claim_rule *rule, const struct tally *t, bool inside,
		       size_t *n)
{
	*n = inside ? t->inside : more_above(t) ? t->above_hi : t->below_lo;
	return inside ? tell_inside(rule) : tell_outside(rule, t);
}

static char *tell_verdict(const struct judged *v, const struct tally *t)
{
	const struct claim *c = v->claim;
	const struct claim_rule *rule = &c->rules[v->decisive];
	bool holds = v->verdict == VERDICT_HOLDS;
	size_t n;
	char *figure = tell_figure(rule, &v->rules[v->decisive].figure);
	char *side = tell_side(rule, t, holds, &n);
	char *share = n == t->n ? xstrdup("all") : xformat("%zu of them", n);
	char *which =
		c->nrules == 1 ? xstrdup("")
		: holds ? xformat("Each of %zu rules holds, this one least surely: ",
				  c->nrules)
			: xformat("One of %zu rules does not hold: ", c->nrules);
	const char *because = holds ? c->holds : c->fails;
	char *why = xformat("%s%s, %s %s.%s%s", which, figure, share, side,
			    because ? " " : "", because ? because : "");
	free(which);
	free(share);
	free(side);
	free(figure);
	return why;
}

static char *tell_need(const struct record *r, const struct claim_need *need)
{
	const struct fact *f = facts_find(&r->host, need->fact);

	if (!f || !f->value)
		return xformat("The claim is about machines whose %s is %s; of this one "
			       "it is not known.",
			       need->fact, need->value);
	return xformat("The claim is about machines whose %s is %s; here it is %s.",
		       need->fact, need->value, f->value);
}

/* How many blocks would decide the claim if `n` of each `of` spoke for it as these do; 0:
 * more than anybody would measure. */
static size_t blocks_wanted(const struct judged *v, bool inside, size_t n, size_t of)
{
	enum { MOST = 1000 };
	const struct claim *c = v->claim;
	size_t share = inside ? 1 : bounds_of(&c->rules[v->decisive]) * c->nrules;

	for (size_t blocks = 1; blocks <= MOST; blocks++)
		if (stats_sign_evidence(blocks * n / of, blocks) >=
		    v->wanted * (double)share)
			return blocks;
	return 0;
}

/* What would be needed where blocks are of two minds. */
static char *tell_outlook(const struct judged *v, bool inside, size_t n, size_t of)
{
	size_t blocks = 2 * n > of ? blocks_wanted(v, inside, n, of) : 0;

	return blocks ? xformat("With more blocks like these it would take %zu in all.",
				blocks)
		      : xstrdup("More blocks like these would not decide it.");
}

/* Blocks that are too few, too near, or of two minds. */
static char *tell_doubt(const struct judged *v, const struct tally *t, size_t nclaims)
{
	const struct claim_rule *rule = &v->claim->rules[v->decisive];
	bool inside = leans_to_holding(v);
	size_t n, beyond = t->below_lo + t->above_hi, near = t->n - t->inside - beyond;
	char *figure = tell_figure(rule, &v->rules[v->decisive].figure);
	char *side = tell_side(rule, t, inside, &n), *region = tell_inside(rule), *why;
	char *outlook = tell_outlook(v, inside, n, t->n);

	if (n == t->n)
		why = xformat("Too few blocks: %s, all %s; among %zu claim%s it takes "
			      "%zu blocks that agree.",
			      figure, side, nclaims, nclaims == 1 ? "" : "s",
			      blocks_wanted(v, inside, 1, 1));
	else if (2 * near >= t->n)
		why = xformat("Too near to the bound: %s, and %zu of them are nearer "
			      "than %g %% to %s. %s",
			      figure, near, JUDGE_MARGIN * 100,
			      bounds_of(rule) == 1 ? "it" : "one", outlook);
	else
		why = xformat("The blocks disagree: %s, %zu clearly %s, %zu clearly not, "
			      "%zu too near to tell. %s",
			      figure, t->inside, region, beyond, near, outlook);
	free(outlook);
	free(region);
	free(side);
	free(figure);
	return why;
}

/* ---- claims */

static size_t find_missing(const struct judged *v)
{
	size_t i = 0;

	while (i < v->claim->nrules && !v->rules[i].missing)
		i++;
	return i;
}

/* What is missing; else what speaks least for the claim, or most against it. */
static size_t find_decisive(const struct judged *v)
{
	bool holding = leans_to_holding(v);
	size_t best = find_missing(v);

	if (v->verdict == VERDICT_UNDECIDED && best < v->claim->nrules)
		return best;
	best = 0;
	for (size_t i = 1; i < v->claim->nrules; i++) {
		const struct judged_rule *a = &v->rules[i], *b = &v->rules[best];

		if (holding ? a->evidence_in < b->evidence_in
			    : a->evidence_out > b->evidence_out)
			best = i;
	}
	return best;
}

/* With the limit of its p-value, the inverse of its evidence. */
static void decide(const struct record *r, const struct tally *tallies, double p,
		   double limit, size_t nclaims, struct judged *v)
{
	v->wanted = 1 / limit;
	if (!v->unmet && p <= limit)
		v->verdict = leans_to_holding(v) ? VERDICT_HOLDS : VERDICT_FAILS;
	v->decisive = find_decisive(v);
	if (v->verdict != VERDICT_UNDECIDED)
		v->why = tell_verdict(v, &tallies[v->decisive]);
	else if (v->unmet)
		v->why = tell_need(r, v->unmet);
	else if (v->rules[v->decisive].missing)
		v->why = xformat("Missing: %s.", v->rules[v->decisive].missing);
	else
		v->why = tell_doubt(v, &tallies[v->decisive], nclaims);
}

void judge(const struct record *r, const struct claims *claims, struct judged *v)
{
	struct tally **tallies = xcalloc(claims->n, sizeof(struct tally *));
	double *p = xcalloc(claims->n, sizeof(*p)),
	       *limits = xcalloc(claims->n, sizeof(*limits));

	for (size_t i = 0; i < claims->n; i++) {
		const struct claim *c = &claims->v[i];

		v[i] = (struct judged){.claim = c,
				       .unmet = unmet(r, c),
				       .rules = xcalloc(c->nrules, sizeof(*v[i].rules))};
		tallies[i] = xcalloc(c->nrules, sizeof(*tallies[i]));
		for (size_t j = 0; j < c->nrules; j++)
			tallies[i][j] = judge_rule(r, &c->rules[j], &v[i].rules[j]);
		/* Of a claim that is about another machine nothing can be told. */
		p[i] = v[i].unmet ? 1
				  : fmin(1, 1 / fmax(evidence_for(&v[i]),
						     evidence_against(&v[i])));
	}
	/* All claims of the list count, so that what is told of one does not depend on
	 * which others happened to be measured. */
	stats_holm(p, claims->n, JUDGE_ALPHA, limits);
	for (size_t i = 0; i < claims->n; i++) {
		decide(r, tallies[i], p[i], limits[i], claims->n, &v[i]);
		free(tallies[i]);
	}
	free(tallies);
	free(limits);
	free(p);
}

void judged_free(struct judged *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < v[i].claim->nrules; j++)
			free(v[i].rules[j].missing);
		free(v[i].rules);
		free(v[i].why);
	}
}
