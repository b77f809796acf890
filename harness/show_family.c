/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of a family's figures: a case a row, or the same work as process and thread. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "figures.h"
#include "show.h"
#include "table.h"
#include "units.h"
#include "util.h"

enum { NUMBER = 48, PROCESS = 0, THREAD, SIDES };

/* A case alone is its row's first; of a pair one may be missing. */
struct row {
	const struct kase *k[SIDES];
	struct figures f[SIDES];
	size_t sides;
};

struct rows {
	struct row *v;
	size_t n;
};

struct column {
	const char *head;
	char *(*rows_head)(const struct record *r, const struct rows *rows);
	/* What a cell shows: a text, or each side's value, or each side's gauge. */
	char *(*text)(const struct row *row);
	double (*value)(const struct figures *f);
	const char *gauge;
	bool unitless;    /* the value; else it has the case's unit */
	bool optional;    /* left out where no row has anything to say */
	const char *note; /* of a gauge, for the legend */
};

static const char nothing[] = "–";

/* ---- cells; all texts are the caller's to free */

static const struct kase *first_of(const struct row *row)
{
	return row->k[PROCESS] ? row->k[PROCESS] : row->k[THREAD];
}

/* Of a unit, or NULL. */
static char *amount(double x, const char *unit)
{
	char text[NUMBER];

	if (isnan(x))
		return xstrdup(nothing);
	return xstrdup(unit ? units_format(x, unit, text, sizeof(text))
			    : units_number(x, text, sizeof(text)));
}

/* "6.80 / 3.90 µs"; once where both are nothing or the same number. */
static char *amounts(const double *x, const char *unit)
{
	char text[2 * NUMBER], *whole;

	if (unit && !isnan(x[PROCESS]) && !isnan(x[THREAD]))
		return xstrdup(units_two(x[PROCESS], x[THREAD], unit, " / ", text,
					 sizeof(text)));
	char *a = amount(x[PROCESS], unit), *b = amount(x[THREAD], unit);
	whole = strcmp(a, b) == 0 ? xstrdup(a) : xformat("%s / %s", a, b);
	free(a);
	free(b);
	return whole;
}

static const struct gauge *find_gauge(const struct kase *k, const char *name)
{
	for (size_t g = 0; g < k->ngauges; g++)
		if (strcmp(k->gauges[g].name, name) == 0)
			return &k->gauges[g];
	return NULL;
}

static const char *unit_of(const struct column *c, const struct kase *k)
{
	const struct gauge *g = c->gauge ? find_gauge(k, c->gauge) : NULL;

	return g ? g->unit : c->unitless ? NULL : k->unit;
}

static char *cell(const struct column *c, const struct row *row)
{
	double x[SIDES] = {NAN, NAN};

	if (c->text)
		return c->text(row);
	for (size_t i = 0; i < row->sides; i++)
		if (row->k[i])
			x[i] = c->gauge ? figures_gauge(row->k[i], c->gauge).value
					: c->value(&row->f[i]);
	const char *unit = unit_of(c, first_of(row));
	return row->sides == 1 ? amount(x[0], unit) : amounts(x, unit);
}

char *show_median(const struct kase *k, const struct estimate *e)
{
	if (k->status == STATUS_PENDING)
		return xstrdup("not reached");
	if (k->status != STATUS_OK)
		return xstrdup(status_name(k->status));
	return amount(e->value, k->unit);
}

static char *side_median(const struct row *row, size_t side)
{
	return row->k[side] ? show_median(row->k[side], &row->f[side].median)
			    : xstrdup(nothing);
}

static char *first_median(const struct row *row)
{
	return side_median(row, 0);
}

static char *thread_median(const struct row *row)
{
	return side_median(row, THREAD);
}

char *show_interval(const struct estimate *e, const char *unit)
{
	char text[2 * NUMBER];

	if (!e->n)
		return xstrdup(nothing);
	if (isnan(e->lo) || isnan(e->hi))
		return xstrdup("n/a");
	return xstrdup(units_two(e->lo, e->hi, unit, " – ", text, sizeof(text)));
}

/* Counts that are the same in each boot have none. */
static char *interval(const struct row *row)
{
	if (case_is_counted(row->k[0]))
		return xstrdup(nothing);
	return show_interval(&row->f[0].median, row->k[0]->unit);
}

char *show_ratio(const struct estimate *e)
{
	char text[3][NUMBER];

	units_number(e->value, text[0], NUMBER);
	if (isnan(e->value))
		return xstrdup(nothing);
	if (isnan(e->lo))
		return xstrdup(text[0]);
	return xformat("%s [%s, %s]", text[0], units_number(e->lo, text[1], NUMBER),
		       units_number(e->hi, text[2], NUMBER));
}

static char *anchor_ratio(const struct row *row)
{
	return show_ratio(&row->f[0].ratio);
}

static char *twin_ratio(const struct row *row)
{
	size_t of = row->sides - 1;

	return row->k[of] ? show_ratio(&row->f[of].twin_ratio) : xstrdup(nothing);
}

