/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of every picture: a record's figures as plain text, one function a picture. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "plot_data.h"
#include "units.h"
#include "util.h"

enum { LINES_MAX = 8, CDF_STEPS = 200 };

/* A case and the figure it is placed by. */
struct row {
	const struct kase *k;
	struct estimate at;
};

struct rows {
	struct row *v;
	size_t n;
};

/* --- text and numbers of a data file --- */

/* Length of the valid UTF-8 character at s, 0 if it is none (after RFC 3629, table 3-7 of
 * Unicode). */
static size_t utf8_length(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] < 0x80   ? 1
		   : s[0] < 0xc2 ? 0
		   : s[0] < 0xe0 ? 2
		   : s[0] < 0xf0 ? 3
				 : 4;

	if (s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

char *plot_plain(const char *text)
{
	char *out = xcalloc(strlen(text) + 1, 1);
	size_t len = 0;

	for (const char *s = text; *s;) {
		size_t n = utf8_length(s);

		if (n > 1) {
			memcpy(out + len, s, n);
			len += n;
			s += n;
			continue;
		}
		unsigned char c = (unsigned char)*s++;
		if (n == 0)
			c = '?';
		else if (iscntrl(c))
			c = ' ';
		else if (c == '"')
			c = '\'';
		else if (c == '\\')
			c = '/';
		out[len++] = (char)c;
	}
	return out;
}

static void put_text(FILE *out, const char *text)
{
	char *s = plot_plain(text);

	fprintf(out, "\t%s", s);
	free(s);
}

static void put_number(FILE *out, double x)
{
	if (isfinite(x))
		fprintf(out, "\t%.6g", x);
	else
		fputs("\tNaN", out);
}

static void put_estimate(FILE *out, const struct estimate *e)
{
	put_number(out, e->value);
	put_number(out, e->lo);
	put_number(out, e->hi);
}

static void put_time(FILE *out, const struct kase *k, double x)
{
	char text[32];

	put_text(out, units_format(x, k->unit, text, sizeof(text)));
}

/* A block of its own for gnuplot's `index`: two empty lines, then its name. */
static void begin_block(FILE *out, const char *name)
{
	char *s = plot_plain(name);

	fprintf(out, "\n\n\"%s\"\n", s);
	free(s);
}

/* --- choosing cases --- */

static const char *param(const struct kase *k, const char *name)
{
	for (size_t i = 0; i < k->nparams; i++)
		if (strcmp(k->params[i].name, name) == 0)
			return k->params[i].value;
	return NULL;
}

static bool is_timed(const struct kase *k)
{
	return k->status == STATUS_OK && k->time.n && strcmp(k->unit, "ns/op") == 0;
}

static bool in_family(const struct kase *k, const char *family)
{
	return k->family && strcmp(k->family, family) == 0;
}

static bool makes_tasks(const struct kase *k)
{
	return is_timed(k) && (in_family(k, "creation") || in_family(k, "exec"));
}

/* Makes tasks from a parent that weighs nothing but, perhaps, in one way. */
static bool weighs_only_in(const struct kase *k, const char *one)
{
	static const char *const weights[] = {"pages", "shared", "file",    "thp",
					      "maps",  "fds",    "threads", "busy"};

	for (size_t i = 0; i < countof(weights); i++) {
		const char *value = param(k, weights[i]);

		if (value && strcmp(value, "0") != 0 && strcmp(weights[i], one) != 0)
			return false;
	}
	return makes_tasks(k);
}

static bool is_light(const struct kase *k)
{
	return weighs_only_in(k, "");
}

static bool is_light_phased(const struct kase *k)
{
	return is_light(k) && k->phases.n > 0;
}

static bool has_flags(const struct kase *k)
{
	return makes_tasks(k) && param(k, "flags");
}

static struct rows rows_where(const struct record *r, bool (*want)(const struct kase *))
{
	struct rows rows = {.v = xcalloc(r->ncases + 1, sizeof(struct row))};

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (want(k))
			rows.v[rows.n++] = (struct row){k, figures_median(&k->time)};
	}
	return rows;
}

static int by_figure(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->at.value > y->at.value) - (x->at.value < y->at.value);
}

static void rows_sort(struct rows *rows)
{
	qsort(rows->v, rows->n, sizeof(rows->v[0]), by_figure);
}

