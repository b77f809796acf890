/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comma-separated values (RFC 4180): a row a case for spreadsheets and data frames, and a
 * row a run for Otava (docs of https://github.com/apache/otava, its CSV importer). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "export.h"
#include "figures.h"
#include "host.h"
#include "util.h"

enum { NUMBER = 48 };

/* A text from anywhere. A spreadsheet takes one that begins like a formula for one, and
 * would run it: an apostrophe before it keeps it a text. Nothing that we name ourselves
 * begins so, and numbers are left alone. */
static void put_text(FILE *to, const char *text)
{
	char *clean = export_text(text ? text : "");
	bool quoted = clean[strcspn(clean, ",\"\n")] || clean[0] == ' ';

	fputs(quoted ? "\"" : "", to);
	if (*clean && strchr("=+-@\t\n", *clean))
		putc('\'', to);
	for (const char *p = clean; *p; p++) {
		if (*p == '"')
			putc('"', to);
		putc(*p, to);
	}
	fputs(quoted ? "\"" : "", to);
	free(clean);
}

/* What there is no number of stays empty. */
static void put_number(FILE *to, double x)
{
	char text[NUMBER];

	if (isfinite(x))
		fputs(export_number(x, text, sizeof(text)), to);
}

static void end_row(FILE *to)
{
	fputs("\r\n", to);
}

/* ---- a row a case */

static void put_run(FILE *to, const struct record *r, const char *machine)
{
	const char *const texts[] = {r->started, machine, r->version, r->suite};

	for (size_t i = 0; i < countof(texts); i++) {
		put_text(to, texts[i]);
		putc(',', to);
	}
}

static double cpu_of(const struct kase *k)
{
	const struct estimate e = figures_gauge(k, "cpu");

	if (k->status != STATUS_OK || case_is_ladder(k))
		return NAN;
	return e.n ? e.value : figures_cpu(k).value;
}

static void put_case(FILE *to, const struct record *r, const struct kase *k)
{
	const char *const texts[] = {
		k->text,
		k->bench,
		k->family,
		k->unit,
		k->higher_is_better ? "higher" : "lower",
		status_name(k->status),
		k->status == STATUS_OK ? k->note : k->reason,
	};
	struct figures f;

	figures_of(r, k, &f);
	const double numbers[] = {
		(double)f.median.n,
		(double)f.samples,
		f.median.value,
		f.median.lo,
		f.median.hi,
		f.min,
		f.p90,
		f.p99,
		cpu_of(k),
		f.own.value,
		f.floor_ratio,
		f.ratio.value,
		f.twin_ratio.value,
		f.twin_ratio.lo,
		f.twin_ratio.hi,
	};
	for (size_t i = 0; i < countof(texts); i++) {
		put_text(to, texts[i]);
		putc(',', to);
	}
	for (size_t i = 0; i < countof(numbers); i++) {
		fputs(i ? "," : "", to);
		put_number(to, numbers[i]);
	}
	end_row(to);
}

static bool is_asked(const struct export_job *job, const struct record *r,
		     const struct kase *k)
{
	(void)r;
	return export_asked(job, k);
}

static void write_csv(FILE *to, const struct export_job *job)
{
	fputs("started,machine,lwpbench,suite,case,bench,family,unit,better,status,note,"
	      "reps,samples,median,low,high,min,p90,p99,cpu_ns,own,floor_ratio,ratio,"
	      "thread_process,thread_process_low,thread_process_high",
	      to);
	end_row(to);
	for (size_t i = 0; i < job->n; i++) {
		const struct record *r = &job->records[i];
		char *machine = host_title(&r->host);

		for (size_t j = 0; j < r->ncases; j++) {
			if (!export_asked(job, &r->cases[j]))
				continue;
			put_run(to, r, machine);
			put_case(to, r, &r->cases[j]);
		}
		free(machine);
	}
}

const struct export_format export_csv = {
	.name = "csv",
	.brief = "a row a case and result, also failed ones: spreadsheets, R, pandas",
	.write = write_csv,
	.holds = is_asked,
	.left_out = "not asked for",
};

/* ---- a row a run */

/* The series goes by time, whatever the order on the command line. */
static int by_time(const void *a, const void *b)
{
	const struct record *const *x = a, *const *y = b;
	int order = strcmp((*x)->started, (*y)->started);

	return order ? order : (*x > *y) - (*x < *y);
}

static void write_otava_csv(FILE *to, const struct export_job *job)
{
	const struct record *first = job->records;
	const struct record **runs = xcalloc(job->n, sizeof(struct record *));
	bool *columns = xcalloc(first->ncases + 1, sizeof(*columns));

	for (size_t i = 0; i < job->n; i++)
		runs[i] = &job->records[i];
	qsort(runs, job->n, sizeof(struct record *), by_time);
	fputs("time,lwpbench,kernel,machine", to);
	for (size_t c = 0; c < first->ncases; c++) {
		columns[c] = export_has(job, first, &first->cases[c]) &&
			     export_count(job, &export_otava_csv, first->cases[c].text) ==
				     job->n;
		fputs(columns[c] ? "," : "", to);
		if (columns[c])
			put_text(to, first->cases[c].text);
	}
	end_row(to);
	for (size_t i = 0; i < job->n; i++) {
		const struct record *r = runs[i];
		char *machine = host_title(&r->host);

		put_text(to, r->started);
		putc(',', to);
		put_text(to, r->version);
		putc(',', to);
		put_text(to, export_fact(r, "kernel.release"));
		putc(',', to);
		put_text(to, machine);
		for (size_t c = 0; c < first->ncases; c++) {
			if (!columns[c])
				continue;
			const struct kase *k = record_find(r, first->cases[c].text);

			putc(',', to);
			put_number(to, figures_median(&k->time).value);
		}
		end_row(to);
		free(machine);
	}
	free(columns);
	free(runs);
}

const struct export_format export_otava_csv = {
	.name = "otava-csv",
	.brief = "a row a result, a column a case that all have: otava analyze, type csv",
	.write = write_otava_csv,
	.holds = export_has,
	/* Otava takes an empty cell for damage. */
	.every = true,
	.left_out = "failed, skipped, or missing in one of the results",
};
