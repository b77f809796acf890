/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of false alarms, of what was injected, and of what time buys. */
#include "show_selftest.h"

#include <math.h>
#include <stdlib.h>

#include "json.h"
#include "units.h"
#include "util.h"

/* ---- tables */

static void percent_cell(struct table *t, size_t column, double log_ratio)
{
	char text[32];

	if (isnan(log_ratio))
		table_cell(t, column, "–");
	else
		table_cell(t, column, "%s %%",
			   units_number(expm1(log_ratio) * 100, text, sizeof(text)));
}

static void change_cells(struct table *t, size_t column, const struct estimate *e)
{
	table_cell(t, column, "%+.1f %%", (e->value - 1) * 100);
	if (isnan(e->lo))
		table_cell(t, column + 1, "–");
	else
		table_cell(t, column + 1, "[%+.1f, %+.1f]", (e->lo - 1) * 100,
			   (e->hi - 1) * 100);
}

static const char *told(const struct selftest_family *f)
{
	return f->missed ? "no" : f->told ? "yes" : "~";
}

static void show_families(const struct sheet *s, const struct selftest_report *t)
{
	static const char *const heads[] = {"<family",   "cases",          "false alarms",
					    "<injected", "<99 % interval", "<seen",
					    "found in"};
	struct table out;

	table_init(&out, countof(heads), heads, s->room);
	for (size_t i = 0; i < t->nfamilies; i++) {
		const struct selftest_family *f = &t->families[i];

		table_row(&out);
		table_cell(&out, 0, "%s", f->name);
		table_cell(&out, 1, "%zu", f->cases);
		table_cell(&out, 2, "%zu", f->alarms);
		change_cells(&out, 3, &f->ratio);
		table_cell(&out, 5, "%s", told(f));
		table_cell(&out, 6, "%zu of %zu", f->found, f->cases);
	}
	sheet_table(s, &out);
	table_free(&out);
}

static void times_row(struct table *out, const char *name, const char *which,
		      const struct selftest_finds *f)
{
	table_row(out);
	table_cell(out, 0, "%s%s", name, which);
	for (size_t j = 0; j < SELFTEST_TIMES; j++)
		percent_cell(out, 1 + j, f->alone[j]);
	percent_cell(out, 1 + SELFTEST_TIMES, f->among);
}

static void show_times(const struct sheet *s, const struct selftest_report *t)
{
	const char *heads[2 + SELFTEST_TIMES] = {"<family"};
	char texts[SELFTEST_TIMES][32], budget[32];
	char *all =
		xformat("all in %s", units_seconds(t->budget_s, budget, sizeof(budget)));
	struct table out;

	for (size_t i = 0; i < SELFTEST_TIMES; i++)
		heads[1 + i] =
			units_seconds(selftest_times[i], texts[i], sizeof(texts[i]));
	heads[1 + SELFTEST_TIMES] = all;
	table_init(&out, countof(heads), heads, s->room);
	for (size_t i = 0; i < t->nfamilies; i++) {
		const struct selftest_family *f = &t->families[i];

		if (f->cases > 1)
			times_row(&out, f->name, ", typical", &f->typical);
		times_row(&out, f->name, f->cases > 1 ? ", worst" : "", &f->worst);
	}
	sheet_table(s, &out);
	table_free(&out);
	free(all);
}

static void show_cases(const struct sheet *s, const struct selftest_report *t)
{
	static const char *const heads[] = {"<case",  "blocks",    "a block",
					    "spread", "<injected", "<95 % interval",
					    "<answer"};
	struct table out;

	table_init(&out, countof(heads), heads, s->room);
	for (size_t i = 0; i < t->n; i++) {
		const struct selftest_row *row = &t->rows[i];
		char text[32];

		table_row(&out);
		table_cell(&out, 0, "%s", row->k->text);
		table_cell(&out, 1, "%zu + %zu", row->same.n, row->injected.n);
		table_cell(&out, 2, "%s",
			   units_format(row->same.block_s * 1e9, "ns/op", text,
					sizeof(text)));
		percent_cell(&out, 3, row->spread);
		change_cells(&out, 4, &row->ratio);
		table_cell(&out, 6, "%s", contest_answer_name(row->when_injected));
	}
	sheet_table(s, &out);
	table_free(&out);
}

/* ---- sentences */

/* "all 3 cases"; caller frees. */
static char *all_cases(const struct selftest_report *t)
{
	return t->n == 1 ? xstrdup("the one case") : xformat("all %zu cases", t->n);
}

static void show_alarms(const struct sheet *s, const struct selftest_report *t)
{
	char *cases = all_cases(t);

	sheet_line(s,
		   "False alarms: of %zu comparisons of equal arms over %s, "
		   "drawn from the blocks measured, %zu had one: %.2g %% [%.2g, %.2g]; "
		   "promised are %.3g %%. In the blocks as they came, %zu of %zu cases "
		   "showed a difference where there is none.",
		   t->contests, cases, t->alarms, t->rate.value * 100, t->rate.lo * 100,
		   t->rate.hi * 100, t->rule.alpha * 100, selftest_alarms(t), t->n);
	free(cases);
	if (!isnan(t->agreement.value))
		sheet_line(s,
			   "A block leaned to the side of the one before in %.3g %% "
			   "[%.3g, %.3g]; by lot it is half of them.",
			   t->agreement.value * 100, t->agreement.lo * 100,
			   t->agreement.hi * 100);
	sheet_line(s, "Injected: %.3g %%, seen in %zu of %zu famil%s%s", t->inject * 100,
		   selftest_told(t), t->nfamilies, t->nfamilies == 1 ? "y" : "ies",
		   selftest_missed(t) ? "; where it says no, something else was." : ".");
}