/* Whether both cases are the same but for this parameter. */
static bool differ_only_in(const struct kase *a, const struct kase *b, const char *name)
{
	if (strcmp(a->bench, b->bench) != 0 || a->nparams != b->nparams)
		return false;
	for (size_t i = 0; i < a->nparams; i++) {
		const char *value = param(b, a->params[i].name);

		if (strcmp(a->params[i].name, name) != 0 &&
		    (!value || strcmp(a->params[i].value, value) != 0))
			return false;
	}
	return true;
}

/* --- the pictures' data: each returns how many rows it wrote --- */

static size_t write_creation(const struct record *r, FILE *out)
{
	static const char *const families[] = {"creation", "exec"};
	struct rows rows = rows_where(r, is_light);

	rows_sort(&rows);
	for (size_t f = 0; f < countof(families); f++) {
		bool begun = false;

		for (size_t i = 0; i < rows.n; i++) {
			const struct row *row = &rows.v[i];

			if (!in_family(row->k, families[f]))
				continue;
			if (!begun)
				begin_block(out, families[f]);
			begun = true;
			fprintf(out, "%zu", i + 1);
			put_estimate(out, &row->at);
			put_time(out, row->k, row->at.value);
			put_text(out, row->k->text);
			fputc('\n', out);
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
			  const struct estimate *stamp)
{
	fprintf(out, "%zu", number);
	put_number(out, stamp_before(row->k, stamp->value));
	put_estimate(out, stamp);
	put_number(out, row->at.value);
	put_time(out, row->k, row->at.value);
	put_text(out, row->k->text);
	fputc('\n', out);
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
				begin_block(out, name);
			write_segment(out, i + 1, &rows->v[i], &stamp);
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

static size_t write_phases(const struct record *r, FILE *out)
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

static size_t write_cdf(const struct record *r, FILE *out)
{
	struct rows rows = rows_where(r, is_light);

	keep_kinds(&rows);
	rows_sort(&rows);
	for (size_t i = 0; i < rows.n; i++) {
		size_t n;
		double *v = figures_samples(&rows.v[i].k->time, &n);

		begin_block(out, rows.v[i].k->text);
		for (int step = 0; step <= CDF_STEPS; step++) {
			double q = (double)step / CDF_STEPS;

			fprintf(out, "%.6g\t%g\n", stats_quantile(v, n, q), q);
		}
		free(v);
	}
	free(rows.v);
	return rows.n;
}

/* The case that differs from k only in having no flags, or NULL. */
static const struct kase *without_flags(const struct rows *rows, const struct kase *k)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct kase *other = rows->v[i].k;

		if (strcmp(param(other, "flags"), "none") == 0 &&
		    differ_only_in(other, k, "flags"))
			return other;
	}
	return NULL;
}

/* The ratio of each case that has flags to its twin that has none; cases without are
 * dropped. */
static void keep_ratios(struct rows *rows)
{
	struct rows all = *rows;
	struct row *kept = xcalloc(all.n + 1, sizeof(*kept));

	rows->n = 0;
	for (size_t i = 0; i < all.n; i++) {
		const struct kase *k = all.v[i].k, *none = without_flags(&all, k);

		if (!none || none == k)
			continue;
		kept[rows->n].k = k;
		kept[rows->n].at = figures_ratio(&k->time, &none->time);
		rows->n += kept[rows->n].at.n > 0;
	}
	rows->v = kept;
	free(all.v);
}

static size_t write_flags(const struct record *r, FILE *out)
{
	struct rows rows = rows_where(r, has_flags);
	const char *bench = "";

	keep_ratios(&rows);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *row = &rows.v[i];
		char text[32];

		if (strcmp(row->k->bench, bench) != 0)
			begin_block(out, row->k->bench);
		bench = row->k->bench;
		snprintf(text, sizeof(text), "%.*f×", row->at.value < 0.1 ? 3 : 2,
			 row->at.value);
		fprintf(out, "%zu", i + 1);
		put_estimate(out, &row->at);
		put_text(out, text);
		put_text(out, param(row->k, "flags"));
		fputc('\n', out);
	}
	free(rows.v);
	return rows.n;
}

