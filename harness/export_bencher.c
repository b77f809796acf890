/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON of two services that take what a case measures, and no more: Bencher Metric
 * Format (https://bencher.dev/docs/reference/bencher-metric-format), and the custom
 * results of github-action-benchmark
 * (https://github.com/benchmark-action/github-action-benchmark). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "figures.h"
#include "host.h"
#include "json.h"
#include "show.h"
#include "util.h"

static void print(FILE *to, struct json *v)
{
	char *text = json_text(v, true);

	fprintf(to, "%s\n", text);
	free(text);
	json_free(v);
}

/* A measure has one unit and one better direction. Of those that Bencher itself brings,
 * latency is in nanoseconds; throughput, in operations a second, is none of ours. */
static const char *measure(const char *unit)
{
	if (strcmp(unit, "ns/op") == 0)
		return "latency";
	if (strcmp(unit, "bytes/s") == 0)
		return "bandwidth";
	return strcmp(unit, "bytes/task") == 0 ? "memory" : unit;
}

static struct json *metric(const struct estimate *e)
{
	struct json *o = json_new_object();

	json_add_real(o, "value", e->value);
	if (isfinite(e->lo) && isfinite(e->hi)) {
		json_add_real(o, "lower_value", e->lo);
		json_add_real(o, "upper_value", e->hi);
	}
	return o;
}

static void write_bencher(FILE *to, const struct export_job *job)
{
	const struct record *r = job->records;
	struct json *all = json_new_object();

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (!export_bencher.holds(job, r, k))
			continue;
		const struct estimate e = figures_median(&k->time);
		struct json *o = json_new_object();

		json_add(o, measure(k->unit), metric(&e));
		json_add(all, k->text, o);
	}
	print(to, all);
}

const struct export_format export_bencher = {
	.name = "bencher",
	.brief = "Bencher's JSON: bencher run --adapter json",
	.write = write_bencher,
	.holds = export_has,
	.left_out = "failed or skipped",
	.most = 1,
};

/* There, one direction holds for a whole file: a rate becomes the time that a GiB takes.
 */
static const char *smaller_is_better(const struct kase *k, struct estimate *e)
{
	const double ms_gib = 1e3 * 1024 * 1024 * 1024;

	if (strcmp(k->unit, "bytes/s") != 0)
		return k->unit;
	*e = (struct estimate){.value = ms_gib / e->value,
			       .lo = ms_gib / e->hi,
			       .hi = ms_gib / e->lo,
			       .n = e->n};
	return "ms/GiB";
}

/* "± 12.5", which the action reads as a number of the unit. */
static void add_range(struct json *to, const struct estimate *e)
{
	char text[64], number[48];

	if (!isfinite(e->lo) || !isfinite(e->hi))
		return;
	export_number((e->hi - e->lo) / 2, number, sizeof(number));
	snprintf(text, sizeof(text), "± %s", number);
	json_add_text(to, "range", text);
}

static void add_extra(struct json *to, const struct kase *k, const struct estimate *e,
		      const char *machine)
{
	char *interval = show_interval(e, k->unit), *text = NULL;
	size_t size;
	FILE *f = xmemstream(&text, &size);

	fprintf(f, "95 %% interval: %s\nreps: %zu\n%s", interval, e->n, machine);
	fclose(f);
	json_add_text(to, "extra", text);
	free(interval);
	free(text);
}

static void write_github_action(FILE *to, const struct export_job *job)
{
	const struct record *r = job->records;
	struct json *all = json_new_array();
	char *machine = host_title(&r->host);

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (!export_github_action_benchmark.holds(job, r, k))
			continue;
		const struct estimate measured = figures_median(&k->time);
		struct estimate e = measured;
		struct json *o = json_new_object();

		json_add_text(o, "name", k->text);
		json_add_text(o, "unit", smaller_is_better(k, &e));
		json_add_real(o, "value", e.value);
		add_range(o, &e);
		add_extra(o, k, &measured, machine);
		json_add(all, NULL, o);
	}
	print(to, all);
	free(machine);
}

const struct export_format export_github_action_benchmark = {
	.name = "github-action-benchmark",
	.brief = "JSON for github-action-benchmark: tool: customSmallerIsBetter",
	.write = write_github_action,
	.holds = export_has,
	.left_out = "failed or skipped",
	.most = 1,
};
