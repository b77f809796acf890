/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics for the textfile collector of Prometheus's node_exporter, and for what reads
 * OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/).
 *
 * That collector reads the older format of Prometheus, which has neither the type "info"
 * nor units, takes "# EOF" and "# UNIT" for remarks, and refuses files with time stamps:
 * what stands here is the same in both. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "export.h"
#include "figures.h"
#include "host.h"

enum { NUMBER = 48 };

static void put_label(FILE *to, const char *name, const char *value)
{
	char *text = export_text(value ? value : "");

	fprintf(to, "%s=\"", name);
	for (const char *p = text; *p; p++)
		switch (*p) {
		case '\n':
			fputs("\\n", to);
			break;
		case '\\':
		case '"':
			putc('\\', to);
			/* fall through */
		default:
			putc(*p, to);
		}
	putc('"', to);
	free(text);
}

/* Both of HELP's escapes differ in the two formats: no help has a quote or a backslash.
 */
static void put_head(FILE *to, const char *name, const char *unit, const char *help)
{
	fprintf(to, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
	if (unit)
		fprintf(to, "# UNIT %s %s\n", name, unit);
}

static void put_info(FILE *to, const struct record *r)
{
	static const char name[] = "lwpbench_machine_info";
	char *machine = host_title(&r->host);

	put_head(to, name, NULL, "What was measured on, and by which lwpbench.");
	fprintf(to, "%s{", name);
	put_label(to, "machine", machine);
	putc(',', to);
	put_label(to, "cpu", export_fact(r, "cpu.model"));
	putc(',', to);
	put_label(to, "kernel", export_fact(r, "kernel.release"));
	putc(',', to);
	put_label(to, "version", r->version);
	putc(',', to);
	put_label(to, "suite", r->suite);
	fputs("} 1\n", to);
	free(machine);
}

static void put_start(FILE *to, const struct record *r)
{
	static const char name[] = "lwpbench_run_start_time_seconds";
	struct tm tm = {0};
	const char *end = strptime(r->started, "%Y-%m-%dT%H:%M:%SZ", &tm);

	if (!end || *end)
		return;
	put_head(to, name, "seconds", "When the run began, since the epoch.");
	fprintf(to, "%s %lld\n", name, (long long)timegm(&tm));
}

static void put_statuses(FILE *to, const struct export_job *job)
{
	static const char name[] = "lwpbench_cases";
	const struct record *r = job->records;

	put_head(to, name, NULL, "Cases of the run by what became of them.");
	for (enum status s = STATUS_OK; s <= STATUS_PENDING; s++) {
		size_t n = 0;

		for (size_t i = 0; i < r->ncases; i++)
			n += r->cases[i].status == s && export_asked(job, &r->cases[i]);
		fprintf(to, "%s{status=\"%s\"} %zu\n", name, status_name(s), n);
	}
}

static double value_of(const struct figures *f)
{
	return f->median.value;
}

static double low_of(const struct figures *f)
{
	return f->median.lo;
}

static double high_of(const struct figures *f)
{
	return f->median.hi;
}

static double p99_of(const struct figures *f)
{
	return f->p99;
}

static double reps_of(const struct figures *f)
{
	return (double)f->median.n;
}

/* In base units. */
static const struct family {
	const char *of; /* cases of that unit; NULL: all */
	double scale;
	const char *name, *unit, *help;
	double (*figure)(const struct figures *f);
} families[] = {
	{"ns/op", 1e-9, "lwpbench_operation_seconds", "seconds",
	 "Time of an operation: median over reps of their medians.", value_of},
	{"ns/op", 1e-9, "lwpbench_operation_lower_seconds", "seconds",
	 "Lower end of its 95 % interval.", low_of},
	{"ns/op", 1e-9, "lwpbench_operation_upper_seconds", "seconds",
	 "Upper end of its 95 % interval.", high_of},
	{"ns/op", 1e-9, "lwpbench_operation_p99_seconds", "seconds",
	 "99 % of all samples were at least as good.", p99_of},
	{"bytes/s", 1, "lwpbench_bandwidth_bytes_per_second", "bytes_per_second",
	 "Bytes per second: median over reps of their medians.", value_of},
	{"bytes/s", 1, "lwpbench_bandwidth_lower_bytes_per_second", "bytes_per_second",
	 "Lower end of its 95 % interval.", low_of},
	{"bytes/s", 1, "lwpbench_bandwidth_upper_bytes_per_second", "bytes_per_second",
	 "Upper end of its 95 % interval.", high_of},
	{"bytes/s", 1, "lwpbench_bandwidth_p99_bytes_per_second", "bytes_per_second",
	 "99 % of all samples were at least as good.", p99_of},
	{"bytes/task", 1, "lwpbench_task_bytes", "bytes",
	 "Memory that each further task takes: median over reps.", value_of},
	{"bytes/task", 1, "lwpbench_task_lower_bytes", "bytes",
	 "Lower end of its 95 % interval.", low_of},
	{"bytes/task", 1, "lwpbench_task_upper_bytes", "bytes",
	 "Upper end of its 95 % interval.", high_of},
	{"instructions/op", 1, "lwpbench_operation_instructions", "instructions",
	 "Instructions of an operation, counted in a guest: median over boots.",
	 value_of},
	{"instructions/op", 1, "lwpbench_operation_p99_instructions", "instructions",
	 "99 % of all samples took no more.", p99_of},
	{NULL, 1, "lwpbench_reps", NULL, "Reps that a case's figure rests on.", reps_of},
	{0},
};

/* A family stands in one piece, and only if it has a sample. */
static void put_family(FILE *to, const struct export_job *job, const struct family *f)
{
	const struct record *r = job->records;
	bool some = false;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];
		struct figures figures;

		if ((f->of && strcmp(f->of, k->unit) != 0) || !export_has(job, r, k))
			continue;
		figures_of(r, k, &figures);
		double x = f->figure(&figures);
		if (!isfinite(x))
			continue;
		if (!some)
			put_head(to, f->name, f->unit, f->help);
		some = true;
		fprintf(to, "%s{", f->name);
		put_label(to, "case", k->text);
		putc(',', to);
		put_label(to, "family", k->family);
		fprintf(to, "} %.10g\n", x * f->scale);
	}
}

static void write_openmetrics(FILE *to, const struct export_job *job)
{
	put_info(to, job->records);
	put_start(to, job->records);
	put_statuses(to, job);
	for (const struct family *f = families; f->name; f++)
		put_family(to, job, f);
	fputs("# EOF\n", to);
}

const struct export_format export_openmetrics = {
	.name = "openmetrics",
	.brief = "metrics for Prometheus: node_exporter's textfile collector",
	.write = write_openmetrics,
	.holds = export_has,
	.left_out = "failed or skipped",
	.most = 1,
};
