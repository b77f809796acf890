/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench show: a result as tables by family, or as one JSON object a case. */
#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "figures.h"
#include "host.h"
#include "json.h"
#include "result.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { KEY_JSON = 256, KEY_PHASES, KEY_EVENTS, NAME_WIDTH = 36, NUMBER = 48 };

struct options {
	const char *result;
	bool json, phases, events;
};

static const struct argp_option argp_options[] = {
	{"json", KEY_JSON, NULL, 0, "one JSON object a case", 0},
	{"phases", KEY_PHASES, NULL, 0,
	 "also when each phase of an operation was reached", 0},
	{"events", KEY_EVENTS, NULL, 0,
	 "also the counters of the events pass, per operation", 0},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_JSON:
		o->json = true;
		break;
	case KEY_PHASES:
		o->phases = true;
		break;
	case KEY_EVENTS:
		o->events = true;
		break;
	case ARGP_KEY_ARG:
		if (o->result)
			argp_error(state, "%s: want one RESULT", arg);
		o->result = arg;
		break;
	case ARGP_KEY_END:
		if (!o->result)
			argp_error(state, "want a RESULT: a folder, a result.json, or -");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* A text that is cut cannot be copied into a command: only where lines would break. */
static size_t name_width(void)
{
	return isatty(STDOUT_FILENO) ? NAME_WIDTH : 0;
}

/* "518-530 µs": the unit once, where both ends have the same. */
static char *interval(const struct estimate *e, const char *unit, char *buf, size_t size)
{
	char lo[NUMBER], hi[NUMBER];

	if (isnan(e->lo) || isnan(e->hi)) {
		snprintf(buf, size, "n/a");
		return buf;
	}
	units_format(e->lo, unit, lo, sizeof(lo));
	units_format(e->hi, unit, hi, sizeof(hi));
	char *a = strchr(lo, ' '), *b = strchr(hi, ' ');
	if (a && b && strcmp(a, b) == 0)
		*a = 0;
	snprintf(buf, size, "%s – %s", lo, hi);
	return buf;
}

/* Three digits, and no exponent. */
static const char *number(double x, char buf[NUMBER])
{
	snprintf(buf, NUMBER, fabs(x) < 1000 ? "%.3g" : "%.0f", x);
	return buf;
}

static void ratio_cell(struct table *t, size_t column, const struct estimate *e,
		       bool first)
{
	char text[3][NUMBER];

	if (first)
		table_cell(t, column, "1");
	else if (!e->n || isnan(e->value))
		table_cell(t, column, "n/a");
	else if (isnan(e->lo))
		table_cell(t, column, "%s", number(e->value, text[0]));
	else
		table_cell(t, column, "%s [%s, %s]", number(e->value, text[0]),
			   number(e->lo, text[1]), number(e->hi, text[2]));
}

static void figures_row(struct table *t, const struct record *r, const struct kase *k)
{
	char text[3 * NUMBER];
	struct figures f;

	table_row(t);
	table_cell(t, 0, "%s", k->text);
	if (k->status != STATUS_OK) {
		table_cell(t, 1, "%s",
			   k->status == STATUS_PENDING ? "not reached"
						       : status_name(k->status));
		return;
	}
	figures_of(r, k, &f);
	table_cell(t, 1, "%s", units_format(f.median.value, k->unit, text, sizeof(text)));
	table_cell(t, 2, "%s", interval(&f.median, k->unit, text, sizeof(text)));
	ratio_cell(t, 3, &f.ratio, figures_anchor(r, k) == k);
	table_cell(t, 4, "%s", units_format(f.p99, k->unit, text, sizeof(text)));
	if (isnan(f.floor_ratio))
		table_cell(t, 5, "%s", "–");
	else
		table_cell(t, 5, "%s", number(f.floor_ratio, text));
	table_cell(t, 6, "%zu", k->time.n);
}

/* What the family's cases are compared with, for the heads of columns. */
static char *floor_head(const struct record *r, const char *family)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (strcmp(r->cases[i].family, family) == 0 && *r->cases[i].floor)
			return xformat("× %s", r->cases[i].floor);
	return xstrdup("× floor");
}

static const struct kase *first_ok(const struct record *r, const char *family)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (strcmp(r->cases[i].family, family) == 0)
			return figures_anchor(r, &r->cases[i]);
	return NULL;
}

