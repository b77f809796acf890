/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the JSON of hyperfine, and names cases by its commands. */
#include "hyperfine.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "util.h"

/* The runs of one command so far. */
struct runs {
	uint64_t *ns; /* room for all */
	size_t n;
	double user_s, system_s; /* of all together */
	size_t failed, skipped;  /* how many did not end with 0; of these, with 77 */
	double status;           /* of the first of them; NAN: a signal killed it */
	bool various;            /* not all the same */
};

/* ---- reading */

static void wrong(struct json_reader *in, const struct json *v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void wrong(struct json_reader *in, const struct json *v, const char *fmt, ...)
{
	va_list ap;

	if (in->error[0])
		return;
	va_start(ap, fmt);
	char *what = xvformat(fmt, ap);
	va_end(ap);
	json_wrong(in, v, what);
	free(what);
}

/* Whether it is a time, as ns in *ns. */
static bool to_ns(double s, uint64_t *ns)
{
	/* More than that many ns no result file holds. */
	const double most = 9e9;

	*ns = s >= 0 && s < most ? (uint64_t)llround(s * 1e9) : 0;
	return s >= 0 && s < most;
}

/* Takes run number runs->n, in the place `at`, and how it ended: a number, or null. */
static void add_run(struct json_reader *in, const struct json *at, struct runs *runs,
		    double wall_s, const struct json *code)
{
	double status = NAN;

	if (!to_ns(wall_s, &runs->ns[runs->n]))
		wrong(in, at, "run %zu: not a time in seconds", runs->n + 1);
	if (!json_is_none(code) &&
	    (!json_as_real(code, &status) || status != floor(status)))
		wrong(in, at, "run %zu: not an exit status", runs->n + 1);
	runs->n++;
	if (status == 0)
		return;
	runs->various |= runs->failed && status != runs->status &&
			 !(isnan(status) && isnan(runs->status));
	if (!runs->failed)
		runs->status = status;
	runs->failed++;
	runs->skipped += status == HYPERFINE_SKIPPED;
}

/* Up to 1.20: lists of times and statuses, the means of the CPU times. */
static void read_lists(struct json_reader *in, const struct json *v, struct runs *runs)
{
	const struct json *times = json_get_array(in, v, "times"),
			  *codes = json_get_array(in, v, "exit_codes");
	size_t n = json_size(times);

	if (times && codes && json_size(codes) != n)
		wrong(in, codes, "%zu of them, of %zu runs", json_size(codes), n);
	runs->ns = xcalloc(n, sizeof(*runs->ns));
	for (size_t i = 0; i < n && !in->error[0]; i++) {
		double s = NAN;

		if (!json_as_real(json_at(times, i), &s))
			s = NAN;
		add_run(in, times, runs, s, json_at(codes, i));
	}
	runs->user_s = json_get_real(in, v, "user") * (double)n;
	runs->system_s = json_get_real(in, v, "system") * (double)n;
}

static double read_seconds(struct json_reader *in, const struct json *v, const char *key)
{
	const struct json *o = json_get_object(in, v, key);
	double s = json_get_real(in, o, "value");
	char *unit = json_get_text(in, o, "unit");

	if (!unit || strcmp(unit, "second") != 0)
		wrong(in, o, "its unit is not \"second\"");
	free(unit);
	return s;
}

/* schema_version 2: a list of runs, each with all that was measured. */
static void read_measurements(struct json_reader *in, const struct json *v,
			      struct runs *runs)
{
	const struct json *list = json_get_array(in, v, "measurements");
	size_t n = json_size(list);

	runs->ns = xcalloc(n, sizeof(*runs->ns));
	for (size_t i = 0; i < n && !in->error[0]; i++) {
		const struct json *run = json_at(list, i);
		double wall_s = read_seconds(in, run, "time_wall_clock");

		runs->user_s += read_seconds(in, run, "time_user");
		runs->system_s += read_seconds(in, run, "time_system");
		add_run(in, list, runs, wall_s, json_get(in, run, "exit_code"));
	}
}

/* In version 2 a name, if there is one, stands beside the command. */
static char *read_command(struct json_reader *in, const struct json *v)
{
	char *name = json_find(v, "name") ? json_get_text(in, v, "name") : NULL;
	char *command = name ? name : json_get_text(in, v, "command");

	if (!command || !*command)
		wrong(in, v, "a command without a name");
	for (const char *c = command; c && *c; c++)
		if (iscntrl((unsigned char)*c))
			wrong(in, v,
			      "the command has control characters: give it a name by "
			      "--command-name");
	return command;
}

/* "exit status 1 in 3 of 10 runs" */
static char *reason_of(const struct runs *runs)
{
	int signal =
		runs->status > 128 && runs->status < 256 ? (int)runs->status - 128 : 0;
	const char *name = signal ? sigabbrev_np(signal) : NULL;
	char *how = isnan(runs->status) ? xstrdup("killed by a signal")
					: xformat("exit status %.0f%s%s%s", runs->status,
						  name ? " (SIG" : "", name ? name : "",
						  name ? ")" : "");
	char *reason = xformat("%s%s in %zu of %zu runs", how,
			       runs->various ? " and others" : "", runs->failed, runs->n);

	free(how);
	return reason;
}

/* Makes a rep of the runs, whose rows it takes over, or says why there is none. */
static void settle(struct json_reader *in, const struct json *v, struct runs *runs,
		   struct timing *t)
{
	t->rep = (struct rep){
		.batch = 1,
		.scale = 1,
		.width = 1,
		.noise = {.steal_ms = NAN, .busy = NAN, .psi_ms = NAN, .mhz = NAN}};
	if (!runs->n)
		wrong(in, v, "no runs");
	if (!to_ns(runs->user_s, &t->rep.noise.children.user_ns) ||
	    !to_ns(runs->system_s, &t->rep.noise.children.system_ns))
		wrong(in, v, "user, system: not times in seconds");
	t->status = runs->failed == 0          ? STATUS_OK
		    : runs->skipped == runs->n ? STATUS_SKIPPED
					       : STATUS_FAILED;
	if (t->status == STATUS_OK) {
		t->rep.rows = runs->ns;
		t->rep.nrows = runs->n;
	} else {
		t->reason = reason_of(runs);
		free(runs->ns);
	}
}

static void read_result(struct json_reader *in, const struct json *v, uint64_t version,
			struct timing *t)
{
	struct runs runs = {0};

	t->command = read_command(in, v);
	if (version == 1)
		read_lists(in, v, &runs);
	else
		read_measurements(in, v, &runs);
	settle(in, v, &runs, t);
}

static void read_results(struct json_reader *in, const struct json *top,
			 struct timings *out)
{
	const struct json *schema = json_find(top, "schema_version");
	uint64_t version = schema ? json_get_int(in, top, "schema_version") : 1;

	if (!in->error[0] && version != 1 && version != 2)
		wrong(in, schema, "only 1 and 2 are known");
	const struct json *list = json_get_array(in, top, "results");
	struct json *seen = json_new_object();

	if (list && !json_size(list))
		wrong(in, list, "there are none");
	out->v = xcalloc(json_size(list), sizeof(*out->v));
	for (size_t i = 0; i < json_size(list) && !in->error[0]; i++) {
		const struct json *v = json_at(list, i);
		struct timing *t = &out->v[out->n++];

		read_result(in, v, version, t);
		if (in->error[0])
			break;
		if (json_find(seen, t->command))
			wrong(in, v, "its command is there twice");
		json_add_null(seen, t->command);
	}
	json_free(seen);
}

void timings_free(struct timings *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].command);
		free(t->v[i].reason);
		free(t->v[i].rep.rows);
	}
	free(t->v);
	*t = (struct timings){0};
}

