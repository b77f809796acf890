/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learns how long a rep should be: short ones are many, long ones differ less. */
#include "ab_pilot.h"

#include <math.h>
#include <stdlib.h>

#include "cases.h"
#include "figures.h"
#include "stats.h"
#include "util.h"

/* How long a rep may sample. */
static const double lengths[] = {0.0125, 0.025, 0.05, 0.1};
enum { LENGTHS = countof(lengths), USUAL = 2 /* of them */, PASSES = 8 };

/* Of the budget, at the most. */
static const double share = 0.15;

/* Before its samples a rep warms up, for this share of their time. */
static const double warm_up = 1.0 / 8;

/* Nobody asks for smaller differences: below it, lengths count as equally good. */
static const double fine = 1e-4;

/* What the blocks of one case would have been at each length. */
struct tried {
	double d[LENGTHS][PASSES];
	double seconds[LENGTHS]; /* of all blocks */
	size_t n;
	double learning_s; /* a rep of each arm, as short as any */
};

static void show(struct engine *e, size_t i, size_t done)
{
	double elapsed = engine_elapsed(e);
	const struct progress_state s = {.what = e->ab->r[0].cases[i].text,
					 .pass = "pilot",
					 .elapsed_s = elapsed,
					 .left_s = fmax(0, e->ab->budget_s - elapsed),
					 .done = done,
					 .goals = e->ab->r[0].ncases,
					 .goal = "cases tried"};

	progress_step(e->ab->progress, &s);
}

/* The batch that serves both arms, for reps must be alike; a first, so that what fails on
 * b alone is known to. */
static int learn(struct engine *e, size_t i, struct tried *t)
{
	double start = engine_elapsed(e);
	bool ok = true;
	int stop = 0;

	for (size_t arm = 0; arm < countof(e->ab->r) && ok && !stop; arm++) {
		struct rep rep = {0};

		stop = turn_take(e, i, arm, lengths[0], 0, &rep, &ok);
		if (stop || !ok)
			break;
		uint64_t batch = rep.batch / rep.scale;
		if (batch > e->batch[i])
			e->batch[i] = batch;
		free(rep.rows);
	}
	t->learning_s = engine_elapsed(e) - start;
	return stop;
}

static bool can_try(const struct engine *e, size_t i)
{
	return engine_alive(e, i) && e->batch[i];
}

/* What a block of that length takes, as far as it is known without having seen one. */
static double guess(const struct tried *t, size_t length)
{
	return 2 * t->learning_s +
	       AB_TURNS * (lengths[length] - lengths[0]) * (1 + warm_up);
}

static double guess_pass(const struct engine *e, const struct tried *t, size_t length)
{
	double s = 0;

	for (size_t i = 0; i < e->ab->r[0].ncases; i++)
		s += can_try(e, i) ? guess(&t[i], length) : 0;
	return s;
}

/* Seconds from one sample to the next of a rep that was to last as long as `longest`. */
static double pace(const struct rep *rep, size_t longest)
{
	double sum = 0;

	if (rep->nrows < AB_MAX_SAMPLES)
		return lengths[longest] / (double)rep->nrows;
	for (size_t i = 0; i < rep->nrows; i++)
		sum += (double)rep->rows[i * rep->width] / 1e9;
	return sum / (double)rep->nrows;
}

/* A shorter rep is the beginning of a longer one: one block tells of all lengths, and
 * what the machine did meanwhile is the same for each. */
static void cut(const struct kase *k, const struct turns *turns, size_t longest,
		struct tried *t)
{
	for (size_t l = 0; l <= longest; l++) {
		double figures[AB_TURNS], saved = 0;

		for (size_t i = 0; i < AB_TURNS; i++) {
			struct rep rep = turns->rep[i];
			double each = pace(&rep, longest);
			double want = fmax(AB_MIN_SAMPLES, ceil(lengths[l] / each));

			if (!rep.ladder && want < (double)rep.nrows)
				rep.nrows = (size_t)want;
			saved += (double)(turns->rep[i].nrows - rep.nrows) * each +
				 warm_up * (lengths[longest] - lengths[l]);
			figures[i] = figures_rep_median(&rep);
		}
		t->d[l][t->n] = turns_compare(k, turns, figures);
		/* At the most, all of it is as much shorter as the rep. */
		t->seconds[l] += fmax(turns->seconds * lengths[l] / lengths[longest],
				      turns->seconds - saved);
	}
	t->n++;
}

