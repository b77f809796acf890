/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts as tables by family: what was claimed, what was found, and why. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "show.h"
#include "table.h"
#include "util.h"

static const char nothing[] = "–";

/* A figure of the rule's, or a dash. */
static char *amount(const struct claim_rule *rule, double x)
{
	return isnan(x) ? xstrdup(nothing) : judge_figure(rule, x);
}

static char *interval(const struct claim_rule *rule, const struct estimate *e)
{
	if (isnan(e->lo) || isnan(e->hi))
		return xstrdup(nothing);
	char *lo = judge_figure(rule, e->lo), *hi = judge_figure(rule, e->hi);
	char *text = xformat("[%s, %s]", lo, hi);

	free(lo);
	free(hi);
	return text;
}

static void put(struct table *t, size_t column, char *text)
{
	table_cell(t, column, "%s", text);
	free(text);
}

/* Whether the sentence of why tells the only rule, as it does beside its figure. */
static bool tells_rule(const struct judged *v)
{
	return v->claim->nrules == 1 && v->rules[0].figure.n && !v->unmet;
}

/* The rules, and what each of several found. */
static void note_rules(struct table *t, const struct judged *v)
{
	const struct claim *c = v->claim;

	for (size_t i = 0; i < c->nrules && !tells_rule(v); i++) {
		const struct claim_rule *rule = &c->rules[i];
		const struct estimate *e = &v->rules[i].figure;
		char *value = amount(rule, e->n ? e->value : NAN);

		if (c->nrules == 1)
			table_note(t, "Rule: %s", rule->text);
		else
			table_note(t, "Rule %zu: %s: %s", i + 1, rule->text, value);
		free(value);
	}
}

static void add_row(struct table *t, const struct judged *v)
{
	const struct claim *c = v->claim;
	const struct claim_rule *rule = &c->rules[v->decisive];
	const struct estimate *e = &v->rules[v->decisive].figure;

	table_row(t);
	table_cell(t, 0, "%s", c->id);
	table_cell(t, 1, "%s", verdict_name(v->verdict));
	put(t, 2, amount(rule, e->n ? e->value : NAN));
	put(t, 3, interval(rule, e));
	table_cell(t, 4, "%zu", e->n);
	table_note(t, "%s (%s)", c->says, c->source);
	if (v->why)
		table_note(t, "%s", v->why);
	note_rules(t, v);
}

/* Whatever the kernel says of it, or that this is not known. */
static const char *fact_or_unknown(const struct record *r, const char *name)
{
	const struct fact *f = facts_find(&r->host, name);

	return f && f->value ? f->value : "not known";
}

static bool on_bare_metal(const struct record *r)
{
	return strncmp(fact_or_unknown(r, "host.hypervisor"), "none", 4) == 0;
}

static void print_machine(const struct sheet *s, const struct record *r)
{
	char *title = host_title(&r->host);

	sheet_line(s, "%s", title);
	sheet_line(s, "%s%s; PTI %s, PCID %s, transparent huge pages: %s",
		   on_bare_metal(r) ? "bare metal" : "hypervisor: ",
		   on_bare_metal(r) ? "" : fact_or_unknown(r, "host.hypervisor"),
		   fact_or_unknown(r, "kernel.pti"), fact_or_unknown(r, "kernel.pcid"),
		   fact_or_unknown(r, "kernel.thp"));
	free(title);
}

/* ---- claims that nothing was found out about */

/* What a record has of the cases of a claim. */
struct stock {
	const struct record *r;
	bool lacking;  /* of some no rep that it needs... */
	bool hopeless; /* ...or of some there never will be one */
};

static void look_for(void *to, const struct claim_case *c)
{
	struct stock *s = to;
	const struct kase *k = claims_find(s->r, c->text);

	s->lacking |= !k || !(c->phases ? k->phases.n : k->time.n);
	s->hopeless |= k && (k->status == STATUS_FAILED || k->status == STATUS_SKIPPED ||
			     (c->phases && !k->nphases));
}

/* Whether all that it lacks is that its cases be measured. */
static bool is_unmeasured(const struct record *r, const struct judged *v)
{
	struct stock s = {.r = r};

	claims_each_case(v->claim, look_for, &s);
	return !v->unmet && s.lacking && !s.hopeless;
}

