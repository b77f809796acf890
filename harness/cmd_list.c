/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench list: what can be measured, by which parameters, with which counters. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "catalog.h"
#include "cmd.h"
#include "events.h"
#include "json.h"
#include "suite.h"
#include "table.h"
#include "units.h"
#include "plain.h"
#include "util.h"

enum { KEY_JSON = 256, KEY_BENCHES };

struct options {
	const char *benches;
	bool verbose, json;
};

/* A suite's first comment says what it is for. */
struct suite_info {
	char *name, *brief;
};

struct suite_list {
	struct suite_info *v;
	size_t n;
};

static const struct argp_option argp_options[] = {
	{"verbose", 'v', NULL, 0, "also every parameter, gauge and phase", 0},
	{"json", KEY_JSON, NULL, 0, "all of it as one JSON object", 0},
	{"benches", KEY_BENCHES, "DIR", 0, "benchmark programs to use instead of our own",
	 0},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'v':
		o->verbose = true;
		break;
	case KEY_JSON:
		o->json = true;
		break;
	case KEY_BENCHES:
		o->benches = arg;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: list takes no arguments", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static char *first_comment(const char *path)
{
	char *text = NULL;

	if (read_file(path, &text, NULL) < 0)
		return xstrdup("");
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
		if (line[0] == '#' && line[1] == ' ' && !strstr(line, "SPDX")) {
			char *brief = xstrdup(line + 2);

			free(text);
			return brief;
		}
	}
	free(text);
	return xstrdup("");
}

static int is_suite(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return dot && strcmp(dot, ".suite") == 0;
}

/* No file lists its cases: they follow from the claims. */
static void add_claims(struct suite_list *out)
{
	char *folder = find_own("claims");

	if (folder) {
		out->v = xrealloc(out->v, out->n + 1, sizeof(*out->v));
		out->v[out->n++] = (struct suite_info){
			.name = xstrdup("claims"),
			.brief = xstrdup("what the claims that come with lwpbench need, "
					 "until they are decided"),
		};
	}
	free(folder);
}

static void load_suites(struct suite_list *out)
{
	char *folder = find_own("suites");
	struct dirent **names;
	int n = folder ? scandir(folder, &names, is_suite, alphasort) : 0;

	*out = (struct suite_list){0};
	if (n <= 0) {
		free(folder);
		return;
	}
	out->v = xcalloc((size_t)n, sizeof(*out->v));
	for (int i = 0; i < n; i++) {
		char *path = xformat("%s/%s", folder, names[i]->d_name);

		out->v[out->n++] = (struct suite_info){
			.name = xstrndup(names[i]->d_name, strlen(names[i]->d_name) - 6),
			.brief = first_comment(path),
		};
		free(path);
		free(names[i]);
	}
	free(names);
	free(folder);
	add_claims(out);
}

static void suite_list_free(struct suite_list *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].name);
		free(s->v[i].brief);
	}
	free(s->v);
}

static void put_word(const char *text)
{
	char *word = plain_line(text);

	printf(" %s", word);
	free(word);
}

static void print_verbose(const struct bench_info *b)
{
	plain_print(stdout, "    unit: %s", b->unit);
	if (*b->floor)
		plain_print(stdout, "    floor: %s", b->floor);
	if (*b->base)
		plain_print(stdout, "    base: %s", b->base);
	for (size_t i = 0; i < b->nparams; i++) {
		const struct bench_param *p = &b->params[i];

		plain_print(stdout, "    %s=%s  %s%s%s%s%s", p->name, p->def, p->brief,
			    *p->unit ? ", " : "", p->unit, *p->choices ? ": " : "",
			    p->choices);
	}
	for (size_t i = 0; i < b->ngauges; i++)
		plain_print(stdout, "    gauge %s, %s: %s", b->gauges[i].name,
			    b->gauges[i].unit, b->gauges[i].brief);
	if (b->nphases)
		fputs("    phases:", stdout);
	for (size_t i = 0; i < b->nphases; i++)
		put_word(b->phases[i]);
	puts(b->nphases ? "" : "    no phases");
}

static void print_benches(const struct catalog *c, bool verbose)
{
	const char *const heads[] = {"<benchmark", "<family", "<"};
	struct table t;

	if (!verbose) {
		table_init(&t, countof(heads), heads, 0);
		for (size_t i = 0; i < c->n; i++) {
			table_row(&t);
			table_cell(&t, 0, "%s", c->v[i].kase);
			table_cell(&t, 1, "%s", c->v[i].family);
			table_cell(&t, 2, "%s", c->v[i].brief);
		}
		table_print(&t, stdout, use_colour(stdout));
		table_free(&t);
		return;
	}
	for (size_t i = 0; i < c->n; i++) {
		plain_print(stdout, "%s  (%s)  %s", c->v[i].kase, c->v[i].family,
			    c->v[i].brief);
		print_verbose(&c->v[i]);
	}
}

