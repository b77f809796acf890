/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats, and what they have in common: which cases, texts and numbers go out. */
#include "export.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "plain.h"
#include "util.h"

const struct export_format *const export_formats[] = {
	&export_google_benchmark, &export_bencher,  &export_github_action_benchmark,
	&export_otava_csv,        &export_go_bench, &export_csv,
	&export_openmetrics,      &export_markdown, NULL,
};

const struct export_format *export_find(const char *name)
{
	size_t i = 0;

	while (export_formats[i] && strcmp(export_formats[i]->name, name) != 0)
		i++;
	return export_formats[i];
}

bool export_asked(const struct export_job *job, const struct kase *k)
{
	bool asked = job->nglobs == 0;

	for (size_t i = 0; i < job->nglobs && !asked; i++)
		asked = strcmp(job->globs[i], k->text) == 0 ||
			fnmatch(job->globs[i], k->text, 0) == 0;
	return asked;
}

bool export_has(const struct export_job *job, const struct record *r,
		const struct kase *k)
{
	return k->status == STATUS_OK && export_asked(job, k) &&
	       record_find(r, k->text) == k && isfinite(figures_median(&k->time).value);
}

size_t export_count(const struct export_job *job, const struct export_format *format,
		    const char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < job->n; i++) {
		const struct kase *k = record_find(&job->records[i], text);

		n += k && format->holds(job, &job->records[i], k);
	}
	return n;
}

bool export_opens(const struct export_job *job, size_t i, const char *text)
{
	for (size_t j = 0; j < i; j++)
		if (record_find(&job->records[j], text))
			return false;
	return true;
}

const char *export_fact(const struct record *r, const char *name)
{
	const struct fact *f = facts_find(&r->host, name);

	return f ? f->value : NULL;
}

char *export_text(const char *text)
{
	char *clean = NULL;
	size_t size;
	FILE *to = xmemstream(&clean, &size);

	while (*text) {
		const char *as;
		size_t length = plain_character(text, &as);
		/* What is but markup elsewhere may stand. */
		bool stands = !as || (*text >= ' ' && *text <= '~');

		if (stands)
			fwrite(text, 1, length, to);
		else
			fputs(as, to);
		text += length;
	}
	fclose(to);
	return clean;
}

char *export_number(double x, char *buf, size_t size)
{
	enum { DIGITS = 6, MOST = 12 };
	double digits = x != 0 ? floor(log10(fabs(x))) : DIGITS;
	int decimals = digits >= DIGITS ? 0 : DIGITS - 1 - (int)digits;

	snprintf(buf, size, "%.*f", decimals < MOST ? decimals : MOST, x);
	/* Zeros at the end say nothing. */
	if (strchr(buf, '.')) {
		size_t n = strlen(buf);

		while (buf[n - 1] == '0')
			n--;
		n -= buf[n - 1] == '.';
		buf[n] = 0;
	}
	if (strcmp(buf, "-0") == 0)
		snprintf(buf, size, "0");
	return buf;
}
