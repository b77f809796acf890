/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claims that a record decides, and which way. */
#include <math.h>
#include <stdlib.h>

#include "cases.h"
#include "report_parts.h"
#include "table.h"
#include "util.h"

void report_judge(const struct record *r, struct verdicts *out)
{
	*out = (struct verdicts){0};
	if (cases_counted(r)) {
		out->why = xstrdup("they speak of time, and these are instructions.");
		return;
	}
	if (claims_load(NULL, &out->claims, &out->why))
		return;
	out->v = xcalloc(out->claims.n, sizeof(*out->v));
	out->n = out->claims.n;
	judge(r, &out->claims, out->v);
}

void verdicts_free(struct verdicts *v)
{
	judged_free(v->v, v->n);
	free(v->v);
	free(v->why);
	claims_free(&v->claims);
	*v = (struct verdicts){0};
}

bool report_any_figure(const struct verdicts *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].rules[v->v[i].decisive].figure.n)
			return true;
	return false;
}

static void add_verdict(struct table *t, const struct judged *v)
{
	const struct claim_rule *rule = &v->claim->rules[v->decisive];
	const struct estimate *e = &v->rules[v->decisive].figure;
	const double numbers[] = {e->value, e->lo, e->hi};
	char *texts[countof(numbers)];

	for (size_t i = 0; i < countof(numbers); i++)
		texts[i] = isnan(numbers[i]) ? xstrdup("n/a")
					     : judge_figure(rule, numbers[i]);
	table_row(t);
	table_cell(t, 0, "%s", verdict_name(v->verdict));
	table_cell(t, 1, "%s", v->claim->says);
	table_cell(t, 2, "%s [%s, %s]", texts[0], texts[1], texts[2]);
	for (size_t i = 0; i < countof(numbers); i++)
		free(texts[i]);
}

void report_decided(const struct sheet *s, const struct verdicts *v)
{
	static const char *const heads[] = {"<verdict", "<claim",
					    "figure [95 % interval]"};
	struct table t;

	table_init(&t, countof(heads), heads, s->room);
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].verdict != VERDICT_UNDECIDED)
			add_verdict(&t, &v->v[i]);
	if (t.rows > 1)
		sheet_table(s, &t);
	table_free(&t);
}
