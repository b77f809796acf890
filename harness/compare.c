/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairs the cases of two sides' runs, asks which differ, and says why others can't be
 * told. */
#include "compare.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_hosts.h"
#include "figures.h"
#include "maxt.h"
#include "relative.h"
#include "util.h"

/* Fewer agree too easily: an interval of two runs a side says little of their spread. */
enum { RUNS_FOR_EQUIVALENCE = 3 };

enum side { BASE, NEW };

static const char *const side_names[] = {"BASE", "NEW"};

/* What a side's runs say of a case. */
struct view {
	size_t ok, failed, skipped; /* runs; of the others it is no part */
	const char *reason;         /* of the first that failed or was skipped */
	double *logs, *figures;     /* of the ok ones */
};

/* A case of either side. */
struct line {
	const struct kase *k; /* the first one */
	struct view side[2];
	const char *floor; /* that all figures are relative to, or NULL */
	bool floor_lost;   /* it has one, that some run did not measure */
	double *x;         /* of each run; NAN: none */
	double p;          /* NAN: not asked */
	char *note;        /* why it can't be compared, or NULL */
};

struct comparison {
	const struct record **runs; /* k of base, m of the other */
	size_t k, m;
	const struct compare_rule *rule;
	struct line *v;
	size_t n;
};

static size_t runs(const struct comparison *c)
{
	return c->k + c->m;
}

/* Whether so many runs can reach alpha. However many there are on the other side, one
 * alone tells nothing of how much it could have been otherwise. */
static bool can_decide(const struct comparison *c)
{
	return c->k > 1 && c->m > 1 && maxt_least(c->k, c->m) <= c->rule->alpha;
}

static enum side side_of(const struct comparison *c, size_t run)
{
	return run < c->k ? BASE : NEW;
}

/* ---- which cases there are, and what the runs say of them */

bool compare_chosen(const char *const *globs, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(globs[i], text) == 0 || fnmatch(globs[i], text, 0) == 0)
			return true;
	return n == 0;
}

static bool known(const struct comparison *c, const char *text)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i].k->text, text) == 0)
			return true;
	return false;
}

