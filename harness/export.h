/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results in the formats of others. */
#ifndef LWP_EXPORT_H
#define LWP_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "record.h"

struct export_job {
	const struct record *records; /* at least one */
	size_t n;
	char *const *globs; /* cases that are asked for */
	size_t nglobs;      /* 0: all */
};

struct export_format {
	const char *name, *brief; /* "bencher"; who reads it */
	/* Writes it whole; all texts are escaped. */
	void (*write)(FILE *to, const struct export_job *job);
	/* Whether the format takes a case. */
	bool (*holds)(const struct export_job *job, const struct record *r,
		      const struct kase *k);
	size_t most;          /* results that it can hold; 0: any number */
	bool every;           /* takes only cases that every result has */
	const char *left_out; /* which cases it does not take */
};

extern const struct export_format *const export_formats[]; /* ends with NULL */
extern const struct export_format export_google_benchmark, export_bencher,
	export_github_action_benchmark, export_otava_csv, export_go_bench, export_csv,
	export_openmetrics, export_markdown;

/* By name, or NULL. */
const struct export_format *export_find(const char *name);
/* Whether a case is asked for. */
bool export_asked(const struct export_job *job, const struct kase *k);
/* The same, is the first of its text in the record, and has a figure: what is failed or
 * skipped never becomes a number. */
bool export_has(const struct export_job *job, const struct record *r,
		const struct kase *k);
/* How many of the results have a case of that text that the format takes. */
size_t export_count(const struct export_job *job, const struct export_format *format,
		    const char *text);
/* Whether none of the results before the i-th has a case of that text. */
bool export_opens(const struct export_job *job, size_t i, const char *text);
/* A fact of the machine, or NULL. */
const char *export_fact(const struct record *r, const char *name);
/* Valid UTF-8 without control characters but newlines; caller frees. */
char *export_text(const char *text);
/* A finite number in plain decimals, at least six significant digits; returns buf. */
char *export_number(double x, char *buf, size_t size);

#endif
