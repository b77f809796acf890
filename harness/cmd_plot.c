/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench plot: pictures of a result. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cmd.h"
#include "plain.h"
#include "plot.h"
#include "plot_data.h"
#include "result.h"
#include "util.h"

enum { PICTURES_MAX = 32 };

struct options {
	const char *result, *formats, *output;
	const char *names[PICTURES_MAX + 1];
	size_t nnames;
	bool list;
};

static bool to_stdout(const struct options *o)
{
	return o->output && strcmp(o->output, "-") == 0;
}

static void check(const struct options *o, struct argp_state *state)
{
	if (o->list)
		return;
	if (!o->result)
		argp_error(state, "RESULT is missing: a folder or its result.json");
	else if (strcmp(o->result, "-") == 0 && !o->output)
		argp_error(state, "a RESULT from standard input needs --output=DIR");
	else if (to_stdout(o) && o->formats && strcmp(o->formats, "txt") != 0 &&
		 (o->nnames != 1 || strchr(o->formats, ',')))
		argp_error(state, "--output=- takes --format=txt, or one --picture in "
				  "one format");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'f':
		o->formats = arg;
		return 0;
	case 'o':
		o->output = arg;
		return 0;
	case 'p':
		if (o->nnames == PICTURES_MAX)
			argp_error(state, "at most %d pictures", PICTURES_MAX);
		else
			o->names[o->nnames++] = arg;
		return 0;
	case 'l':
		o->list = true;
		return 0;
	case ARGP_KEY_ARG:
		if (o->result)
			argp_error(state, "one RESULT only, not '%s' too", arg);
		o->result = arg;
		return 0;
	case ARGP_KEY_END:
		check(o, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int plot(const struct options *o, const struct record *r)
{
	char *outdir = to_stdout(o) ? NULL
		       : o->output  ? xstrdup(o->output)
				    : result_beside(o->result, "plots");
	char *within = o->output ? NULL : result_folder(o->result);
	const struct plot_order order = {
		.formats = o->formats     ? o->formats
			   : to_stdout(o) ? "txt"
					  : "svg,png",
		.names = o->nnames ? o->names : NULL,
		.columns = plot_columns(to_stdout(o) ? stdout : NULL),
		.outdir = outdir,
		.within = within,
		.to = stdout,
		.made = plain_path,
	};
	char *error = NULL;
	int err = plot_draw(r, &order, &error);

	if (err)
		warn("%s", error);
	free(error);
	free(outdir);
	free(within);
	if (err == -EINVAL)
		return EXIT_USAGE;
	return err ? EXIT_UNMEASURED : EXIT_OK;
}

static void list(void)
{
	for (const struct picture *p = plot_pictures; p->name; p++)
		printf("%-12s %s\n", p->name, p->title);
}

int cmd_plot(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"format", 'f', "LIST", 0,
		 "any of svg, png, pdf and txt (default svg,png)", 0},
		{"picture", 'p', "NAME", 0, "only this picture; may be given again", 0},
		{"output", 'o', "DIR", 0,
		 "where to put them (default RESULT/plots); - prints them, as txt "
		 "unless --format says otherwise",
		 0},
		{"list", 'l', 0, 0, "print the names of all pictures, and what they show",
		 0},
		{0},
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "RESULT\n--list",
		.doc = "Draws pictures of RESULT, a folder or its result.json, and "
		       "prints the names of the files made.\v"
		       "Beside each picture lies its data, NAME.dat. A picture for which "
		       "the result has no cases is left out. For a terminal:\n\n"
		       "  lwpbench plot -o - -p creation RESULT\n\n"
		       "A txt is as wide as the terminal it is printed on, else as "
		       "COLUMNS says, else 100 columns.",
	};
	struct options o = {.result = NULL};
	struct record r;
	char *error = NULL;

	argp_err_exit_status = EXIT_USAGE;
	arguments_parse(&argp, argc, argv, 0, &o);
	if (o.list) {
		list();
		return EXIT_OK;
	}
	if (result_read(o.result, &r, &error))
		fatal("%s", error);
	int status = plot(&o, &r);
	record_free(&r);
	return status;
}