static void list_cases(struct comparison *c)
{
	for (size_t run = 0; run < runs(c); run++) {
		const struct record *r = c->runs[run];

		for (size_t i = 0; i < r->ncases; i++) {
			const char *text = r->cases[i].text;

			if (known(c, text) ||
			    !compare_chosen(c->rule->globs, c->rule->nglobs, text))
				continue;
			c->v = xrealloc(c->v, c->n + 1, sizeof(*c->v));
			c->v[c->n++] = (struct line){.k = &r->cases[i], .p = NAN};
		}
	}
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* In what two cases of one text are not the same, or NULL; caller frees. */
static char *unlike(const struct kase *a, const struct kase *b)
{
	if (strcmp(a->unit, b->unit) != 0 || a->higher_is_better != b->higher_is_better)
		return xformat("its unit is %s in one run and %s in another", a->unit,
			       b->unit);
	if (!same_text(a->tool, b->tool))
		return xformat("it is timed by %s in one run and by %s in another",
			       a->tool ? a->tool : "lwpbench",
			       b->tool ? b->tool : "lwpbench");
	for (size_t i = 0; i < a->nparams; i++) {
		const struct pair *p = &a->params[i];
		const char *other = NULL;

		for (size_t j = 0; j < b->nparams; j++)
			if (strcmp(b->params[j].name, p->name) == 0)
				other = b->params[j].value;
		if (!same_text(other, p->value))
			return xformat("%s is %s in one run and %s in another", p->name,
				       p->value, other ? other : "no parameter");
	}
	return a->nparams == b->nparams
		       ? NULL
		       : xstrdup("it has a parameter in one run that it lacks in "
				 "another");
}

static void view_run(struct view *v, const struct kase *k)
{
	if (k->status == STATUS_OK) {
		v->ok++;
		return;
	}
	if (k->status == STATUS_FAILED)
		v->failed++;
	else
		v->skipped++;
	if (!v->reason)
		v->reason = k->reason;
}

/* Whether all figures of a case can be taken against the same floor. */
static void find_floor(const struct comparison *c, struct line *l)
{
	bool some = false, all = true;

	for (size_t run = 0; run < runs(c); run++) {
		const struct kase *k = record_find(c->runs[run], l->k->text);
		struct relative rel;

		if (!k || relative_of(c->runs[run], k, &rel) < 0)
			continue;
		if (!rel.floor || (l->floor && strcmp(l->floor, rel.floor->text) != 0))
			all = false;
		else
			l->floor = rel.floor->text;
		some |= rel.floor != NULL;
	}
	l->floor_lost = some && !all;
	if (!all || c->rule->absolute)
		l->floor = NULL;
}

/* A run's figures, if it has any. */
static void take_figures(const struct comparison *c, struct line *l, size_t run,
			 const struct kase *k)
{
	struct view *v = &l->side[side_of(c, run)];
	struct relative rel;

	view_run(v, k);
	if (k->status != STATUS_OK)
		return;
	if (relative_of(c->runs[run], k, &rel) < 0) {
		v->ok--;
		v->skipped++;
		if (!v->reason)
			v->reason = "nothing that a ratio can be made of";
		return;
	}
	l->x[run] = l->floor ? rel.log_ratio.value : rel.log_cost.value;
	v->logs[v->ok - 1] = l->x[run];
	v->figures[v->ok - 1] = rel.figure;
}

static void look_at(const struct comparison *c, struct line *l)
{
	l->x = xcalloc(runs(c), sizeof(*l->x));
	for (int s = BASE; s <= NEW; s++) {
		l->side[s].logs = xcalloc(runs(c), sizeof(double));
		l->side[s].figures = xcalloc(runs(c), sizeof(double));
	}
	find_floor(c, l);
	for (size_t run = 0; run < runs(c); run++) {
		const struct kase *k = record_find(c->runs[run], l->k->text);

		l->x[run] = NAN;
		if (!k)
			continue;
		if (!l->note)
			l->note = unlike(l->k, k);
		take_figures(c, l, run, k);
	}
}

/* ---- what can't be compared */

/* Why a side has no figures; NULL if it has. */
static char *why_none(const struct view *v, const char *name)
{
	const char *reason = v->reason ? v->reason : "no reason given";

	if (v->ok)
		return NULL;
	if (v->failed)
		return xformat("failed in %s: %s", name, reason);
	if (v->skipped)
		return xformat("not measured in %s: %s", name, reason);
	return xformat("%s does not have it", name);
}

/* Measured before, fails now. */
static bool broke(const struct line *l)
{
	return l->side[NEW].failed && l->side[BASE].ok && !l->side[BASE].failed;
}

static bool comparable(const struct line *l)
{
	return !l->note && l->side[BASE].ok && l->side[NEW].ok;
}

/* Of several runs some may have failed. */
static char *some_failed(const struct comparison *c, const struct line *l)
{
	const size_t all[] = {c->k, c->m};

	for (int s = NEW; s >= BASE; s--)
		if (l->side[s].failed)
			return xformat("failed in %zu of %zu runs of %s: %s",
				       l->side[s].failed, all[s], side_names[s],
				       l->side[s].reason ? l->side[s].reason
							 : "no reason given");
	return NULL;
}

static char *note_of(const struct comparison *c, struct line *l)
{
	char *note = l->note;

	l->note = NULL;
	for (int s = BASE; s <= NEW && !note; s++)
		note = why_none(&l->side[s], side_names[s]);
	if (!note)
		note = some_failed(c, l);
	if (!note && l->floor_lost && !c->rule->absolute)
		note = xstrdup("compared as it is: its floor was not measured in every "
			       "run");
	return note;
}

/* ---- answers */

/* Fills in p of all that can be compared, together. */
static void ask(struct comparison *c)
{
	double *x = xcalloc(runs(c) * c->n, sizeof(*x));
	double *p = xcalloc(c->n, sizeof(*p));
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += comparable(&c->v[i]);
	for (size_t i = 0, j = 0; i < c->n; i++) {
		if (!comparable(&c->v[i]))
			continue;
		for (size_t run = 0; run < runs(c); run++)
			x[run * n + j] = c->v[i].x[run];
		j++;
	}
	maxt(x, n, c->k, c->m, p);
	for (size_t i = 0, j = 0; i < c->n; i++)
		if (comparable(&c->v[i]))
			c->v[i].p = p[j++];
	free(x);
	free(p);
}

static enum answer_kind kind_of(const struct comparison *c, const struct line *l,
				const struct estimate *change)
{
	double margin = log1p(c->rule->margin);
	bool within = change->lo >= -margin && change->hi <= margin &&
		      l->side[BASE].ok >= RUNS_FOR_EQUIVALENCE &&
		      l->side[NEW].ok >= RUNS_FOR_EQUIVALENCE;

	if (isnan(l->p))
		return ANSWER_INCONCLUSIVE;
	if (within)
		return ANSWER_EQUIVALENT;
	if (l->p > c->rule->alpha)
		return ANSWER_INCONCLUSIVE;
	return change->value > 0 ? ANSWER_REGRESSED : ANSWER_IMPROVED;
}

/* The geometric mean, so that it goes with a ratio of the means of logarithms. */
static double usual(const struct view *v)
{
	double sum = 0;

	for (size_t i = 0; i < v->ok; i++)
		sum += log(v->figures[i]);
	return v->ok ? exp(sum / (double)v->ok) : NAN;
}

/* Of the figures; what costs more is a lower rate. */
static struct estimate ratio_of(const struct kase *k, const struct estimate *change)
{
	struct estimate e = {exp(change->value), exp(change->lo), exp(change->hi),
			     change->n};

	if (k->higher_is_better)
		e = (struct estimate){1 / e.value, 1 / e.hi, 1 / e.lo, e.n};
	return e;
}

static void set_text(char **text, const char *to)
{
	free(*text);
	*text = xstrdup(to);
}

static void answer(const struct comparison *c, struct line *l, struct answers *out)
{
	struct answer *a = answers_add(out, l->k->text);
	struct view *base = &l->side[BASE], *fresh = &l->side[NEW];

	set_text(&a->family, l->k->family);
	set_text(&a->unit, l->k->unit);
	a->base = usual(base);
	a->fresh = usual(fresh);
	if (broke(l) && !l->note) {
		a->kind = ANSWER_FAILED;
	} else if (comparable(l)) {
		struct estimate change = stats_welch_ci(base->logs, base->ok, fresh->logs,
							fresh->ok, FIGURES_LEVEL);

		a->kind = kind_of(c, l, &change);
		a->ratio = ratio_of(l->k, &change);
	} else {
		a->kind = ANSWER_UNMEASURED;
	}
	a->note = note_of(c, l);
}

/* ---- remarks */

/* "BASE: 3 runs, 2026-01-01T03:00:00Z to 2026-01-03T03:00:00Z" */
static char *name_side(enum side side, const struct record *r, size_t n,
		       const char **first, const char **last)
{
	const char *name = side_names[side];

	*first = *last = r[0].started;
	for (size_t i = 1; i < n; i++) {
		if (strcmp(r[i].started, *first) < 0)
			*first = r[i].started;
		if (strcmp(r[i].started, *last) > 0)
			*last = r[i].started;
	}
	if (n == 1)
		return xformat("%s: the run of %s", name, *first);
	return strcmp(*first, *last) == 0
		       ? xformat("%s: %zu runs of %s", name, n, *first)
		       : xformat("%s: %zu runs, %s to %s", name, n, *first, *last);
}

/* What `compare` can't see, as all runs of one side were made before the other's. */
static void remark_drift(struct answers *out, const char *first[2], const char *last[2])
{
	if (strcmp(last[BASE], first[NEW]) < 0 || strcmp(last[NEW], first[BASE]) < 0)
		answers_remark(out, "All of one side was measured before the other: what "
				    "drifted on the machine meanwhile counts as a "
				    "change. Where both can be run here, `lwpbench ab` "
				    "measures them in turns.");
}

static void remark_runs(const struct comparison *c, struct answers *out)
{
	double alpha = c->rule->alpha;
	char *few = c->k == 1 && c->m == 1 ? xstrdup("One run a side")
					   : xformat("%zu run%s of BASE and %zu of NEW",
						     c->k, c->k == 1 ? "" : "s", c->m);
	char *other =
		alpha < 0.05 ? xformat(", 5 %% takes %zu", maxt_runs(0.05)) : xstrdup("");

	answers_remark(out,
		       "%s can't tell a change from noise, so nothing is "
		       "decided: --alpha %g%% takes %zu runs a side%s.",
		       few, 100 * alpha, maxt_runs(alpha), other);
	free(few);
	free(other);
}

static size_t held_against(const struct comparison *c, const char *floor)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += same_text(c->v[i].floor, floor);
	return n;
}

