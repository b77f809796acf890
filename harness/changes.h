/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Change points in a series: E-divisive (Matteson & James 2014) on ranks, with a
 * permutation test that knows that neighbours are alike. Pure.
 *
 * A level is split where the two sides differ most by their energy distance, and each
 * part is split again, as long as chance hardly does as much. Before that each point has
 * taken away from it what it remembers of the one before: what is then left has no order
 * if nothing has changed. How much that is comes from differences of points one and two
 * apart, which few changes of level disturb, and more is taken away than was seen, for
 * what was seen is uncertain: too much makes the test careful, too little wrong. */
#ifndef LWP_CHANGES_H
#define LWP_CHANGES_H

#include <stddef.h>
#include <stdint.h>

enum { CHANGES_LEAST = 4 }; /* points of a level */

/* Of series that remember more than this changes are not sure. */
#define CHANGES_RHO_MOST 0.75

struct change {
	size_t at;            /* the first point of the new level */
	double before, after; /* medians of the levels */
	double p;             /* how often chance makes as much of a change as this */
};

struct changes {
	struct change *v; /* by place */
	size_t n;
	double rho; /* how much each point remembers of the one before, estimated */
};

/* What chance does: of ranks that depends on how many points there are only, so that it
 * is found out once for all series of a length. */
struct chance;
struct chance *chance_new(uint64_t seed);
void chance_free(struct chance *c);

/* The changes of x[n] (no NAN). A series of AR(1) noise up to a rho of 0.5 has a false
 * one with a probability of alpha at the most: shown by simulation, which also has less
 * than half of that for normal and skewed noise, and not much more than alpha at 0.7. */
void changes_find(struct chance *c, const double *x, size_t n, double alpha,
		  struct changes *out);
void changes_free(struct changes *c);
/* The fewest points with which a change could be found. */
size_t changes_least(double alpha);

/* The parts, for tests: the energy distance of x[0..m) and x[m..n), times m (n - m) / n;
 */
double changes_energy(const double *x, size_t n, size_t m);
/* how much points remember, made of what follows on each other in x[n] but for the steps
 * onto `from`, ascending; */
double changes_rho(const double *x, size_t n, const size_t *from, size_t nfrom);
/* the best place in x[n] for one change, if of each point `rho` times the one before is
 * taken away, and its p, of which only <= alpha is exact. */
struct change changes_best(struct chance *c, const double *x, size_t n, double rho,
			   double alpha);

#endif