static bool has_figures(const struct judged *v)
{
	for (size_t i = 0; i < v->claim->nrules; i++)
		if (v->rules[i].figure.n)
			return true;
	return false;
}

/* Whether there is something to tell beside what is missing. */
static bool has_answer(const struct judged *v)
{
	return v->verdict != VERDICT_UNDECIDED || (!v->unmet && has_figures(v));
}

/* The names of those that a run would help, in one paragraph; a line for each other. */
static size_t show_missing(const struct sheet *s, const struct record *r,
			   const struct judged *v, size_t n)
{
	char *names = NULL;
	size_t unmeasured = 0;

	for (size_t i = 0; i < n; i++) {
		if (has_answer(&v[i]))
			continue;
		if (!is_unmeasured(r, &v[i])) {
			sheet_line(s, "%s: %s", v[i].claim->id, v[i].why);
			continue;
		}
		char *longer = names ? xformat("%s, %s", names, v[i].claim->id)
				     : xstrdup(v[i].claim->id);

		free(names);
		names = longer;
		unmeasured++;
	}
	if (names)
		sheet_line(s, "Not measured: %s.", names);
	free(names);
	return unmeasured;
}

/* ---- families */

/* How many of v[n] are of the first one's file. */
static size_t of_one_file(const struct judged *v, size_t n)
{
	size_t i = 0;

	while (i < n && strcmp(v[i].claim->file, v[0].claim->file) == 0)
		i++;
	return i;
}

/* The verdicts on the claims of one file; how many wait for being measured, and have no
 * row unless all are to have one. */
static size_t show_file(const struct sheet *s, const struct record *r,
			const struct judged *v, size_t n, bool all)
{
	const char *heads[] = {NULL, "<verdict", "figure", "95 % interval", "blocks"};
	char *name = xformat("<%s", v[0].claim->file);
	struct table t;
	size_t rows = 0;

	heads[0] = name;
	table_init(&t, countof(heads), heads, s->room);
	for (size_t i = 0; i < n; i++) {
		if (!all && !has_answer(&v[i]))
			continue;
		add_row(&t, &v[i]);
		rows++;
	}
	if (rows)
		sheet_table(s, &t);
	else
		sheet_line(s, "%s", v[0].claim->file);
	size_t unmeasured = all ? 0 : show_missing(s, r, v, n);
	sheet_gap(s);
	table_free(&t);
	free(name);
	return unmeasured;
}

char *show_verdict_counts(const struct judged *v, size_t n)
{
	size_t count[] = {0, 0, 0};

	for (size_t i = 0; i < n; i++)
		count[v[i].verdict]++;
	return xformat("%zu hold%s, %zu do%s not hold, %zu undecided",
		       count[VERDICT_HOLDS], count[VERDICT_HOLDS] == 1 ? "s" : "",
		       count[VERDICT_FAILS], count[VERDICT_FAILS] == 1 ? "es" : "",
		       count[VERDICT_UNDECIDED]);
}

void show_verdicts(const struct sheet *s, const struct record *r, const struct judged *v,
		   size_t n, bool all)
{
	char *counts = show_verdict_counts(v, n);
	size_t unmeasured = 0, of;

	print_machine(s, r);
	sheet_gap(s);
	for (size_t i = 0; i < n; i += of) {
		of = of_one_file(v + i, n - i);
		unmeasured += show_file(s, r, v + i, of, all);
	}
	sheet_line(s, "%s.", counts);
	if (unmeasured)
		sheet_line(s,
			   "%zu of these were not measured: `lwpbench run --resume "
			   "RESULT -s claims` does that, and `lwpbench apps RESULT` for "
			   "whole programs; `lwpbench verdict -v RESULT` tells what they "
			   "say and need.",
			   unmeasured);
	sheet_line(s,
		   "Of this machine as it was during the run: the chance that any "
		   "verdict is false is at most %g %%, however often one looks.",
		   100 * JUDGE_ALPHA);
	sheet_line(s,
		   "Nearer than %g %% to its bound nothing is decided; figures are "
		   "medians over blocks.",
		   100 * JUDGE_MARGIN);
	free(counts);
}