int hyperfine_read(const char *text, size_t size, struct timings *out, char **error)
{
	struct json_reader in;
	struct json *top = json_parse(&in, text, size);

	*out = (struct timings){0};
	if (top)
		read_results(&in, top, out);
	json_free(top);
	if (!in.error[0])
		return 0;
	timings_free(out);
	*error = xstrdup(in.error);
	return -EINVAL;
}

/* ---- cases */

/* Length of the name that `text` begins with, 0 if it begins with none. */
static size_t name_length(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) ||
	       (n && text[n] && strchr("_-.+", text[n])))
		n++;
	return n;
}

static bool has_param(const struct kase *k, const char *name)
{
	for (size_t i = 0; i < k->nparams; i++)
		if (strcmp(k->params[i].name, name) == 0)
			return true;
	return false;
}

static void drop_params(struct kase *k)
{
	for (size_t i = 0; i < k->nparams; i++) {
		free(k->params[i].name);
		free(k->params[i].value);
	}
	free(k->params);
	k->params = NULL;
	k->nparams = 0;
}

/* Of "/NAME=VALUE/..."; none if not all parts are of that form. */
static void parse_params(const char *text, struct kase *k)
{
	while (*text) {
		const char *part = text + 1;
		size_t len = strcspn(part, "/"), name = name_length(part);

		text = part + len;
		char *own = xstrndup(part, name);
		if (!name || part[name] != '=' || has_param(k, own)) {
			free(own);
			drop_params(k);
			return;
		}
		k->params = xrealloc(k->params, k->nparams + 1, sizeof(*k->params));
		k->params[k->nparams++] =
			(struct pair){own, xstrndup(part + name + 1, len - name - 1)};
	}
}

struct kase *hyperfine_case(struct record *r, const char *command)
{
	struct kase *k = record_find(r, command);

	if (k)
		return k->tool && strcmp(k->tool, HYPERFINE_TOOL) == 0 ? k : NULL;
	/* Of a command line that nobody named, such as "./sort a/b", all is the name. */
	size_t name = name_length(command);
	bool named = name && (command[name] == '/' || !command[name]);

	r->cases = xrealloc(r->cases, r->ncases + 1, sizeof(*r->cases));
	k = &r->cases[r->ncases++];
	*k = (struct kase){.text = xstrdup(command),
			   .bench = named ? xstrndup(command, name) : xstrdup(command),
			   .brief = xstrdup(""),
			   .unit = xstrdup("ns/op"),
			   .floor = xstrdup(""),
			   .base = xstrdup(""),
			   .status = STATUS_PENDING,
			   .tool = xstrdup(HYPERFINE_TOOL)};
	/* A table of its own, held against the first; no family of ours has a blank. */
	k->family = xformat("program %s", k->bench);
	if (named)
		parse_params(command + name, k);
	return k;
}

unsigned hyperfine_next_block(const struct record *r)
{
	unsigned next = 0;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		for (size_t j = 0; k->tool && j < k->time.n; j++)
			if (k->time.v[j].block >= next)
				next = k->time.v[j].block + 1;
	}
	return next;
}

void hyperfine_take(struct kase *k, struct timing *t)
{
	if (k->status == STATUS_FAILED || k->status == STATUS_SKIPPED)
		return;
	if (t->status == STATUS_OK) {
		reps_add(&k->time, &t->rep);
		t->rep.rows = NULL;
	}
	kase_set_status(k, t->status, t->reason);
	t->reason = NULL;
}
