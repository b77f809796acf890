/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of Go's benchmarks, a line a rep: benchstat wants several of each
 * (https://go.dev/design/14313-benchmark-format; golang.org/x/perf/benchfmt). */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "figures.h"

enum { NUMBER = 48 };

/* A word without spaces, of any script: what is not ASCII becomes an underscore a
 * character. */
static void put_word(FILE *to, const char *text)
{
	for (; *text; text++)
		if (isgraph((unsigned char)*text))
			putc(*text, to);
		else if (((unsigned char)*text & 0xc0) != 0x80)
			putc('_', to);
}

/* The name goes on with an upper-case letter. */
static void put_name(FILE *to, const char *text)
{
	fputs("Benchmark", to);
	putc(isalpha((unsigned char)*text) ? toupper((unsigned char)*text) : '_', to);
	put_word(to, text + (isalpha((unsigned char)*text) != 0));
}

/* What benchstat keeps apart: lines of different values are never compared, so that only
 * what forbids a comparison stands here. */
static void put_key(FILE *to, const char *key, const char *value)
{
	char *text = export_text(value ? value : "");

	for (char *p = text; (p = strchr(p, '\n'));)
		*p = ' ';
	if (*text)
		fprintf(to, "%s: %s\n", key, text);
	free(text);
}

/* Units as Go's own tools write them. */
static const char *unit_of(const struct kase *k)
{
	if (strcmp(k->unit, "bytes/s") == 0)
		return "B/s";
	return strcmp(k->unit, "bytes/task") == 0 ? "B/task" : k->unit;
}

static void put_reps(FILE *to, const struct kase *k)
{
	char number[NUMBER];

	for (size_t i = 0; i < k->time.n; i++) {
		const struct rep *rep = &k->time.v[i];
		double x = figures_rep_median(rep);

		if (!isfinite(x))
			continue;
		put_name(to, k->text);
		fprintf(to, " %" PRIu64 " %s ", rep->batch * rep->nrows,
			export_number(x, number, sizeof(number)));
		put_word(to, unit_of(k));
		putc('\n', to);
	}
}

static void write_go_bench(FILE *to, const struct export_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		const struct record *r = &job->records[i];

		put_key(to, "goos", "linux");
		put_key(to, "pkg", "lwpbench");
		put_key(to, "cpu", export_fact(r, "cpu.model"));
		/* Others are better if lower, unless they end in "/s". */
		fputs(i ? "" : "Unit B/s better=higher\nUnit B/task better=lower\n", to);
		for (size_t j = 0; j < r->ncases; j++)
			if (export_has(job, r, &r->cases[j]))
				put_reps(to, &r->cases[j]);
	}
}

const struct export_format export_go_bench = {
	.name = "go-bench",
	.brief = "text of Go's benchmarks, a line a rep: benchstat",
	.write = write_go_bench,
	.holds = export_has,
	.left_out = "failed or skipped",
};
