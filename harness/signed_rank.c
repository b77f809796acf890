/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts in how many ways signs can fall so that positive ranks sum up as seen. */
#include "signed_rank.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* at_most[n][k]: P(sum of the positive of the ranks 1 ... n <= k), up to the middle. */
struct signed_rank_memory {
	size_t n;
	double *at_most[SIGNED_RANK_EXACT + 1];
};

/* Ranks of what is not zero. They are doubled, so that mid-ranks are whole. */
struct ranks {
	size_t *v, n;      /* ascending */
	size_t above, all; /* sums: of the positive, of all */
	double squares;
	bool tied; /* they are not just 1 ... n */
};

static size_t sum_to(size_t n)
{
	return n * (n + 1) / 2;
}

/* P(sum <= k) of the ranks 1 ... n, also beyond the middle. */
static double at_most(const struct signed_rank_memory *m, size_t n, size_t k)
{
	size_t all = sum_to(n);

	if (k >= all)
		return 1;
	return k <= all / 2 ? m->at_most[n][k] : 1 - m->at_most[n][all - 1 - k];
}

/* The rank n is positive or not: of each half, what n - 1 ranks sum up to. */
static void reach(struct signed_rank_memory *m, size_t n)
{
	if (!m->at_most[0]) {
		m->at_most[0] = xcalloc(1, sizeof(double));
		m->at_most[0][0] = 1;
	}
	while (m->n < n) {
		size_t next = m->n + 1, half = sum_to(next) / 2;
		double *v = xcalloc(half + 1, sizeof(*v));

		for (size_t k = 0; k <= half; k++)
			v[k] = at_most(m, m->n, k) / 2;
		for (size_t k = next; k <= half; k++)
			v[k] += at_most(m, m->n, k - next) / 2;
		m->at_most[next] = v;
		m->n = next;
	}
}

struct signed_rank_memory *signed_rank_memory_new(void)
{
	return xcalloc(1, sizeof(struct signed_rank_memory));
}

void signed_rank_memory_free(struct signed_rank_memory *m)
{
	if (!m)
		return;
	for (size_t n = 0; n <= SIGNED_RANK_EXACT; n++)
		free(m->at_most[n]);
	free(m);
}

/* Walks away from `from` on both sides of it, always to what is nearest. */
static void rank(const double *sorted, size_t n, double from, struct ranks *r)
{
	size_t over = 0, under, done = 0;

	*r = (struct ranks){.v = xcalloc(n, sizeof(*r->v))};
	while (over < n && sorted[over] < from)
		over++;
	under = over;
	while (done < n) {
		double up = over < n ? sorted[over] - from : INFINITY;
		double down = under ? from - sorted[under - 1] : INFINITY;
		double nearest = fmin(up, down);
		size_t ups = 0, downs = 0;

		for (; over < n && sorted[over] - from <= nearest; over++)
			ups++;
		for (; under && from - sorted[under - 1] <= nearest; under--)
			downs++;
		size_t doubled = 2 * done + ups + downs + 1;

		done += ups + downs;
		r->tied |= ups + downs > 1 || nearest == 0;
		if (nearest == 0)
			continue;
		for (size_t i = 0; i < ups + downs; i++)
			r->v[r->n++] = doubled;
		r->above += ups * doubled;
		r->all += (ups + downs) * doubled;
		r->squares += (double)(ups + downs) * (double)doubled * (double)doubled;
	}
}

/* P(sum <= most), P(sum == most), most being in the lower half: how many of the subsets
 * of the ranks sum up to each. */
static void count(const struct ranks *r, size_t most, double *below, double *at)
{
	double *ways = xcalloc(most + 1, sizeof(*ways));
	size_t top = 0;

	ways[0] = 1;
	*below = 0;
	for (size_t i = 0; i < r->n && r->v[i] <= most; i++) {
		top = top + r->v[i] < most ? top + r->v[i] : most;
		for (size_t k = top; k >= r->v[i]; k--)
			ways[k] += ways[k - r->v[i]];
	}
	for (size_t k = 0; k <= most; k++)
		*below += ways[k];
	*below = ldexp(*below, -(int)r->n);
	*at = ldexp(ways[most], -(int)r->n);
	free(ways);
}

/* P(sum <= most) from the normal distribution. Its tails are heavier than those of a sum
 * of coins, from sqrt(3) deviations on. Sums lie no farther apart than the smallest rank:
 * half of that is enough to correct for their steps. */
