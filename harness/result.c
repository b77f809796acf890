/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes and reads result.json. */
#include "result.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cases.h"
#include "inside.h"
#include "json.h"
#include "util.h"

/* ---- writing */

static void add_usage(struct json *to, const char *key, const struct job_usage *u)
{
	struct json *o = json_new_object();

	json_add_int(o, "voluntary_switches", u->voluntary);
	json_add_int(o, "involuntary_switches", u->involuntary);
	json_add_int(o, "minor_faults", u->minor);
	json_add_int(o, "major_faults", u->major);
	json_add_int(o, "user_ns", u->user_ns);
	json_add_int(o, "system_ns", u->system_ns);
	json_add(to, key, o);
}

static struct json *noise_json(const struct noise *n)
{
	struct json *o = json_new_object();

	json_add_real(o, "steal_ms", n->steal_ms);
	json_add_real(o, "other_cpus_busy", n->busy);
	json_add_real(o, "pressure_cpu_ms", n->psi_ms);
	json_add_real(o, "mhz", n->mhz);
	add_usage(o, "self", &n->self);
	add_usage(o, "children", &n->children);
	return o;
}

/* A row of one column is a number, a wider one an array; what was not stamped is null. */
static struct json *rows_json(const struct rep *rep)
{
	struct json *rows = json_new_array();

	for (size_t i = 0; i < rep->nrows; i++) {
		const uint64_t *row = rep->rows + i * rep->width;

		if (rep->width == 1) {
			json_add_int(rows, NULL, row[0]);
			continue;
		}
		struct json *cells = json_new_array();
		for (size_t c = 0; c < rep->width; c++) {
			if (row[c] == JOB_NO_STAMP)
				json_add_null(cells, NULL);
			else
				json_add_int(cells, NULL, row[c]);
		}
		json_add(rows, NULL, cells);
	}
	return rows;
}

static void add_reps(struct json *to, const char *key, const struct reps *reps)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < reps->n; i++) {
		const struct rep *rep = &reps->v[i];
		struct json *o = json_new_object(), *cpus = json_new_array();

		json_add_int(o, "block", rep->block);
		json_add_int(o, "order", rep->order);
		for (size_t c = 0; c < rep->ncpus; c++)
			json_add_int(cpus, NULL, rep->cpus[c]);
		json_add(o, "cpus", cpus);
		json_add_real(o, "start_s", rep->start_s);
		json_add_int(o, "batch", rep->batch);
		json_add_int(o, "burst", rep->scale);
		json_add_int(o, "bytes", rep->bytes);
		json_add(o, "interference", noise_json(&rep->noise));
		json_add(o, "samples", rows_json(rep));
		json_add(list, NULL, o);
	}
	json_add(to, key, list);
}

static void add_phases(struct json *to, const struct kase *k)
{
	struct json *o = json_new_object(), *names = json_new_array();

	for (size_t i = 0; i < k->nphases; i++)
		json_add_text(names, NULL, k->phase_names[i]);
	json_add(o, "names", names);
	add_reps(o, "reps", &k->phases);
	json_add(to, "phases", o);
}

static void add_events(struct json *to, const struct kase *k)
{
	struct json *o = json_new_object(), *names = json_new_array();

	for (size_t i = 0; i < k->nevents; i++) {
		struct json *e = json_new_object();

		json_add_text(e, "name", k->events[i].name);
		json_add_text(e, "source", k->events[i].source);
		json_add_text(e, "reason", k->events[i].reason);
		json_add(names, NULL, e);
	}
	json_add(o, "counters", names);
	add_reps(o, "reps", &k->counts);
	json_add(to, "events", o);
}

static void add_gauges(struct json *to, const struct kase *k)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < k->ngauges; i++) {
		struct json *o = json_new_object();

		json_add_text(o, "name", k->gauges[i].name);
		json_add_text(o, "unit", k->gauges[i].unit);
		json_add_text(o, "brief", k->gauges[i].brief);
		json_add(list, NULL, o);
	}
	json_add(to, "gauges", list);
}

static struct json *case_json(const struct kase *k)
{
	struct json *o = json_new_object(), *params = json_new_object();

