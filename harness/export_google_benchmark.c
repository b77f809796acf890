/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON as programs of Google Benchmark write it, a rep a row, so that its compare.py can
 * run its U test (docs/user_guide.md, src/json_reporter.cc and tools/gbench of
 * https://github.com/google/benchmark). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "export.h"
#include "figures.h"
#include "host.h"
#include "json.h"
#include "util.h"

/* Rows are times: bytes a task and instructions have no place. */
static bool is_time(const struct export_job *job, const struct record *r,
		    const struct kase *k)
{
	return strcmp(k->unit, "bytes/task") != 0 && !case_is_counted(k) &&
	       export_has(job, r, k);
}

/* What is not known is left out, but for what readers take for granted. */
static void add_machine(struct json *to, const struct record *r)
{
	const char *cpus = export_fact(r, "cpu.usable"),
		   *mhz = export_fact(r, "cpu.frequency.now"),
		   *governor = export_fact(r, "cpu.governor"),
		   *load = export_fact(r, "load.average");
	struct json *loads = json_new_array();
	char *end;

	json_add_int(to, "num_cpus", cpus ? strtoul(cpus, NULL, 10) : 0);
	json_add_int(to, "mhz_per_cpu", mhz ? (uint64_t)strtoul(mhz, NULL, 10) : 0);
	if (governor)
		json_add_bool(to, "cpu_scaling_enabled",
			      strcmp(governor, "performance") != 0);
	json_add(to, "caches", json_new_array());
	for (const char *p = load; p; p = end == p ? NULL : end) {
		double x = strtod(p, &end);

		if (end > p)
			json_add_real(loads, NULL, x);
	}
	json_add(to, "load_avg", loads);
}

/* Of the last result. */
static struct json *context(const struct export_job *job)
{
	const struct record *r = &job->records[job->n - 1];
	const char *host = export_fact(r, "host.name");
	struct json *o = json_new_object();
	char *machine = host_title(&r->host);

	json_add_text(o, "date", r->started);
	json_add_text(o, "host_name", host ? host : "");
	json_add_text(o, "executable", "lwpbench");
	add_machine(o, r);
	json_add_text(o, "library_version", r->version);
	json_add_text(o, "library_build_type", "release");
	json_add_int(o, "json_schema_version", 1);
	json_add_text(o, "machine", machine);
	free(machine);
	return o;
}

/* Of a rate, the time of an operation stands beside it. */
static void add_times(struct json *to, const struct kase *k, const struct rep *rep)
{
	double x = figures_rep_median(rep), cpu = figures_rep_gauge(k, rep, "cpu");

	if (isnan(cpu))
		cpu = figures_rep_cpu(rep);
	json_add_real(to, "real_time", rep->bytes ? (double)rep->bytes * 1e9 / x : x);
	json_add_real(to, "cpu_time", cpu);
	json_add_text(to, "time_unit", "ns");
	if (rep->bytes)
		json_add_real(to, "bytes_per_second", x);
}

/* Counters lie flat among the other keys. */
static void add_counters(struct json *to, const struct kase *k, const struct rep *rep)
{
	for (size_t g = 0; g < k->ngauges; g++) {
		const char *name = k->gauges[g].name;
		double x = figures_rep_gauge(k, rep, name);

		if (isfinite(x) && strcmp(name, "cpu") != 0 && !json_find(to, name))
			json_add_real(to, name, x);
	}
}

/* The cases of all results, each once. */
struct cases {
	const struct kase **v;
	size_t n;
};

static struct cases collect(const struct export_job *job)
{
	struct cases all = {0};

	for (size_t i = 0; i < job->n; i++) {
		const struct record *r = &job->records[i];

		for (size_t j = 0; j < r->ncases; j++) {
			const struct kase *k = &r->cases[j];

			if (record_find(r, k->text) != k ||
			    !export_opens(job, i, k->text))
				continue;
			all.v = xrealloc(all.v, all.n + 1, sizeof(struct kase *));
			all.v[all.n++] = k;
		}
	}
	return all;
}

/* The place of a case: that of its benchmark among all, and its own in that. */
struct place {
	size_t family, instance;
};

static size_t first_of_bench(const struct cases *all, const char *bench)
{
	size_t i = 0;

	while (strcmp(all->v[i]->bench, bench) != 0)
		i++;
	return i;
}

static struct place find_place(const struct cases *all, size_t i)
{
	const char *bench = all->v[i]->bench;
	size_t opens = first_of_bench(all, bench);
	struct place p = {0};

	for (size_t c = 0; c < opens; c++)
		p.family += first_of_bench(all, all->v[c]->bench) == c;
	for (size_t c = opens; c < i; c++)
		p.instance += strcmp(all->v[c]->bench, bench) == 0;
	return p;
}

/* Whether there is something to compare. */
static bool counts(const struct rep *rep)
{
	double x = figures_rep_median(rep);

	return isfinite(x) && (!rep->bytes || x > 0);
}

/* The case of that text, if it has rows. */
static const struct kase *find_time(const struct export_job *job, size_t i,
				    const char *text)
{
	const struct kase *k = record_find(&job->records[i], text);

	return k && is_time(job, &job->records[i], k) ? k : NULL;
}

static size_t count_reps(const struct export_job *job, const char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < job->n; i++) {
		const struct kase *k = find_time(job, i, text);

		for (size_t j = 0; k && j < k->time.n; j++)
			n += counts(&k->time.v[j]);
	}
	return n;
}

static struct json *row(const struct kase *k, const struct rep *rep, struct place place,
			size_t repetitions, size_t index)
{
	struct json *o = json_new_object();

	json_add_text(o, "name", k->text);
	json_add_int(o, "family_index", place.family);
	json_add_int(o, "per_family_instance_index", place.instance);
	json_add_text(o, "run_name", k->text);
	json_add_text(o, "run_type", "iteration");
	json_add_int(o, "repetitions", repetitions);
	json_add_int(o, "repetition_index", index);
	json_add_int(o, "threads", 1);
	json_add_int(o, "iterations", rep->batch * rep->nrows);
	add_times(o, k, rep);
	add_counters(o, k, rep);
	return o;
}

static void add_case(struct json *to, const struct export_job *job, const char *text,
		     struct place place)
{
	size_t repetitions = count_reps(job, text), index = 0;

	for (size_t i = 0; i < job->n; i++) {
		const struct kase *k = find_time(job, i, text);

		for (size_t j = 0; k && j < k->time.n; j++)
			if (counts(&k->time.v[j]))
				json_add(to, NULL,
					 row(k, &k->time.v[j], place, repetitions,
					     index++));
	}
}

static void write_google_benchmark(FILE *to, const struct export_job *job)
{
	struct json *top = json_new_object(), *rows = json_new_array();
	const struct cases all = collect(job);

	for (size_t i = 0; i < all.n; i++)
		add_case(rows, job, all.v[i]->text, find_place(&all, i));
	free(all.v);
	json_add(top, "context", context(job));
	json_add(top, "benchmarks", rows);
	char *text = json_text(top, true);
	fprintf(to, "%s\n", text);
	free(text);
	json_free(top);
}

const struct export_format export_google_benchmark = {
	.name = "google-benchmark",
	.brief = "JSON of Google Benchmark: its tools/compare.py, and what reads that",
	.write = write_google_benchmark,
	.holds = is_time,
	.left_out = "failed, skipped, or no times",
};
