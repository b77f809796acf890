/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of pictures of what creating a task costs: the ladder, its phases, its spread,
 * its flags, its namespaces and cgroups. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_data.h"
#include "plot_rows.h"
#include "util.h"

enum { LINES_MAX = 8, CDF_STEPS = 200 };

static bool is_light(const struct kase *k)
{
	return case_weighs_only_in(k, "");
}

static bool is_light_phased(const struct kase *k)
{
	return is_light(k) && k->phases.n > 0;
}

/* Whether its tasks get namespaces of their own. */
static bool in_namespaces(const struct kase *k)
{
	const char *set = case_param(k, "flags");

	return set && strstr(set, "NEW");
}

/* Whether its tasks are set apart: in namespaces of their own, or in another cgroup. */
static bool set_apart(const struct kase *k)
{
	return in_namespaces(k) || strcasestr(k->text, "cgroup");
}

static bool has_flags(const struct kase *k)
{
	return case_makes_tasks(k) && case_param(k, "flags") && !set_apart(k);
}

static bool is_apart_or_plain(const struct kase *k)
{
	const char *set = case_param(k, "flags");

	return case_makes_tasks(k) && (set_apart(k) || (set && strcmp(set, "none") == 0));
}

size_t plot_creation(const struct record *r, FILE *out)
{
	static const char *const families[] = {"creation", "exec"};
	struct rows rows = rows_where(r, is_light);

	rows_thin(&rows, out);
	rows_sort(&rows);
	for (size_t f = 0; f < countof(families); f++) {
		bool begun = false;

		for (size_t i = 0; i < rows.n; i++) {
			const struct row *row = &rows.v[i];

			if (!case_in_family(row->k, families[f]))
				continue;
			if (!begun)
				plot_begin_block(out, families[f]);
			begun = true;
			fprintf(out, "%zu", i + 1);
			plot_put_estimate(out, &row->at);
			plot_put_figure(out, row->k, row->at.value);
			plot_end_row(out, row->k->text, row->at.n, "reps");
		}
	}
	free(rows.v);
	return rows.n;
}

/* When the last stamp before `at` was taken, 0 if none was. */
static double stamp_before(const struct kase *k, double at)
{
	double last = 0;

	for (size_t p = 0; p < k->nphases; p++) {
		struct estimate e = figures_phase(k, p);

		if (e.n && e.value < at && e.value > last)
			last = e.value;
	}
	return last;
}

static void write_segment(FILE *out, size_t number, const struct row *row,
			  const char *name, const struct estimate *stamp)
{
	fprintf(out, "%zu", number);
	plot_put_number(out, stamp_before(row->k, stamp->value));
	plot_put_estimate(out, stamp);
	plot_put_number(out, row->at.value);
	plot_put_figure(out, row->k, row->at.value);
	plot_put_text(out, name);
	plot_end_row(out, row->k->text, stamp->n, "reps");
}

/* All cases' segments that end with the stamp of that name. */
static size_t write_stamp(FILE *out, const struct rows *rows, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct kase *k = rows->v[i].k;

		for (size_t p = 0; p < k->nphases; p++) {
			struct estimate stamp = figures_phase(k, p);

			if (strcmp(k->phase_names[p], name) != 0 || stamp.n == 0)
				continue;
			if (n++ == 0)
				plot_begin_block(out, name);
			write_segment(out, i + 1, &rows->v[i], name, &stamp);
		}
	}
	return n;
}

/* Whether an earlier case, or an earlier phase of this one, has a phase of that name. */
static bool named_before(const struct rows *rows, size_t i, size_t p)
{
	const char *name = rows->v[i].k->phase_names[p];

	for (size_t j = 0; j <= i; j++) {
		const struct kase *k = rows->v[j].k;
		size_t end = j == i ? p : k->nphases;

		for (size_t q = 0; q < end; q++)
			if (strcmp(k->phase_names[q], name) == 0)
				return true;
	}
	return false;
}

size_t plot_phases(const struct record *r, FILE *out)
{
	struct rows rows = rows_where(r, is_light_phased);
	size_t n = 0, kept = 0;

	/* A case is as long as its last stamp: what follows is the harness's own. */
	for (size_t i = 0; i < rows.n; i++) {
		rows.v[i].at.value = stamp_before(rows.v[i].k, INFINITY);
		if (rows.v[i].at.value > 0)
			rows.v[kept++] = rows.v[i];
	}
	rows.n = kept;
	rows_thin(&rows, out);
	rows_sort(&rows);
	for (size_t i = 0; i < rows.n; i++)
		for (size_t p = 0; p < rows.v[i].k->nphases; p++)
			if (!named_before(&rows, i, p))
				n += write_stamp(out, &rows, rows.v[i].k->phase_names[p]);
	free(rows.v);
	return n;
}

/* Keeps the first row of each benchmark: one line a kind, and no more than can be told
 * apart. */
static void keep_kinds(struct rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->n && kept < LINES_MAX; i++) {
		size_t j = 0;

		while (j < kept && strcmp(rows->v[j].k->bench, rows->v[i].k->bench) != 0)
			j++;
		if (j == kept)
			rows->v[kept++] = rows->v[i];
	}
	rows->n = kept;
}

