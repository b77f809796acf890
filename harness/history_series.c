/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks each series for changes, and what of them is news. */
#include "history_series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answers_words.h"
#include "compare.h"
#include "units.h"
#include "util.h"

/* Cases that are named of what is known of a run. */
enum { KNOWN_MOST = 8 };

/* The same history gives the same answer. */
static const uint64_t seed = 20140101;

static void take(const struct history *h, const struct history_case *k, struct serie *out)
{
	size_t first = h->nruns > SERIES_MOST ? h->nruns - SERIES_MOST : 0;

	*out = (struct serie){
		.k = k,
		.run = xcalloc(h->nruns, sizeof(*out->run)),
		.x = xcalloc(h->nruns, sizeof(*out->x)),
	};
	for (size_t i = first; i < h->nruns; i++) {
		double x = log(k->v[i].ratio);

		if (!isfinite(x))
			continue;
		out->run[out->n] = i;
		out->x[out->n++] = x;
	}
}

void history_series_of(const struct history *h, const char *const *globs, size_t nglobs,
		       double alpha, struct history_series *out)
{
	struct chance *chance = chance_new(seed);

	*out = (struct history_series){.h = h, .alpha = alpha};
	out->v = xcalloc(h->ncases, sizeof(*out->v));
	for (size_t i = 0; i < h->ncases; i++)
		if (compare_chosen(globs, nglobs, h->cases[i].text))
			take(h, &h->cases[i], &out->v[out->n++]);
	out->each = out->n ? alpha / (double)out->n : alpha;
	out->least = changes_least(out->each);
	for (size_t i = 0; i < out->n; i++) {
		struct serie *s = &out->v[i];

		s->asked = s->n >= out->least;
		out->asked += s->asked;
		if (s->asked)
			changes_find(chance, s->x, s->n, out->each, &s->found);
	}
	chance_free(chance);
}

void history_series_free(struct history_series *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].run);
		free(s->v[i].x);
		changes_free(&s->v[i].found);
	}
	free(s->v);
	*s = (struct history_series){0};
}

double series_ratio(const struct serie *s, double before, double after)
{
	return exp(s->k->higher_is_better ? before - after : after - before);
}

double change_ratio(const struct serie *s, const struct change *c)
{
	return series_ratio(s, c->before, c->after);
}

size_t change_run(const struct serie *s, const struct change *c)
{
	return s->run[c->at];
}

size_t change_end(const struct serie *s, size_t i)
{
	return i + 1 < s->found.n ? s->found.v[i + 1].at : s->n;
}

double series_figure(const struct serie *s, size_t level)
{
	size_t from = level ? s->found.v[level - 1].at : 0;
	size_t to = level < s->found.n ? s->found.v[level].at : s->n;
	double *v = xcalloc(to - from, sizeof(*v));
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		if (!isnan(s->k->v[s->run[i]].figure))
			v[n++] = s->k->v[s->run[i]].figure;
	double median = stats_median(v, n);
	free(v);
	return median;
}

static bool is_recent(const struct history *h, size_t run, size_t recent)
{
	return h->nruns - run <= recent;
}

/* The newest level. */
static double now(const struct serie *s)
{
	return s->found.v[s->found.n - 1].after;
}

/* That is not even half way back. */
static bool stands(const struct serie *s, const struct change *c)
{
	return fabs(now(s) - c->before) > fabs(c->after - c->before) / 2 &&
	       (now(s) > c->before) == (c->after > c->before);
}

const struct change *series_news(const struct history_series *all, const struct serie *s,
				 size_t recent)
{
	const struct change *worse = NULL, *better = NULL, *first = NULL;

	for (size_t i = 0; i < s->found.n; i++) {
		const struct change *c = &s->found.v[i];

		if (!is_recent(all->h, change_run(s, c), recent))
			continue;
		first = first ? first : c;
		if (!stands(s, c))
			continue;
		/* What mends something as new as itself is no news. */
		if (c->after < c->before)
			better = now(s) < first->before - (c->before - c->after) / 2
					 ? c
					 : better;
		else if (!worse || c->after - c->before > worse->after - worse->before)
			worse = c;
	}
	return worse ? worse : better;
}

char *series_run_text(const struct history *h, size_t run)
{
	const struct history_run *r = &h->runs[run];

	/* The day will do, unless several runs share it. */
	return r->label ? xformat("%.10s %s", r->started, r->label)
			: xformat("%.10s %.5s", r->started, r->started + 11);
}

/* ---- answers */

