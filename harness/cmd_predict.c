/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench predict: what creating tasks would cost a parent of a given size, by every way
 * that a result has lines for. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cmd.h"
#include "host.h"
#include "json.h"
#include "predict.h"
#include "result.h"
#include "table.h"
#include "units.h"
#include "plain.h"
#include "util.h"

enum { KEY_JSON = 256, NUMBER = 64 };

/* So many times beyond what was measured a line is no more than a guess. */
static const double far_beyond = 4;

static const char rate_word[] = "rate";

/* As it was typed, "pages=8G". */
struct word {
	const struct fit_axis *axis;
	const char *text, *size;
};

struct options {
	const char *result;
	struct word words[WEIGHTS];
	size_t nwords;
	const char *rate; /* "50/s", or NULL */
	bool json;
};

/* What was asked for. */
struct question {
	struct weight weights[WEIGHTS];
	size_t n;
	double rate; /* a second; NAN: not asked for */
};

static const struct fit_axis *find_axis(const char *name, size_t len)
{
	const struct fit_axis *axis = fit_axes;

	while (axis->param &&
	       (strlen(axis->param) != len || strncmp(axis->param, name, len) != 0))
		axis++;
	return axis->param ? axis : NULL;
}

/* ---- reading */

/* "pages, thp, ..."; caller frees. */
static char *axis_list(void)
{
	char *list = xstrdup("");

	for (const struct fit_axis *axis = fit_axes; axis->param; axis++) {
		char *longer = xformat("%s%s, ", list, axis->param);

		free(list);
		list = longer;
	}
	return list;
}

static void take_word(struct options *o, const char *word)
{
	size_t len = strcspn(word, "=");
	bool is_rate = len == strlen(rate_word) && strncmp(word, rate_word, len) == 0;
	const struct fit_axis *axis = find_axis(word, len);
	bool again = is_rate && o->rate;

	if (!word[len])
		fatal("%s: want WEIGHT=SIZE, as pages=8G", word);
	if (!axis && !is_rate)
		fatal("%s: no such weight; want one of %s%s", word, axis_list(),
		      rate_word);
	for (size_t i = 0; i < o->nwords; i++)
		again |= o->words[i].axis == axis;
	if (again)
		fatal("%s: %.*s was given before", word, (int)len, word);
	if (is_rate)
		o->rate = word + len + 1;
	else
		o->words[o->nwords++] = (struct word){axis, word, word + len + 1};
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_JSON:
		o->json = true;
		break;
	case ARGP_KEY_ARG:
		if (o->result)
			take_word(o, arg);
		else
			o->result = arg;
		break;
	case ARGP_KEY_END:
		if (!o->result)
			argp_error(state, "want a RESULT: a folder, a result.json, or -");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const char *why(int err)
{
	return err == -ERANGE ? "too large" : "want a whole number; K, M, G may follow";
}

/* "pages=8G" are bytes, "pages=100" are pages. */
static struct weight read_weight(const struct record *r, const struct word *word)
{
	/* Of bytes; far from what a double can hold. */
	static const double most = 0x1p62;
	struct weight w = {.axis = word->axis};
	bool suffixed = false;
	uint64_t n = 0;
	int err = units_size(word->size, &n, &suffixed);

	if (err)
		fatal("%s: %s", word->text, why(err));
	w.x = (double)n;
	if (!(w.axis->bytes && suffixed))
		w.x *= fit_scale(r, w.axis);
	if (w.x > most)
		fatal("%s: %s", word->text, why(-ERANGE));
	return w;
}

static void read_question(const struct options *o, const struct record *r,
			  struct question *q)
{
	*q = (struct question){.rate = NAN};
	for (size_t i = 0; i < o->nwords; i++)
		q->weights[q->n++] = read_weight(r, &o->words[i]);
	if (!o->rate)
		return;
	int err = units_rate(o->rate, &q->rate);
	if (err)
		fatal("rate=%s: %s", o->rate,
		      err == -ERANGE ? "too large"
				     : "want a number, or so many /s, /m or /h");
}

/* ---- what to measure */

/* The argument of `run -b` whose line reaches as far as is asked; caller frees. */
static char *cases_for(const struct record *r, const struct way *way,
		       const struct weight *w)
{
	double n = ceil(w->x / fit_scale(r, w->axis));

	if (n < 3)
		return xformat("%s/%s=0,1,2,3", way->name, w->axis->param);
	return xformat("%s/%s=0,%.0f,%.0f,%.0f", way->name, w->axis->param, ceil(n / 4),
		       ceil(n / 2), n);
}

static bool lacks(const struct way *way, const struct fit_axis *axis)
{
	for (size_t i = 0; i < way->nmissing; i++)
		if (way->missing[i] == axis)
			return true;
	return false;
}

/* ---- as text */

/* "8.00 GiB", "2000" */
static char *weight_text(const struct fit_axis *axis, double x, char *buf, size_t size)
{
	return axis->bytes ? units_format(x, "bytes", buf, size)
			   : units_number(x, buf, size);
}

static void print_question(const struct record *r, const struct question *q)
{
	char size[NUMBER], page[NUMBER];

	fputs(q->n ? "A parent with" : "A parent that weighs nothing", stdout);
	for (size_t i = 0; i < q->n; i++) {
		const struct weight *w = &q->weights[i];
		double scale = fit_scale(r, w->axis);

		printf("%s %s=%s", i ? "," : "", w->axis->param,
		       weight_text(w->axis, w->x, size, sizeof(size)));
		if (w->axis->bytes)
			printf(" (%.0f of %s)", ceil(w->x / scale),
			       units_format(scale, "bytes", page, sizeof(page)));
	}
	if (!isnan(q->rate))
		printf(", which creates %s tasks a second",
		       units_number(q->rate, size, sizeof(size)));
	puts("\n");
}

static void print_way(struct table *t, const struct way *way, const struct question *q)
{
	char text[2 * NUMBER];
	const struct estimate *e = &way->time;
	size_t c = 0;

	table_row(t);
	table_cell(t, c++, "%s", way->name);
	table_cell(t, c++, "%s", units_format(e->value, "ns/op", text, sizeof(text)));
	table_cell(t, c++, "%s",
		   isnan(e->lo)
			   ? "n/a"
			   : units_two(e->lo, e->hi, "ns/op", " – ", text, sizeof(text)));
	table_cell(t, c++, "%s",
		   units_format(way->cpu.value, "ns/op", text, sizeof(text)));
	if (isnan(q->rate))
		return;
	const double ns[] = {way->cpu.value, e->value};
	for (size_t i = 0; i < countof(ns); i++)
		table_cell(t, c++, isnan(ns[i]) ? "n/a" : "%s %%",
			   units_number(100 * ns[i] * q->rate / 1e9, text, NUMBER));
}

static void print_ways(const struct prediction *p, const struct question *q)
{
	static const char *const heads[] = {"<way",     "time",     "95 % interval",
					    "CPU time", "of a CPU", "creator busy"};
	struct table t;

	table_init(&t, isnan(q->rate) ? 4 : countof(heads), heads,
		   terminal_columns(stdout));
	for (size_t i = 0; i < p->n; i++)
		if (!p->v[i].nmissing)
			print_way(&t, &p->v[i], q);
	table_print(&t, stdout, use_colour(stdout));
	table_free(&t);
	putchar('\n');
}

static void print_too_many(const struct prediction *p, const struct question *q)
{
	char text[NUMBER];

	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].time.value * q->rate > 1e9)
			plain_print(stdout,
				    "%s: one creator makes no more than %s a second",
				    p->v[i].name,
				    units_number(1e9 / p->v[i].time.value, text, NUMBER));
}

