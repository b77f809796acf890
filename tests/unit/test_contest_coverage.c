/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often contests are wrong, and what they find, where the truth is known: 20 cases,
 * rep by rep, in noise of all shapes; fixed seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "contest.h"
#include "figures.h"
#include "util.h"

enum { CASES = 20, SCREEN = 30, CONFIRM = 20 };

static const struct contest_rule usual = {.alpha = 0.01, .margin = 0.02};
/* Nothing is equivalent: what differs is all that there is to be said. */
static const struct contest_rule no_margin = {.alpha = 0.01, .margin = 0};

static void assert_near(double x, double wanted, double by)
{
	if (!(fabs(x - wanted) <= by))
		fail_msg("%.17g is not within %g of %.17g", x, by, wanted);
}

/* ---- a machine, on which reps are taken one after the other */

struct machine {
	struct rng *g;
	double state; /* what the last rep left behind */
	size_t reps;  /* so far */
};

/* Logarithms of what reps show, about 3.5 % apart. */
static const double sd = 0.035;

typedef double noise(struct machine *m);

static double normal(struct machine *m)
{
	return sd * rng_normal(m->g);
}

static double skewed(struct machine *m)
{
	return -sd * log(1 - rng_uniform(m->g));
}

/* Two reps of ten are 8 % slower. */
static double two_peaked(struct machine *m)
{
	return (rng_below(m->g, 10) < 2 ? 0.08 : 0) + sd / 4 * rng_normal(m->g);
}

static double remember(struct machine *m, double rho)
{
	double fresh = sqrt(1 - rho * rho) * sd * rng_normal(m->g);

	return m->state = rho * m->state + fresh;
}

static double half_remembered(struct machine *m)
{
	return remember(m, 0.5);
}

static double long_remembered(struct machine *m)
{
	return remember(m, 0.9);
}

/* By 30 % upwards in the course of a contest. */
static double drifting(struct machine *m)
{
	return 0.3 * (double)m->reps / (4.0 * CASES * SCREEN) + sd * rng_normal(m->g);
}

/* Every 50 reps or so to another level. */
static double jumping(struct machine *m)
{
	if (rng_below(m->g, 50) == 0)
		m->state = 2 * sd * rng_normal(m->g);
	return m->state + sd * rng_normal(m->g);
}

static double spiked(struct machine *m)
{
	return (rng_below(m->g, 50) == 0 ? 0.5 : 0) + sd * rng_normal(m->g);
}

static const struct shape {
	const char *name;
	noise *rep;
} shapes[] = {
	{"normal", normal},
	{"skewed", skewed},
	{"two peaks", two_peaked},
	{"AR(1) 0.5", half_remembered},
	{"AR(1) 0.9", long_remembered},
	{"drifting", drifting},
	{"jumping", jumping},
	{"spikes", spiked},
};

/* a b b a or b a a b by lot, b being larger by `shift`. */
static double block(struct machine *m, noise *rep, double shift)
{
	double outer = 0, inner = 0;

	for (size_t turn = 0; turn < 4; turn++, m->reps++)
		*(turn == 0 || turn == 3 ? &outer : &inner) += rep(m) / 2;
	return shift + (rng_below(m->g, 2) ? outer - inner : inner - outer);
}

static void machine_init(struct machine *m, uint64_t seed)
{
	*m = (struct machine){.g = rng_new(seed)};
}

/* ---- contests */

/* All cases that are wanted, to the end of the stage. */
static void run_stage(struct machine *m, noise *rep, struct contest *c,
		      const double *shifts)
{
	enum contest_stage stage = c->stage;

	while (c->looks.n && c->stage == stage) {
		for (size_t i = 0; i < c->n; i++)
			if (contest_wants(c, i))
				contest_add(c, i, block(m, rep, shifts[i]));
		contest_look(c);
	}
}

static void run(struct machine *m, noise *rep, struct contest *c, const double *shifts)
{
	run_stage(m, rep, c, shifts);
	contest_confirm(c, CONFIRM);
	run_stage(m, rep, c, shifts);
}