static char *note_of(const struct history_series *all, const struct serie *s,
		     const struct change *c)
{
	size_t run = change_run(s, c);
	char *when = series_run_text(all->h, run), p[32];
	char *host = history_host_change(all->h, run);
	bool wanders = s->found.rho > CHANGES_RHO_MOST;
	char *text = xformat(
		"since %s, run %zu of %zu; p %s over all cases%s%s%s%s%s.", when, run + 1,
		all->h->nruns, units_number(fmin(1, c->p * (double)all->n), p, sizeof(p)),
		*s->k->floor ? "; relative to " : "", s->k->floor,
		host ? "; with that run: " : "", host ? host : "",
		wanders ? "; this series wanders more than is reckoned with" : "");

	free(host);
	free(when);
	return text;
}

static void tell_news(const struct history_series *all, const struct serie *s,
		      const struct change *c, struct answer *v)
{
	size_t i = (size_t)(c - s->found.v);

	v->base = series_figure(s, i);
	v->fresh = series_figure(s, i + 1);
	v->ratio.value = change_ratio(s, c);
	v->ratio.n = change_end(s, i) - (i ? s->found.v[i - 1].at : 0);
	v->kind = c->after > c->before ? ANSWER_REGRESSED : ANSWER_IMPROVED;
	v->note = note_of(all, s, c);
}

static void answer(const struct history_series *all, const struct serie *s, size_t recent,
		   struct answers *out)
{
	const struct change *news = series_news(all, s, recent);
	struct answer *v = answers_add(out, s->k->text);

	free(v->family);
	free(v->unit);
	v->family = xstrdup(s->k->family);
	v->unit = xstrdup(s->k->unit);
	if (news) {
		tell_news(all, s, news, v);
		return;
	}
	v->kind = s->asked ? ANSWER_UNCHANGED : ANSWER_INCONCLUSIVE;
	v->base = v->fresh = series_figure(s, s->found.n);
	if (!s->asked)
		v->note = xformat("%zu run%s: it takes %zu to find any change%s.", s->n,
				  s->n == 1 ? "" : "s", all->least,
				  s->k->moved ? ", older ones had another floor or unit"
					      : "");
}

/* "fork +5.2 %, and 3 more". */
static void add_known(FILE *f, const struct serie *s, const struct change *c, size_t n)
{
	const struct answer v = {
		.ratio = {.value = change_ratio(s, c), .lo = NAN, .hi = NAN}};
	char *change = answer_change(&v);

	if (n < KNOWN_MOST)
		fprintf(f, "%s %s %s", n ? "," : "", s->k->text, change);
	free(change);
}

/* Changes at a run that are no news: known before, or taken back since. */
static void remark_known(const struct history_series *all, size_t run, size_t recent,
			 struct answers *out)
{
	char *text = NULL;
	size_t size, n = 0;
	FILE *f = xmemstream(&text, &size);

	for (size_t i = 0; i < all->n; i++) {
		const struct serie *s = &all->v[i];

		for (size_t j = 0; j < s->found.n; j++)
			if (change_run(s, &s->found.v[j]) == run &&
			    &s->found.v[j] != series_news(all, s, recent))
				add_known(f, s, &s->found.v[j], n++);
	}
	if (n > KNOWN_MOST)
		fprintf(f, ", and %zu more", n - KNOWN_MOST);
	fclose(f);
	if (n) {
		char *when = series_run_text(all->h, run),
		     *host = history_host_change(all->h, run);

		answers_remark(out, "%s %s, run %zu:%s%s%s.",
			       is_recent(all->h, run, recent) ? "Also at" : "Known since",
			       when, run + 1, text, host ? "; with that run: " : "",
			       host ? host : "");
		free(when);
		free(host);
	}
	free(text);
}

static char *rate(const struct history_series *s)
{
	return xformat("That any of these %zu series has a false change has a "
		       "probability of at most %g %%: neighbours that are alike are "
		       "reckoned with, up to a correlation of 0.5.",
		       s->n, 100 * s->alpha);
}

static bool has_floors(const struct history_series *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (*s->v[i].k->floor)
			return true;
	return false;
}

void history_answers(const struct history_series *s, size_t recent, struct answers *out)
{
	const struct history *h = s->h;

	*out = (struct answers){.command = xstrdup("history"),
				.alpha = s->alpha,
				.relative = has_floors(s),
				.rate = rate(s)};
	out->base_name = xformat("base: the level before a change, in %zu run%s from %s "
				 "to %s",
				 h->nruns, h->nruns == 1 ? "" : "s", h->runs[0].started,
				 h->runs[h->nruns - 1].started);
	out->fresh_name = xformat("new: the level after it, if it began within the last "
				  "%zu runs",
				  recent);
	for (size_t i = 0; i < s->n; i++)
		answer(s, &s->v[i], recent, out);
	for (size_t run = 0; run < h->nruns; run++)
		remark_known(s, run, recent, out);
}