/* How far beyond what was measured, once for all ways that were measured as far. */
static void print_reach(const struct prediction *p, const struct question *q, size_t w)
{
	const struct weight *weight = &q->weights[w];
	char size[NUMBER], most[NUMBER], times[NUMBER];

	for (size_t i = 0; i < p->n; i++) {
		const struct way *way = &p->v[i];
		double beyond = weight->x / way->most[w];
		bool told = false;
		char *line;
		size_t length;

		for (size_t j = 0; j < i; j++)
			told |= !p->v[j].nmissing && p->v[j].most[w] == way->most[w];
		if (way->nmissing || told || beyond <= 1)
			continue;
		FILE *to = xmemstream(&line, &length);

		fprintf(to, "%s%s=%s is %s times beyond the largest measured, %s (%s",
			beyond >= far_beyond ? "warning: a guess: " : "",
			weight->axis->param,
			weight_text(weight->axis, weight->x, size, sizeof(size)),
			units_number(beyond, times, sizeof(times)),
			weight_text(weight->axis, way->most[w], most, sizeof(most)),
			way->name);
		for (size_t j = i + 1; j < p->n; j++)
			if (!p->v[j].nmissing && p->v[j].most[w] == way->most[w])
				fprintf(to, ", %s", p->v[j].name);
		fclose(to);
		plain_print(stdout, "%s)", line);
		free(line);
	}
}

/* As commands. */
static void print_missing(const struct record *r, const struct prediction *p,
			  const struct question *q)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t w = 0; w < q->n; w++) {
			if (!lacks(&p->v[i], q->weights[w].axis))
				continue;
			char *cases = cases_for(r, &p->v[i], &q->weights[w]);

			plain_print(stdout,
				    "%s: no line for %s; measure it: lwpbench run -b %s",
				    p->v[i].name, q->weights[w].axis->param, cases);
			free(cases);
		}
}

