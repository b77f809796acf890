/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One JSON object a case: every figure, for other programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "json.h"
#include "show.h"

/* Adds an array of n numbers. */
static void add_reals(struct json *to, const char *key, size_t n, const double *x)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < n; i++)
		json_add_real(list, NULL, x[i]);
	json_add(to, key, list);
}

static void add_ci(struct json *to, const struct estimate *e)
{
	add_reals(to, "ci", 2, (const double[]){e->lo, e->hi});
}

static void add_ratio(struct json *to, const struct estimate *e)
{
	add_reals(to, "ratio", 3, (const double[]){e->value, e->lo, e->hi});
}

static void add_own(struct json *to, const struct estimate *e)
{
	struct json *o = json_new_object();

	json_add_real(o, "median", e->value);
	add_ci(o, e);
	json_add(to, "own", o);
}

static void add_gauges(struct json *to, const struct kase *k)
{
	struct json *all = json_new_object();

	for (size_t g = 0; g < k->ngauges; g++) {
		const struct estimate e = figures_gauge(k, k->gauges[g].name);
		struct json *o = json_new_object();

		json_add_text(o, "unit", k->gauges[g].unit);
		json_add_real(o, "median", e.value);
		add_ci(o, &e);
		json_add(all, k->gauges[g].name, o);
	}
	json_add(to, "gauges", all);
}

static void add_pair(struct json *to, const struct record *r, const struct kase *k,
		     const struct estimate *e)
{
	const struct kase *process = figures_twin(r, k, "process");
	struct json *o;

	if (!process || process == k) {
		json_add_null(to, "pair");
		return;
	}
	o = json_new_object();
	json_add_text(o, "with", process->text);
	add_ratio(o, e);
	json_add(to, "pair", o);
}

static struct json *case_json(const struct record *r, const struct kase *k)
{
	struct json *o = json_new_object();
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
	add_ci(o, &f.median);
	json_add_real(o, "min", f.min);
	json_add_real(o, "p90", f.p90);
	json_add_real(o, "p99", f.p99);
	json_add_real(o, "floor_ratio", f.floor_ratio);
	add_ratio(o, &f.ratio);
	json_add_text(o, "base", *k->base ? k->base : NULL);
	if (*k->base)
		add_own(o, &f.own);
	else
		json_add_null(o, "own");
	add_gauges(o, k);
	add_pair(o, r, k, &f.twin_ratio);
	return o;
}

void show_json(const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		struct json *o = case_json(r, &r->cases[i]);
		char *text = json_text(o, false);

		puts(text);
		free(text);
		json_free(o);
	}
}