static char *whole_cpu(const struct row *row)
{
	return amount(figures_cpu(row->k[0]).value, row->k[0]->unit);
}

static double own_value(const struct figures *f)
{
	return f->own.value;
}

static double p99_value(const struct figures *f)
{
	return f->p99;
}

static double floor_value(const struct figures *f)
{
	return f->floor_ratio;
}

static double reps_value(const struct figures *f)
{
	return f->median.n ? (double)f->median.n : NAN;
}

/* ---- columns */

/* A long text would make the column of ratios wide; its rows say what it is. */
static char *anchor_head(const struct record *r, const struct rows *rows)
{
	const struct kase *anchor = figures_anchor(r, first_of(&rows->v[0]));

	if (!anchor)
		return xstrdup("× first row");
	/* A program is held against itself, done in another way. */
	const char *way = anchor->tool ? strchr(anchor->text, '/') : NULL;

	return way ? xformat("× %.*s", (int)strcspn(way + 1, "/"), way + 1)
		   : xformat("× %.16s", anchor->bench);
}

/* The benchmark that is the floor of all rows that have one. */
static char *floor_head(const struct record *r, const struct rows *rows)
{
	const char *common = "floor";
	size_t len = 0;

	(void)r;
	for (size_t i = 0; i < rows->n; i++) {
		const char *floor = first_of(&rows->v[i])->floor;
		size_t its = strcspn(floor, "/");

		if (!its)
			continue;
		if (len && (its != len || strncmp(floor, common, len) != 0))
			return xstrdup("× floor");
		common = floor;
		len = its;
	}
	return xformat("× %.*s", (int)(len ? len : strlen(common)), common);
}

static const struct column
	median = {.head = "median", .text = first_median},
	process = {.head = "process", .text = first_median},
	thread = {.head = "thread", .text = thread_median},
	range = {.head = "95 % interval", .text = interval, .optional = true},
	to_anchor = {.rows_head = anchor_head, .text = anchor_ratio},
	to_twin = {.head = "× process", .text = twin_ratio, .optional = true},
	of_pair = {.head = "thread/process", .text = twin_ratio},
	own = {.head = "own cost", .value = own_value, .optional = true},
	cpu = {.head = "CPU time",
	       .gauge = "cpu",
	       .note = "of all tasks, per operation",
	       .optional = true},
	all_cpu = {.head = "CPU time", .text = whole_cpu},
	least = {.head = "least share",
		 .gauge = "least",
		 .note = "of the task that did the least of the work; "
			 "100 %: all did the same",
		 .optional = true},
	p99 = {.head = "p99", .value = p99_value},
	to_floor = {.rows_head = floor_head,
		    .value = floor_value,
		    .unitless = true,
		    .optional = true},
	reps = {.head = "reps", .value = reps_value, .unitless = true};

/* Which cases make a row of a table, and what it shows of them. */
struct kind {
	const char *more; /* of its name, after the family's */
	/* Whether the case heads a row, and which cases that has. */
	bool (*pick)(const struct record *r, const struct kase *k,
		     const struct kase *row[SIDES]);
	size_t sides;
	const struct column *columns[TABLE_COLUMNS]; /* ends with NULL */
};

static bool is_task(const struct kase *k, const char *task)
{
	const char *own_task = figures_task(k);

	return own_task && strcmp(own_task, task) == 0;
}

static bool pick_all(const struct record *r, const struct kase *k,
		     const struct kase *row[SIDES])
{
	(void)r;
	row[0] = k;
	return true;
}

static bool pick_pair(const struct record *r, const struct kase *k,
		      const struct kase *row[SIDES])
{
	bool leads = is_task(k, "process");

	row[PROCESS] = leads ? k : NULL;
	row[THREAD] = leads ? figures_twin(r, k, "thread") : k;
	return leads || (is_task(k, "thread") && !figures_twin(r, k, "process"));
}

static bool pick_further(const struct record *r, const struct kase *k,
			 const struct kase *row[SIDES])
{
	return pick_all(r, k, row) && !is_task(k, "process") && !is_task(k, "thread");
}

/* What matters most comes first: a narrow terminal shows no more. */
static const struct kind all = {.more = "",
				.pick = pick_all,
				.sides = 1,
				.columns = {&median, &range, &to_anchor, &own, &p99,
					    &to_floor, &reps}},
			 programs = {.more = "",
				     .pick = pick_all,
				     .sides = 1,
				     .columns = {&median, &range, &to_anchor, &all_cpu,
						 &p99, &reps}},
			 pairs = {.more = "",
				  .pick = pick_pair,
				  .sides = SIDES,
				  .columns = {&process, &thread, &of_pair, &own, &cpu,
					      &least, &to_floor, &reps}},
			 further = {.more = ": further cases",
				    .pick = pick_further,
				    .sides = 1,
				    .columns = {&median, &range, &to_twin, &own, &cpu,
						&least, &to_floor, &reps}};

/* ---- tables */

static bool has_some(const struct column *c, const struct rows *rows)
{
	bool some = false;

	for (size_t i = 0; i < rows->n && !some; i++) {
		char *text = cell(c, &rows->v[i]);

		some = strcmp(text, nothing) != 0;
		free(text);
	}
	return some;
}