/* Some say that a case costs more, or less, that does not. */
struct alarms {
	size_t screened, answered;
};

static void count_alarms(const struct contest *c, const double *shifts, struct alarms *n)
{
	bool screened = false, answered = false;

	for (size_t i = 0; i < c->n; i++) {
		int side = c->v[i].answer == CONTEST_REGRESSED  ? 1
			   : c->v[i].answer == CONTEST_IMPROVED ? -1
								: 0;

		screened |= c->v[i].side && c->v[i].side * shifts[i] <= 0;
		answered |= side && side * shifts[i] <= 0;
	}
	n->screened += screened;
	n->answered += answered;
}

/* Of `times` that are wrong at the rate that is promised, with three standard deviations:
 * one in a thousand series of this size has more. */
static size_t most_wrong(double rate, size_t times)
{
	double mean = rate * (double)times;

	return (size_t)(mean + 3 * sqrt(mean * (1 - rate)));
}

static struct alarms alarms_of(const struct shape *s, size_t times, size_t changed,
			       uint64_t seed)
{
	struct alarms n = {0};
	double shifts[CASES] = {0};

	for (size_t i = 0; i < changed; i++)
		shifts[i] = i % 2 ? 0.2 : -0.2;
	for (size_t t = 0; t < times; t++) {
		struct machine m;
		struct contest c;

		machine_init(&m, seed + t);
		contest_init(&c, CASES, &no_margin, SCREEN);
		run(&m, s->rep, &c, shifts);
		count_alarms(&c, shifts, &n);
		contest_free(&c);
		rng_free(m.g);
	}
	return n;
}

/* Either stage is wrong in one of ten contests, at the most; both, in one of a hundred.
 */
static void assert_alarms(size_t times, size_t changed, uint64_t seed)
{
	struct alarms all = {0};

	for (size_t i = 0; i < countof(shapes); i++) {
		struct alarms n =
			alarms_of(&shapes[i], times, changed, seed * 1000000 + i * 10000);

		print_message("%s: of %zu contests %zu with a false candidate, %zu with "
			      "a false answer\n",
			      shapes[i].name, times, n.screened, n.answered);
		assert_in_range(n.screened, 0, most_wrong(0.2, times));
		assert_in_range(n.answered, 0, most_wrong(usual.alpha, times));
		all.screened += n.screened;
		all.answered += n.answered;
	}
	assert_in_range(all.screened, 0, most_wrong(0.2, times * countof(shapes)));
	assert_in_range(all.answered, 0,
			most_wrong(usual.alpha, times * countof(shapes)));
	/* They are held to it, and do not just never say anything. */
	assert_true(all.screened > 0);
}

static void false_alarms(void **state)
{
	(void)state;
	assert_alarms(300, 0, 1);
}

/* What Holm gains from cases that are decided is lent to the others. */
static void false_alarms_among_real_changes(void **state)
{
	(void)state;
	assert_alarms(100, CASES / 2, 2);
}

/* ---- the same with a part taken away: each is wrong oftener than is allowed */

/* Every look as if it were the only one, at whatever is there by then. */
static void forget_shares(struct contest *c, size_t most)
{
	size_t first = most / 3;

	c->looks.n = CONTEST_LOOKS;
	for (size_t k = 0; k < CONTEST_LOOKS; k++) {
		c->looks.at[k] = first + (most - first) * k / (CONTEST_LOOKS - 1);
		c->looks.share[k] = 1;
	}
}

static void looks_without_shares_are_often_wrong(void **state)
{
	enum { TIMES = 300 };
	const double shifts[CASES] = {0};
	struct alarms n = {0};

	(void)state;
	for (size_t t = 0; t < TIMES; t++) {
		struct machine m;
		struct contest c;

		machine_init(&m, 3000000 + t);
		contest_init(&c, CASES, &no_margin, SCREEN);
		forget_shares(&c, SCREEN);
		run_stage(&m, normal, &c, shifts);
		if (c.stage == CONTEST_CONFIRMING) {
			contest_confirm(&c, CONFIRM);
			forget_shares(&c, CONFIRM);
			run_stage(&m, normal, &c, shifts);
		}
		count_alarms(&c, shifts, &n);
		contest_free(&c);
		rng_free(m.g);
	}
	print_message("without shares: of %d contests %zu, %zu\n", TIMES, n.screened,
		      n.answered);
	assert_true(n.screened > most_wrong(0.2, TIMES));
	assert_true(n.answered > most_wrong(usual.alpha, TIMES));
}

