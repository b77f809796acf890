/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench verdict: which claims a result shows to hold, by how much, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cases.h"
#include "cmd.h"
#include "host.h"
#include "json.h"
#include "judge.h"
#include "result.h"
#include "show.h"
#include "util.h"

enum { KEY_JSON = 256, KEY_CLAIMS };

struct options {
	const char *result;
	const char **files; /* of claims; none: our own */
	size_t nfiles;
	bool json, all;
};

static const struct argp_option argp_options[] = {
	{"verbose", 'v', NULL, 0,
	 "all claims in full, also those that nothing was found out "
	 "about",
	 0},
	{"json", KEY_JSON, NULL, 0, "one JSON object", 0},
	{"claims", KEY_CLAIMS, "FILE", 0,
	 "judge the claims of that file instead of our own; may be repeated", 0},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'v':
		o->all = true;
		break;
	case KEY_JSON:
		o->json = true;
		break;
	case KEY_CLAIMS:
		o->files = xrealloc(o->files, o->nfiles + 1, sizeof(*o->files));
		o->files[o->nfiles++] = arg;
		break;
	case ARGP_KEY_ARG:
		if (o->result)
			argp_error(state, "%s: want one RESULT", arg);
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

static void load(const struct options *o, struct claims *claims)
{
	char *error = NULL;
	int err = o->nfiles ? 0 : claims_load(NULL, claims, &error);

	for (size_t i = 0; i < o->nfiles && !err; i++)
		err = claims_load(o->files[i], claims, &error);
	if (err)
		fatal("%s", error);
	if (!claims->n)
		fatal("there are no claims to judge");
}

/* A fact of the host, or null. */
static void add_fact(struct json *to, const char *key, const struct record *r,
		     const char *name)
{
	const struct fact *f = facts_find(&r->host, name);

	json_add_text(to, key, f ? f->value : NULL);
}

static struct json *machine_json(const struct record *r)
{
	struct json *o = json_new_object();
	char *title = host_title(&r->host);

	json_add_text(o, "title", title);
	add_fact(o, "cpu", r, "cpu.model");
	add_fact(o, "kernel", r, "kernel.release");
	add_fact(o, "hypervisor", r, "host.hypervisor");
	add_fact(o, "pti", r, "kernel.pti");
	add_fact(o, "pcid", r, "kernel.pcid");
	add_fact(o, "thp", r, "kernel.thp");
	free(title);
	return o;
}

static struct json *rule_json(const struct claim_rule *rule, const struct judged_rule *j)
{
	struct json *o = json_new_object(), *ci = json_new_array();

	json_add_text(o, "rule", rule->text);
	if (j->figure.n)
		json_add_real(o, "value", j->figure.value);
	else
		json_add_null(o, "value");
	json_add_real(ci, NULL, j->figure.lo);
	json_add_real(ci, NULL, j->figure.hi);
	json_add(o, "ci", ci);
	json_add_int(o, "blocks", j->figure.n);
	json_add_text(o, "missing", j->missing);
	return o;
}

static struct json *verdict_json(const struct judged *v)
{
	struct json *o = json_new_object(), *rules = json_new_array();
	const struct claim *c = v->claim;

	json_add_text(o, "file", c->file);
	json_add_text(o, "id", c->id);
	json_add_text(o, "says", c->says);
	json_add_text(o, "source", c->source);
	json_add_text(o, "verdict", verdict_name(v->verdict));
	for (size_t i = 0; i < c->nrules; i++)
		json_add(rules, NULL, rule_json(&c->rules[i], &v->rules[i]));
	json_add(o, "rules", rules);
	json_add_text(o, "why", v->why);
	return o;
}

static void print_json(const struct record *r, const struct judged *v, size_t n)
{
	struct json *o = json_new_object(), *all = json_new_array();

	json_add(o, "machine", machine_json(r));
	json_add_real(o, "false_at_most", JUDGE_ALPHA);
	for (size_t i = 0; i < n; i++)
		json_add(all, NULL, verdict_json(&v[i]));
	json_add(o, "verdicts", all);
	char *text = json_text(o, true);
	puts(text);
	free(text);
	json_free(o);
}

static int status_of(const struct judged *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].verdict != VERDICT_UNDECIDED)
			return EXIT_OK;
	return EXIT_UNJUDGED;
}

/* Reads, judges and tells; the exit status. */
static int answer(const struct options *o, const struct claims *claims)
{
	const struct sheet sheet = sheet_stdout();
	struct record r;
	char *error = NULL;

	if (result_read(o->result, &r, &error) < 0) {
		warn("%s", error);
		free(error);
		return EXIT_USAGE;
	}
	if (cases_counted(&r)) {
		warn("%s: claims speak of time, and these are instructions", o->result);
		record_free(&r);
		return EXIT_USAGE;
	}
	struct judged *v = xcalloc(claims->n, sizeof(*v));
	judge(&r, claims, v);
	if (o->json)
		print_json(&r, v, claims->n);
	else
		show_verdicts(&sheet, &r, v, claims->n, o->all);
	int status = status_of(v, claims->n);
	judged_free(v, claims->n);
	free(v);
	record_free(&r);
	return status;
}

int cmd_verdict(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.args_doc = "RESULT",
		.doc = "Says which claims hold on the machine that a result was measured "
		       "on, by how much, and why.\v`lwpbench run -s claims` measures "
		       "what our own claims speak of. Exit status: 77 if no claim could "
		       "be decided, 2 if a file of claims is wrong or RESULT cannot be "
		       "read.",
	};
	struct options o = {0};
	struct claims claims = {0};

	arguments_parse(&argp, argc, argv, 0, &o);
	load(&o, &claims);
	int status = answer(&o, &claims);
	claims_free(&claims);
	free(o.files);
	return status;
}
