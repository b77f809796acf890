/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench compare: results against results of another time. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arguments.h"
#include "answers_options.h"
#include "cmd.h"
#include "compare.h"
#include "compare_hosts.h"
#include "result.h"
#include "units.h"
#include "util.h"

enum { KEY_ALPHA = 512, KEY_MARGIN, KEY_ABSOLUTE, KEY_ANYWAY };

/* With less, an alpha takes more runs than anybody has. */
static const double SMALLEST_ALPHA = 0.0001;

struct names {
	char **v;
	size_t n;
};

struct options {
	struct names given, after; /* before and after "--" */
	bool parted;
	struct compare_rule rule;
	struct answers_options answers;
};

struct side {
	struct names paths;
	struct record *v;
	size_t n;
};

static const struct argp_option argp_options[] = {
	{"alpha", KEY_ALPHA, "SHARE", 0,
	 "how often any case at all may be called changed that is not (1%)", 0},
	{"margin", KEY_MARGIN, "SHARE", 0,
	 "what surely differs by less is equivalent (2%)", 0},
	{"absolute", KEY_ABSOLUTE, NULL, 0, "do not divide by the floors", 0},
	{"anyway", KEY_ANYWAY, NULL, 0, "also where the machines differ", 0},
	{"bench", 'b', "CASE|GLOB", 0, "only these cases; may be repeated", 0},
	{0},
};

static void push(struct names *names, char *name)
{
	names->v = xrealloc(names->v, names->n + 1, sizeof(*names->v));
	names->v[names->n++] = name;
}

static void parse_share(struct argp_state *state, const char *option, const char *text,
			double least, double *share)
{
	if (units_percent(text, share) < 0 || *share < least || *share >= 1)
		argp_error(state, "%s %s: want a share from %g%% to below 100%%", option,
			   text, 100 * least);
}

static void parse_name(struct options *o, char *arg, struct argp_state *state)
{
	/* Arguments come in their order: `quoted` is set by then if "--" was before. */
	if (!state->quoted) {
		push(&o->given, arg);
		return;
	}
	o->parted = true;
	if (arg[0] == '-' && arg[1])
		argp_error(state, "%s: options go before --", arg);
	push(&o->after, arg);
}

static void check_names(struct options *o, struct argp_state *state)
{
	bool last = state->argc > 1 && strcmp(state->argv[state->argc - 1], "--") == 0;

	if (!o->parted && !last && o->given.n == 2) {
		push(&o->after, o->given.v[1]);
		o->given.n = 1;
	} else if (!o->parted && o->given.n > 2 && !last) {
		argp_error(state, "which of these are NEW? BASE... -- NEW...");
	}
	if (!o->given.n || !o->after.n)
		argp_error(state,
			   "want RESULTs to compare: BASE NEW, or BASE... -- NEW...");
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_ALPHA:
		parse_share(state, "--alpha", arg, SMALLEST_ALPHA, &o->rule.alpha);
		break;
	case KEY_MARGIN:
		parse_share(state, "--margin", arg, 0, &o->rule.margin);
		break;
	case KEY_ABSOLUTE:
		o->rule.absolute = true;
		break;
	case KEY_ANYWAY:
		o->rule.anyway = true;
		break;
	case 'b':
		o->rule.globs = xrealloc(o->rule.globs, o->rule.nglobs + 1,
					 sizeof(*o->rule.globs));
		o->rule.globs[o->rule.nglobs++] = arg;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->answers;
		break;
	case ARGP_KEY_ARG:
		parse_name(o, arg, state);
		break;
	case ARGP_KEY_END:
		check_names(o, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* ---- reading */

static bool has_result(const char *folder)
{
	char *file = xformat("%s/result.json", folder);
	bool has = access(file, F_OK) == 0;

	free(file);
	return has;
}

/* Adds the results that a folder holds, in the order of their names; `latest` and other
 * links lead to one of them, and are left out. How many. */
static size_t scan(const char *folder, struct names *out)
{
	struct dirent **list;
	int n = scandir(folder, &list, NULL, alphasort);
	size_t before = out->n;

	for (int i = 0; i < n; i++) {
		char *path = xformat("%s/%s", folder, list[i]->d_name);
		struct stat st;

		if (list[i]->d_name[0] != '.' && lstat(path, &st) == 0 &&
		    S_ISDIR(st.st_mode) && has_result(path))
			push(out, path);
		else
			free(path);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return out->n - before;
}

static void expand(const struct names *given, struct names *out)
{
	for (size_t i = 0; i < given->n; i++) {
		const char *path = given->v[i];
		struct stat st;
		bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

		if (!folder || has_result(path) || !scan(path, out))
			push(out, xstrdup(path));
	}
}

static void read_side(const struct names *given, struct side *side)
{
	expand(given, &side->paths);
	side->v = xcalloc(side->paths.n, sizeof(*side->v));
	for (size_t i = 0; i < side->paths.n; i++) {
		char *error = NULL;

		if (result_read(side->paths.v[i], &side->v[side->n], &error) < 0)
			fatal("%s", error);
		side->n++;
	}
}

/* A run that counts twice would make the spread between runs look smaller. */
static void check_twice(const struct side *a, const struct side *b, bool same)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = same ? i + 1 : 0; j < b->n; j++) {
			const struct record *x = &a->v[i], *y = &b->v[j];

			if (x->seed == y->seed && x->elapsed_s == y->elapsed_s &&
			    strcmp(x->started, y->started) == 0)
				fatal("%s and %s are the same run, that of %s: give it "
				      "once",
				      a->paths.v[i], b->paths.v[j], x->started);
		}
}

static void check_stdin(const struct options *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->given.n; i++)
		n += strcmp(o->given.v[i], "-") == 0;
	for (size_t i = 0; i < o->after.n; i++)
		n += strcmp(o->after.v[i], "-") == 0;
	if (n > 1)
		fatal("-: standard input holds one RESULT, and was given %zu times", n);
}