	json_add_text(o, "case", k->text);
	json_add_text(o, "bench", k->bench);
	json_add_text(o, "brief", k->brief);
	json_add_text(o, "family", k->family);
	json_add_text(o, "floor", *k->floor ? k->floor : NULL);
	json_add_text(o, "base", *k->base ? k->base : NULL);
	for (size_t i = 0; i < k->nparams; i++)
		json_add_text(params, k->params[i].name, k->params[i].value);
	json_add(o, "params", params);
	json_add_text(o, "unit", k->unit);
	json_add_text(o, "better", k->higher_is_better ? "higher" : "lower");
	if (k->time.n)
		json_add_int(o, "batch", k->time.v[0].batch);
	else
		json_add_null(o, "batch");
	json_add_text(o, "status", status_name(k->status));
	json_add_text(o, "reason", k->reason);
	json_add_text(o, "note", k->note);
	json_add_text(o, "tool", k->tool);
	add_gauges(o, k);
	add_reps(o, "reps", &k->time);
	add_phases(o, k);
	add_events(o, k);
	return o;
}

static struct json *run_json(const struct record *r)
{
	struct json *o = json_new_object(), *clock = json_new_object();

	json_add_text(o, "started", r->started);
	json_add_text(o, "suite", r->suite);
	json_add_text(o, "command", r->command);
	json_add_int(o, "seed", r->seed);
	json_add_real(o, "precision", r->precision);
	json_add_real(o, "budget_s", r->budget_s);
	json_add_real(o, "elapsed_s", r->elapsed_s);
	json_add_real(o, "limit_s", r->limit_s);
	json_add_int(o, "passes", r->passes);
	json_add_bool(o, "complete", r->complete);
	json_add_int(o, "blocks", r->blocks);
	if (r->phase_blocks)
		json_add_int(o, "phase_blocks", r->phase_blocks);
	json_add_real(clock, "cost_ns", r->clock_cost_ns);
	json_add_real(clock, "step_ns", r->clock_step_ns);
	json_add(o, "clock", clock);
	return o;
}

static struct json *host_json(const struct facts *host)
{
	struct json *o = json_new_object();

	for (size_t i = 0; i < host->n; i++) {
		const struct fact *f = &host->v[i];

		if (f->value) {
			json_add_text(o, f->name, f->value);
		} else {
			struct json *na = json_new_object();

			json_add_text(na, "n/a", f->reason);
			json_add(o, f->name, na);
		}
	}
	return o;
}

int result_write(const char *folder, const struct record *r)
{
	struct json *o = json_new_object(), *warnings = json_new_array(),
		    *cases = json_new_array();

	json_add_text(o, "schema", RESULT_SCHEMA);
	json_add_text(o, "lwpbench", r->version);
	json_add(o, "run", run_json(r));
	json_add(o, "host", host_json(&r->host));
	for (size_t i = 0; i < r->nwarnings; i++)
		json_add_text(warnings, NULL, r->warnings[i]);
	json_add(o, "warnings", warnings);
	for (size_t i = 0; i < r->ncases; i++)
		json_add(cases, NULL, case_json(&r->cases[i]));
	json_add(o, "cases", cases);

	char *text = json_text(o, false), *path = xformat("%s/result.json", folder);
	int err = write_file(path, text, strlen(text));
	free(path);
	free(text);
	json_free(o);
	return err;
}

/* ---- reading */

static void read_usage(struct json_reader *in, const struct json *v, const char *key,
		       struct job_usage *u)
{
	const struct json *o = json_get_object(in, v, key);

	u->voluntary = json_get_int(in, o, "voluntary_switches");
	u->involuntary = json_get_int(in, o, "involuntary_switches");
	u->minor = json_get_int(in, o, "minor_faults");
	u->major = json_get_int(in, o, "major_faults");
	u->user_ns = json_get_int(in, o, "user_ns");
	u->system_ns = json_get_int(in, o, "system_ns");
}

static void read_noise(struct json_reader *in, const struct json *v, struct noise *n)
{
	const struct json *o = json_get_object(in, v, "interference");

	n->steal_ms = json_get_real(in, o, "steal_ms");
	n->busy = json_get_real(in, o, "other_cpus_busy");
	n->psi_ms = json_get_real(in, o, "pressure_cpu_ms");
	n->mhz = json_get_real(in, o, "mhz");
	read_usage(in, o, "self", &n->self);
	read_usage(in, o, "children", &n->children);
}

static void wrong(struct json_reader *in, const char *text)
{
	if (!in->error[0])
		snprintf(in->error, sizeof(in->error), "%s", text);
}