static void print_family(const struct record *r, const char *family, bool colour)
{
	const struct kase *first = first_ok(r, family);
	char *name = xformat("<%s", family), *floor = floor_head(r, family);
	/* A long text would make the column of ratios wide; its rows say what it is. */
	char *ratio = xformat("× %.16s", first ? first->bench : "first row");
	const char *const heads[] = {name,  "median", "95 % interval", ratio,
				     "p99", floor,    "reps"};
	struct table t;

	table_init(&t, countof(heads), heads, name_width());
	for (size_t i = 0; i < r->ncases; i++)
		if (strcmp(r->cases[i].family, family) == 0)
			figures_row(&t, r, &r->cases[i]);
	table_print(&t, stdout, colour);
	table_free(&t);
	putchar('\n');
	free(ratio);
	free(floor);
	free(name);
}

static bool family_seen(const struct record *r, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(r->cases[j].family, r->cases[i].family) == 0)
			return true;
	return false;
}

static void each_family(const struct record *r, bool colour,
			void (*print)(const struct record *, const char *, bool))
{
	for (size_t i = 0; i < r->ncases; i++)
		if (!family_seen(r, i))
			print(r, r->cases[i].family, colour);
}

/* The names of all phases that cases of the family have, in the order met. */
static size_t phase_names(const struct record *r, const char *family,
			  const char *names[JOB_PHASES + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (strcmp(k->family, family) != 0)
			continue;
		for (size_t p = 0; p < k->nphases; p++) {
			size_t j = 0;

			while (j < n && strcmp(names[j], k->phase_names[p]) != 0)
				j++;
			if (j == n && n < JOB_PHASES)
				names[n++] = k->phase_names[p];
		}
	}
	return n;
}

static void phase_row(struct table *t, const struct kase *k, const char *const *names,
		      size_t n)
{
	char text[NUMBER];

	table_row(t);
	table_cell(t, 0, "%s", k->text);
	for (size_t j = 0; j < n; j++) {
		table_cell(t, 1 + j, "%s", "–");
		for (size_t p = 0; p < k->nphases; p++) {
			const struct estimate e = figures_phase(k, p);

			if (strcmp(names[j], k->phase_names[p]) == 0 && e.n)
				table_cell(t, 1 + j, "%s",
					   units_format(e.value, "ns/op", text,
							sizeof(text)));
		}
	}
	const struct estimate all = figures_median(&k->phases),
			      plain = figures_median(&k->time);
	table_cell(t, 1 + n, "%s", units_format(all.value, k->unit, text, sizeof(text)));
	if (plain.n && k->time.v[0].batch == 1)
		table_cell(t, 2 + n, "%+.0f %%", 100 * (all.value / plain.value - 1));
}

static void print_phases(const struct record *r, const char *family, bool colour)
{
	const char *names[JOB_PHASES + 1], *heads[JOB_PHASES + 4];
	size_t n = phase_names(r, family, names);
	char *name = xformat("<%s: phases, since the start", family);
	struct table t;

	heads[0] = name;
	for (size_t j = 0; j < n; j++)
		heads[1 + j] = names[j];
	heads[1 + n] = "end";
	heads[2 + n] = "stamps add";
	table_init(&t, n + 3, heads, name_width());
	for (size_t i = 0; n && i < r->ncases; i++)
		if (strcmp(r->cases[i].family, family) == 0 && r->cases[i].phases.n)
			phase_row(&t, &r->cases[i], names, n);
	if (t.rows > 1) {
		table_print(&t, stdout, colour);
		putchar('\n');
	}
	table_free(&t);
	free(name);
}

/* Counters of the record's first case that has some: all cases have the same. */
static const struct kase *with_events(const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (r->cases[i].nevents && r->cases[i].counts.n)
			return &r->cases[i];
	return NULL;
}

/* Columns are those counters that `like` has. */
static void event_row(struct table *t, const struct kase *k, const struct kase *like)
{
	char text[NUMBER];
	size_t column = 1;

	table_row(t);
	table_cell(t, 0, "%s", k->text);
	for (size_t e = 0; e < k->nevents && e < like->nevents && column < t->columns;
	     e++) {
		const struct estimate x = figures_event(k, e);

		if (like->events[e].reason)
			continue;
		if (x.n && !k->events[e].reason)
			table_cell(t, column, "%s", number(x.value, text));
		else
			table_cell(t, column, "n/a");
		column++;
	}
}