static bool has_case(const struct side *side, const char *glob)
{
	for (size_t i = 0; i < side->n; i++)
		for (size_t j = 0; j < side->v[i].ncases; j++)
			if (compare_chosen(&glob, 1, side->v[i].cases[j].text))
				return true;
	return false;
}

static void check_globs(const struct compare_rule *rule, const struct side *sides)
{
	for (size_t i = 0; i < rule->nglobs; i++)
		if (!has_case(&sides[0], rule->globs[i]) &&
		    !has_case(&sides[1], rule->globs[i]))
			fatal("-b %s: no RESULT has such a case; `lwpbench show RESULT` "
			      "lists them",
			      rule->globs[i]);
}

/* ---- telling */

/* Says why, and what would do, if the machines are no match. */
static bool refuse(const struct compare_rule *rule, const struct side *sides)
{
	char *why = rule->anyway ? NULL
				 : compare_hosts_refuse(sides[0].v, sides[0].n,
							sides[1].v, sides[1].n);

	if (!why)
		return false;
	warn("these machines can't be compared: %s (--anyway does it)", why);
	free(why);
	return true;
}

static int tell(const struct options *o, const struct side *sides)
{
	struct answers answers;
	const char *bad;

	compare(sides[0].v, sides[0].n, sides[1].v, sides[1].n, &o->rule, &answers);
	int status = answers_status(&answers);
	int err = answers_tell(&answers, &o->answers, &bad);
	if (err) {
		warn("%s: %s", bad, strerror(-err));
		status = EXIT_UNMEASURED;
	}
	answers_free(&answers);
	return status;
}

static void side_free(struct side *side)
{
	for (size_t i = 0; i < side->n; i++)
		record_free(&side->v[i]);
	free(side->v);
	for (size_t i = 0; i < side->paths.n; i++)
		free(side->paths.v[i]);
	free(side->paths.v);
}

int cmd_compare(int argc, char **argv)
{
	static const struct argp_child children[] = {{.argp = &answers_argp}, {0}};
	static const struct argp argp = {
		.options = argp_options,
		.children = children,
		.parser = parse_option,
		.args_doc = "BASE... -- NEW...",
		.doc = "Says which cases cost more or less in the results NEW than in "
		       "BASE.\vOf two RESULTs the first is BASE, and -- may be left "
		       "out. A folder that is no result stands for those in it. The "
		       "spread from run to run is what a change is held against: with "
		       "--alpha 1% that takes 5 runs a side. Exit status: 1 if "
		       "something regressed or fails now, 2 if a RESULT cannot be read, "
		       "77 if nothing can be said.",
	};
	struct options o = {.rule = {.alpha = 0.01, .margin = 0.02}};
	struct side sides[2] = {0};

	arguments_parse(&argp, argc, argv, ARGP_IN_ORDER, &o);
	check_stdin(&o);
	read_side(&o.given, &sides[0]);
	read_side(&o.after, &sides[1]);
	check_twice(&sides[0], &sides[0], true);
	check_twice(&sides[1], &sides[1], true);
	check_twice(&sides[0], &sides[1], false);
	check_globs(&o.rule, sides);
	int status = refuse(&o.rule, sides) ? EXIT_UNJUDGED : tell(&o, sides);
	side_free(&sides[0]);
	side_free(&sides[1]);
	free(o.given.v);
	free(o.after.v);
	free(o.rule.globs);
	return status;
}
