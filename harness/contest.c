/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screens cases block by block, confirms on fresh blocks what shows a difference. */
#include "contest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "util.h"

const char *contest_answer_name(enum contest_answer a)
{
	static const char *const names[] = {
		[CONTEST_INCONCLUSIVE] = "inconclusive",
		[CONTEST_EQUIVALENT] = "equivalent",
		[CONTEST_REGRESSED] = "regressed",
		[CONTEST_IMPROVED] = "improved",
	};

	return names[a];
}

/* ---- looks */

/* What of the error rate is spent when so large a part of the blocks is there. More than
 * in proportion is left for the end: what is large enough to be seen early needs less. */
static double spent(double part)
{
	return part * part;
}

/* From `first` to `most`, each with a half more blocks, about, than the one before. */
static void space(struct looks *l, size_t first, size_t most)
{
	const double growth = 1.5;
	double ratio = (double)most / (double)first, before = 0;
	size_t steps = (size_t)(log(ratio) / log(growth));

	l->n = (steps < CONTEST_LOOKS ? steps : CONTEST_LOOKS - 1) + 1;
	for (size_t k = 0; k < l->n; k++) {
		/* The last is at `most`, also if it is the only one. */
		double left = l->n > 1 ? (double)(l->n - 1 - k) / (double)(l->n - 1) : 0;
		double now;

		l->at[k] = (size_t)llround((double)most / pow(ratio, left));
		now = spent((double)l->at[k] / (double)most);
		l->share[k] = now - before;
		before = now;
	}
}

/* The first look is where a p of `level` can be reached in it. */
static void looks_init(struct looks *l, double level, size_t most)
{
	size_t first = signed_rank_least(level);

	*l = (struct looks){0};
	if (!most)
		return;
	first = first < most ? first : most;
	space(l, first, most);
	while (first < most && signed_rank_least(level * l->share[0]) > l->at[0])
		space(l, ++first, most);
}

/* Of either end of an interval. */
static double end_alpha(void)
{
	return (1 - FIGURES_LEVEL) / 2;
}

/* Of any error in confirming: what is confirmed has an interval that says the same. */
static double confirm_alpha(const struct contest *c)
{
	return fmin(sqrt(c->rule.alpha), end_alpha());
}

/* Of any error in screening, which leaves alpha for both. More than a fifth would only
 * send to the second stage what has no chance there. */
static double screen_alpha(const struct contest *c)
{
	const double most = 0.2;

	return fmin(c->rule.alpha / confirm_alpha(c), most);
}

static double stage_alpha(const struct contest *c)
{
	return c->stage == CONTEST_SCREENING ? screen_alpha(c) : confirm_alpha(c);
}

/* ---- stages */

static bool is_candidate(const struct contest_case *k)
{
	return k->side && !k->gone && k->answer == CONTEST_INCONCLUSIVE;
}

static void end_stage(struct contest *c)
{
	bool more = false;

	for (size_t i = 0; i < c->n; i++) {
		c->v[i].open = false;
		more |= is_candidate(&c->v[i]);
	}
	c->looks = (struct looks){0};
	c->look = 0;
	c->stage =
		more && c->stage == CONTEST_SCREENING ? CONTEST_CONFIRMING : CONTEST_DONE;
}

double contest_reserve(size_t ncases)
{
	return fmax(0.25, 1 / (double)(ncases + 1));
}

void contest_init(struct contest *c, size_t ncases, const struct contest_rule *rule,
		  size_t most)
{
	*c = (struct contest){.rule = *rule, .n = ncases};
	c->v = xcalloc(ncases, sizeof(*c->v));
	c->memory = signed_rank_memory_new();
	for (size_t i = 0; i < ncases; i++)
		c->v[i] = (struct contest_case){.open = true, .p = {1, 1}};
	/* Two-sided, and by Holm's first step. */
	looks_init(&c->looks, fmin(stage_alpha(c) / (double)ncases / 2, end_alpha()),
		   most);
	if (!ncases || !most)
		end_stage(c);
}

void contest_confirm(struct contest *c, size_t most)
{
	size_t candidates = 0;

	if (c->stage != CONTEST_CONFIRMING)
		return;
	for (size_t i = 0; i < c->n; i++) {
		c->v[i].open = is_candidate(&c->v[i]);
		candidates += c->v[i].side != 0;
	}
	looks_init(&c->looks, fmin(stage_alpha(c) / (double)candidates, end_alpha()),
		   most);
	if (!most)
		end_stage(c);
}

bool contest_wants(const struct contest *c, size_t i)
{
	return c->v[i].open;
}

static struct series *series_of(const struct contest *c, struct contest_case *k)
{
	return c->stage == CONTEST_SCREENING ? &k->screened : &k->confirmed;
}

