/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contests over blocks that are drawn again from those that were measured. */
#include "selftest.h"

#include <math.h>
#include <stdlib.h>

#include "util.h"

/* Neighbours stay together in runs of so many, with their signs, so that what a block has
 * of the one before is kept; longer runs of so few blocks would be alike by chance. */
enum { RUN = 3 };

/* Blocks; to simulate more takes long, and tells little more. */
enum { FAR = 200 };

/* Where the draws of a case are: at is the next block to take, until the run is over. */
struct draw {
	size_t at, left;
	bool swapped; /* b was called a */
};

/* The lot is one for a run, not one for each block: that would make every sign a fair
 * coin, whatever was measured, and no alarm rate could ever be too high. */
static double next_block(struct rng *g, const struct selftest_case *k, struct draw *draw)
{
	if (!draw->left)
		*draw = (struct draw){.at = (size_t)rng_below(g, k->n),
				      .left = RUN,
				      .swapped = rng_below(g, 2)};
	draw->left--;
	double d = k->d[draw->at++ % k->n];
	return draw->swapped ? -d : d;
}

/* Passes of one stage over what is open. */
static void run_stage(struct rng *g, const struct selftest_case *v, struct contest *c,
		      struct draw *draws, size_t most)
{
	const enum contest_stage stage = c->stage;

	for (size_t pass = 0; pass < most && c->stage == stage; pass++) {
		for (size_t i = 0; i < c->n; i++)
			if (contest_wants(c, i))
				contest_add(c, i, next_block(g, &v[i], &draws[i]));
		contest_look(c);
	}
	if (c->stage == stage)
		contest_close(c);
}

static bool alarms(const struct contest *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].answer == CONTEST_REGRESSED ||
		    c->v[i].answer == CONTEST_IMPROVED)
			return true;
	return false;
}

size_t selftest_false_alarms(const struct selftest_case *v, size_t ncases,
			     const struct contest_rule *rule, size_t most, size_t times,
			     uint64_t seed)
{
	struct signed_rank_memory *memory = signed_rank_memory_new();
	struct rng *g = rng_new(seed);
	size_t n = 0;

	for (size_t i = 0; i < times; i++) {
		struct draw *draws = xcalloc(ncases, sizeof(*draws));
		struct contest c;

		contest_init(&c, ncases, rule, most);
		signed_rank_memory_free(c.memory);
		c.memory = memory; /* of all contests: it takes time to fill */
		run_stage(g, v, &c, draws, most);
		contest_confirm(&c, most);
		if (c.stage == CONTEST_CONFIRMING)
			run_stage(g, v, &c, draws, most);
		n += alarms(&c);
		c.memory = NULL;
		contest_free(&c);
		free(draws);
	}
	rng_free(g);
	signed_rank_memory_free(memory);
	return n;
}

/* One stage over the blocks [from, to) of each case. */
static void replay(struct contest *c, const struct selftest_case *v, size_t from,
		   size_t to)
{
	const enum contest_stage stage = c->stage;

	for (size_t at = from; at < to && c->stage == stage; at++) {
		for (size_t i = 0; i < c->n; i++)
			if (contest_wants(c, i) && at < v[i].n)
				contest_add(c, i, v[i].d[at]);
		contest_look(c);
	}
	if (c->stage == stage)
		contest_close(c);
}

void selftest_contest(const struct selftest_case *v, size_t ncases,
		      const struct contest_rule *rule, enum contest_answer *answer)
{
	struct contest c;
	size_t most = 0;

	for (size_t i = 0; i < ncases; i++)
		most = v[i].n > most ? v[i].n : most;
	contest_init(&c, ncases, rule, most / 2);
	replay(&c, v, 0, most / 2);
	if (c.stage == CONTEST_CONFIRMING) {
		contest_confirm(&c, most - most / 2);
		replay(&c, v, most / 2, most);
	}
	for (size_t i = 0; i < ncases; i++)
		answer[i] = c.v[i].answer;
	contest_free(&c);
}

struct estimate selftest_agreement(const struct selftest_case *v, size_t ncases,
				   double level)
{
	size_t same = 0, n = 0;

	for (size_t i = 0; i < ncases; i++)
		for (size_t j = 1; j < v[i].n; j++) {
			double both = v[i].d[j] * v[i].d[j - 1];

			same += both > 0;
			n += both != 0;
		}
	if (!n)
		return (struct estimate){.value = NAN, .lo = NAN, .hi = NAN};
	return stats_rate(same, n, level);
}

/* What lies within the margin is equivalent, and never found: here all is to be. */
static struct contest_rule without_margin(const struct contest_rule *rule)
{
	return (struct contest_rule){.alpha = rule->alpha, .margin = 1e-6};
}

double selftest_finds(const struct selftest_case *k, const struct contest_rule *rule,
		      double seconds)
{
	const struct contest_rule all = without_margin(rule);
	size_t blocks = (size_t)(seconds / k->block_s), n = blocks < FAR ? blocks : FAR;
	double found = contest_finds(k->d, k->n, 1, &all, n / 2, n - n / 2);

	return found * sqrt((double)n / (double)(blocks ? blocks : 1));
}

double selftest_finds_among(const struct selftest_case *v, size_t ncases, size_t i,
			    const struct contest_rule *rule, double seconds)
{
	const struct contest_rule all = without_margin(rule);
	double pass_s = 0, reserve = contest_reserve(ncases);

	for (size_t j = 0; j < ncases; j++)
		pass_s += v[j].block_s;
	size_t screen = (size_t)(seconds * (1 - reserve) / pass_s);
	size_t confirm = (size_t)(seconds * reserve / v[i].block_s);
	return contest_finds(v[i].d, v[i].n, ncases, &all, screen < FAR ? screen : FAR,
			     confirm < FAR / 2 ? confirm : FAR / 2);
}
