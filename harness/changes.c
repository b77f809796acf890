/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds change points by energy distances of ranks of whitened points. */
#include "changes.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "util.h"

enum {
	/* Chance draws so many times 1 / alpha; significant is what it reaches so many
	 * times less one. */
	REACHED = 4,
	DRAWS_MOST = 400000, /* unless 1 / alpha is more */
	ROUNDS = 4,          /* in which what is remembered is estimated anew */
	TWO_LEVELS = 2 * CHANGES_LEAST,
	CUTS = 2,     /* for steps that are not known yet */
	FAR_FROM = 3, /* points apart, which tells how much noise there is */
	FAR_TO = 6,
	STEPS = 4, /* to each side of it, within which it may be */
};

/* What is taken away of the point before at the most: what remembers more wanders, and
 * wandering can't be told from levels. */
static const double rho_most = CHANGES_RHO_MOST;
/* How far rho may be from what is estimated, in units of 1 / sqrt(n), in which the
 * estimate spreads by some 1.2 whatever rho is: at an alpha of 1 %, and more for each
 * tenth part of that, for the rarer an error is to be, the worse an estimate it has to
 * stand. With few points estimates lack more. All three by simulation. */
static const double doubt = 1.9, doubt_more = 0.3, doubt_few = 10;

/* ---- energy */

/* Whole numbers in the order of time, and their places among them all from 1. */
struct sequence {
	uint32_t *v, *place;
	size_t n;
};

/* What has been put in, by place: how many in the upper half of each word, their sum in
 * the lower (a Fenwick tree). */
static void tree_put(uint64_t *tree, size_t n, size_t place, uint32_t v)
{
	for (size_t i = place; i <= n; i += i & -i)
		tree[i] += (uint64_t)1 << 32 | v;
}

static uint64_t tree_below(const uint64_t *tree, size_t place)
{
	uint64_t sum = 0;

	for (size_t i = place; i; i &= i - 1)
		sum += tree[i];
	return sum;
}

/* For each number, by place, the sum of its distances from all; the sum of all pairs. */
static double sum_distances(const struct sequence *s, double *from)
{
	uint32_t *sorted = xcalloc(s->n, sizeof(*sorted));
	double all = 0, below = 0, pairs = 0;

	for (size_t i = 0; i < s->n; i++) {
		sorted[s->place[i] - 1] = s->v[i];
		all += s->v[i];
	}
	for (size_t i = 0; i < s->n; i++) {
		double v = sorted[i];

		from[i] = v * (double)i - below + (all - below) - v * (double)(s->n - i);
		below += v;
		pairs += from[i];
	}
	free(sorted);
	return pairs / 2;
}

/* Szekely & Rizzo's distance of the first m from the others, without the bias that comes
 * from holding points against themselves, times m (n - m) / n. */
static double energy(double left, double right, double pairs, size_t m, size_t n)
{
	double a = (double)m, b = (double)(n - m);

	return a * b / (a + b) *
	       (2 * (pairs - left - right) / (a * b) - 2 * left / (a * (a - 1)) -
		2 * right / (b * (b - 1)));
}

/* What it takes to try all places of one change, again and again. */
struct bench {
	double *from, pairs; /* distances */
	uint64_t *tree;
};

static void bench_init(struct bench *b, const struct sequence *s)
{
	b->from = xcalloc(s->n, sizeof(*b->from));
	b->pairs = sum_distances(s, b->from);
	b->tree = xcalloc(s->n + 1, sizeof(*b->tree));
}

static void bench_free(struct bench *b)
{
	free(b->from);
	free(b->tree);
}

/* The largest energy over the places where both sides have enough, and the first such
 * place; or that at one place, if it is not 0. */
static double best_energy(struct bench *b, const struct sequence *s, size_t only,
			  size_t *at)
{
	double left = 0, right = b->pairs, sum = 0, best = -INFINITY;

	memset(b->tree, 0, (s->n + 1) * sizeof(*b->tree));
	for (size_t t = 0; t + 1 < s->n; t++) {
		uint64_t below = tree_below(b->tree, s->place[t]);
		double v = s->v[t], count = (double)(below >> 32);
		double earlier =
			v * (2 * count - (double)t) + sum - 2 * (double)(uint32_t)below;

		tree_put(b->tree, s->n, s->place[t], s->v[t]);
		sum += v;
		left += earlier;
		right -= b->from[s->place[t] - 1] - earlier;
		if (only ? t + 1 != only
			 : t + 1 < CHANGES_LEAST || s->n - t - 1 < CHANGES_LEAST)
			continue;
		double e = energy(left, right, b->pairs, t + 1, s->n);
		if (e > best) {
			best = e;
			*at = t + 1;
		}
	}
	return best;
}

