/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench history: a series of results, and when what has changed in it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "answers_options.h"
#include "cmd.h"
#include "compare.h"
#include "history.h"
#include "history_series.h"
#include "plot.h"
#include "plot_history.h"
#include "result.h"
#include "show_history.h"
#include "units.h"
#include "plain.h"
#include "util.h"

enum { KEY_ALPHA = 256, KEY_RECENT, KEY_LABEL };

/* With less, hardly any history is long enough. */
static const double smallest_alpha = 1e-6, largest_alpha = 0.2;

struct options {
	const struct action *action;
	int *given; /* keys of options */
	size_t ngiven;
	const char *folder, *label;
	const char **globs, **results;
	size_t nglobs, nresults;
	double alpha;
	uint64_t recent;
	const char *formats, *output;
	struct answers_options answers;
};

/* ---- what there is to do */

static void load(const struct options *o, struct history *h)
{
	char *error = NULL;

	if (history_read(o->folder, h, &error) < 0)
		fatal("%s", error);
	if (!h->nruns)
		fatal("%s: no runs are in it: `lwpbench history add %s RESULT` keeps one",
		      o->folder, o->folder);
}

/* Each glob must choose something, for it may be mistyped. */
static void choose(const struct options *o, const struct history *h,
		   struct history_series *out)
{
	for (size_t i = 0; i < o->nglobs; i++) {
		size_t n = 0;

		for (size_t j = 0; j < h->ncases; j++)
			n += compare_chosen(&o->globs[i], 1, h->cases[j].text);
		if (!n)
			fatal("-b %s: no run in %s has such a case; `lwpbench history "
			      "show` lists them",
			      o->globs[i], o->folder);
	}
	history_series_of(h, o->globs, o->nglobs, o->alpha, out);
}

static int add(struct options *o)
{
	struct record *v = xcalloc(o->nresults, sizeof(*v));
	size_t n = 0, kept;
	char *error = NULL;
	int err = 0;

	for (; n < o->nresults && !err; n += !err)
		err = result_read(o->results[n], &v[n], &error) < 0 ? -EINVAL : 0;
	if (!err)
		err = history_add(o->folder, v, o->results, n, o->label, &kept, &error);
	if (err)
		warn("%s", error);
	else if (kept < n)
		plain_print(stdout, "%zu kept in %s, %zu %s there already", kept,
			    o->folder, n - kept, n - kept == 1 ? "was" : "were");
	else
		plain_print(stdout, "%zu kept in %s", kept, o->folder);
	free(error);
	for (size_t i = 0; i < n; i++)
		record_free(&v[i]);
	free(v);
	return err == -EINVAL || err == -ENODATA ? EXIT_USAGE
	       : err                             ? EXIT_UNMEASURED
						 : EXIT_OK;
}

static int show(struct options *o)
{
	const struct sheet sheet = sheet_stdout();
	struct history h;
	struct history_series s;

	load(o, &h);
	choose(o, &h, &s);
	show_history(&sheet, &s);
	history_series_free(&s);
	history_free(&h);
	return EXIT_OK;
}

static int check(struct options *o)
{
	const struct sheet sheet = sheet_stdout();
	struct history h;
	struct history_series s;
	struct answers a;
	const char *bad;

	load(o, &h);
	choose(o, &h, &s);
	history_answers(&s, o->recent, &a);
	if (!answers_take_stdout(&o->answers.files))
		show_history_news(&sheet, &s, &a, o->recent, o->answers.all);
	int status = answers_status(&a);
	int err = answers_write(&a, &o->answers.files, &bad);
	if (err) {
		warn("%s: %s", bad, strerror(-err));
		status = EXIT_UNMEASURED;
	} else if (status == EXIT_UNJUDGED) {
		warn("%zu run%s: too few; with --alpha %g%% and %zu case%s it takes %zu "
		     "to find any change",
		     h.nruns, h.nruns == 1 ? "" : "s", 100 * o->alpha, s.n,
		     s.n == 1 ? "" : "s", s.least);
	}
	answers_free(&a);
	history_series_free(&s);
	history_free(&h);
	return status;
}

static int plot(struct options *o)
{
	bool to_stdout = o->output && strcmp(o->output, "-") == 0;
	struct plot_order order = {
		.formats = o->formats  ? o->formats
			   : to_stdout ? "txt"
				       : "svg,png",
		.columns = plot_columns(to_stdout ? stdout : NULL),
		.outdir = to_stdout   ? NULL
			  : o->output ? o->output
				      : o->folder,
		.to = stdout,
		.made = plain_path,
	};
	struct history h;
	struct history_series s;
	char *error = NULL;

	load(o, &h);
	choose(o, &h, &s);
	int err = plot_history(&s, &order, &error);
	if (err)
		warn("%s", error);
	free(error);
	history_series_free(&s);
	history_free(&h);
	return err == -EINVAL ? EXIT_USAGE : err ? EXIT_UNMEASURED : EXIT_OK;
}

/* ---- the command line */

