/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes points from results, writes and reads them. */
#include "history_point.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "json.h"
#include "plot_data.h"
#include "relative.h"
#include "result.h"
#include "util.h"

/* What can explain that a cost has changed, or tells that the machine is another one. */
static const char *const facts_kept[] = {
	"host.name",      "host.machine",       "host.hypervisor",   "host.container",
	"cpu.model",      "cpu.microcode",      "cpu.online",        "cpu.usable",
	"cpu.smt_active", "cpu.governor",       "cpu.boost",         "kernel.name",
	"kernel.release", "kernel.version",     "kernel.preemption", "kernel.pti",
	"kernel.pcid",    "kernel.thp",         "kernel.hz",         "kernel.clocksource",
	"cgroup.cpu",     "cgroup.cpuset",      "glibc.version",     "build.compiler",
	"build.flags",    "env.GLIBC_TUNABLES", "env.LD_PRELOAD",
};

static const char fact_of_ours[] = "lwpbench.version";

static int fail(char **error, int err, char *text)
{
	*error = text;
	return err;
}

/* "2026-01-01T00:00:00Z": it becomes the name of a file. */
static bool is_time(const char *text)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";

	if (strlen(text) != strlen(form))
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)text[i])
				   : text[i] != form[i])
			return false;
	return true;
}

/* "20260101T000000Z", as folders of results are named. */
static char *name_of(const char *started)
{
	char *name = xcalloc(strlen(started) + 1, 1), *to = name;

	for (; *started; started++)
		if (*started != '-' && *started != ':')
			*to++ = *started;
	return name;
}

/* ---- from a result */

static void keep_facts(const struct record *r, struct facts *out)
{
	for (size_t i = 0; i < countof(facts_kept); i++) {
		const struct fact *f = facts_find(&r->host, facts_kept[i]);

		if (f && f->value) {
			char *plain = plot_plain(f->value);

			facts_add(out, f->name, plain, NULL);
			free(plain);
		}
	}
	char *version = plot_plain(r->version);
	facts_add(out, fact_of_ours, version, NULL);
	free(version);
}

static void keep_case(const struct record *r, const struct kase *k, struct point *out)
{
	struct relative rel;

	if (relative_of(r, k, &rel) < 0 || !isfinite(rel.figure) ||
	    !isfinite(exp(rel.log_ratio.value)))
		return;
	struct history_case *to = &out->cases[out->ncases++];
	*to = (struct history_case){
		.text = plot_plain(k->text),
		.family = plot_plain(k->family),
		.unit = plot_plain(k->unit),
		.floor = plot_plain(rel.floor ? rel.floor->text : ""),
		.higher_is_better = k->higher_is_better,
		.v = xcalloc(1, sizeof(*to->v)),
	};
	*to->v = (struct history_value){rel.figure, exp(rel.log_ratio.value)};
}

int point_of(const struct record *r, const char *label, struct point *out, char **error)
{
	*out = (struct point){0};
	if (!is_time(r->started)) {
		char *plain = plot_plain(r->started);
		int err = fail(error, -EINVAL,
			       xformat("damaged: run.started: %.40s is no time such as "
				       "2026-01-31T23:59:59Z",
				       plain));

		free(plain);
		return err;
	}
	out->cases = xcalloc(r->ncases, sizeof(*out->cases));
	for (size_t i = 0; i < r->ncases; i++)
		keep_case(r, &r->cases[i], out);
	if (!out->ncases) {
		point_free(out);
		return fail(error, -ENODATA, xstrdup("no case of it was measured"));
	}
	out->run = (struct history_run){
		.name = name_of(r->started),
		.started = xstrdup(r->started),
		.label = label ? plot_plain(label) : NULL,
		.seed = r->seed,
	};
	keep_facts(r, &out->run.host);
	return 0;
}

/* ---- writing */

/* Names of what stands in the row of a case: once a file, for a history has many. */
enum { CASE, FAMILY, UNIT, BETTER, FLOOR, FIGURE, RATIO, COLUMNS };