/* "65536" or "64K" pages as MiB; NAN if it is no such number. */
static double mib_of(const char *pages)
{
	static const char suffixes[] = "KMG";
	char *end;
	double n = (double)strtoull(pages, &end, 10);
	const char *suffix = *end ? strchr(suffixes, *end) : NULL;

	if (suffix)
		n *= exp2(10.0 * (double)(suffix - suffixes + 1));
	if (end == pages || (*end && (!suffix || end[1])))
		return NAN;
	return n * (double)sysconf(_SC_PAGESIZE) / exp2(20);
}

static int by_size(const void *a, const void *b, void *name)
{
	const struct row *x = a, *y = b;
	double left = mib_of(param(x->k, name)), right = mib_of(param(y->k, name));

	return (left > right) - (left < right);
}

/* The rows that differ from row i in this parameter only, by size; none if they were a
 * line already. */
static struct rows line_of(const struct rows *rows, size_t i, const char *name)
{
	struct rows line = {.v = xcalloc(rows->n, sizeof(struct row))};

	for (size_t j = 0; j < rows->n; j++) {
		if (!param(rows->v[j].k, name) ||
		    !differ_only_in(rows->v[j].k, rows->v[i].k, name))
			continue;
		if (j < i)
			break;
		line.v[line.n++] = rows->v[j];
	}
	qsort_r(line.v, line.n, sizeof(line.v[0]), by_size, (void *)name);
	return line;
}

/* The case's text without this parameter, and with the kind of memory; caller frees. */
static char *line_label(const struct kase *k, const char *name, const char *kind)
{
	char *label = xstrdup(k->text), *s = strpbrk(label, "/,");
	size_t len = strlen(name);

	for (; s; s = strpbrk(s + 1, "/,")) {
		if (strncmp(s + 1, name, len) != 0 || s[1 + len] != '=')
			continue;
		const char *rest = s + 1 + strcspn(s + 1, ",");
		/* A later parameter takes the place of this one, behind the same
		 * separator. */
		if (*rest)
			memmove(s + 1, rest + 1, strlen(rest + 1) + 1);
		else
			*s = 0;
		break;
	}
	char *whole = xformat("%s%s", label, kind);
	free(label);
	return whole;
}

static void write_line(FILE *out, const struct rows *line, const char *name,
		       const char *kind)
{
	char *label = line_label(line->v[0].k, name, kind);

	begin_block(out, label);
	free(label);
	for (size_t i = 0; i < line->n; i++) {
		fprintf(out, "%.6g", mib_of(param(line->v[i].k, name)));
		put_estimate(out, &line->v[i].at);
		put_text(out, line->v[i].k->text);
		fputc('\n', out);
	}
}

static size_t write_size(const struct record *r, FILE *out)
{
	static const struct {
		const char *name, *label;
	} kinds[] = {{"pages", ""}, {"shared", ", shared"}, {"file", ", file"}};
	size_t lines = 0;

	for (size_t m = 0; m < countof(kinds); m++) {
		struct rows rows = rows_where(r, makes_tasks);
		size_t n = 0;

		for (size_t i = 0; i < rows.n; i++)
			if (weighs_only_in(rows.v[i].k, kinds[m].name))
				rows.v[n++] = rows.v[i];
		rows.n = n;
		for (size_t i = 0; i < rows.n && lines < LINES_MAX; i++) {
			struct rows line = line_of(&rows, i, kinds[m].name);

			if (line.n > 1) {
				write_line(out, &line, kinds[m].name, kinds[m].label);
				lines++;
			}
			free(line.v);
		}
		free(rows.v);
	}
	return lines;
}

/* --- the pictures --- */

const struct picture plot_pictures[] = {
	{"creation", "What it costs to create a task and to be rid of it",
	 "row, median ns/op, its 95 % interval from, to, median for people, case",
	 write_creation},
	{"phases", "Where the time goes",
	 "row, segment from ns/op, to, 95 % interval of to from, to, whole ns/op, "
	 "whole for people, case",
	 write_phases},
	{"cdf", "How the cost of creating a task is distributed",
	 "time ns/op, share of samples at or below it", write_cdf},
	{"flags", "What each clone flag saves or adds",
	 "row, ratio to flags=none, its 95 % interval from, to, ratio for people, flags",
	 write_flags},
	{"size", "What the parent's memory does to the cost",
	 "memory MiB, median ns/op, its 95 % interval from, to, case", write_size},
	{0},
};