/* The first column, ns or a count, is always there; what others lack is null. */
static void read_row(struct json_reader *in, const struct json *v, uint64_t *row,
		     size_t width)
{
	if (width > 1 && json_size(v) != width)
		wrong(in, "samples: rows of the wrong width");
	if (!json_as_uint(width > 1 ? json_at(v, 0) : v, &row[0]))
		wrong(in, "samples: not a whole number");
	for (size_t c = 1; c < width && !in->error[0]; c++)
		if (!json_as_uint(json_at(v, c), &row[c]))
			row[c] = JOB_NO_STAMP;
}

static void read_rep(struct json_reader *in, const struct json *v, size_t width,
		     struct rep *rep)
{
	const struct json *cpus = json_get_array(in, v, "cpus");
	const struct json *rows = json_get_array(in, v, "samples");

	rep->block = (unsigned)json_get_int(in, v, "block");
	rep->order = (unsigned)json_get_int(in, v, "order");
	rep->ncpus = json_size(cpus);
	if (rep->ncpus > JOB_CPUS) {
		wrong(in, "cpus: too many");
		return;
	}
	for (size_t c = 0; c < rep->ncpus; c++) {
		uint64_t cpu;

		if (!json_as_uint(json_at(cpus, c), &cpu) || cpu > UINT_MAX)
			wrong(in, "cpus: not the number of a CPU");
		else
			rep->cpus[c] = (unsigned)cpu;
	}
	rep->start_s = json_get_real(in, v, "start_s");
	rep->batch = json_get_int(in, v, "batch");
	rep->scale = json_get_int(in, v, "burst");
	rep->bytes = json_get_int(in, v, "bytes");
	if (rep->batch == 0 || rep->scale == 0)
		wrong(in, "batch, burst: must be at least 1");
	read_noise(in, v, &rep->noise);
	rep->width = width;
	rep->nrows = json_size(rows);
	rep->rows = xcalloc(rep->nrows * width, sizeof(uint64_t));
	for (size_t i = 0; i < rep->nrows && !in->error[0]; i++)
		read_row(in, json_at(rows, i), rep->rows + i * width, width);
}

static void read_reps(struct json_reader *in, const struct json *v, size_t width,
		      struct reps *reps)
{
	const struct json *list = json_get_array(in, v, "reps");

	for (size_t i = 0; i < json_size(list) && !in->error[0]; i++) {
		struct rep rep = {0};

		read_rep(in, json_at(list, i), width, &rep);
		reps_add(reps, &rep);
	}
}

static void read_phases(struct json_reader *in, const struct json *v, struct kase *k)
{
	const struct json *o = json_get_object(in, v, "phases");
	const struct json *names = json_get_array(in, o, "names");
	size_t n = json_size(names);

	if (n > JOB_PHASES) {
		wrong(in, "phases: too many names");
		return;
	}
	k->phase_names = xcalloc(n, sizeof(char *));
	for (; k->nphases < n; k->nphases++) {
		const char *name = json_as_text(json_at(names, k->nphases));

		if (!name)
			wrong(in, "phases: a name is no text");
		k->phase_names[k->nphases] = xstrdup(name ? name : "");
	}
	read_reps(in, o, 1 + 2 * n, &k->phases);
}

static void read_events(struct json_reader *in, const struct json *v, struct kase *k)
{
	const struct json *o = json_get_object(in, v, "events");
	const struct json *names = json_get_array(in, o, "counters");
	size_t n = json_size(names);

	if (n > JOB_EVENTS) {
		wrong(in, "events: too many counters");
		return;
	}
	k->events = xcalloc(n, sizeof(*k->events));
	for (; k->nevents < n; k->nevents++) {
		const struct json *e = json_at(names, k->nevents);

		k->events[k->nevents] = (struct event){
			.name = json_get_text(in, e, "name"),
			.source = json_get_text(in, e, "source"),
			.reason = json_get_text(in, e, "reason"),
		};
	}
	read_reps(in, o, 3 * n, &k->counts);
}

static void read_params(struct json_reader *in, const struct json *v, struct kase *k)
{
	const struct json *params = json_get_object(in, v, "params"), *value;

	k->params = xcalloc(json_size(params), sizeof(*k->params));
	for (size_t i = 0; i < json_size(params); i++) {
		const char *name = json_member(params, i, &value);
		const char *text = json_as_text(value);

		if (!text)
			wrong(in, "params: a value is no text");
		k->params[k->nparams++] =
			(struct pair){xstrdup(name), xstrdup(text ? text : "")};
	}
}

/* A text that must be there. */
static char *need_text(struct json_reader *in, const struct json *v, const char *key)
{
	char *text = json_get_text(in, v, key);

	if (!text && !in->error[0])
		snprintf(in->error, sizeof(in->error), "%s: must be a text", key);
	return text ? text : xstrdup("");
}

