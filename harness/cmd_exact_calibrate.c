/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench exact calibrate: how far what should not matter moves each case. */
#include <argp.h>
#include <stdlib.h>

#include "arguments.h"
#include "cmd_exact.h"
#include "plain.h"
#include "sheet.h"
#include "util.h"

enum { KEY_BANDS = 256 };

struct options {
	struct exact_options exact;
	struct exact_kernels kernels;
	const char *bands;
};

static const struct argp_option argp_options[] = {
	{"bands", KEY_BANDS, "DIR", 0,
	 "where to keep the bands, a file of each kernel (" EXACT_BANDS ")", 1},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->exact;
		state->child_inputs[1] = &o->kernels;
		break;
	case KEY_BANDS:
		if (!*arg)
			argp_error(state, "--bands '%s': want the name of a folder", arg);
		o->bands = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void show(const struct bands *b)
{
	static const char *const heads[] = {"<case", "variants", "least",
					    "most",  "spread",   "band"};
	const struct sheet s = sheet_stdout();
	struct table t;

	table_init(&t, countof(heads), heads, s.room);
	for (size_t i = 0; i < b->n; i++) {
		const struct band *v = &b->v[i];

		table_row(&t);
		table_cell(&t, 0, "%s", v->text);
		table_cell(&t, 1, "%u", v->variants);
		table_cell(&t, 2, "%.0f", v->count.lo);
		table_cell(&t, 3, "%.0f", v->count.hi);
		table_cell(&t, 4, "%.3f %%", (v->count.hi / v->count.lo - 1) * 100);
		table_cell(&t, 5, "±%.0f", bands_reach(v));
	}
	sheet_table(&s, &t);
	table_free(&t);
}

static int calibrate(const struct options *o, const char *kernel, int argc, char **argv)
{
	const struct exact_arm arm = {.kernel = kernel,
				      .append = o->kernels.append,
				      .benches = o->kernels.benches};
	struct bands b;
	int status = exact_vary(&o->exact, &arm, o->bands, argc, argv, &b);

	if (status == EXIT_OK) {
		char *path = bands_path(o->bands, &b.of);

		plain_print(stdout, "kept in %s", path);
		show(&b);
		free(path);
	}
	bands_free(&b);
	return status;
}

int exact_calibrate(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{&exact_argp, 0, NULL, 0}, {&exact_kernels_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.children = children,
		.doc = "Counts the cases in variants of a guest that should cost the "
		       "same: another length of the kernel's command line, longer "
		       "programs, other random numbers. How far that moves a case is "
		       "its band, within which `exact compare` sees no difference.",
	};
	struct options o = {.bands = EXACT_BANDS};
	int status = EXIT_OK;

	arguments_parse(&argp, argc, argv, 0, &o);
	for (size_t i = 0; i < o.kernels.n && status == EXIT_OK; i++)
		status = calibrate(&o, o.kernels.v[i], argc, argv);
	exact_options_free(&o.exact);
	exact_kernels_free(&o.kernels);
	return status;
}