static void cases_without_holm_are_often_wrong(void **state)
{
	enum { TIMES = 200 };
	const double shift = 0;
	size_t screened = 0, answered = 0;

	(void)state;
	for (size_t t = 0; t < TIMES; t++) {
		struct machine m;
		struct alarms n = {0};

		machine_init(&m, 4000000 + t);
		for (size_t i = 0; i < CASES; i++) {
			struct contest c;

			contest_init(&c, 1, &no_margin, SCREEN);
			run(&m, normal, &c, &shift);
			count_alarms(&c, &shift, &n);
			contest_free(&c);
		}
		screened += n.screened > 0;
		answered += n.answered > 0;
		rng_free(m.g);
	}
	print_message("without Holm: of %d contests %zu, %zu\n", TIMES, screened,
		      answered);
	assert_true(screened > most_wrong(0.2, TIMES));
	assert_true(answered > most_wrong(usual.alpha, TIMES));
}

/* ---- what is claimed to be found */

static double claim(const struct shape *s, uint64_t seed)
{
	enum { PILOT = 60 };
	struct machine m;
	double d[PILOT], found;

	machine_init(&m, seed);
	for (size_t i = 0; i < PILOT; i++)
		d[i] = block(&m, s->rep, 0);
	rng_free(m.g);
	found = contest_finds(d, PILOT, CASES, &usual, SCREEN, CONFIRM);
	return found;
}

/* One case changed, among 19 that did not. */
static size_t found_of(const struct shape *s, size_t times, double shift, uint64_t seed)
{
	size_t found = 0;
	double shifts[CASES] = {shift};

	for (size_t t = 0; t < times; t++) {
		struct machine m;
		struct contest c;

		machine_init(&m, seed + t);
		contest_init(&c, CASES, &usual, SCREEN);
		run(&m, s->rep, &c, shifts);
		found += c.v[0].answer == CONTEST_REGRESSED;
		contest_free(&c);
		rng_free(m.g);
	}
	return found;
}

/* The least that may be right of so many: three standard deviations below. */
static size_t least_right(double rate, size_t times)
{
	return times - most_wrong(1 - rate, times);
}

static void finds_what_it_claims(void **state)
{
	enum { PILOTS = 3, TIMES = 60, EACH = PILOTS * TIMES };
	size_t all = 0, times = EACH * countof(shapes);

	(void)state;
	for (size_t i = 0; i < countof(shapes); i++) {
		size_t found = 0;

		for (size_t p = 0; p < PILOTS; p++) {
			uint64_t seed = 6000000 + i * 10000 + p * 1000;
			double shift = claim(&shapes[i], seed);

			/* It claims something worth finding. */
			assert_true(shift > 0 && shift < 4 * sd + 0.1);
			found += found_of(&shapes[i], TIMES, shift, seed + 1);
		}
		print_message("%s: found %zu of %d\n", shapes[i].name, found, EACH);
		assert_in_range(found, least_right(0.95, EACH), EACH);
		all += found;
	}
	assert_true((double)all >= 0.95 * (double)times);
}