size_t plot_cdf(const struct record *r, FILE *out)
{
	struct rows rows = rows_where(r, is_light);

	keep_kinds(&rows);
	rows_sort(&rows);
	for (size_t i = 0; i < rows.n; i++) {
		size_t n;
		double *v = figures_samples(&rows.v[i].k->time, &n);

		plot_begin_block(out, rows.v[i].k->text);
		for (int step = 0; step <= CDF_STEPS; step++) {
			double q = (double)step / CDF_STEPS;

			fprintf(out, "%.6g\t%g", stats_quantile(v, n, q), q);
			plot_end_row(out, rows.v[i].k->text, rows.v[i].at.n, "reps");
		}
		free(v);
	}
	free(rows.v);
	return rows.n;
}

/* The case that differs from k only in having no flags; of one that cannot have any, its
 * base; or NULL. */
static const struct kase *plain(const struct record *r, const struct rows *rows,
				const struct kase *k)
{
	static const char *const flags[] = {"flags", NULL};

	if (!case_param(k, "flags"))
		// NOLINTNEXTLINE(clang-analyzer-core.NullDereference) ; rows have cases
		return record_find(r, k->base);
	for (size_t i = 0; i < rows->n; i++) {
		const struct kase *other = rows->v[i].k;
		const char *set = case_param(other, "flags");

		if (set && strcmp(set, "none") == 0 && case_twins(other, k, flags))
			return other;
	}
	return NULL;
}

/* The ratio of each case to its plain one; those that have none are dropped, and those
 * that are one. */
static void keep_ratios(const struct record *r, struct rows *rows)
{
	struct rows all = *rows;
	struct row *kept = xcalloc(all.n + 1, sizeof(*kept));

	rows->n = 0;
	for (size_t i = 0; i < all.n; i++) {
		const struct kase *k = all.v[i].k, *none = plain(r, &all, k);

		if (!none || none == k)
			continue;
		kept[rows->n].k = k;
		kept[rows->n].at = figures_ratio(&k->time, &none->time);
		rows->n += kept[rows->n].at.n > 0;
	}
	rows->v = kept;
	free(all.v);
}

static void write_ratio(FILE *out, size_t number, const struct row *row,
			const char *label)
{
	char text[32];

	snprintf(text, sizeof(text), "%.*f×", row->at.value < 0.1 ? 3 : 2, row->at.value);
	fprintf(out, "%zu", number);
	plot_put_estimate(out, &row->at);
	plot_put_text(out, text);
	plot_end_row(out, label, row->at.n, "blocks");
}

/* The rows that differ from row i in their flags only, as a block; how many, or 0 if an
 * earlier one had them. */
static size_t write_parent(FILE *out, const struct rows *rows, size_t i, size_t number)
{
	static const char *const flags[] = {"flags", NULL};
	size_t n = 0;

	for (size_t j = 0; j < i; j++)
		if (case_twins(rows->v[j].k, rows->v[i].k, flags))
			return 0;
	char *label = case_label(rows->v[i].k, flags);
	plot_begin_block(out, label);
	free(label);
	for (size_t j = i; j < rows->n; j++) {
		const struct row *row = &rows->v[j];

		if (case_twins(row->k, rows->v[i].k, flags))
			write_ratio(out, number + n++, row, case_param(row->k, "flags"));
	}
	return n;
}

size_t plot_flags(const struct record *r, FILE *out)
{
	struct rows rows = rows_where(r, has_flags);
	size_t n = 0;

	keep_ratios(r, &rows);
	rows_thin(&rows, out);
	for (size_t i = 0; i < rows.n; i++)
		n += write_parent(out, &rows, i, n + 1);
	free(rows.v);
	return n;
}

/* "NEWPID+NEWNET" as "PID+NET", or a whole container has no room; caller frees. */
static char *apart_label(const struct kase *k)
{
	const char *set = case_param(k, "flags");
	char *label = xcalloc(strlen(set ? set : k->text) + 1, 1);

	for (const char *s = set ? set : k->text; *s;) {
		size_t len = strcspn(s, "+") + 1;

		if (!s[len - 1])
			len--;
		size_t skip = set && strncmp(s, "NEW", 3) == 0 ? 3 : 0;
		strncat(label, s + skip, len - skip);
		s += len;
	}
	return label;
}

size_t plot_namespaces(const struct record *r, FILE *out)
{
	static const char *const blocks[] = {"cgroups", "namespaces"};
	struct rows rows = rows_where(r, is_apart_or_plain);

	keep_ratios(r, &rows);
	rows_sort(&rows);
	for (size_t b = 0; b < countof(blocks); b++) {
		bool begun = false;

		for (size_t i = 0; i < rows.n; i++) {
			const struct row *row = &rows.v[i];

			if (in_namespaces(row->k) != (b == 1))
				continue;
			if (!begun)
				plot_begin_block(out, blocks[b]);
			begun = true;
			char *label = apart_label(row->k);
			write_ratio(out, i + 1, row, label);
			free(label);
		}
	}
	free(rows.v);
	return rows.n;
}