/* The columns that these rows need. */
static size_t choose(const struct kind *kind, const struct rows *rows,
		     const struct column *chosen[TABLE_COLUMNS])
{
	size_t n = 0;

	for (size_t i = 0; kind->columns[i]; i++)
		if (!kind->columns[i]->optional || has_some(kind->columns[i], rows))
			chosen[n++] = kind->columns[i];
	return n;
}

static void print_rows(const struct sheet *s, const struct record *r, const char *family,
		       const struct kind *kind, const struct rows *rows)
{
	const struct column *columns[TABLE_COLUMNS];
	char *heads[TABLE_COLUMNS] = {xformat("<%s%s", family, kind->more)};
	size_t n = choose(kind, rows, columns);
	struct table t;

	for (size_t c = 0; c < n; c++)
		heads[1 + c] = columns[c]->head ? xstrdup(columns[c]->head)
						: columns[c]->rows_head(r, rows);
	table_init(&t, 1 + n, (const char *const *)heads, s->room);
	for (size_t i = 0; i < rows->n; i++) {
		table_row(&t);
		table_cell(&t, 0, "%s", first_of(&rows->v[i])->text);
		for (size_t c = 0; c < n; c++) {
			char *text = cell(columns[c], &rows->v[i]);

			table_cell(&t, 1 + c, "%s", text);
			free(text);
		}
	}
	sheet_table(s, &t);
	sheet_gap(s);
	table_free(&t);
	for (size_t c = 0; c <= n; c++)
		free(heads[c]);
}

static bool in_family(const struct kase *k, const char *family)
{
	return strcmp(k->family, family) == 0;
}

/* Whether the case was only added to be held against: those that were asked for by
 * themselves stand before what is held against them. */
static bool is_base(const struct record *r, const struct kase *k)
{
	for (size_t i = 0; k && &r->cases[i] < k; i++)
		if (strcmp(r->cases[i].base, k->text) == 0)
			return true;
	return false;
}

static void add_rows(const struct record *r, const char *family, const struct kind *kind,
		     bool bases, struct rows *to)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];
		struct row row = {.sides = kind->sides};

		if (!in_family(k, family) || !kind->pick(r, k, row.k) ||
		    (is_base(r, row.k[0]) || is_base(r, row.k[1])) != bases)
			continue;
		for (size_t j = 0; j < row.sides; j++)
			if (row.k[j])
				figures_of(r, row.k[j], &row.f[j]);
		to->v[to->n++] = row;
	}
}

static void print_kind(const struct sheet *s, const struct record *r, const char *family,
		       const struct kind *kind)
{
	struct rows rows = {.v = xcalloc(r->ncases, sizeof(*rows.v))};

	/* What others are held against comes after them. */
	add_rows(r, family, kind, false, &rows);
	add_rows(r, family, kind, true, &rows);
	if (rows.n)
		print_rows(s, r, family, kind, &rows);
	free(rows.v);
}

void show_family(const struct sheet *s, const struct record *r, const char *family)
{
	bool tasks = false, tools = false;

	if (show_weighs(r, family)) {
		show_weight(s, r, family);
		return;
	}
	for (size_t i = 0; i < r->ncases; i++) {
		if (!in_family(&r->cases[i], family))
			continue;
		tasks |= figures_task(&r->cases[i]) != NULL;
		tools |= r->cases[i].tool != NULL;
	}
	if (tools || !tasks) {
		print_kind(s, r, family, tools ? &programs : &all);
		return;
	}
	print_kind(s, r, family, &pairs);
	print_kind(s, r, family, &further);
}

/* ---- what heads do not say */

static void explain_tasks(const struct sheet *s, const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (figures_task(&r->cases[i])) {
			sheet_line(s, "thread/process, × process: ratio of the two, "
				      "paired within blocks [95 %% interval];\nof times, "
				      "below 1 is better, of bytes per second, above 1.");
			sheet_line(s, "a / b: of the process / of the thread.");
			return;
		}
}

static void explain_own(const struct sheet *s, const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		struct figures f;

		figures_of(r, &r->cases[i], &f);
		if (f.own.n) {
			sheet_line(s,
				   "own cost: less the same work without what the row is "
				   "about, as %s less %s.",
				   r->cases[i].text, r->cases[i].base);
			return;
		}
	}
}

static void explain_gauge(const struct sheet *s, const struct record *r,
			  const struct column *c)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (find_gauge(&r->cases[i], c->gauge)) {
			sheet_line(s, "%s: %s.", c->head, c->note);
			return;
		}
}

static void explain_programs(const struct sheet *s, const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (r->cases[i].tool) {
			sheet_line(s,
				   "program: timed by %s from start to end; its CPU time "
				   "is that of all its tasks.",
				   r->cases[i].tool);
			return;
		}
}

void show_legend(const struct sheet *s, const struct record *r)
{
	explain_tasks(s, r);
	explain_own(s, r);
	explain_gauge(s, r, &cpu);
	explain_gauge(s, r, &least);
	explain_programs(s, r);
}