static void show_verdict(const struct sheet *s, const struct selftest_report *t)
{
	int status = selftest_status(t);
	double wants = selftest_wants(t);
	char text[32],
		*more = isnan(wants) ? xstrdup("a larger --budget")
				     : xformat("--budget %s or more",
					       units_seconds(wants, text, sizeof(text)));

	if (status == EXIT_OK && selftest_told(t) == t->nfamilies)
		sheet_line(s, "What `lwpbench ab` promises holds on this machine.");
	else if (status == EXIT_OK)
		sheet_line(s,
			   "What `lwpbench ab` promises holds on this machine, as far as "
			   "was seen; for ~ there was too little time.");
	else if (status == EXIT_UNJUDGED)
		sheet_line(s,
			   "Too little was measured to say whether what `lwpbench ab` "
			   "promises holds: give %s.",
			   more);
	else if (status == EXIT_REGRESSION)
		sheet_line(s, "What `lwpbench ab` promises does not hold on this "
			      "machine.");
	free(more);
}

void show_selftest(const struct sheet *s, const struct selftest_report *t)
{
	if (t->n) {
		char *cases = all_cases(t);

		show_cases(s, t);
		sheet_gap(s);
		sheet_line(s,
			   "By family: false alarms between equal arms; %.3g %% "
			   "injected into all samples of arm b as it was seen, and in "
			   "how many cases a comparison over these blocks found it:",
			   t->inject * 100);
		sheet_gap(s);
		show_families(s, t);
		sheet_gap(s);
		sheet_line(s,
			   "The smallest change found in 95 of 100 comparisons, with a "
			   "--margin below it: if so much time is spent on one case, "
			   "and if %s %s the --budget:",
			   cases, t->n == 1 ? "has" : "share");
		sheet_gap(s);
		show_times(s, t);
		sheet_gap(s);
		free(cases);
		show_alarms(s, t);
	}
	show_verdict(s, t);
	sheet_line(s, "--seed %llu draws the same again.", (unsigned long long)t->seed);
}

/* ---- JSON */

static void add_interval(struct json *o, const char *key, const struct estimate *e)
{
	struct json *ci = json_new_array();

	json_add_real(ci, NULL, e->lo);
	json_add_real(ci, NULL, e->hi);
	json_add(o, key, ci);
}

static void add_finds(struct json *o, const char *key, const struct selftest_finds *f)
{
	struct json *finds = json_new_object(), *alone = json_new_array();

	for (size_t i = 0; i < SELFTEST_TIMES; i++) {
		struct json *one = json_new_object();

		json_add_real(one, "seconds", selftest_times[i]);
		json_add_real(one, "change", expm1(f->alone[i]));
		json_add(alone, NULL, one);
	}
	json_add(finds, "alone", alone);
	json_add_real(finds, "among", expm1(f->among));
	json_add(o, key, finds);
}

static struct json *row_json(const struct selftest_row *row)
{
	struct json *o = json_new_object();

	json_add_text(o, "case", row->k->text);
	json_add_text(o, "family", row->k->family);
	json_add_int(o, "blocks", row->same.n);
	json_add_int(o, "injected_blocks", row->injected.n);
	json_add_real(o, "block_s", row->same.block_s);
	json_add_real(o, "spread", row->spread);
	json_add_text(o, "same", contest_answer_name(row->when_same));
	json_add_text(o, "injected", contest_answer_name(row->when_injected));
	json_add_real(o, "ratio", row->ratio.value);
	add_interval(o, "ci", &row->ratio);
	add_finds(o, "finds", &row->finds);
	return o;
}

static struct json *family_json(const struct selftest_family *f)
{
	struct json *o = json_new_object();

	json_add_text(o, "family", f->name);
	json_add_int(o, "cases", f->cases);
	json_add_int(o, "false_alarms", f->alarms);
	json_add_int(o, "found", f->found);
	json_add_real(o, "ratio", f->ratio.value);
	add_interval(o, "ci", &f->ratio);
	json_add_text(o, "seen", told(f));
	add_finds(o, "typical", &f->typical);
	add_finds(o, "worst", &f->worst);
	return o;
}

void show_selftest_json(FILE *to, const struct selftest_report *t)
{
	struct json *o = json_new_object(), *cases = json_new_array(),
		    *families = json_new_array();

	json_add_real(o, "alpha", t->rule.alpha);
	json_add_real(o, "margin", t->rule.margin);
	json_add_real(o, "inject", t->inject);
	json_add_int(o, "seed", t->seed);
	json_add_real(o, "budget_s", t->budget_s);
	json_add_real(o, "elapsed_s", t->elapsed_s);
	json_add_real(o, "rep_s", t->rep_s);
	json_add_int(o, "contests", t->contests);
	json_add_int(o, "blocks", t->blocks);
	json_add_int(o, "false_alarms", t->alarms);
	json_add_real(o, "rate", t->n ? t->rate.value : NAN);
	add_interval(o, "rate_ci", &t->rate);
	json_add_real(o, "agreement", t->n ? t->agreement.value : NAN);
	add_interval(o, "agreement_ci", &t->agreement);
	json_add_real(o, "wants_s", selftest_wants(t));
	json_add_int(o, "status", (uint64_t)selftest_status(t));
	for (size_t i = 0; i < t->nfamilies; i++)
		json_add(families, NULL, family_json(&t->families[i]));
	for (size_t i = 0; i < t->n; i++)
		json_add(cases, NULL, row_json(&t->rows[i]));
	json_add(o, "families", families);
	json_add(o, "cases", cases);
	char *text = json_text(o, true);
	fprintf(to, "%s\n", text);
	free(text);
	json_free(o);
}
