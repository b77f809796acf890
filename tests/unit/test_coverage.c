/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often intervals hold what they should, by simulation with fixed seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "stats.h"
#include "util.h"

enum { TRIALS = 10000, MOST = 64 };

/* What a run may see. Each has the true median 100 over a run of n. */
static double normal(struct rng *g, size_t i, size_t n)
{
	(void)i;
	(void)n;
	return 100 + 3 * rng_normal(g);
}

static double skewed(struct rng *g, size_t i, size_t n)
{
	(void)i;
	(void)n;
	return 100 * exp(rng_normal(g));
}

/* 60 % around one peak, 40 % ten deviations higher: the median is where five sixths of
 * the lower peak lie below, 0.967422 deviations above it. */
static double two_peaked(struct rng *g, size_t i, size_t n)
{
	double peak = rng_uniform(g) < 0.6 ? 0 : 10;

	(void)i;
	(void)n;
	return 100 + 3 * (peak + rng_normal(g) - 0.967422);
}

/* Upwards by one deviation over the run, halfway at 100. */
static double drifting(struct rng *g, size_t i, size_t n)
{
	return 100 + 3 * ((double)i / (double)(n - 1) - 0.5 + rng_normal(g));
}

static void covers_the_median(void **state)
{
	static const struct {
		const char *name;
		double (*draw)(struct rng *g, size_t i, size_t n);
	} shapes[] = {
		{"normal", normal},
		{"skewed", skewed},
		{"two peaks", two_peaked},
		{"drifting", drifting},
	};
	static const size_t sizes[] = {8, 12, 20, 40};
	struct rng *g = rng_new(1986);
	double v[MOST];

	(void)state;
	for (size_t s = 0; s < countof(shapes); s++)
		for (size_t j = 0; j < countof(sizes); j++) {
			size_t n = sizes[j], hits = 0;

			for (int t = 0; t < TRIALS; t++) {
				for (size_t i = 0; i < n; i++)
					v[i] = shapes[s].draw(g, i, n);
				struct estimate e = stats_median_ci(v, n, 0.95);
				hits += e.lo <= 100 && 100 <= e.hi;
			}
			print_message("%s, n %zu: covers %.2f %%\n", shapes[s].name, n,
				      100.0 * (double)hits / TRIALS);
			assert_in_range(hits, TRIALS * 93 / 100, TRIALS * 97 / 100);
		}
	rng_free(g);
}

/* Both sides walk at random by 10 % a block, together; a is 1.05 of b. The pairs must not
 * see the walk, in which the medians of each side by itself are lost. */
static void pairs_cancel_a_common_drift(void **state)
{
	static const size_t sizes[] = {8, 12, 20, 40};
	struct rng *g = rng_new(1992);
	double a[MOST], b[MOST];

	(void)state;
	for (size_t j = 0; j < countof(sizes); j++) {
		size_t n = sizes[j], paired = 0, alone = 0;

		for (int t = 0; t < TRIALS; t++) {
			double walk = 0;

			for (size_t i = 0; i < n; i++) {
				walk += 0.1 * rng_normal(g);
				a[i] = 105 * exp(walk + 0.03 * rng_normal(g));
				b[i] = 100 * exp(walk + 0.03 * rng_normal(g));
			}
			struct estimate ratio = stats_ratio_ci(a, b, n, 0.95);
			struct estimate side = stats_median_ci(a, n, 0.95);
			paired += ratio.lo <= 1.05 && 1.05 <= ratio.hi;
			alone += side.lo <= 105 && 105 <= side.hi;
		}
		print_message(
			"common drift, n %zu: pairs cover %.2f %%, one side %.2f %%\n", n,
			100.0 * (double)paired / TRIALS, 100.0 * (double)alone / TRIALS);
		assert_in_range(paired, TRIALS * 93 / 100, TRIALS * 97 / 100);
		assert_in_range(alone, 0, TRIALS * 80 / 100);
	}
	rng_free(g);
}

/* How often the interval covers that a run stops at: as soon as it is within 2 %, but
 * with `least` to 60 reps of noise `sd`. */
static size_t stopped_coverage(double sd, size_t least, double *mean)
{
	struct rng *g = rng_new(60);
	size_t hits = 0, total = 0;
	double v[60];

	for (int t = 0; t < TRIALS; t++) {
		struct estimate e;
		size_t n = 0;

		do {
			v[n++] = 1 + sd * rng_normal(g);
			if (n < least)
				continue;
			e = stats_median_ci(v, n, 0.95);
		} while (n < least || (n < countof(v) && stats_halfwidth(&e) > 0.02));
		hits += e.lo <= 1 && 1 <= e.hi;
		total += n;
	}
	rng_free(g);
	*mean = (double)total / TRIALS;
	return hits;
}

/* A rule that looks again and again stops sooner where the interval happens to be narrow.
 * That costs a little coverage, the more the noise exceeds the precision asked for. */
static void stopping_early_keeps_coverage(void **state)
{
	static const struct {
		double sd;
		size_t least, covers;
	} runs[] = {{0.03, 10, 93}, {0.05, 10, 91}, {0.05, 20, 93}};

	(void)state;
	for (size_t i = 0; i < countof(runs); i++) {
		double mean;
		size_t hits = stopped_coverage(runs[i].sd, runs[i].least, &mean);

		print_message(
			"stops at 2 %%, noise %.0f %%, from %zu reps on: %.1f reps, "
			"covers %.2f %%\n",
			100 * runs[i].sd, runs[i].least, mean,
			100.0 * (double)hits / TRIALS);
		assert_in_range(hits, TRIALS * runs[i].covers / 100, TRIALS * 97 / 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers_the_median),
		cmocka_unit_test(pairs_cancel_a_common_drift),
		cmocka_unit_test(stopping_early_keeps_coverage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