static void print_suites(const struct suite_list *s)
{
	const char *const heads[] = {"<suite", "<"};
	struct table t;

	table_init(&t, countof(heads), heads, 0);
	for (size_t i = 0; i < s->n; i++) {
		table_row(&t);
		table_cell(&t, 0, "%s", s->v[i].name);
		table_cell(&t, 1, "%s", s->v[i].brief);
	}
	table_print(&t, stdout, use_colour(stdout));
	table_free(&t);
}

static void print_events(const struct event_list *e)
{
	const char *const heads[] = {"<event", "<"};
	struct table t;

	table_init(&t, countof(heads), heads, 0);
	for (size_t i = 0; i < e->n; i++) {
		table_row(&t);
		table_cell(&t, 0, "%s", e->v[i].name);
		if (e->v[i].reason)
			table_cell(&t, 1, "n/a: %s", e->v[i].reason);
		else
			table_cell(&t, 1, "counted by %s",
				   e->v[i].rusage ? "getrusage" : "perf");
	}
	table_print(&t, stdout, use_colour(stdout));
	table_free(&t);
}

static struct json *params_json(const struct bench_info *b)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < b->nparams; i++) {
		const struct bench_param *p = &b->params[i];
		struct json *v = json_new_object();

		json_add_text(v, "name", p->name);
		json_add_text(v, "type", p->type);
		json_add_text(v, "default", p->def);
		json_add_text(v, "unit", *p->unit ? p->unit : NULL);
		json_add_text(v, "choices", *p->choices ? p->choices : NULL);
		json_add_text(v, "brief", p->brief);
		json_add(list, NULL, v);
	}
	return list;
}

static struct json *gauges_json(const struct bench_info *b)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < b->ngauges; i++) {
		struct json *v = json_new_object();

		json_add_text(v, "name", b->gauges[i].name);
		json_add_text(v, "unit", b->gauges[i].unit);
		json_add_text(v, "brief", b->gauges[i].brief);
		json_add(list, NULL, v);
	}
	return list;
}

static struct json *bench_json(const struct bench_info *b)
{
	struct json *o = json_new_object(), *phases = json_new_array();

	json_add_text(o, "bench", b->name);
	json_add_text(o, "brief", b->brief);
	json_add_text(o, "family", b->family);
	json_add_text(o, "unit", b->unit);
	json_add_text(o, "floor", *b->floor ? b->floor : NULL);
	json_add_text(o, "base", *b->base ? b->base : NULL);
	json_add(o, "params", params_json(b));
	json_add(o, "gauges", gauges_json(b));
	for (size_t i = 0; i < b->nphases; i++)
		json_add_text(phases, NULL, b->phases[i]);
	json_add(o, "phases", phases);
	return o;
}

static void print_json(const struct catalog *c, const struct suite_list *s,
		       const struct event_list *e)
{
	struct json *o = json_new_object(), *benches = json_new_array();
	struct json *suites = json_new_object(), *events = json_new_array();

	for (size_t i = 0; i < c->n; i++)
		json_add(benches, NULL, bench_json(&c->v[i]));
	for (size_t i = 0; i < s->n; i++)
		json_add_text(suites, s->v[i].name, s->v[i].brief);
	for (size_t i = 0; i < e->n; i++) {
		struct json *v = json_new_object();

		json_add_text(v, "name", e->v[i].name);
		json_add_text(v, "source", e->v[i].rusage ? "getrusage" : "perf");
		json_add_text(v, "reason", e->v[i].reason);
		json_add(events, NULL, v);
	}
	json_add(o, "benches", benches);
	json_add(o, "suites", suites);
	json_add(o, "events", events);
	char *text = json_text(o, true);
	puts(text);
	free(text);
	json_free(o);
}

int cmd_list(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.doc = "Lists benchmarks, suites, and the counters that this machine "
		       "has.",
	};
	struct options o = {0};
	struct catalog benches;
	struct suite_list suites;
	struct event_list events;
	char *error = NULL;

	arguments_parse(&argp, argc, argv, 0, &o);
	char *folder = o.benches ? xstrdup(o.benches) : find_own("benches");
	if (!folder)
		fatal("no benchmarks beside this program: run `make`, or give --benches "
		      "DIR");
	if (catalog_load(folder, &benches, &error) < 0)
		fatal("%s", error);
	if (events_encode(events_default, &events, &error) < 0)
		fatal("%s", error);
	load_suites(&suites);
	if (o.json) {
		print_json(&benches, &suites, &events);
	} else {
		print_benches(&benches, o.verbose);
		putchar('\n');
		print_suites(&suites);
		putchar('\n');
		print_events(&events);
	}
	events_free(&events);
	suite_list_free(&suites);
	catalog_free(&benches);
	free(folder);
	return EXIT_OK;
}