static const char *const columns[COLUMNS] = {"case",  "family", "unit", "better",
					     "floor", "figure", "ratio"};

static struct json *columns_json(void)
{
	struct json *v = json_new_array();

	for (size_t i = 0; i < COLUMNS; i++)
		json_add_text(v, NULL, columns[i]);
	return v;
}

static struct json *case_json(const struct history_case *k)
{
	struct json *v = json_new_array();

	json_add_text(v, NULL, k->text);
	json_add_text(v, NULL, k->family);
	json_add_text(v, NULL, k->unit);
	json_add_text(v, NULL, k->higher_is_better ? "higher" : "lower");
	json_add_text(v, NULL, *k->floor ? k->floor : NULL);
	json_add_real(v, NULL, k->v->figure);
	json_add_real(v, NULL, k->v->ratio);
	return v;
}

char *point_text(const struct point *p)
{
	struct json *o = json_new_object(), *run = json_new_object(),
		    *host = json_new_object(), *cases = json_new_array();

	json_add_text(o, "schema", HISTORY_SCHEMA);
	json_add_text(run, "started", p->run.started);
	json_add_text(run, "label", p->run.label);
	json_add_int(run, "seed", p->run.seed);
	json_add(o, "run", run);
	for (size_t i = 0; i < p->run.host.n; i++)
		json_add_text(host, p->run.host.v[i].name, p->run.host.v[i].value);
	json_add(o, "host", host);
	json_add(o, "columns", columns_json());
	for (size_t i = 0; i < p->ncases; i++)
		json_add(cases, NULL, case_json(&p->cases[i]));
	json_add(o, "cases", cases);
	char *text = json_text(o, false);
	json_free(o);
	char *line = xformat("%s\n", text);
	free(text);
	return line;
}

/* ---- reading */

/* Plain text that must be there. */
static char *need_text(struct json_reader *in, const struct json *v, const char *key)
{
	const struct json *member = json_get(in, v, key);
	const char *text = json_as_text(member);

	if (member && !text)
		json_wrong(in, member, "not a text");
	return plot_plain(text ? text : "");
}

/* As above, or NULL for null. */
static char *may_text(struct json_reader *in, const struct json *v, const char *key)
{
	const struct json *member = json_get(in, v, key);

	return member && json_is_none(member) ? NULL : need_text(in, v, key);
}

static char *cell_text(struct json_reader *in, const struct json *row, size_t column)
{
	const char *text = json_as_text(json_at(row, column));

	if (!text)
		json_wrong(in, row, "its texts are no texts");
	return plot_plain(text ? text : "");
}

/* Of what has been measured. */
static double cell_number(struct json_reader *in, const struct json *row, size_t column)
{
	double x;

	if (json_as_real(json_at(row, column), &x) && x > 0 && isfinite(x))
		return x;
	json_wrong(in, row, "its numbers are no numbers above 0");
	return NAN;
}

static void read_case(struct json_reader *in, const struct json *row,
		      struct history_case *k)
{
	char *better = cell_text(in, row, BETTER);

	if (json_size(row) != COLUMNS)
		json_wrong(in, row, "not as wide as there are columns");
	k->text = cell_text(in, row, CASE);
	k->family = cell_text(in, row, FAMILY);
	k->unit = cell_text(in, row, UNIT);
	k->floor = json_is_none(json_at(row, FLOOR)) ? xstrdup("")
						     : cell_text(in, row, FLOOR);
	k->higher_is_better = strcmp(better, "higher") == 0;
	k->v = xcalloc(1, sizeof(*k->v));
	k->v->figure = cell_number(in, row, FIGURE);
	k->v->ratio = cell_number(in, row, RATIO);
	free(better);
}

static void check_columns(struct json_reader *in, const struct json *top)
{
	const struct json *v = json_get_array(in, top, "columns");
	bool same = json_size(v) == COLUMNS;

	for (size_t i = 0; i < COLUMNS && same; i++) {
		const char *name = json_as_text(json_at(v, i));

		same = name && strcmp(name, columns[i]) == 0;
	}
	if (v && !same)
		json_wrong(in, v, "not those of this schema");
}

