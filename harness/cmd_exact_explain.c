/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench exact explain: the functions that a case's instructions are in. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cmd_exact.h"
#include "explain.h"
#include "plain.h"
#include "plot.h"
#include "plot_explain.h"
#include "units.h"
#include "util.h"

enum { KEY_JSON = 256 };
enum { FUNCTIONS = 20 };

struct options {
	struct exact_options exact;
	struct exact_arms arms;
	size_t nkernels; /* as arguments */
	const char *formats, *output;
	uint64_t most;
	bool json;
};

static const struct argp_option argp_options[] = {
	{"lines", 'n', "N", 0, "functions shown of each case (20); 0: all", 0},
	{"json", KEY_JSON, NULL, 0, "print all of it as JSON", 0},
	{"output", 'o', "DIR", 0, "draw the functions into this folder, too", 0},
	{"format", 'f', "LIST", 0, "of pictures: any of svg,png,pdf,txt (svg)", 0},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->exact;
		state->child_inputs[1] = &o->arms;
		break;
	case 'n':
		if (units_uint(arg, &o->most) < 0)
			argp_error(state, "-n %s: want a number", arg);
		break;
	case 'o':
		if (!*arg)
			argp_error(state, "-o: want the name of a folder");
		o->output = arg;
		break;
	case 'f':
		o->formats = arg;
		break;
	case KEY_JSON:
		o->json = true;
		break;
	case ARGP_KEY_ARG:
		if (o->nkernels == EXACT_ARMS)
			argp_error(state, "%s: want one or two kernels", arg);
		o->arms.arm[o->nkernels++].kernel = arg;
		break;
	case ARGP_KEY_END:
		if (!o->exact.nnamed && !o->exact.suite)
			argp_error(state, "want a case: -b fork");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* Boots an arm once and adds what it told; the exit status. */
static int add_arm(const struct options *o, const struct exact_arm *given, int argc,
		   char **argv, struct explanation *x)
{
	char *own = find_own("benches"), *error = NULL;
	struct exact_code code = {0};
	struct exact_arm arm = *given;
	struct record r;

	arm.code = &code;
	int status = exact_measure(&o->exact, &arm, true, argc, argv, &r);
	if (status == EXIT_OK) {
		char *name = exact_arm_name(&r, given);

		if (explain_arm(x, name, &r, &code, arm.benches ? arm.benches : own,
				&error) < 0) {
			warn("%s", error);
			status = EXIT_UNMEASURED;
		}
		free(name);
	}
	free(error);
	exact_code_free(&code);
	record_free(&r);
	free(own);
	return status;
}

static void told(const char *path)
{
	plain_print(stderr, "%s", path);
}

static int draw(const struct options *o, const struct explanation *x)
{
	const struct plot_order order = {.formats = o->formats,
					 .outdir = o->output,
					 .columns = PLOT_COLUMNS,
					 .made = told};
	char *error = NULL;
	int err = make_dirs(o->output);

	if (err)
		fatal("%s: %s", o->output, strerror(-err));
	if (plot_explain(x, &order, &error) == 0)
		return EXIT_OK;
	warn("%s", error);
	free(error);
	return EXIT_UNMEASURED;
}

int exact_explain(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{&exact_argp, 0, NULL, 0}, {&exact_arms_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		.options = argp_options,
		.children = children,
		.parser = parse_option,
		.args_doc = "[BASE [NEW]]",
		.doc = "Shows in which functions, of user and kernel, the instructions "
		       "of cases are, or with two arms which functions take more or "
		       "less.\vBASE and NEW are short for --a-kernel and --b-kernel. "
		       "QEMU has to know plugins. Exit status: 3 if a guest or its "
		       "counts cannot be had.",
	};
	struct options o = {.most = FUNCTIONS, .formats = "svg"};
	struct explanation x = {0};
	int status = EXIT_OK;

	arguments_parse(&argp, argc, argv, 0, &o);
	const size_t arms = o.nkernels == EXACT_ARMS || o.arms.differ ? EXACT_ARMS : 1;
	exact_arms_complete(&o.arms);
	for (size_t i = 0; i < arms && status == EXIT_OK; i++)
		status = add_arm(&o, &o.arms.arm[i], argc, argv, &x);
	if (status == EXIT_OK) {
		const struct sheet s = sheet_stdout();

		explain_sort(&x);
		if (o.json)
			explain_json(stdout, &x);
		else
			explain_show(&s, &x, (size_t)o.most);
		if (o.output)
			status = draw(&o, &x);
	}
	explain_free(&x);
	exact_arms_free(&o.arms);
	exact_options_free(&o.exact);
	return status;
}