/* ---- ranks */

struct placed {
	double x;
	size_t i;
};

static int by_value(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->x != y->x)
		return x->x < y->x ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

static void sequence_new(struct sequence *s, size_t n)
{
	s->v = xcalloc(n, sizeof(*s->v));
	s->place = xcalloc(n, sizeof(*s->place));
	s->n = n;
}

static void sequence_free(struct sequence *s)
{
	free(s->v);
	free(s->place);
}

/* Twice the ranks of x[n], the same for all that are alike. */
static struct sequence rank(const double *x, size_t n)
{
	struct placed *p = xcalloc(n, sizeof(*p));
	struct sequence s;

	sequence_new(&s, n);
	for (size_t i = 0; i < n; i++)
		p[i] = (struct placed){x[i], i};
	qsort(p, n, sizeof(*p), by_value);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && p[j].x == p[i].x; j++)
			s.place[p[j].i] = (uint32_t)j + 1;
		for (size_t k = i; k < j; k++)
			s.v[p[k].i] = (uint32_t)(i + j + 1);
	}
	free(p);
	return s;
}

/* ---- chance */

/* The best energies of shuffled ranks of one length, in the order drawn. */
struct draws {
	size_t length, n, room;
	float *v;
	struct rng *g;
	struct sequence s;
	size_t *order;
	struct bench bench;
};

struct chance {
	uint64_t seed;
	struct draws *v; /* by length; empty where v is NULL */
	size_t n;
};

struct chance *chance_new(uint64_t seed)
{
	struct chance *c = xcalloc(1, sizeof(*c));

	c->seed = seed;
	return c;
}

static void draws_free(struct draws *d)
{
	if (!d->order)
		return;
	free(d->v);
	free(d->order);
	rng_free(d->g);
	sequence_free(&d->s);
	bench_free(&d->bench);
}

void chance_free(struct chance *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		draws_free(&c->v[i]);
	free(c->v);
	free(c);
}

/* Those of that length; what is drawn depends on seed and length alone. */
static struct draws *draws_of(struct chance *c, size_t length)
{
	if (length >= c->n) {
		c->v = xrealloc(c->v, length + 1, sizeof(*c->v));
		memset(c->v + c->n, 0, (length + 1 - c->n) * sizeof(*c->v));
		c->n = length + 1;
	}
	struct draws *d = &c->v[length];
	if (d->order)
		return d;
	d->g = rng_new(c->seed + length);
	d->order = xcalloc(length, sizeof(*d->order));
	sequence_new(&d->s, length);
	for (size_t i = 0; i < length; i++) {
		d->order[i] = i;
		d->s.place[i] = (uint32_t)i + 1;
		d->s.v[i] = 2 * (uint32_t)i + 2;
	}
	bench_init(&d->bench, &d->s);
	return d;
}

static void draw_one(struct draws *d)
{
	size_t at;

	if (d->n == d->room) {
		d->room = d->room ? 2 * d->room : 64;
		d->v = xrealloc(d->v, d->room, sizeof(*d->v));
	}
	rng_shuffle(d->g, d->order, d->s.n);
	for (size_t i = 0; i < d->s.n; i++) {
		d->s.place[i] = (uint32_t)d->order[i] + 1;
		d->s.v[i] = 2 * d->s.place[i];
	}
	d->v[d->n++] = (float)best_energy(&d->bench, &d->s, 0, &at);
}

/* How often chance reaches an energy, Besag & Clifford (1991): ends as soon as it is
 * above alpha for sure. */
static double chance_of(struct chance *c, size_t length, double e, double alpha)
{
	struct draws *d = draws_of(c, length);
	double least = ceil(1 / alpha), most = REACHED * least;
	size_t reached = 0, i = 0;

	most = most < DRAWS_MOST ? most : fmax(DRAWS_MOST, least);
	for (; i + 1 < (size_t)most; i++) {
		if (i == d->n)
			draw_one(d);
		/* Rounding must not make what is the same a little less. */
		reached += d->v[i] >= (float)e * (1 - 1e-6f);
		if ((double)(reached + 1) > alpha * most)
			break;
	}
	return (double)(reached + 1) / (double)(i + 1);
}