static void print_text(const struct record *r, const struct prediction *p,
		       const struct question *q, size_t answers)
{
	char *title = host_title(&r->host);

	plain_print(stdout, "%s, measured %s", title, r->started);
	putchar('\n');
	free(title);
	print_question(r, q);
	if (answers)
		print_ways(p, q);
	print_too_many(p, q);
	for (size_t w = 0; w < q->n; w++)
		print_reach(p, q, w);
	print_missing(r, p, q);
	if (answers)
		puts("time: from the creation of a task to its being reaped, all of "
		     "which the creator is\nbusy or waits; CPU time: of both. What it "
		     "costs at 0 and what each weight adds are\nadded up, as if weights "
		     "did not matter to each other; none makes it cheaper.");
}

/* ---- as JSON */

static void add_estimate(struct json *to, const char *key, const struct estimate *e)
{
	struct json *o = json_new_object(), *ci = json_new_array();

	json_add_real(o, "value", e->value);
	json_add_real(ci, NULL, e->lo);
	json_add_real(ci, NULL, e->hi);
	json_add(o, "ci", ci);
	json_add_int(o, "blocks", e->n);
	json_add(to, key, o);
}

static struct json *weight_json(const struct record *r, const struct way *way,
				const struct weight *w, double most)
{
	struct json *o = json_new_object();
	char *cases = cases_for(r, way, w);

	json_add_text(o, "weight", w->axis->param);
	json_add_real(o, "largest_measured", most);
	json_add_real(o, "times_beyond", w->x / most);
	json_add_text(o, "measure", lacks(way, w->axis) ? cases : NULL);
	free(cases);
	return o;
}

static struct json *way_json(const struct record *r, const struct way *way,
			     const struct question *q)
{
	struct json *o = json_new_object(), *weights = json_new_array();

	json_add_text(o, "way", way->name);
	if (way->nmissing) {
		json_add_null(o, "time_ns");
		json_add_null(o, "cpu_ns");
	} else {
		add_estimate(o, "time_ns", &way->time);
		add_estimate(o, "cpu_ns", &way->cpu);
	}
	json_add_real(o, "cpu_share",
		      way->nmissing ? NAN : way->cpu.value * q->rate / 1e9);
	json_add_real(o, "creator_share",
		      way->nmissing ? NAN : way->time.value * q->rate / 1e9);
	for (size_t i = 0; i < q->n; i++)
		json_add(weights, NULL,
			 weight_json(r, way, &q->weights[i], way->most[i]));
	json_add(o, "weights", weights);
	return o;
}

static void print_json(const struct record *r, const struct prediction *p,
		       const struct question *q)
{
	struct json *o = json_new_object(), *asked = json_new_object();
	struct json *ways = json_new_array();

	for (size_t i = 0; i < q->n; i++)
		json_add_real(asked, q->weights[i].axis->param, q->weights[i].x);
	json_add(o, "asked", asked);
	json_add_real(o, "rate_per_s", q->rate);
	for (size_t i = 0; i < p->n; i++)
		json_add(ways, NULL, way_json(r, &p->v[i], q));
	json_add(o, "ways", ways);
	char *text = json_text(o, true);
	puts(text);
	free(text);
	json_free(o);
}

/* ---- */

static int answer(const struct options *o, const struct record *r)
{
	struct question q;
	struct prediction p;
	size_t answers = 0;

	read_question(o, r, &q);
	predict(r, q.weights, q.n, &p);
	for (size_t i = 0; i < p.n; i++)
		answers += !p.v[i].nmissing;
	if (p.n == 0)
		warn("%s: no line of cost against size: measure three sizes of a way, "
		     "as `lwpbench run -b fork/pages=0,4K,16K`",
		     o->result);
	else if (o->json)
		print_json(r, &p, &q);
	else
		print_text(r, &p, &q, answers);
	prediction_free(&p);
	return answers ? EXIT_OK : EXIT_UNJUDGED;
}

int cmd_predict(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"json", KEY_JSON, NULL, 0, "one JSON object", 0},
		{0},
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "RESULT [WEIGHT=SIZE]... [rate=N/s]",
		.doc = "Says what it would cost a parent of that size to create a task, "
		       "by every way for which RESULT has a line of cost against size: "
		       "cases with three sizes or more. WEIGHT is pages, thp, shared or "
		       "file, of which 8G is so many bytes and 100 so many pages; maps, "
		       "fds, threads or procs. With a rate, also how much of a CPU that "
		       "takes.\v"
		       "Exit status: 77 if there is no line for what was asked.",
	};
	struct options o = {0};
	struct record r;
	char *error = NULL;

	arguments_parse(&argp, argc, argv, 0, &o);
	if (result_read(o.result, &r, &error) < 0)
		fatal("%s", error);
	int status = answer(&o, &r);
	record_free(&r);
	return status;
}
