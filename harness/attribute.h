/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each of several flags makes of a difference: pure functions of the value that each
 * legal set of them has. */
#ifndef LWP_ATTRIBUTE_H
#define LWP_ATTRIBUTE_H

#include <stdbool.h>

enum {
	ATTRIBUTE_FLAGS = 8, /* at the most */
	ATTRIBUTE_SETS = 1 << ATTRIBUTE_FLAGS,
};

/* n flags, by number. A set is a mask of them; it is legal if it has, with each flag, all
 * that this one needs. */
struct lattice {
	unsigned n;
	const unsigned *needs; /* of each flag, a mask */
};

/* Below, v[set] is the value of each legal set; others are not looked at. */
bool attribute_legal(const struct lattice *l, unsigned set);
/* What adding flag f does: the mean over all legal pairs (S, S + f). */
double attribute_effect(const struct lattice *l, const double *v, unsigned f);
/* What f and g do together beyond what each does: the mean of v(S + f + g) - v(S + f) -
 * v(S + g) + v(S) over all S where the four are legal; NAN if there is none. */
double attribute_together(const struct lattice *l, const double *v, unsigned f,
			  unsigned g);
/* In how many orders the flags of a legal set can be added one by one, every step being
 * legal. */
double attribute_orders(const struct lattice *l, unsigned all);
/*
 * Of v(all) - v(nothing), each flag's share: what adding it does, averaged over all of
 * these orders; 0 of flags outside. Shares add up to the whole. Without needs this is
 * Shapley's value (1953); with them, that of Faigle and Kern, "The Shapley value for
 * cooperative games under precedence constraints", Int. J. of Game Theory 21 (1992).
 */
void attribute_shares(const struct lattice *l, const double *v, unsigned all,
		      double share[]);

#endif
