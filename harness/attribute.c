/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Effects, interactions and Shapley shares over the legal sets of flags. */
#include "attribute.h"

#include <math.h>

bool attribute_legal(const struct lattice *l, unsigned set)
{
	for (unsigned f = 0; f < l->n; f++)
		if ((set & 1u << f) && (set & l->needs[f]) != l->needs[f])
			return false;
	return true;
}

double attribute_effect(const struct lattice *l, const double *v, unsigned f)
{
	const unsigned bit = 1u << f;
	double sum = 0;
	unsigned n = 0;

	for (unsigned s = 0; s < 1u << l->n; s++) {
		if ((s & bit) || !attribute_legal(l, s) || !attribute_legal(l, s | bit))
			continue;
		sum += v[s | bit] - v[s];
		n++;
	}
	return n ? sum / n : NAN;
}

double attribute_together(const struct lattice *l, const double *v, unsigned f,
			  unsigned g)
{
	const unsigned a = 1u << f, b = 1u << g;
	double sum = 0;
	unsigned n = 0;

	for (unsigned s = 0; s < 1u << l->n; s++) {
		if ((s & (a | b)) || !attribute_legal(l, s) ||
		    !attribute_legal(l, s | a) || !attribute_legal(l, s | b) ||
		    !attribute_legal(l, s | a | b))
			continue;
		sum += v[s | a | b] - v[s | a] - v[s | b] + v[s];
		n++;
	}
	return n ? sum / n : NAN;
}

/* In how many orders each legal set of the flags in `all` can come about; 0 of others. */
static void count_orders(const struct lattice *l, unsigned all, double *to)
{
	for (unsigned s = 0; s <= all; s++) {
		to[s] = s == 0;
		/* Smaller sets have smaller numbers. */
		for (unsigned f = 0; f < l->n; f++)
			if ((s & 1u << f) && (s & ~all) == 0 && attribute_legal(l, s))
				to[s] += to[s & ~(1u << f)];
	}
}

double attribute_orders(const struct lattice *l, unsigned all)
{
	double to[ATTRIBUTE_SETS];

	count_orders(l, all, to);
	return to[all];
}

void attribute_shares(const struct lattice *l, const double *v, unsigned all,
		      double share[])
{
	double to[ATTRIBUTE_SETS], on[ATTRIBUTE_SETS] = {0}; /* orders from the set on */

	count_orders(l, all, to);
	for (unsigned f = 0; f < l->n; f++)
		share[f] = 0;
	on[all] = 1;
	for (unsigned s = all; s > 0; s--) {
		for (unsigned f = 0; f < l->n && on[s] > 0; f++) {
			unsigned before = s & ~(1u << f);

			if (before == s || to[before] == 0)
				continue;
			on[before] += on[s];
			share[f] += to[before] * on[s] / to[all] * (v[s] - v[before]);
		}
	}
}