/* The floors that figures are relative to, "getpid, bw_memcpy"; NULL: none. */
static char *list_floors(const struct comparison *c)
{
	char *list = NULL;

	for (size_t i = 0; i < c->n; i++) {
		const char *floor = c->v[i].floor;
		bool first = floor != NULL;

		for (size_t j = 0; j < i && first; j++)
			first = !same_text(c->v[j].floor, floor);
		if (!first)
			continue;
		char *longer = list ? xformat("%s, %s", list, floor) : xstrdup(floor);
		free(list);
		list = longer;
	}
	return list;
}

/* Cases that are held against a floor do not show what that does. */
static void remark_floors(const struct comparison *c, struct answers *out)
{
	char *floors = list_floors(c);

	for (size_t i = 0; i < out->n; i++) {
		const struct answer *a = &out->v[i];
		size_t n = held_against(c, a->text);

		if (n && (a->kind == ANSWER_REGRESSED || a->kind == ANSWER_IMPROVED))
			answers_remark(out,
				       "%s itself %s (ratio %.3g), and %zu ratio%s here "
				       "%s relative to it: --absolute shows them "
				       "without.",
				       a->text, answer_name(a->kind), a->ratio.value, n,
				       n == 1 ? "" : "s", n == 1 ? "is" : "are");
	}
	out->relative = floors != NULL;
	if (floors)
		answers_remark(out,
			       "Costs are divided by those of their floors (%s) in the "
			       "same blocks: a machine that is slower altogether changes "
			       "nothing. Those without a floor are taken as they are.",
			       floors);
	free(floors);
}