static double normal_at_most(double most, double all, double squares, double step)
{
	double z = (all / 2 - most - step / 2) / sqrt(squares / 4);

	return erfc(z / sqrt(2)) / 2;
}

/* P(sum <= most), P(sum < most). */
static void tail(struct signed_rank_memory *m, const struct ranks *r, size_t most,
		 double *upto, double *below)
{
	double at;

	if (r->n > SIGNED_RANK_EXACT) {
		double all = (double)r->all, step = (double)r->v[0];

		*upto = normal_at_most((double)most, all, r->squares, step);
		*below = normal_at_most((double)most - step, all, r->squares, step);
	} else if (!r->tied && m) {
		reach(m, r->n);
		*upto = at_most(m, r->n, most / 2);
		*below = most ? at_most(m, r->n, most / 2 - 1) : 0;
	} else {
		count(r, most, upto, &at);
		*below = *upto - at;
	}
}

void signed_rank_sides(struct signed_rank_memory *m, const double *sorted, size_t n,
		       double from, double *above, double *below)
{
	struct ranks r;
	double smaller, less;

	rank(sorted, n, from, &r);
	bool up = 2 * r.above >= r.all;

	tail(m, &r, up ? r.all - r.above : r.above, &smaller, &less);
	*above = up ? smaller : 1 - less;
	*below = up ? 1 - less : smaller;
	free(r.v);
}

static double *sort(const double *d, size_t n)
{
	double *v = xcalloc(n, sizeof(*v));

	if (n)
		memcpy(v, d, n * sizeof(*v));
	stats_sort(v, n);
	return v;
}

double signed_rank_p(const double *d, size_t n)
{
	double *v = sort(d, n), above, below;

	signed_rank_sides(NULL, v, n, 0, &above, &below);
	free(v);
	return above;
}

size_t signed_rank_least(double p)
{
	return p < 1 ? (size_t)ceil(-log2(p)) : 0;
}

/* ---- Walsh averages: of every pair of d's, each with itself, too */

static size_t walsh_at_most(const double *sorted, size_t n, double x)
{
	size_t found = 0, j = n;

	/* The greater i, the fewer partners up to j. */
	for (size_t i = 0; i < n; i++) {
		while (j > i && (sorted[i] + sorted[j - 1]) / 2 > x)
			j--;
		if (j <= i)
			break;
		found += j - i;
	}
	return found;
}

/* The k-th smallest, k from 1 on: halves where it can be until two neighbours are left.
 */
static double walsh(const double *sorted, size_t n, size_t k)
{
	double hi = sorted[n - 1], lo = sorted[0], x;

	if (walsh_at_most(sorted, n, lo) >= k)
		return lo;
	while (x = lo + (hi - lo) / 2, x > lo && x < hi) {
		if (walsh_at_most(sorted, n, x) >= k)
			hi = x;
		else
			lo = x;
	}
	return hi;
}

/* P(sum <= k) of the ranks 1 ... n. */
static double untied_at_most(struct signed_rank_memory *m, size_t n, size_t k)
{
	double size = (double)n;

	if (n > SIGNED_RANK_EXACT)
		return normal_at_most((double)k, size * (size + 1) / 2,
				      size * (size + 1) * (2 * size + 1) / 6, 1);
	reach(m, n);
	return at_most(m, n, k);
}

/* How many Walsh averages may be left out on either side: at most the sum of ranks that
 * is seen with a probability of `p`. 0: not even the outermost is far enough. */
static size_t cut(size_t n, double p)
{
	struct signed_rank_memory *m = signed_rank_memory_new();
	size_t lo = 0, hi = sum_to(n) / 2 + 1;

	while (hi - lo > 1) {
		size_t k = lo + (hi - lo) / 2;

		if (untied_at_most(m, n, k - 1) <= p)
			lo = k;
		else
			hi = k;
	}
	signed_rank_memory_free(m);
	return lo;
}

struct estimate signed_rank_ci(const double *d, size_t n, double level)
{
	struct estimate e = {.value = NAN, .lo = NAN, .hi = NAN, .n = n};
	double *v = sort(d, n);
	size_t all = sum_to(n), k = n ? cut(n, (1 - level) / 2) : 0;

	if (n)
		e.value = (walsh(v, n, (all + 1) / 2) + walsh(v, n, all / 2 + 1)) / 2;
	/* With its ends it holds `level` at the least, ties or no ties. */
	if (k) {
		e.lo = walsh(v, n, k);
		e.hi = walsh(v, n, all + 1 - k);
	}
	free(v);
	return e;
}