/* Each with the keys of the options that it takes beside those of all. */
static const struct action {
	const char *name;
	int (*run)(struct options *o);
	int keys[4];
	bool answers, results;
} actions[] = {
	{"add", add, {KEY_LABEL}, false, true},
	{"show", show, {'b', KEY_ALPHA}, false, false},
	{"check", check, {'b', KEY_ALPHA, KEY_RECENT}, true, false},
	{"plot", plot, {'b', KEY_ALPHA, 'f', 'o'}, false, false},
};

static const struct argp_option argp_options[] = {
	{NULL, 0, NULL, 0, "add:", 1},
	{"label", KEY_LABEL, "TEXT", 0, "what to call the run: a version, a commit", 1},
	{NULL, 0, NULL, 0, "show, check and plot:", 2},
	{"alpha", KEY_ALPHA, "SHARE", 0,
	 "how often any series at all may be said to have changed that has not (1%)", 2},
	{"bench", 'b', "CASE|GLOB", 0, "only these cases; may be repeated", 2},
	{NULL, 0, NULL, 0, "check:", 3},
	{"recent", KEY_RECENT, "N", 0,
	 "what began within the last N runs is news, and fails; 20 unless told", 3},
	{NULL, 0, NULL, 0, "plot:", 4},
	{"format", 'f', "LIST", 0, "any of svg, png, pdf and txt (default svg,png)", 4},
	{"output", 'o', "DIR", 0,
	 "where to put them (default DIR itself); - prints them, as txt unless --format "
	 "says otherwise",
	 4},
	{0},
};

static void parse_alpha(struct options *o, const char *arg, struct argp_state *state)
{
	if (units_percent(arg, &o->alpha) < 0 || o->alpha < smallest_alpha ||
	    o->alpha > largest_alpha)
		argp_error(state, "--alpha %s: want a share from %g%% to %g%%", arg,
			   100 * smallest_alpha, 100 * largest_alpha);
}

static void push(const char ***v, size_t *n, const char *arg)
{
	*v = xrealloc(*v, *n + 1, sizeof(**v));
	(*v)[(*n)++] = arg;
}

static void parse_argument(struct options *o, const char *arg, struct argp_state *state)
{
	for (size_t i = 0; i < countof(actions) && !o->action; i++)
		if (strcmp(actions[i].name, arg) == 0) {
			o->action = &actions[i];
			return;
		}
	if (!o->action)
		argp_error(state, "%s: want add, show, check or plot", arg);
	else if (!o->folder)
		o->folder = arg;
	else if (o->action->results)
		push(&o->results, &o->nresults, arg);
	else
		argp_error(state, "%s: want one DIR", arg);
}

static bool takes(const struct action *a, int key)
{
	for (size_t i = 0; i < countof(a->keys); i++)
		if (a->keys[i] == key)
			return true;
	return false;
}

static void check_options(const struct options *o, struct argp_state *state)
{
	const struct action *a = o->action;
	const struct answers_options *to = &o->answers;

	if (!a)
		argp_error(state, "want add, show, check or plot");
	else if (!o->folder)
		argp_error(state, "%s: want the DIR of a history", a->name);
	else if (a->results && !o->nresults)
		argp_error(state, "add: want the RESULTs to keep, behind DIR");
	else if (!a->answers &&
		 (to->all || to->files.json || to->files.junit || to->files.markdown))
		argp_error(state, "%s: --json, --junit, --markdown and -v go with check",
			   a->name);
	for (size_t i = 0; i < o->ngiven && a; i++)
		for (const struct argp_option *p = argp_options; p->name || p->doc; p++)
			if (p->key == o->given[i] && !takes(a, p->key))
				argp_error(state, "%s does not take --%s", a->name,
					   p->name);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->answers;
		return 0;
	case KEY_LABEL:
		o->label = arg;
		break;
	case KEY_ALPHA:
		parse_alpha(o, arg, state);
		break;
	case KEY_RECENT:
		if (units_uint(arg, &o->recent) < 0 || !o->recent)
			argp_error(state, "--recent %s: want a number of runs", arg);
		break;
	case 'b':
		push(&o->globs, &o->nglobs, arg);
		break;
	case 'f':
		o->formats = arg;
		break;
	case 'o':
		o->output = arg;
		break;
	case ARGP_KEY_ARG:
		parse_argument(o, arg, state);
		return 0;
	case ARGP_KEY_END:
		check_options(o, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	o->given = xrealloc(o->given, o->ngiven + 1, sizeof(*o->given));
	o->given[o->ngiven++] = key;
	return 0;
}

int cmd_history(int argc, char **argv)
{
	static const struct argp_child children[] = {{&answers_argp, 0, NULL, 3}, {0}};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.children = children,
		.args_doc = "add DIR RESULT...\nshow DIR\ncheck DIR\nplot DIR",
		.doc = "Keeps runs of one machine as a series, and says at which of them "
		       "costs have changed.\vadd keeps a small file of each RESULT in "
		       "DIR. check ends with 1 if a cost has risen for good within the "
		       "last runs, with 77 if these are too few to ever tell, with 2 if "
		       "a file cannot be read.",
	};
	struct options o = {.alpha = 0.01, .recent = 20};

	arguments_parse(&argp, argc, argv, 0, &o);
	int status = o.action->run(&o);
	free(o.globs);
	free(o.results);
	free(o.given);
	return status;
}