void contest_add(struct contest *c, size_t i, double d)
{
	struct series *s = series_of(c, &c->v[i]);

	/* Room for twice as many whenever it is a power of two. */
	if ((s->n & (s->n - 1)) == 0)
		s->d = xrealloc(s->d, s->n ? 2 * s->n : 1, sizeof(*s->d));
	s->d[s->n++] = d;
}

void contest_drop(struct contest *c, size_t i)
{
	c->v[i].gone = true;
	c->v[i].open = false;
}

/* ---- looking */

/* Whether both ends of the interval lie within the margin. */
static bool is_within(struct contest *c, const double *sorted, size_t n, double share)
{
	double margin = log1p(c->rule.margin), limit = end_alpha() * share;
	double above, below;

	signed_rank_sides(c->memory, sorted, n, margin, &above, &below);
	if (below > limit)
		return false;
	signed_rank_sides(c->memory, sorted, n, -margin, &above, &below);
	return above <= limit;
}

static void weigh(struct contest *c, struct contest_case *k, const double *sorted,
		  size_t n, double share)
{
	bool screening = c->stage == CONTEST_SCREENING;
	double above, below, p;

	signed_rank_sides(c->memory, sorted, n, 0, &above, &below);
	if (screening)
		p = 2 * fmin(above, below) / share;
	else
		p = (k->side > 0 ? above : below) / share;
	if (p >= k->p[c->stage])
		return;
	k->p[c->stage] = p;
	k->best.seen = n;
	k->best.share = share;
	if (screening)
		k->leans = above < below ? 1 : -1;
}

static void look_at(struct contest *c, struct contest_case *k, double share)
{
	struct series *s = series_of(c, k);
	double *sorted;

	if (!s->n)
		return;
	sorted = xcalloc(s->n, sizeof(*sorted));
	memcpy(sorted, s->d, s->n * sizeof(*sorted));
	stats_sort(sorted, s->n);
	s->seen = s->n;
	s->share = share;
	k->looks[c->stage]++;
	if (is_within(c, sorted, s->n, share)) {
		k->answer = CONTEST_EQUIVALENT;
		k->open = false;
	} else {
		weigh(c, k, sorted, s->n, share);
	}
	free(sorted);
}

static void accept(struct contest *c, struct contest_case *k)
{
	struct series *s = series_of(c, k);

	k->open = false;
	/* Others may have lent it their share since, and its interval grown. */
	s->seen = k->best.seen;
	s->share = k->best.share;
	if (c->stage == CONTEST_SCREENING)
		k->side = k->leans;
	else
		k->answer = k->side > 0 ? CONTEST_REGRESSED : CONTEST_IMPROVED;
}

/* Of all cases, then of all candidates, whatever has become of them since. */
static void step_down(struct contest *c)
{
	size_t n = 0, *of = xcalloc(c->n, sizeof(*of));
	double *p = xcalloc(c->n, sizeof(*p)), *limits = xcalloc(c->n, sizeof(*limits));

	for (size_t i = 0; i < c->n; i++) {
		if (c->stage == CONTEST_CONFIRMING && !c->v[i].side)
			continue;
		p[n] = c->v[i].p[c->stage];
		of[n++] = i;
	}
	stats_holm(p, n, stage_alpha(c), limits);
	for (size_t j = 0; j < n; j++)
		if (c->v[of[j]].open && p[j] <= limits[j])
			accept(c, &c->v[of[j]]);
	free(limits);
	free(p);
	free(of);
}

static void look(struct contest *c, double share)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].open)
			look_at(c, &c->v[i], share);
	step_down(c);
}

/* The most blocks that a case has which is still open. */
static size_t passes(const struct contest *c, bool *any)
{
	size_t most = 0;

	*any = false;
	for (size_t i = 0; i < c->n; i++) {
		size_t n = series_of(c, &c->v[i])->n;

		if (!c->v[i].open)
			continue;
		*any = true;
		most = n > most ? n : most;
	}
	return most;
}

void contest_look(struct contest *c)
{
	bool any;

	if (!c->looks.n)
		return;
	if (passes(c, &any) >= c->looks.at[c->look] && any) {
		look(c, c->looks.share[c->look]);
		c->look++;
		passes(c, &any);
	}
	if (!any || c->look == c->looks.n)
		end_stage(c);
}

void contest_close(struct contest *c)
{
	double left = 1;
	bool any;

	if (!c->looks.n)
		return;
	for (size_t k = 0; k < c->look; k++)
		left -= c->looks.share[k];
	if (passes(c, &any) && any)
		look(c, left);
	end_stage(c);
}

/* ---- figures */

struct estimate contest_ratio(const struct contest *c, size_t i)
{
	const struct contest_case *k = &c->v[i];
	const struct series *s = k->side && k->confirmed.n ? &k->confirmed : &k->screened;
	double share = s->seen ? s->share : 1;
	struct estimate e = signed_rank_ci(s->d, s->seen ? s->seen : s->n,
					   1 - (1 - FIGURES_LEVEL) * share);

