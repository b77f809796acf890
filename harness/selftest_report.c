/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Works out, from measured blocks, whether the promises of `ab` hold. */
#include "selftest_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "util.h"

const double selftest_times[SELFTEST_TIMES] = {10, 30, 60, 120, 300};

enum { CONTESTS = 1000, MOST = 60 };

/* How sure one must be to call a promise broken, all families together. */
static const double sure = 0.99;

/* What an arm is drawn out by ends with a read of the clock, half a read early or late:
 * of a sample of 250 reads 0.2 %. And the work that it delays may change a little: a
 * tenth.
 */
static double slack(double inject)
{
	return fmax(0.1 * inject, 0.002);
}

static bool is_alarm(enum contest_answer a)
{
	return a == CONTEST_REGRESSED || a == CONTEST_IMPROVED;
}

/* What half of the blocks are nearer to the centre than, as the sd of a normal. */
static double spread(const struct selftest_case *k)
{
	const double of_normal = 1.4826;
	double *off = xcalloc(k->n, sizeof(*off));
	double centre = signed_rank_ci(k->d, k->n, FIGURES_LEVEL).value;

	for (size_t i = 0; i < k->n; i++)
		off[i] = fabs(k->d[i] - centre);
	double mad = stats_median(off, k->n);
	free(off);
	return of_normal * mad;
}

static struct estimate ratio_of(const double *d, size_t n, double level)
{
	struct estimate e = signed_rank_ci(d, n, level);

	e.value = exp(e.value);
	e.lo = exp(e.lo);
	e.hi = exp(e.hi);
	return e;
}

static void work_out_row(struct selftest_report *t, const struct selftest_case *same,
			 size_t i)
{
	struct selftest_row *row = &t->rows[i];
	struct selftest_finds *finds = &row->finds;

	row->spread = spread(&row->same);
	row->ratio = ratio_of(row->injected.d, row->injected.n, FIGURES_LEVEL);
	for (size_t j = 0; j < SELFTEST_TIMES; j++)
		finds->alone[j] = selftest_finds(&row->same, &t->rule, selftest_times[j]);
	finds->among = selftest_finds_among(same, t->n, i, &t->rule, t->budget_s);
}

/* ---- families */

static bool is_of(const struct selftest_row *row, const struct selftest_family *f)
{
	return strcmp(row->k->family, f->name) == 0;
}

/* The blocks of all its cases: each leans by lot around what was injected. */
static void pool(const struct selftest_report *t, struct selftest_family *f)
{
	double *d = NULL;
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct selftest_row *row = &t->rows[i];

		if (!is_of(row, f))
			continue;
		d = xrealloc(d, n + row->injected.n, sizeof(*d));
		memcpy(d + n, row->injected.d, row->injected.n * sizeof(*d));
		n += row->injected.n;
		f->cases++;
		f->alarms += is_alarm(row->when_same);
		f->found += row->when_injected == CONTEST_REGRESSED;
	}
	f->ratio = ratio_of(d, n, 1 - (1 - sure) / (double)t->nfamilies);
	f->missed = f->ratio.lo > 1 + t->inject + slack(t->inject) ||
		    f->ratio.hi < 1 + t->inject - slack(t->inject);
	/* An interval that is wide holds anything: this one tells it from nothing and
	 * from twice as much. */
	f->told = f->ratio.lo > 1 && f->ratio.hi < 1 + 2 * t->inject + slack(t->inject);
	free(d);
}