static void finds_more_with_more(void **state)
{
	enum { N = 30 };
	struct rng *g = rng_new(4);
	double d[N], twice[N];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		d[i] = 0.2 + 0.03 * rng_normal(g);
		twice[i] = 2 * d[i];
	}
	rng_free(g);
	double found = contest_finds(d, N, 20, &no_margin, 30, 20);
	/* Its own centre is no difference: a fraction of the spread is found. */
	assert_true(found > 0.5 * 0.03 && found < 1.5 * 0.03);
	assert_near(contest_finds(d, N, 20, &no_margin, 30, 20), found, 0);
	assert_near(contest_finds(twice, N, 20, &no_margin, 30, 20), 2 * found,
		    0.04 * found);
	assert_true(contest_finds(d, N, 20, &no_margin, 60, 40) < 0.85 * found);
	assert_true(contest_finds(d, N, 1, &no_margin, 16, 40) <
		    0.9 * contest_finds(d, N, 20, &no_margin, 16, 40));
	/* Less than the margin is not regressed, however surely it is there. */
	for (size_t i = 0; i < N; i++)
		d[i] *= 1e-3;
	found = contest_finds(d, N, 20, &usual, 30, 20);
	assert_true(found > 0.9 * log1p(usual.margin) && found < 0.021);
}

/* ---- intervals and equivalence */

/* All cases at one distance from no change. */
struct held {
	size_t all, covered, equivalent, answered;
};

static struct held held_of(const struct shape *s, size_t times, double shift,
			   uint64_t seed)
{
	struct held n = {0};
	double shifts[CASES];

	for (size_t i = 0; i < CASES; i++)
		shifts[i] = i % 2 ? shift : -shift;
	for (size_t t = 0; t < times; t++) {
		struct machine m;
		struct contest c;

		machine_init(&m, seed + t);
		contest_init(&c, CASES, &usual, SCREEN);
		run(&m, s->rep, &c, shifts);
		for (size_t i = 0; i < CASES; i++) {
			struct estimate e = contest_ratio(&c, i);
			double truth = exp(shifts[i]);

			n.all++;
			n.covered += truth >= e.lo && truth <= e.hi;
			n.equivalent += c.v[i].answer == CONTEST_EQUIVALENT;
			n.answered += c.v[i].answer > CONTEST_EQUIVALENT;
		}
		contest_free(&c);
		rng_free(m.g);
	}
	return n;
}

static void add(struct held *sum, const struct held *n)
{
	sum->all += n->all;
	sum->covered += n->covered;
	sum->equivalent += n->equivalent;
	sum->answered += n->answered;
}

static struct held assert_held(double times_margin, uint64_t seed)
{
	enum { TIMES = 40, EACH = TIMES * CASES };
	struct held sum = {0};

	for (size_t i = 0; i < countof(shapes); i++) {
		double shift = times_margin * log1p(usual.margin);
		struct held n = held_of(&shapes[i], TIMES, shift, seed + i * 1000);

		print_message("%s, %g margins: of %zu %zu covered, %zu equivalent, %zu "
			      "answered\n",
			      shapes[i].name, times_margin, n.all, n.covered,
			      n.equivalent, n.answered);
		assert_in_range(n.covered, least_right(FIGURES_LEVEL, EACH), EACH);
		if (times_margin >= 1)
			assert_in_range(n.equivalent, 0, most_wrong(0.05, EACH));
		add(&sum, &n);
	}
	assert_true((double)sum.covered >= FIGURES_LEVEL * (double)sum.all);
	return sum;
}

static void intervals_hold_and_equivalents_are(void **state)
{
	(void)state;
	struct held n = assert_held(0, 7000000);
	assert_true(n.equivalent > n.all / 2);
	n = assert_held(1, 7100000);
	assert_true((double)n.equivalent <= 0.05 * (double)n.all);
	assert_true(n.equivalent > 0);
	n = assert_held(2, 7200000);
	assert_true((double)n.answered > 0.95 * (double)n.all);
	n = assert_held(4, 7300000);
	assert_true((double)n.answered > 0.99 * (double)n.all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(false_alarms),
		cmocka_unit_test(false_alarms_among_real_changes),
		cmocka_unit_test(looks_without_shares_are_often_wrong),
		cmocka_unit_test(cases_without_holm_are_often_wrong),
		cmocka_unit_test(finds_what_it_claims),
		cmocka_unit_test(finds_more_with_more),
		cmocka_unit_test(intervals_hold_and_equivalents_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
