/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as one JSON object: results/answers.schema.json. */
#include <stdlib.h>

#include "answers.h"
#include "figures.h"
#include "json.h"

static struct json *sides(const struct answers *a)
{
	struct json *o = json_new_object();

	json_add_text(o, "base", a->base_name);
	json_add_text(o, "new", a->fresh_name);
	return o;
}

static struct json *one(const struct answer *v)
{
	struct json *o = json_new_object(), *ci = json_new_array();

	json_add_text(o, "case", v->text);
	json_add_text(o, "family", v->family ? v->family : "");
	json_add_text(o, "unit", v->unit ? v->unit : "");
	json_add_real(o, "base", v->base);
	json_add_real(o, "new", v->fresh);
	json_add_real(o, "ratio", v->ratio.value);
	json_add_real(ci, NULL, v->ratio.lo);
	json_add_real(ci, NULL, v->ratio.hi);
	json_add(o, "ci", ci);
	json_add_int(o, "units", v->ratio.n);
	json_add_text(o, "answer", answer_name(v->kind));
	json_add_real(o, "seconds", v->seconds);
	json_add_text(o, "note", v->note);
	return o;
}

static struct json *counts(const struct answers *a)
{
	struct json *o = json_new_object();

	for (enum answer_kind k = ANSWER_INCONCLUSIVE; k <= ANSWER_FAILED; k++)
		json_add_int(o, answer_name(k), answers_count(a, k));
	if (answers_count(a, ANSWER_UNCHANGED))
		json_add_int(o, answer_name(ANSWER_UNCHANGED),
			     answers_count(a, ANSWER_UNCHANGED));
	return o;
}

void answers_json(FILE *to, const struct answers *a)
{
	struct json *o = json_new_object(), *remarks = json_new_array(),
		    *all = json_new_array();

	json_add_text(o, "schema", "lwpbench-answers/1");
	json_add_text(o, "command", a->command);
	json_add(o, "sides", sides(a));
	json_add_real(o, "alpha", a->alpha);
	json_add_real(o, "margin", a->margin);
	json_add_real(o, "level", FIGURES_LEVEL);
	json_add_bool(o, "relative", a->relative);
	json_add_text(o, "rate", a->rate);
	for (size_t i = 0; i < a->nremarks; i++)
		json_add_text(remarks, NULL, a->remarks[i]);
	json_add(o, "remarks", remarks);
	for (size_t i = 0; i < a->n; i++)
		json_add(all, NULL, one(&a->v[i]));
	json_add(o, "answers", all);
	json_add(o, "counts", counts(a));
	json_add_int(o, "status", (uint64_t)answers_status(a));
	char *text = json_text(o, true);
	fprintf(to, "%s\n", text);
	free(text);
	json_free(o);
}
