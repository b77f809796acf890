/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which facts tell machines apart, which may be what somebody wants to compare, and which
 * change by themselves. */
#include "compare_hosts.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* A remark each for so many, then their names: machines can differ in everything. */
enum { MOST_NOTES = 8 };

/* Another one has other costs. */
static const char *const machine[] = {"cpu.model", "cpu.online", "host.hypervisor",
				      "host.machine"};
/* Changes while one looks, follows from another fact, or is ours. */
static const char *const passing[] = {
	"load.*",        "memory.available", "memory.swap_*",      "cpu.frequency.now",
	"cgroup.groups", "process.cpus",     "topology.synthetic", "mitigation.count",
	"host.name",     "build.revision",   "kernel.version",     "memory.total",
	"program.*"};

static const char *value(const struct record *r, const char *name)
{
	const struct fact *f = facts_find(&r->host, name);

	return f ? f->value : NULL;
}

/* What is not known of one of them is no difference. */
static bool differs(const struct record *a, const struct record *b, const char *name)
{
	const char *x = value(a, name), *y = value(b, name);

	return x && y && strcmp(x, y) != 0;
}

static bool is_one(const char *name, const char *const *globs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fnmatch(globs[i], name, 0) == 0)
			return true;
	return false;
}

static void add(char ***v, size_t *n, char *text)
{
	*v = xrealloc(*v, *n + 1, sizeof(**v));
	(*v)[(*n)++] = text;
}

/* Some values are lines of a page. */
static char *shorten(const char *text)
{
	size_t most = 60;

	return strlen(text) <= most ? xstrdup(text) : xformat("%.*s...", (int)most, text);
}

static void note_fact(const struct record *base, const struct record *fresh,
		      const char *name, char ***notes, size_t *n)
{
	char *x = shorten(value(base, name)), *y = shorten(value(fresh, name));

	add(notes, n,
	    xformat("%s: %s and %s; that may be what is compared.", name, x, y));
	free(x);
	free(y);
}

/* In what machines differ so that their times can't be compared ("cpu.model: X here, Y
 * there"), or NULL; in *notes, sentences about what else differs (kernel, libc,
 * compiler), which may be what is compared. Both are the caller's. */
static char *differ(const struct record *base, const struct record *fresh, char ***notes,
		    size_t *n)
{
	char *more = NULL;

	*notes = NULL;
	*n = 0;
	for (size_t i = 0; i < countof(machine); i++)
		if (differs(base, fresh, machine[i]))
			return xformat("%s: %s and %s", machine[i],
				       value(base, machine[i]), value(fresh, machine[i]));
	if (differs(base, fresh, "host.name"))
		add(notes, n,
		    xformat("host.name: %s and %s; two machines that are alike, as far "
			    "as is known.",
			    value(base, "host.name"), value(fresh, "host.name")));
	if (strcmp(base->version, fresh->version) != 0)
		add(notes, n,
		    xformat("lwpbench: %s and %s; it may measure something else now.",
			    base->version, fresh->version));
	for (size_t i = 0; i < base->host.n; i++) {
		const char *name = base->host.v[i].name;

		if (!differs(base, fresh, name) ||
		    is_one(name, passing, countof(passing)))
			continue;
		if (*n < MOST_NOTES) {
			note_fact(base, fresh, name, notes, n);
			continue;
		}
		char *longer =
			xformat("%s%s%s", more ? more : "", more ? ", " : "", name);
		free(more);
		more = longer;
	}
	if (more)
		add(notes, n, xformat("These differ as well: %s.", more));
	free(more);
	return NULL;
}

/* The i-th run of both sides, base first. */
static const struct record *run_of(const struct record *base, size_t nbase,
				   const struct record *fresh, size_t i)
{
	return i < nbase ? &base[i] : &fresh[i - nbase];
}

static void free_notes(char **notes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(notes[i]);
	free(notes);
}

char *compare_hosts_refuse(const struct record *base, size_t nbase,
			   const struct record *fresh, size_t nfresh)
{
	for (size_t i = 1; i < nbase + nfresh; i++) {
		char **notes, *why;
		size_t n;

		why = differ(base, run_of(base, nbase, fresh, i), &notes, &n);
		free_notes(notes, n);
		if (why)
			return why;
	}
	return NULL;
}

static bool said(const struct answers *out, const char *text)
{
	for (size_t i = 0; i < out->nremarks; i++)
		if (strcmp(out->remarks[i], text) == 0)
			return true;
	return false;
}

/* From the first of NEW on, for a difference between the sides is of more interest than
 * one within a side. */
void compare_hosts_remark(const struct record *base, size_t nbase,
			  const struct record *fresh, size_t nfresh, struct answers *out)
{
	size_t all = nbase + nfresh;

	for (size_t i = 0; i + 1 < all; i++) {
		const struct record *other =
			run_of(base, nbase, fresh, 1 + (nbase - 1 + i) % (all - 1));
		char **notes, *why;
		size_t n;

		why = differ(base, other, &notes, &n);
		if (why)
			add(&notes, &n,
			    xformat("These are different machines, whose times can't "
				    "really be compared: %s.",
				    why));
		for (size_t j = 0; j < n; j++)
			if (!said(out, notes[j]))
				answers_remark(out, "%s", notes[j]);
		free(why);
		free_notes(notes, n);
	}
}