static void read_gauges(struct json_reader *in, const struct json *v, struct kase *k)
{
	const struct json *list = json_get_array(in, v, "gauges");
	size_t n = json_size(list);

	if (n > JOB_GAUGES) {
		wrong(in, "gauges: too many");
		return;
	}
	k->gauges = xcalloc(n, sizeof(*k->gauges));
	for (; k->ngauges < n; k->ngauges++) {
		const struct json *o = json_at(list, k->ngauges);

		k->gauges[k->ngauges] = (struct gauge){
			.name = need_text(in, o, "name"),
			.unit = need_text(in, o, "unit"),
			.brief = need_text(in, o, "brief"),
		};
	}
}

static void read_case(struct json_reader *in, const struct json *v, struct kase *k)
{
	k->text = need_text(in, v, "case");
	k->bench = need_text(in, v, "bench");
	k->brief = need_text(in, v, "brief");
	k->family = need_text(in, v, "family");
	k->floor = json_get_text(in, v, "floor");
	if (!k->floor)
		k->floor = xstrdup("");
	k->base = json_get_text(in, v, "base");
	if (!k->base)
		k->base = xstrdup("");
	k->unit = need_text(in, v, "unit");
	k->reason = json_get_text(in, v, "reason");
	k->note = json_get_text(in, v, "note");
	k->tool = json_get_text(in, v, "tool");
	char *better = need_text(in, v, "better"), *status = need_text(in, v, "status");
	k->higher_is_better = strcmp(better, "higher") == 0;
	int s = status_from_name(status);
	if (s < 0)
		wrong(in, "status: not ok, failed, skipped or pending");
	k->status = s < 0 ? STATUS_FAILED : (enum status)s;
	free(better);
	free(status);
	read_params(in, v, k);
	read_gauges(in, v, k);
	read_reps(in, v, 1 + k->ngauges, &k->time);
	read_phases(in, v, k);
	read_events(in, v, k);
	bool ladder = case_is_ladder(k);
	if (ladder && k->ngauges < 2)
		wrong(in, "gauges: of bytes/task, the first two are tasks and bytes");
	/* Of rates, figures are made from the bytes; of all else, from the time alone. */
	for (size_t i = 0; i < k->time.n; i++) {
		k->time.v[i].ladder = ladder;
		if ((strcmp(k->unit, "bytes/s") == 0) != (k->time.v[i].bytes > 0))
			wrong(in, "bytes: more than 0 where the unit is bytes/s, else 0");
	}
}

static void read_run(struct json_reader *in, const struct json *top, struct record *r)
{
	const struct json *o = json_get_object(in, top, "run");
	const struct json *clock = json_get_object(in, o, "clock");

	r->started = need_text(in, o, "started");
	r->suite = json_get_text(in, o, "suite");
	r->command = need_text(in, o, "command");
	r->seed = json_get_int(in, o, "seed");
	r->precision = json_get_real(in, o, "precision");
	r->budget_s = json_get_real(in, o, "budget_s");
	r->elapsed_s = json_get_real(in, o, "elapsed_s");
	r->limit_s = json_get_real(in, o, "limit_s");
	r->passes = (unsigned)json_get_int(in, o, "passes");
	r->complete = json_get_bool(in, o, "complete");
	r->blocks = (unsigned)json_get_int(in, o, "blocks");
	if (json_find(o, "phase_blocks"))
		r->phase_blocks = (unsigned)json_get_int(in, o, "phase_blocks");
	r->clock_cost_ns = json_get_real(in, clock, "cost_ns");
	r->clock_step_ns = json_get_real(in, clock, "step_ns");
}

