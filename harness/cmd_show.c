/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench show: a result as tables by family, or as one JSON object a case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cases.h"
#include "cmd.h"
#include "host.h"
#include "result.h"
#include "show.h"
#include "units.h"
#include "util.h"

enum { KEY_JSON = 256, KEY_PHASES, KEY_GAUGES, KEY_EVENTS };

struct options {
	const char *result;
	bool json, phases, gauges, events;
};

static const struct argp_option argp_options[] = {
	{"json", KEY_JSON, NULL, 0, "one JSON object a case", 0},
	{"phases", KEY_PHASES, NULL, 0,
	 "also when each phase of an operation was reached", 0},
	{"gauges", KEY_GAUGES, NULL, 0,
	 "also all that was taken beside the time: CPU time, switches", 0},
	{"events", KEY_EVENTS, NULL, 0,
	 "also the counters of the events pass, per operation", 0},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_JSON:
		o->json = true;
		break;
	case KEY_PHASES:
		o->phases = true;
		break;
	case KEY_GAUGES:
		o->gauges = true;
		break;
	case KEY_EVENTS:
		o->events = true;
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

static void each_family(const struct sheet *s, const struct record *r,
			void (*show)(const struct sheet *, const struct record *,
				     const char *))
{
	for (size_t i = 0; i < r->ncases; i++)
		if (case_opens_family(r, i))
			show(s, r, r->cases[i].family);
}

static void print_head(const struct sheet *s, const struct record *r)
{
	char *title = host_title(&r->host), past[32];

	sheet_line(s, "%s", title);
	units_seconds(r->elapsed_s, past, sizeof(past));
	if (cases_counted(r)) {
		sheet_line(s, "%s, %s, suite %s, %u boots", r->started, past,
			   r->suite ? r->suite : "none", r->blocks);
		sheet_line(s, "Instructions of an operation, user's and kernel's "
			      "together; this is not time.");
	} else {
		sheet_line(s, "%s, %s, suite %s, %u blocks, seed %llu%s", r->started,
			   past, r->suite ? r->suite : "none", r->blocks,
			   (unsigned long long)r->seed,
			   r->complete ? "" : ", incomplete");
	}
	sheet_gap(s);
	free(title);
}

static void print_method(const struct sheet *s, const struct record *r)
{
	if (cases_counted(r)) {
		sheet_line(s,
			   "Medians over the operations of a boot; each boot gave the "
			   "same counts to the digit;\np99: 99 %% of all operations "
			   "took no more. What reading the clock executes (%.0f)\nwas "
			   "subtracted, nothing deleted.",
			   r->clock_cost_ns);
		return;
	}
	sheet_line(
		s,
		"Clock: %.0f ns a read. Medians over reps of each rep's median; ratios "
		"and own costs\npaired within blocks; p99: 99 %% of all samples were at "
		"least as good.\nNothing else was subtracted, nothing deleted.",
		r->clock_cost_ns);
}

static void print_notes(const struct sheet *s, const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (k->status == STATUS_FAILED || k->status == STATUS_SKIPPED)
			sheet_line(s, "%s %s: %s", k->text, status_name(k->status),
				   k->reason ? k->reason : "no reason given");
		else if (k->note)
			sheet_line(s, "%s: %s", k->text, k->note);
	}
	for (size_t i = 0; i < r->nwarnings; i++)
		sheet_line(s, "warning: %s", r->warnings[i]);
	print_method(s, r);
}

static void show_tables(const struct options *o, const struct record *r)
{
	const struct sheet s = sheet_stdout();

	print_head(&s, r);
	each_family(&s, r, show_family);
	show_fits(&s, r);
	if (o->phases)
		each_family(&s, r, show_phases);
	if (o->gauges)
		each_family(&s, r, show_gauges);
	if (o->events)
		show_events(&s, r);
	show_legend(&s, r);
	each_family(&s, r, show_weight_legend);
	print_notes(&s, r);
}

int cmd_show(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.args_doc = "RESULT",
		.doc = "Prints a result as tables by family: median, its 95 % interval, "
		       "the ratio to the family's first row, p99, and the distance to "
		       "the floor; or, of what was done as processes and as threads, "
		       "both, their ratio, and what each costs.",
	};
	struct options o = {0};
	struct record r;
	char *error = NULL;

	arguments_parse(&argp, argc, argv, 0, &o);
	if (result_read(o.result, &r, &error) < 0)
		fatal("%s", error);
	if (o.json)
		show_json(&r);
	else
		show_tables(&o, &r);
	record_free(&r);
	return EXIT_OK;
}
