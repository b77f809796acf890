/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind the figures: the machine, how they were taken, what went wrong. */
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "figures.h"
#include "report_parts.h"
#include "show.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { NUMBER = 48 };

static void facts_table(const struct sheet *s, const struct facts *host, bool known)
{
	const char *const heads[] = {"<fact", known ? "<value" : "<why it is not known"};
	struct table t;

	table_init(&t, 2, heads, s->room);
	for (size_t i = 0; i < host->n; i++) {
		const struct fact *f = &host->v[i];

		if ((f->value != NULL) != known)
			continue;
		table_row(&t);
		table_cell(&t, 0, "%s", f->name);
		table_cell(&t, 1, "%s",
			   known       ? f->value
			   : f->reason ? f->reason
				       : "no reason given");
	}
	if (t.rows > 1)
		sheet_table(s, &t);
	table_free(&t);
}

void report_known(const struct sheet *s, const struct record *r)
{
	facts_table(s, &r->host, true);
}

void report_unknown(const struct sheet *s, const struct record *r)
{
	facts_table(s, &r->host, false);
}

static size_t count_reps(const struct record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncases; i++)
		n += r->cases[i].time.n;
	return n;
}

static size_t count_samples(const struct record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncases; i++)
		for (size_t j = 0; j < r->cases[i].time.n; j++)
			n += r->cases[i].time.v[j].nrows;
	return n;
}

/* Of exact mode. */
static void method_of_counts(const struct sheet *s, const struct record *r)
{
	char past[NUMBER];

	sheet_line(
		s,
		"These are instructions that user and kernel executed together, and no "
		"times: caches, TLB, waiting and other CPUs are not in them. QEMU "
		"emulated a guest with one CPU and counted them, in %u boots of the "
		"same image, which agreed to the digit: %zu operations in %s.",
		r->blocks, count_samples(r),
		units_seconds(r->elapsed_s, past, sizeof(past)));
	sheet_line(s,
		   "A figure is the median over the operations of a boot, each measured "
		   "alone; p99: 99 %% of them took no more. What reading the clock "
		   "executes (%.0f) was subtracted, and nothing deleted.",
		   r->clock_cost_ns);
	sheet_line(s, "Suite: %s. Command: %s", r->suite ? r->suite : "none", r->command);
}

void report_method(const struct sheet *s, const struct record *r)
{
	char past[NUMBER], budget[NUMBER];

	if (cases_counted(r)) {
		method_of_counts(s, r);
		return;
	}
	sheet_line(
		s,
		"Cases ran in %u blocks: each block is one pass over all of them, in an "
		"order shuffled from the seed %llu, and each rep in it a fresh process. "
		"That made %zu reps with %zu samples, in %s of a budget of %s; the run "
		"wanted intervals of ±%g %%.",
		r->blocks, (unsigned long long)r->seed, count_reps(r), count_samples(r),
		units_seconds(r->elapsed_s, past, sizeof(past)),
		units_seconds(r->budget_s, budget, sizeof(budget)), 100 * r->precision);
	sheet_line(
		s,
		"A figure is the median over reps of each rep's median. Intervals are of "
		"%.0f %%, from order statistics, each for itself; fewer than 6 reps give "
		"none. Ratios and own costs are paired within blocks, so that a machine "
		"that slows down slows both sides. p99: 99 %% of all samples were at "
		"least as good.",
		100 * FIGURES_LEVEL);
	sheet_line(
		s,
		"Nothing was deleted as an outlier, and no overhead subtracted: the "
		"clock "
		"costs %.0f ns a read. Stamps and counters, where they were asked for, "
		"ran in passes of their own.",
		r->clock_cost_ns);
	sheet_line(s, "Suite: %s. Command: %s", r->suite ? r->suite : "none", r->command);
	if (!r->complete)
		sheet_line(s, "The run was interrupted: it is incomplete.");
}

static bool has_figures(const struct kase *k)
{
	return k->status == STATUS_OK;
}

void report_troubles(const struct sheet *s, const struct record *r)
{
	const char *const heads[] = {"<without figures", "<", "<reason"};
	struct table t;

	for (size_t i = 0; i < r->nwarnings; i++)
		sheet_line(s, "Warning: %s", r->warnings[i]);
	for (size_t i = 0; i < r->ncases; i++)
		if (has_figures(&r->cases[i]) && r->cases[i].note)
			sheet_line(s, "%s: %s", r->cases[i].text, r->cases[i].note);
	table_init(&t, countof(heads), heads, s->room);
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (has_figures(k))
			continue;
		table_row(&t);
		table_cell(&t, 0, "%s", k->text);
		table_cell(&t, 1, "%s",
			   k->status == STATUS_PENDING ? "not reached"
						       : status_name(k->status));
		table_cell(&t, 2, "%s", k->reason ? k->reason : "");
	}
	if (t.rows > 1)
		sheet_table(s, &t);
	else if (r->ncases)
		sheet_line(s, "Every case has its figures: none failed or was skipped.");
	table_free(&t);
}

void report_cases(const struct sheet *s, const struct record *r)
{
	static const char *const heads[] = {"<case",         "<what it is", "median",
					    "95 % interval", "p99",         "samples"};
	struct table t;

	table_init(&t, countof(heads), heads, s->room);
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];
		struct figures f;
		char text[NUMBER];

		figures_of(r, k, &f);
		char *median = show_median(k, &f.median);
		char *interval = show_interval(&f.median, k->unit);

		table_row(&t);
		table_cell(&t, 0, "%s", k->text);
		table_cell(&t, 1, "%s", k->brief);
		table_cell(&t, 2, "%s", median);
		table_cell(&t, 3, "%s", interval);
		table_cell(&t, 4, "%s", units_format(f.p99, k->unit, text, sizeof(text)));
		table_cell(&t, 5, "%zu", f.samples);
		free(median);
		free(interval);
	}
	sheet_table(s, &t);
	table_free(&t);
}