/* What a case does not find is more than any number. */
static void summarize(double *v, size_t n, double *typical, double *worst)
{
	for (size_t i = 0; i < n; i++)
		if (isnan(v[i]))
			v[i] = INFINITY;
	stats_sort(v, n);
	*worst = isinf(v[n - 1]) ? NAN : v[n - 1];
	*typical = isinf(v[n / 2]) ? NAN : (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static void gather_finds(const struct selftest_report *t, struct selftest_family *f)
{
	double *v = xcalloc(f->cases, sizeof(*v));

	for (size_t j = 0; j <= SELFTEST_TIMES; j++) {
		bool alone = j < SELFTEST_TIMES;
		size_t n = 0;

		for (size_t i = 0; i < t->n; i++)
			if (is_of(&t->rows[i], f))
				v[n++] = alone ? t->rows[i].finds.alone[j]
					       : t->rows[i].finds.among;
		summarize(v, n, alone ? &f->typical.alone[j] : &f->typical.among,
			  alone ? &f->worst.alone[j] : &f->worst.among);
	}
	free(v);
}

static void work_out_families(struct selftest_report *t)
{
	t->families = xcalloc(t->n, sizeof(*t->families));
	for (size_t i = 0; i < t->n; i++) {
		bool known = false;

		for (size_t j = 0; j < t->nfamilies && !known; j++)
			known = is_of(&t->rows[i], &t->families[j]);
		if (!known)
			t->families[t->nfamilies++].name = t->rows[i].k->family;
	}
	for (size_t j = 0; j < t->nfamilies; j++) {
		pool(t, &t->families[j]);
		gather_finds(t, &t->families[j]);
	}
}

/* ---- the whole */

void selftest_work_out(struct selftest_report *t)
{
	struct selftest_case *same = xcalloc(t->n, sizeof(*same)),
			     *injected = xcalloc(t->n, sizeof(*injected));
	enum contest_answer *a = xcalloc(t->n, sizeof(*a)),
			    *b = xcalloc(t->n, sizeof(*b));

	for (size_t i = 0; i < t->n; i++) {
		same[i] = t->rows[i].same;
		injected[i] = t->rows[i].injected;
	}
	selftest_contest(same, t->n, &t->rule, a);
	selftest_contest(injected, t->n, &t->rule, b);
	for (size_t i = 0; i < t->n; i++) {
		t->rows[i].when_same = a[i];
		t->rows[i].when_injected = b[i];
		work_out_row(t, same, i);
	}
	if (t->n) {
		t->contests = CONTESTS;
		t->blocks = MOST;
		t->alarms = selftest_false_alarms(same, t->n, &t->rule, MOST, CONTESTS,
						  t->seed);
		t->rate = stats_rate(t->alarms, t->contests, sure);
		t->agreement = selftest_agreement(same, t->n, sure);
	}
	work_out_families(t);
	free(same);
	free(injected);
	free(a);
	free(b);
}

size_t selftest_alarms(const struct selftest_report *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += is_alarm(t->rows[i].when_same);
	return n;
}

size_t selftest_missed(const struct selftest_report *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->nfamilies; i++)
		n += t->families[i].missed;
	return n;
}

size_t selftest_told(const struct selftest_report *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->nfamilies; i++)
		n += t->families[i].told && !t->families[i].missed;
	return n;
}

/* More alarms than promised can be due to the few blocks that all of them are drawn from.
 * That neighbours agree more often than lots do cannot. */
static bool is_frequent(const struct selftest_report *t)
{
	return t->rate.lo > t->rule.alpha;
}

int selftest_status(const struct selftest_report *t)
{
	if (!t->n)
		return t->skipped ? EXIT_UNJUDGED : EXIT_UNMEASURED;
	if (selftest_alarms(t) || selftest_missed(t) ||
	    (is_frequent(t) && t->agreement.lo > 0.5))
		return EXIT_REGRESSION;
	return is_frequent(t) || !selftest_told(t) ? EXIT_UNJUDGED : EXIT_OK;
}

double selftest_wants(const struct selftest_report *t)
{
	const double spare = 1.3;
	double least = INFINITY;

	for (size_t i = 0; i < t->nfamilies; i++) {
		const struct selftest_family *f = &t->families[i];
		double wide = log(f->ratio.hi / f->ratio.lo) / 2 / log1p(t->inject);

		/* An interval at all, or one that is narrow enough. */
		if (isnan(wide))
			wide = sqrt(2 *
				    (double)signed_rank_least((1 - sure) / 2 /
							      (double)t->nfamilies) /
				    (double)f->ratio.n);
		least = fmin(least, wide * wide);
	}
	if (t->n && is_frequent(t))
		least = fmax(isinf(least) ? 0 : least, 4);
	return isinf(least) ? NAN : fmax(least * spare, 2) * t->budget_s;
}

void selftest_report_free(struct selftest_report *t)
{
	free(t->rows);
	free(t->families);
}