/* ---- one series */

double changes_energy(const double *x, size_t n, size_t m)
{
	struct sequence s = rank(x, n);
	struct bench b;
	size_t at;

	bench_init(&b, &s);
	double e = best_energy(&b, &s, m, &at) / 2;
	bench_free(&b);
	sequence_free(&s);
	return e;
}

/* Where the levels of a series begin, ascending. */
struct cuts {
	size_t *v, n;
};

static void cut(struct cuts *c, size_t at)
{
	size_t i = c->n++;

	for (; i && c->v[i - 1] > at; i--)
		c->v[i] = c->v[i - 1];
	c->v[i] = at;
}

/* Cuts where a step is most likely, if there is room for one. */
static void cut_once(struct cuts *c, const double *x, size_t n)
{
	double most = -INFINITY;
	size_t where = 0;

	for (size_t i = 0; i <= c->n; i++) {
		size_t from = i ? c->v[i - 1] : 0, to = i < c->n ? c->v[i] : n, at = 0;

		if (to - from < TWO_LEVELS)
			continue;
		struct sequence s = rank(x + from, to - from);
		struct bench b;

		bench_init(&b, &s);
		double e = best_energy(&b, &s, 0, &at) / (double)s.n;
		if (e > most) {
			most = e;
			where = from + at;
		}
		bench_free(&b);
		sequence_free(&s);
	}
	if (where)
		cut(c, where);
}

/* The mean square of differences between points `lag` apart on the same level; NAN
 * without any. */
static double variogram(const struct sequence *s, const struct cuts *c, size_t lag)
{
	double sum = 0;
	size_t pairs = 0, begin = 0, next = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (next < c->n && c->v[next] == i)
			begin = c->v[next++];
		if (i < begin + lag)
			continue;
		double d = (double)s->v[i] - s->v[i - lag];
		sum += d * d;
		pairs++;
	}
	return pairs ? sum / (double)pairs : NAN;
}

/* Of noise that remembers rho the mean square of differences `lag` apart is as 1 -
 * rho^lag. Those of neighbours against those farther apart thus tell rho, whatever the
 * level is. */
static double rho_of(double share)
{
	double low = -1, high = 1;

	for (int i = 0; i < 40; i++) {
		double rho = (low + high) / 2, far = 0;

		for (int lag = FAR_FROM; lag <= FAR_TO; lag++)
			far += 1 - pow(rho, lag);
		if ((1 - rho) * (FAR_TO - FAR_FROM + 1) > share * far)
			low = rho;
		else
			high = rho;
	}
	return low;
}

double changes_rho(const double *x, size_t n, const size_t *from, size_t nfrom)
{
	struct cuts c = {.v = xcalloc(nfrom + CUTS, sizeof(*c.v))};
	struct sequence s = rank(x, n);
	double far = 0;

	for (size_t i = 0; i < nfrom; i++)
		cut(&c, from[i]);
	for (int i = 0; i < CUTS; i++)
		cut_once(&c, x, n);
	for (size_t lag = FAR_FROM; lag <= FAR_TO; lag++)
		far += variogram(&s, &c, lag);
	double share = variogram(&s, &c, 1) * (FAR_TO - FAR_FROM + 1) / far;
	/* Each cut takes some of what is remembered for a step; by simulation. */
	double more = 1 + (5.5 + 2.8 * (double)c.n) / (double)n;
	sequence_free(&s);
	free(c.v);
	return far > 0 ? rho_of(share) * more : 0;
}

struct change changes_best(struct chance *c, const double *x, size_t n, double rho,
			   double alpha)
{
	struct change best = {.p = 1, .before = NAN, .after = NAN};

	if (n < 2 * CHANGES_LEAST + 1)
		return best;
	double *white = xcalloc(n - 1, sizeof(*white));
	for (size_t i = 1; i < n; i++)
		white[i - 1] = x[i] - rho * x[i - 1];
	struct sequence s = rank(white, n - 1);
	struct bench b;

	bench_init(&b, &s);
	double e = best_energy(&b, &s, 0, &best.at);
	best.at++;
	best.p = b.pairs > 0 ? chance_of(c, n - 1, e, alpha) : 1;
	bench_free(&b);
	sequence_free(&s);
	free(white);
	return best;
}