static void print_events(const struct record *r, bool colour)
{
	const struct kase *like = with_events(r);
	const char *heads[TABLE_COLUMNS] = {"<counters, per operation"};
	size_t n = 1;
	struct table t;

	if (!like)
		return;
	for (size_t e = 0; e < like->nevents && n < TABLE_COLUMNS; e++)
		if (!like->events[e].reason)
			heads[n++] = like->events[e].name;
	table_init(&t, n, heads, name_width());
	for (size_t i = 0; i < r->ncases; i++)
		if (r->cases[i].counts.n)
			event_row(&t, &r->cases[i], like);
	table_print(&t, stdout, colour);
	table_free(&t);
	for (size_t e = 0; e < like->nevents; e++)
		if (like->events[e].reason)
			printf("%s: n/a: %s\n", like->events[e].name,
			       like->events[e].reason);
	putchar('\n');
}

static void print_head(const struct record *r)
{
	char *title = host_title(&r->host), past[32];

	printf("%s\n%s, %s, suite %s, %u blocks, seed %llu%s\n\n", title, r->started,
	       units_seconds(r->elapsed_s, past, sizeof(past)),
	       r->suite ? r->suite : "none", r->blocks, (unsigned long long)r->seed,
	       r->complete ? "" : ", incomplete");
	free(title);
}

static void print_notes(const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (k->status == STATUS_FAILED || k->status == STATUS_SKIPPED)
			printf("%s %s: %s\n", k->text, status_name(k->status),
			       k->reason ? k->reason : "no reason given");
	}
	for (size_t i = 0; i < r->nwarnings; i++)
		printf("warning: %s\n", r->warnings[i]);
	printf("Clock: %.0f ns a read. Medians over reps of each rep's median; ratios "
	       "paired within "
	       "blocks;\np99 over all samples. Nothing was subtracted, nothing "
	       "deleted.\n",
	       r->clock_cost_ns);
}

static void show_tables(const struct options *o, const struct record *r)
{
	bool colour = use_colour(stdout);

	print_head(r);
	each_family(r, colour, print_family);
	if (o->phases)
		each_family(r, colour, print_phases);
	if (o->events)
		print_events(r, colour);
	print_notes(r);
}

static void show_json(const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];
		struct json *o = json_new_object(), *ci = json_new_array();
		struct figures f;

		figures_of(r, k, &f);
		json_add_text(o, "case", k->text);
		json_add_text(o, "status", status_name(k->status));
		json_add_text(o, "reason", k->reason);
		json_add_text(o, "unit", k->unit);
		json_add_text(o, "better", k->higher_is_better ? "higher" : "lower");
		json_add_int(o, "reps", k->time.n);
		json_add_int(o, "samples", f.samples);
		json_add_real(o, "median", f.median.value);
		json_add_real(ci, NULL, f.median.lo);
		json_add_real(ci, NULL, f.median.hi);
		json_add(o, "ci", ci);
		json_add_real(o, "min", f.min);
		json_add_real(o, "p90", f.p90);
		json_add_real(o, "p99", f.p99);
		json_add_real(o, "floor_ratio", f.floor_ratio);
		struct json *ratio = json_new_array();
		json_add_real(ratio, NULL, f.ratio.value);
		json_add_real(ratio, NULL, f.ratio.lo);
		json_add_real(ratio, NULL, f.ratio.hi);
		json_add(o, "ratio", ratio);
		char *text = json_text(o, false);
		puts(text);
		free(text);
		json_free(o);
	}
}

int cmd_show(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.args_doc = "RESULT",
		.doc = "Prints a result as tables by family: median, its 95 % interval, "
		       "the ratio to "
		       "the family's first row, p99, and the distance to the floor.",
	};
	struct options o = {0};
	struct record r;
	char *error = NULL;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (result_read(o.result, &r, &error) < 0)
		fatal("%s", error);
	if (o.json)
		show_json(&r);
	else
		show_tables(&o, &r);
	record_free(&r);
	return EXIT_OK;
}
