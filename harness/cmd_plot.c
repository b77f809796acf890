/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench plot: pictures of a result. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd.h"
#include "plot.h"
#include "result.h"
#include "util.h"

struct options {
	const char *result, *formats, *outdir;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'f':
		o->formats = arg;
		return 0;
	case 'o':
		o->outdir = arg;
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
		else if (strcmp(o->result, "-") == 0 && !o->outdir)
			argp_error(state,
				   "a RESULT from standard input needs --output=DIR");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* "plots" in the result's folder, or beside its file; caller frees. */
static char *default_outdir(const char *result)
{
	struct stat st;

	if (stat(result, &st) == 0 && S_ISDIR(st.st_mode))
		return xformat("%s/plots", result);
	const char *slash = strrchr(result, '/');
	return xformat("%.*splots", slash ? (int)(slash - result + 1) : 0, result);
}

static void print_path(const char *path)
{
	puts(path);
}

static int plot(const struct options *o, const struct record *r)
{
	char *outdir = o->outdir ? xstrdup(o->outdir) : default_outdir(o->result);
	char *error = NULL;
	int err = plot_record(r, outdir, o->formats, print_path, &error);

	if (err)
		warn("%s", error);
	free(error);
	free(outdir);
	if (err == -EINVAL)
		return EXIT_USAGE;
	return err ? EXIT_UNMEASURED : EXIT_OK;
}

int cmd_plot(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"format", 'f', "LIST", 0, "svg, png or both (default svg,png)", 0},
		{"output", 'o', "DIR", 0, "where to put them (default RESULT/plots)", 0},
		{0},
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "RESULT",
		.doc = "Draws pictures of RESULT, a folder or its result.json, and "
		       "prints "
		       "the names of the files made.\v"
		       "Beside each picture lies its data, NAME.dat. A picture for which "
		       "the "
		       "result has no cases is left out.",
	};
	struct options o = {.formats = "svg,png"};
	struct record r;
	char *error = NULL;

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (result_read(o.result, &r, &error))
		fatal("%s", error);
	int status = plot(&o, &r);
	record_free(&r);
	return status;
}