/* What more runs would buy those that could not be decided. */
static void remark_width(const struct comparison *c, struct answers *out)
{
	double *half = xcalloc(out->n, sizeof(*half));
	double margin = log1p(c->rule->margin);
	size_t n = 0, most = c->k > c->m ? c->k : c->m;

	for (size_t i = 0; i < out->n; i++) {
		const struct estimate *e = &out->v[i].ratio;

		if (out->v[i].kind == ANSWER_INCONCLUSIVE && e->lo > 0)
			half[n++] = log(e->hi / e->lo) / 2;
	}
	double middle = stats_median(half, n);
	free(half);
	if (n && margin > 0 && middle > margin)
		answers_remark(
			out,
			"Half of the undecided cases are known to ±%.2g %% at "
			"best. To know them to %.2g %% would take some %.0f runs a "
			"side of this length, fewer if they are longer or the "
			"machine is quieter.",
			100 * expm1(middle), 100 * c->rule->margin,
			ceil((double)most * pow(middle / margin, 2)));
}

static void remark_incomplete(const struct comparison *c, struct answers *out)
{
	size_t n = 0;

	for (size_t run = 0; run < runs(c); run++)
		n += !c->runs[run]->complete;
	if (n)
		answers_remark(out, "%zu of the %zu runs %s interrupted.", n, runs(c),
			       n == 1 ? "was" : "were");
}

static void describe(const struct comparison *c, const struct record *base,
		     const struct record *fresh, struct answers *out)
{
	const char *first[2], *last[2];

	out->command = xstrdup("compare");
	out->base_name = name_side(BASE, base, c->k, &first[BASE], &last[BASE]);
	out->fresh_name = name_side(NEW, fresh, c->m, &first[NEW], &last[NEW]);
	out->alpha = c->rule->alpha;
	out->margin = c->rule->margin;
	out->rate = xformat(
		"The unit of error is the run: if nothing has changed, the chance that "
		"any case is called regressed or improved is at most %g %%. Intervals, "
		"of each case alone, are Student's t over the runs' logarithms.",
		100 * c->rule->alpha);
	if (!can_decide(c))
		remark_runs(c, out);
	compare_hosts_remark(base, c->k, fresh, c->m, out);
	remark_drift(out, first, last);
	remark_incomplete(c, out);
}

static void release(struct comparison *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct line *l = &c->v[i];

		for (int s = BASE; s <= NEW; s++) {
			free(l->side[s].logs);
			free(l->side[s].figures);
		}
		free(l->x);
		free(l->note);
	}
	free(c->v);
	free(c->runs);
}

void compare(const struct record *base, size_t nbase, const struct record *fresh,
	     size_t nfresh, const struct compare_rule *rule, struct answers *out)
{
	struct comparison c = {.k = nbase, .m = nfresh, .rule = rule};

	*out = (struct answers){0};
	c.runs = xcalloc(nbase + nfresh, sizeof(const struct record *));
	for (size_t run = 0; run < nbase + nfresh; run++)
		c.runs[run] = run < nbase ? &base[run] : &fresh[run - nbase];
	list_cases(&c);
	for (size_t i = 0; i < c.n; i++)
		look_at(&c, &c.v[i]);
	if (can_decide(&c))
		ask(&c);
	describe(&c, base, fresh, out);
	for (size_t i = 0; i < c.n; i++)
		answer(&c, &c.v[i], out);
	if (can_decide(&c))
		remark_width(&c, out);
	remark_floors(&c, out);
	release(&c);
}