static int try_pass(struct engine *e, struct tried *t, size_t longest)
{
	const size_t n = e->ab->r[0].ncases;
	size_t *order = xcalloc(n, sizeof(*order));
	int stop = 0;

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	rng_shuffle(e->lots, order, n);
	for (size_t at = 0; at < n && !stop; at++) {
		size_t i = order[at];
		struct turns turns;
		bool ok;

		if (!can_try(e, i))
			continue;
		show(e, i, at);
		stop = turns_take(e, i, lengths[longest], &turns, &ok);
		if (!ok)
			continue;
		cut(&e->ab->r[0].cases[i], &turns, longest, &t[i]);
		turns_free(&turns);
	}
	free(order);
	return stop;
}

/* The longest length of which two passes have room: fewer would not show how blocks
 * spread; LENGTHS if none has. */
static size_t longest_for(const struct engine *e, const struct tried *t, double until_s)
{
	for (size_t l = LENGTHS; l-- > USUAL;)
		if (engine_elapsed(e) + 2 * guess_pass(e, t, l) <= until_s)
			return l;
	return LENGTHS;
}

/* How far two blocks are apart, the median over all pairs: of few blocks a fair and
 * robust measure of their spread. */
static double spread(const double *d, size_t n)
{
	double *apart = xcalloc(n * n, sizeof(*apart));
	size_t pairs = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			apart[pairs++] = fabs(d[i] - d[j]);
	double median = stats_median(apart, pairs);
	free(apart);
	return median;
}

/* The length with the least variance for the time, over all cases; blocks are worth what
 * their number is, and that is the time over theirs. */
static size_t choose(const struct engine *e, const struct tried *t, size_t longest)
{
	double least = INFINITY;
	size_t best = USUAL;

	for (size_t l = 0; l <= longest; l++) {
		double sum = 0;

		for (size_t i = 0; i < e->ab->r[0].ncases; i++) {
			if (!engine_alive(e, i) || t[i].n < 2 ||
			    case_is_ladder(&e->ab->r[0].cases[i]))
				continue;
			double s = spread(t[i].d[l], t[i].n);

			if (isfinite(s))
				sum += log((s * s + fine * fine) * t[i].seconds[l]);
		}
		if (sum < least) {
			least = sum;
			best = l;
		}
	}
	return best;
}

/* Without a pilot: the usual length, or a shorter one where few blocks would have room.
 */
static size_t unseen(const struct engine *e, const struct tried *t)
{
	const double few = 16;
	double left = e->ab->budget_s - engine_elapsed(e);
	size_t l = USUAL;

	while (l > 0 && few * guess_pass(e, t, l) > left)
		l--;
	return l;
}

static int try_lengths(struct engine *e, struct tried *t)
{
	double until = share * e->ab->budget_s;
	size_t n = e->ab->r[0].ncases, longest = longest_for(e, t, until), l, passes = 0;
	double took = longest < LENGTHS ? guess_pass(e, t, longest) : INFINITY;
	int stop = 0;

	while (!stop && passes < PASSES && engine_elapsed(e) + took <= until) {
		double start = engine_elapsed(e);

		stop = try_pass(e, t, longest);
		took = engine_elapsed(e) - start;
		passes++;
	}
	l = passes > 1 ? choose(e, t, longest) : unseen(e, t);
	e->ab->rep_s = lengths[l];
	for (size_t i = 0; i < n; i++)
		e->ab->block_s[i] = t[i].n && l <= longest
					    ? t[i].seconds[l] / (double)t[i].n
					    : guess(&t[i], l);
	return stop;
}

int ab_pilot(struct engine *e)
{
	const size_t n = e->ab->r[0].ncases;
	const double most = e->ab->budget_s / 2;
	struct tried *t = xcalloc(n, sizeof(*t));
	int stop = 0;

	/* Cases that are not reached by then are not measured at all. */
	for (size_t i = 0; i < n && !stop; i++) {
		if (!engine_alive(e, i) || (i && engine_elapsed(e) > most))
			continue;
		show(e, i, i);
		stop = learn(e, i, &t[i]);
	}
	if (!stop)
		stop = try_lengths(e, t);
	free(t);
	return stop;
}