static void read_host(struct json_reader *in, const struct json *top, struct record *r)
{
	const struct json *o = json_get_object(in, top, "host"), *value;

	for (size_t i = 0; i < json_size(o); i++) {
		const char *name = json_member(o, i, &value);

		if (json_is_text(value)) {
			facts_add(&r->host, name, json_as_text(value), NULL);
		} else {
			char *reason = json_get_text(in, value, "n/a");

			facts_add(&r->host, name, NULL, reason);
			free(reason);
		}
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A case counts once: of two, one would be shown and the other compared. */
static void check_twice(struct json_reader *in, const struct record *r)
{
	char **texts = xcalloc(r->ncases, sizeof(*texts));

	for (size_t i = 0; i < r->ncases; i++)
		texts[i] = r->cases[i].text;
	qsort(texts, r->ncases, sizeof(*texts), by_text);
	for (size_t i = 1; i < r->ncases && !in->error[0]; i++)
		if (strcmp(texts[i - 1], texts[i]) == 0)
			snprintf(in->error, sizeof(in->error),
				 "cases: %.200s is there twice", texts[i]);
	free(texts);
}

static void read_record(struct json_reader *in, const struct json *top, struct record *r)
{
	const struct json *warnings = json_get_array(in, top, "warnings");
	const struct json *cases = json_get_array(in, top, "cases");

	r->version = need_text(in, top, "lwpbench");
	read_run(in, top, r);
	read_host(in, top, r);
	for (size_t i = 0; i < json_size(warnings); i++) {
		const char *text = json_as_text(json_at(warnings, i));

		record_warn(r, "%s", text ? text : "");
	}
	r->cases = xcalloc(json_size(cases), sizeof(*r->cases));
	for (size_t i = 0; i < json_size(cases) && !in->error[0]; i++)
		read_case(in, json_at(cases, i), &r->cases[r->ncases++]);
	if (!in->error[0])
		check_twice(in, r);
}

/* Shown to people as it is. */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (!isgraph((unsigned char)*text))
			return false;
	return true;
}

/* Why what has that schema is no result that can be read; NULL if it can. */
static char *wrong_schema(const char *schema)
{
	static const char family[] = "lwpbench-result/";

	if (!schema || !is_plain(schema))
		return xstrdup("no result of lwpbench, but some other JSON: want the "
			       "result.json of a run");
	if (strcmp(schema, RESULT_SCHEMA) == 0)
		return NULL;
	if (strncmp(schema, family, strlen(family)) == 0)
		return xformat("schema %.60s: made by a newer lwpbench; this one reads "
			       "up to " RESULT_SCHEMA,
			       schema);
	return xformat("schema %.60s: no result, this one reads " RESULT_SCHEMA, schema);
}

/* What has no JSON in it may be anything. */
static char *wrong_text(const char *text, size_t size, const char *error)
{
	size_t blank = strspn(text, " \t\r\n");

	if (blank == size)
		return xstrdup("empty: copy it again, or measure again");
	if (memchr(text, 0, size) || text[blank] != '{')
		return xstrdup("no result of lwpbench, and no JSON: want the result.json "
			       "of a run, or its folder");
	return xformat("damaged or cut off: %s", error);
}

int result_parse(const char *text, size_t size, struct record *out, char **error)
{
	struct json_reader in = {0};
	struct json *top = json_parse(&in, text, size);
	const struct json *schema = top ? json_find(top, "schema") : NULL;

	*out = (struct record){0};
	*error = top ? wrong_schema(json_as_text(schema))
		     : wrong_text(text, size, in.error);
	if (!*error) {
		read_record(&in, top, out);
		if (in.error[0]) {
			record_free(out);
			*error = xformat("damaged: %s", in.error);
		}
	}
	json_free(top);
	return *error ? -EINVAL : 0;
}

/* The text of a result: of a folder, no link in it is followed out of it. `file` is what
 * messages call it. */
static int get(const char *path, char **text, size_t *size, char **file, char **why)
{
	bool piped = strcmp(path, "-") == 0;
	struct stat st;
	int err;

	if (piped || stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) {
		*file = xstrdup(piped ? "standard input" : path);
		err = read_file(piped ? "/dev/stdin" : path, text, size);
	} else {
		err = inside_read(path, "result.json", text, size);
		*file = xformat(err == -ENOENT ? "%s" : "%s/result.json", path);
		if (err == -ENOENT)
			*why = xstrdup("no result.json is in it: want a folder that "
				       "`lwpbench run` made");
	}
	if (err && !*why)
		*why = xstrdup(inside_error(err));
	return err;
}

int result_read(const char *path, struct record *out, char **error)
{
	char *file, *text = NULL, *why = NULL;
	size_t size;
	int err = get(path, &text, &size, &file, &why);

	if (!err)
		err = result_parse(text, size, out, &why);
	if (err)
		*error = xformat("%s: %s", file, why);
	free(why);
	free(text);
	free(file);
	return err;
}

char *result_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return xstrdup(path);
	return slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
}

char *result_beside(const char *path, const char *name)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return xformat("%s/%s", path, name);
	const char *slash = strrchr(path, '/');
	return xformat("%.*s%s", slash ? (int)(slash - path + 1) : 0, path, name);
}