static void read_host(struct json_reader *in, const struct json *top, struct facts *out)
{
	const struct json *o = json_get_object(in, top, "host"), *value;

	for (size_t i = 0; i < json_size(o); i++) {
		const char *name = json_member(o, i, &value);
		char *key = plot_plain(name);
		char *plain = plot_plain(json_is_text(value) ? json_as_text(value) : "");

		if (!json_is_text(value))
			json_wrong(in, value, "not a text");
		facts_add(out, key, plain, NULL);
		free(plain);
		free(key);
	}
}

static void read_point(struct json_reader *in, const struct json *top, struct point *out)
{
	const struct json *run = json_get_object(in, top, "run");
	const struct json *cases = json_get_array(in, top, "cases");

	out->run.started = need_text(in, run, "started");
	out->run.label = may_text(in, run, "label");
	out->run.seed = json_get_int(in, run, "seed");
	out->run.name = name_of(out->run.started);
	if (!in->error[0] && !is_time(out->run.started))
		json_wrong(in, json_find(run, "started"), "not a time");
	read_host(in, top, &out->run.host);
	check_columns(in, top);
	out->cases = xcalloc(json_size(cases), sizeof(*out->cases));
	for (size_t i = 0; i < json_size(cases) && !in->error[0]; i++)
		read_case(in, json_at(cases, i), &out->cases[out->ncases++]);
}

static bool is_point(const struct json *top)
{
	static const char family[] = "lwpbench-point/";
	const char *schema = json_as_text(json_find(top, "schema"));

	return schema && strncmp(schema, family, strlen(family)) == 0;
}

static int take_point(struct json_reader *in, const struct json *top, const char *path,
		      struct point *out, char **error)
{
	const char *schema = json_as_text(json_find(top, "schema"));

	if (strcmp(schema, HISTORY_SCHEMA) != 0) {
		char *plain = plot_plain(schema);
		int err = fail(error, -EINVAL,
			       xformat("%s: schema %.60s: made by a newer lwpbench; this "
				       "one reads up to " HISTORY_SCHEMA,
				       path, plain));

		free(plain);
		return err;
	}
	read_point(in, top, out);
	if (!in->error[0])
		return 0;
	point_free(out);
	return fail(error, -EINVAL, xformat("%s: damaged: %s", path, in->error));
}

static int take_result(const char *path, const char *text, size_t size, struct point *out,
		       char **error)
{
	struct record r;
	char *why = NULL;
	int err = result_parse(text, size, &r, &why);

	if (!err) {
		err = point_of(&r, NULL, out, &why);
		record_free(&r);
	}
	if (err)
		*error = xformat("%s: %s", path, why);
	free(why);
	return err;
}

int point_read(const char *path, struct point *out, char **error)
{
	struct json_reader in = {0};
	char *text = NULL;
	size_t size;
	int err = inside_read_path(path, &text, &size);

	*out = (struct point){0};
	if (err)
		return fail(error, err, xformat("%s: %s", path, inside_error(err)));
	struct json *top = json_parse(&in, text, size);
	/* What is no point is a result, or is told what it is by who reads results. */
	err = top && is_point(top) ? take_point(&in, top, path, out, error)
				   : take_result(path, text, size, out, error);
	json_free(top);
	free(text);
	return err;
}

void history_run_free(struct history_run *run)
{
	free(run->name);
	free(run->started);
	free(run->label);
	facts_free(&run->host);
	*run = (struct history_run){0};
}

void history_case_free(struct history_case *k)
{
	free(k->text);
	free(k->family);
	free(k->unit);
	free(k->floor);
	free(k->v);
	*k = (struct history_case){0};
}

void point_free(struct point *p)
{
	history_run_free(&p->run);
	for (size_t i = 0; i < p->ncases; i++)
		history_case_free(&p->cases[i]);
	free(p->cases);
	*p = (struct point){0};
}