/* One series on its way. */
struct search {
	struct chance *chance;
	const double *x;
	size_t n;
	double alpha, rho, off; /* what is remembered, and how far off that may be */
	struct changes found;
};

static double within(double rho)
{
	return rho < 0 ? 0 : rho > rho_most ? rho_most : rho;
}

/* The best place from `from` to before `to`, where rho is likely, with the largest p of
 * all rho that may be. The share of alpha is that of the points. */
static bool find_best(const struct search *s, size_t from, size_t to, struct change *best)
{
	const double share = (double)(to - from) / (double)s->n;
	const double alpha = s->alpha * share;
	double p = 0;

	if (to - from < changes_least(alpha))
		return false;
	/* From the most to the least: most often the first one decides. */
	for (int i = STEPS; i >= -STEPS; i--) {
		double rho = within(s->rho + s->off * i / STEPS);
		struct change one =
			changes_best(s->chance, s->x + from, to - from, rho, alpha);

		if (one.p > alpha)
			return false;
		p = fmax(p, one.p);
		if (i == 0)
			*best = one;
	}
	best->at += from;
	best->p = p / share;
	return true;
}

static void keep(struct changes *c, const struct change *one)
{
	size_t i = c->n++;

	c->v = xrealloc(c->v, c->n, sizeof(*c->v));
	for (; i && c->v[i - 1].at > one->at; i--)
		c->v[i] = c->v[i - 1];
	c->v[i] = *one;
}

static void split(struct search *s, size_t from, size_t to)
{
	struct change best;

	if (!find_best(s, from, to, &best))
		return;
	keep(&s->found, &best);
	split(s, from, best.at);
	split(s, best.at, to);
}

static size_t level_end(const struct search *s, size_t i)
{
	return i < s->found.n ? s->found.v[i].at : s->n;
}

/* A change was found in a longer part than that between its neighbours: there it has to
 * stand again, and may find a better place. */
static void settle(struct search *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->found.n; i++) {
		size_t from = kept ? s->found.v[kept - 1].at : 0;
		struct change best;

		if (find_best(s, from, level_end(s, i + 1), &best))
			s->found.v[kept++] = best;
	}
	s->found.n = kept;
}

static double level(const struct search *s, size_t from, size_t to)
{
	double *copy = xcalloc(to - from, sizeof(*copy));

	memcpy(copy, s->x + from, (to - from) * sizeof(*copy));
	double median = stats_median(copy, to - from);
	free(copy);
	return median;
}

static void estimate(struct search *s)
{
	size_t *from = xcalloc(s->found.n, sizeof(*from));

	for (size_t i = 0; i < s->found.n; i++)
		from[i] = s->found.v[i].at;
	s->rho = changes_rho(s->x, s->n, from, s->found.n);
	free(from);
}

void changes_find(struct chance *c, const double *x, size_t n, double alpha,
		  struct changes *out)
{
	struct search s = {.chance = c, .x = x, .n = n, .alpha = alpha};
	size_t before = 0;

	s.off = fmax(doubt / 2, doubt - doubt_more * log10(alpha / 0.01)) *
		(1 + doubt_few / (double)n) / sqrt((double)n);
	/* Steps of level look like memory: with those that are known left out there may
	 * be less of that, and more to be seen. */
	for (int round = 0; round < ROUNDS; round++) {
		estimate(&s);
		s.found.n = 0;
		if (n)
			split(&s, 0, n);
		settle(&s);
		if (s.found.n <= before)
			break;
		before = s.found.n;
	}
	for (size_t i = 0; i < s.found.n; i++) {
		struct change *one = &s.found.v[i];

		one->before = level(&s, i ? one[-1].at : 0, one->at);
		one->after = level(&s, one->at, level_end(&s, i + 1));
	}
	*out = s.found;
	out->rho = s.rho;
}

void changes_free(struct changes *c)
{
	free(c->v);
	*c = (struct changes){0};
}

size_t changes_least(double alpha)
{
	/* Of all orders of twice so many, two have the lower half on one side. */
	size_t half = CHANGES_LEAST;
	double p = 2;

	for (size_t i = 1; i <= half; i++)
		p *= (double)i / (double)(half + i);
	for (; p > alpha; half++)
		p *= (double)(half + 1) / (double)(2 * (2 * half + 1));
	return 2 * half + 1; /* whitening takes one */
}
