/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What explain found, as tables and as JSON. */
#include <math.h>
#include <stdlib.h>

#include "explain.h"
#include "json.h"
#include "table.h"
#include "util.h"

/* A half is the mean of two. */
static void put_number(struct table *t, size_t column, double x, bool sign)
{
	if (x == rint(x))
		table_cell(t, column, sign ? "%+.0f" : "%.0f", x);
	else
		table_cell(t, column, sign ? "%+.1f" : "%.1f", x);
}

static void put_row(struct table *t, const struct explanation *x, const char *name,
		    const char *where, const double of[EXPLAIN_ARMS])
{
	table_row(t);
	table_cell(t, 0, "%s", name);
	table_cell(t, 1, "%s", where);
	put_number(t, 2, of[EXPLAIN_BASE], false);
	if (x->arms == 1)
		return;
	put_number(t, 3, of[EXPLAIN_NEW], false);
	put_number(t, 4, of[EXPLAIN_NEW] - of[EXPLAIN_BASE], true);
}

static bool differs(const struct explanation *x, const struct explain_function *f)
{
	return x->arms == 1 || f->of[EXPLAIN_NEW] != f->of[EXPLAIN_BASE];
}

/* What the clock was taken to cost is a mean, and no whole number of instructions. */
static void rest_of(const struct explained *e, double rest[EXPLAIN_ARMS])
{
	for (size_t i = 0; i < EXPLAIN_ARMS; i++)
		rest[i] = e->count[i] - e->user[i] - e->kernel[i];
}

static void show_case(const struct sheet *s, const struct explanation *x,
		      const struct explained *e, size_t most)
{
	const char *heads[] = {"<function", "<where", x->arms == 1 ? "per op" : "base",
			       "new", "difference"};
	double rest[EXPLAIN_ARMS], others[EXPLAIN_ARMS] = {0, 0};
	size_t shown = 0, same = 0, left = 0;
	struct table t;

	table_init(&t, x->arms == 1 ? 3 : countof(heads), heads, s->room);
	rest_of(e, rest);
	put_row(&t, x, e->text, "", e->count);
	put_row(&t, x, "", "user", e->user);
	put_row(&t, x, "", "kernel", e->kernel);
	put_row(&t, x, "", "clock", rest);
	for (size_t i = 0; i < e->n; i++) {
		const struct explain_function *f = &e->v[i];

		if (differs(x, f) && (!most || shown < most)) {
			put_row(&t, x, f->name, f->kernel ? "kernel" : "user", f->of);
			shown++;
			continue;
		}
		same += !differs(x, f);
		left += differs(x, f);
		for (size_t a = 0; a < EXPLAIN_ARMS; a++)
			others[a] += f->of[a];
	}
	if (left || same) {
		char *name = left ? xformat("%zu others", left + same)
				  : xformat("%zu the same", same);

		put_row(&t, x, name, "", others);
		free(name);
	}
	sheet_table(s, &t);
	sheet_gap(s);
	table_free(&t);
}

void explain_show(const struct sheet *s, const struct explanation *x, size_t most)
{
	static const char *const which[EXPLAIN_ARMS] = {"base: ", "new: "};

	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].wrong)
			sheet_line(s, "%s: %s", x->v[i].text, x->v[i].wrong);
		else
			show_case(s, x, &x->v[i], most);
	for (size_t i = 0; i < EXPLAIN_ARMS && i < x->arms; i++)
		sheet_line(s, "%s%s", x->arms > 1 ? which[i] : "", x->names[i]);
	sheet_line(s,
		   "Instructions of the median operation; clock: what reading it takes, "
		   "less what that was taken to cost.");
}

static void put_arms(struct json *o, const struct explanation *x,
		     const double of[EXPLAIN_ARMS])
{
	json_add_real(o, "base", of[EXPLAIN_BASE]);
	if (x->arms > 1)
		json_add_real(o, "new", of[EXPLAIN_NEW]);
}

static struct json *arms_of(const struct explanation *x, const double of[EXPLAIN_ARMS])
{
	struct json *o = json_new_object();

	put_arms(o, x, of);
	return o;
}

static struct json *case_json(const struct explanation *x, const struct explained *e)
{
	struct json *o = json_new_object(), *v = json_new_array();
	double rest[EXPLAIN_ARMS];

	rest_of(e, rest);
	json_add_text(o, "case", e->text);
	json_add_text(o, "reason", e->wrong);
	json_add(o, "instructions", arms_of(x, e->count));
	json_add(o, "user", arms_of(x, e->user));
	json_add(o, "kernel", arms_of(x, e->kernel));
	json_add(o, "clock", arms_of(x, rest));
	for (size_t i = 0; i < e->n && !e->wrong; i++) {
		struct json *f = json_new_object();

		json_add_text(f, "function", e->v[i].name);
		json_add_text(f, "where", e->v[i].kernel ? "kernel" : "user");
		put_arms(f, x, e->v[i].of);
		json_add(v, NULL, f);
	}
	json_add(o, "functions", v);
	return o;
}

void explain_json(FILE *to, const struct explanation *x)
{
	struct json *o = json_new_object(), *arms = json_new_array(),
		    *cases = json_new_array();

	json_add_text(o, "schema", "lwpbench-explain/1");
	for (size_t i = 0; i < x->arms; i++) {
		struct json *a = json_new_object();

		json_add_text(a, "arm", x->names[i]);
		json_add_text(a, "release", x->releases[i]);
		json_add(arms, NULL, a);
	}
	json_add(o, "arms", arms);
	for (size_t i = 0; i < x->n; i++)
		json_add(cases, NULL, case_json(x, &x->v[i]));
	json_add(o, "cases", cases);
	char *text = json_text(o, true);
	fprintf(to, "%s\n", text);
	free(text);
	json_free(o);
}
