/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads and compares the parameters of cases; knows those that all families share. */
#include "cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

const char *case_param(const struct kase *k, const char *name)
{
	for (size_t i = 0; i < k->nparams; i++)
		if (strcmp(k->params[i].name, name) == 0)
			return k->params[i].value;
	return NULL;
}

double case_number(const struct kase *k, const char *name)
{
	static const char suffixes[] = "KMG";
	const char *value = case_param(k, name);
	char *end;

	if (!value)
		return NAN;
	double n = (double)strtoull(value, &end, 10);
	const char *suffix = *end ? strchr(suffixes, *end) : NULL;

	if (suffix)
		n *= exp2(10.0 * (double)(suffix - suffixes + 1));
	if (end == value || (*end && (!suffix || end[1])))
		return NAN;
	return n;
}

bool case_in_family(const struct kase *k, const char *family)
{
	return k->family && strcmp(k->family, family) == 0;
}

bool case_opens_family(const struct record *r, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (case_in_family(&r->cases[j], r->cases[i].family))
			return false;
	return true;
}

bool case_is_timed(const struct kase *k)
{
	return k->status == STATUS_OK && k->time.n && strcmp(k->unit, "ns/op") == 0;
}

bool case_is_counted(const struct kase *k)
{
	return k->status == STATUS_OK && k->time.n &&
	       strcmp(k->unit, "instructions/op") == 0;
}

bool cases_counted(const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (case_is_counted(&r->cases[i]))
			return true;
	return false;
}

bool case_is_ladder(const struct kase *k)
{
	return strcmp(k->unit, "bytes/task") == 0;
}

bool case_makes_tasks(const struct kase *k)
{
	return case_is_timed(k) &&
	       (case_in_family(k, "creation") || case_in_family(k, "exec"));
}

bool case_weighs_only_in(const struct kase *k, const char *one)
{
	static const char *const weights[] = {"pages", "shared",  "file",  "thp", "maps",
					      "fds",   "threads", "procs", "busy"};

	for (size_t i = 0; i < countof(weights); i++) {
		const char *value = case_param(k, weights[i]);

		if (value && strcmp(value, "0") != 0 && strcmp(weights[i], one) != 0)
			return false;
	}
	return case_makes_tasks(k);
}

static bool listed(const char *const names[], const char *name, size_t len)
{
	for (; *names; names++)
		if (strlen(*names) == len && strncmp(*names, name, len) == 0)
			return true;
	return false;
}

bool case_twins(const struct kase *a, const struct kase *b, const char *const names[])
{
	if (strcmp(a->bench, b->bench) != 0 || a->nparams != b->nparams)
		return false;
	for (size_t i = 0; i < a->nparams; i++) {
		const char *name = a->params[i].name, *value = case_param(b, name);

		if (!listed(names, name, strlen(name)) &&
		    (!value || strcmp(a->params[i].value, value) != 0))
			return false;
	}
	return true;
}

bool case_serves(const struct record *r, const struct kase *k, const char *family)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *other = &r->cases[i];

		if (case_in_family(other, family) &&
		    ((other->floor && strcmp(other->floor, k->text) == 0) ||
		     (other->base && strcmp(other->base, k->text) == 0)))
			return true;
	}
	return false;
}

char *case_label(const struct kase *k, const char *const names[])
{
	char *label = xcalloc(strlen(k->text) + 1, 1);

	for (const char *s = k->text; *s;) {
		size_t len = 1 + strcspn(s + 1, "/");

		if (*s != '/' || !listed(names, s + 1, strcspn(s + 1, "=/")))
			strncat(label, s, len);
		s += len;
	}
	return label;
}
