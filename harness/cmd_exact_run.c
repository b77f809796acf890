/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench exact run: counts cases in a guest, and keeps a result of each kernel. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cmd_exact.h"
#include "result.h"
#include "session.h"
#include "util.h"

struct options {
	struct exact_options exact;
	struct exact_kernels kernels;
	const char *folder;
};

static const struct argp_option argp_options[] = {
	{"output", 'o', "DIR", 0,
	 "where to keep the result (results/TIME-exact); of several kernels in folders "
	 "1, 2... of it",
	 1},
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
	case 'o':
		if (!*arg)
			argp_error(state, "-o '%s': want the name of a folder", arg);
		o->folder = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int run_kernel(const struct options *o, const char *kernel, const char *folder,
		      int argc, char **argv)
{
	const struct exact_arm arm = {.kernel = kernel,
				      .append = o->kernels.append,
				      .benches = o->kernels.benches,
				      .apart = true};
	struct record r;
	int status = exact_measure(&o->exact, &arm, false, argc, argv, &r);

	if (status == EXIT_OK) {
		int err = make_dirs(folder);

		if (!err)
			err = result_write(folder, &r);
		if (err)
			fatal("%s: %s", folder, strerror(-err));
		session_tell_failed(&r, NULL);
		session_tell_counts(stdout, &r, NULL, r.elapsed_s, folder);
		status = session_status(&r, NULL, 0);
	}
	record_free(&r);
	return status;
}

int exact_run(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{&exact_argp, 0, NULL, 0}, {&exact_kernels_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.children = children,
		.doc = "Counts the instructions of cases, user's and kernel's together, "
		       "in a guest that QEMU emulates: the same to the digit each "
		       "time.\vEach kernel is booted twice. Exit status: 4 if the two "
		       "counts differ, 3 if a guest cannot be had.",
	};
	struct options o = {0};
	int status = EXIT_OK;

	arguments_parse(&argp, argc, argv, 0, &o);
	char *folder = o.folder ? xstrdup(o.folder)
				: session_time("results/%Y%m%dT%H%M%SZ-exact");
	for (size_t i = 0; i < o.kernels.n && status <= EXIT_REGRESSION; i++) {
		char *to = o.kernels.n == 1 ? xstrdup(folder)
					    : xformat("%s/%zu", folder, i + 1);
		int s = run_kernel(&o, o.kernels.v[i], to, argc, argv);

		if (s > status)
			status = s;
		free(to);
	}
	free(folder);
	exact_options_free(&o.exact);
	exact_kernels_free(&o.kernels);
	return status;
}