	e.value = exp(e.value);
	e.lo = exp(e.lo);
	e.hi = exp(e.hi);
	return e;
}

void contest_free(struct contest *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].screened.d);
		free(c->v[i].confirmed.d);
	}
	free(c->v);
	signed_rank_memory_free(c->memory);
	*c = (struct contest){0};
}

/* ---- what it finds */

struct sample {
	double *off; /* from the centre */
	size_t n;
	double spread; /* root of the mean square */
};

static void sample_init(struct sample *s, const double *d, size_t n)
{
	double centre = signed_rank_ci(d, n, FIGURES_LEVEL).value;

	*s = (struct sample){.off = xcalloc(n, sizeof(*s->off)), .n = n};
	for (size_t i = 0; i < n; i++) {
		/* From their own centre they are nearer than from the true one. */
		s->off[i] = (d[i] - centre) * sqrt((double)n / (double)(n - 1));
		s->spread += s->off[i] * s->off[i] / (double)n;
	}
	s->spread = sqrt(s->spread);
}

/* What is not known of the spread, for the sample is small, is part of what may happen:
 * blocks come from a sample that is drawn from the sample. */
static void redraw(struct rng *g, const struct sample *s, double *pool)
{
	for (size_t i = 0; i < s->n; i++)
		pool[i] = s->off[rng_below(g, s->n)];
}

struct setting {
	struct sample sample;
	size_t ncases, screen, confirm;
	const struct contest_rule *rule;
	struct signed_rank_memory *memory; /* of all contests */
	double *pool;
};

static void run_stage(struct rng *g, const struct setting *s, struct contest *c,
		      double shift)
{
	while (contest_wants(c, 0)) {
		uint64_t lot = rng_below(g, 2 * s->sample.n);
		double off = s->pool[lot / 2];
		/* No two are quite alike: ties would take long. */
		double more = s->sample.spread * 1e-6 * rng_normal(g);

		contest_add(c, 0, shift + more + (lot % 2 ? off : -off));
		contest_look(c);
	}
}

/* The other cases are there, and show no difference. */
static bool finds(const struct setting *s, uint64_t seed, double shift)
{
	struct rng *g = rng_new(seed);
	struct contest c;
	bool found;

	contest_init(&c, s->ncases, s->rule, s->screen);
	signed_rank_memory_free(c.memory);
	c.memory = s->memory;
	for (size_t i = 1; i < s->ncases; i++)
		contest_drop(&c, i);
	redraw(g, &s->sample, s->pool);
	run_stage(g, s, &c, shift);
	contest_confirm(&c, s->confirm);
	run_stage(g, s, &c, shift);
	found = c.v[0].answer == CONTEST_REGRESSED;
	c.memory = NULL;
	contest_free(&c);
	rng_free(g);
	return found;
}

/* Not 5 % but 2 % may be missed: a spread known from a few dozen blocks may be a larger
 * one in truth. The same lots for every shift, so that more of it is never found less
 * often by luck. */
static bool finds_mostly(const struct setting *s, double shift)
{
	enum { TIMES = 600, MISSED = TIMES * 2 / 100 };
	size_t missed = 0;

	for (size_t i = 0; i < TIMES && missed <= MISSED; i++)
		missed += !finds(s, i + 1, shift);
	return missed <= MISSED;
}

static double search(const struct setting *s)
{
	const double step = 1.3;
	double blocks = (double)(s->screen < s->confirm ? s->screen : s->confirm);
	/* What a normal distribution would need, and not much below the margin. */
	double hi = fmax(4 * s->sample.spread / sqrt(blocks), log1p(s->rule->margin) / 2);
	double lo, far = 1e3 * (s->sample.spread + s->rule->margin);

	if (!finds_mostly(s, far))
		return NAN;
	if (finds_mostly(s, hi)) {
		while (finds_mostly(s, hi / step))
			hi /= step;
		lo = hi / step;
	} else {
		do {
			lo = hi;
			hi *= step;
		} while (hi < far && !finds_mostly(s, hi));
	}
	while (hi > lo * 1.01) {
		double mid = sqrt(lo * hi);

		if (finds_mostly(s, mid))
			hi = mid;
		else
			lo = mid;
	}
	return hi;
}

double contest_finds(const double *d, size_t n, size_t ncases,
		     const struct contest_rule *rule, size_t screen, size_t confirm)
{
	enum { FEW = 5 };
	struct setting s = {
		.ncases = ncases, .screen = screen, .confirm = confirm, .rule = rule};
	double found;

	if (n < FEW || !ncases || !screen || !confirm)
		return NAN;
	sample_init(&s.sample, d, n);
	s.pool = xcalloc(n, sizeof(*s.pool));
	s.memory = signed_rank_memory_new();
	found = search(&s);
	signed_rank_memory_free(s.memory);
	free(s.pool);
	free(s.sample.off);
	return found;
}
