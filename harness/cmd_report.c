/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench report: a result as one page of HTML. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cases.h"
#include "cmd.h"
#include "inside.h"
#include "plain.h"
#include "report.h"
#include "result.h"
#include "util.h"

enum { KEY_EXACT = 256 };

struct options {
	const char *result, *output, *exact;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'o':
		o->output = arg;
		return 0;
	case KEY_EXACT:
		o->exact = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->result)
			argp_error(state, "one RESULT only, not '%s' too", arg);
		o->result = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->result)
			argp_error(state,
				   "RESULT is missing: a folder or its result.json");
		else if (strcmp(o->result, "-") == 0 && !o->output)
			argp_error(state,
				   "a RESULT from standard input needs --output=FILE");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* 0 or -errno; main() looks after standard output. */
static int deliver(const struct options *o, const char *path, const char *page,
		   size_t size)
{
	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) {
		fwrite(page, 1, size, stdout);
		return 0;
	}
	char *folder = result_folder(o->result);
	int err = o->output ? put_file(path, page, size)
			    : inside_write(folder, "report.html", page, size);

	free(folder);
	if (err)
		warn("%s: %s", path, inside_error(err));
	else
		plain_path(path);
	return err;
}

static int report(const struct options *o, const struct record *r,
		  const struct record *exact)
{
	char *path =
		o->output ? xstrdup(o->output) : result_beside(o->result, "report.html");
	char *page, *error = NULL;
	size_t size;
	int err = report_make(r, exact, &page, &size, &error);

	if (err)
		warn("%s", error);
	else
		err = deliver(o, path, page, size);
	free(error);
	free(page);
	free(path);
	return err ? EXIT_UNMEASURED : EXIT_OK;
}

/* What is wrong with either side ends the program. */
static void read_exact(const struct options *o, const struct record *r,
		       struct record *exact)
{
	char *error = NULL;

	if (cases_counted(r))
		fatal("%s: has instructions; --exact wants them beside times", o->result);
	if (result_read(o->exact, exact, &error))
		fatal("%s", error);
	if (!cases_counted(exact))
		fatal("--exact %s: has no instructions: want a result of lwpbench exact "
		      "run",
		      o->exact);
}

int cmd_report(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"output", 'o', "FILE", 0,
		 "where to put it, - for standard output (default RESULT/report.html)",
		 0},
		{"exact", KEY_EXACT, "RESULT", 0,
		 "of `lwpbench exact run`: its instructions beside the times, and their "
		 "ratio",
		 0},
		{0},
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "RESULT",
		.doc = "Writes one page of HTML about RESULT, a folder or its "
		       "result.json, and prints its name: what a task costs on that "
		       "machine, the tables, the pictures, the machine itself and how "
		       "it was measured.\v"
		       "The page holds all that it shows: it can be sent by mail, "
		       "printed, and read without a network. It runs no script.",
	};
	struct options o = {0};
	struct record r, exact;
	char *error = NULL;

	arguments_parse(&argp, argc, argv, 0, &o);
	if (result_read(o.result, &r, &error))
		fatal("%s", error);
	if (o.exact)
		read_exact(&o, &r, &exact);
	int status = report(&o, &r, o.exact ? &exact : NULL);

	if (o.exact)
		record_free(&exact);
	record_free(&r);
	return status;
}
