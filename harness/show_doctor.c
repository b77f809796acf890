/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the doctor found, by what it means for figures. */
#include "show_doctor.h"

#include <stdlib.h>

#include "json.h"
#include "util.h"

/* A paragraph of findings of one kind; those that nothing has to be done about are but
 * listed. */
static const struct part {
	enum finding_kind kind;
	const char *title;
} parts[] = {
	{FINDING_SPOILS, "Spoils figures"},
	{FINDING_LIMITS, "Cannot be measured here"},
	{FINDING_MATTERS, "Is part of what is measured"},
	{FINDING_UNKNOWN, "Not known"},
};

static void show_part(const struct sheet *s, const struct findings *f,
		      const struct part *part)
{
	static const char *const heads[] = {"<", "<"};
	struct table t;

	if (!findings_count(f, part->kind))
		return;
	sheet_line(s, "%s:", part->title);
	table_init(&t, countof(heads), heads, s->room);
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->v[i];

		if (one->kind != part->kind)
			continue;
		table_row(&t);
		table_cell(&t, 0, "%s", one->what);
		table_cell(&t, 1, "%s", one->is);
		table_note(&t, "%s.", one->why);
		if (one->mend)
			table_note(&t, "To mend it: %s", one->mend);
	}
	sheet_table(s, &t);
	sheet_gap(s);
	table_free(&t);
}

static char *list_of(const struct findings *f, enum finding_kind kind)
{
	char *list = NULL;

	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i].kind != kind)
			continue;
		char *longer = list ? xformat("%s, %s", list, f->v[i].what)
				    : xstrdup(f->v[i].what);
		free(list);
		list = longer;
	}
	return list ? list : xstrdup("nothing");
}

void show_doctor(const struct sheet *s, const struct findings *f)
{
	for (size_t i = 0; i < countof(parts); i++)
		show_part(s, f, &parts[i]);
	char *fine = list_of(f, FINDING_FINE);
	sheet_line(s, "Fine: %s.", fine);
	free(fine);
	sheet_gap(s);
	sheet_line(s, "%zu spoil figures, %zu limit what can be measured.",
		   findings_count(f, FINDING_SPOILS), findings_count(f, FINDING_LIMITS));
}

char *show_doctor_short(const struct findings *f)
{
	if (!findings_count(f, FINDING_SPOILS))
		return NULL;
	char *list = list_of(f, FINDING_SPOILS);
	char *text = xformat(
		"what spoils figures here: %s; `lwpbench doctor` says why and what "
		"mends it",
		list);
	free(list);
	return text;
}

void show_doctor_json(FILE *to, const struct findings *f)
{
	struct json *o = json_new_object(), *all = json_new_array();

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->v[i];
		struct json *v = json_new_object();

		json_add_text(v, "what", one->what);
		json_add_text(v, "state", finding_name(one->kind));
		json_add_text(v, "is", one->is);
		json_add_text(v, "why", one->why);
		json_add_text(v, "mend", one->mend);
		json_add(all, NULL, v);
	}
	json_add(o, "findings", all);
	char *text = json_text(o, true);
	fprintf(to, "%s\n", text);
	free(text);
	json_free(o);
}
