/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels that `exact run` and `exact calibrate` boot one after the other. */
#include <stdlib.h>

#include "cmd_exact.h"
#include "util.h"

enum { KEY_KERNEL = 0x600, KEY_APPEND, KEY_BENCHES };

static const struct argp_option argp_options[] = {
	{"kernel", KEY_KERNEL, "VMLINUZ", 0,
	 "image to boot instead of the first of scripts/exact, or the release of another "
	 "of these; may be repeated",
	 1},
	{"append", KEY_APPEND, "WORDS", 0, "to the kernel's command line", 1},
	{"benches", KEY_BENCHES, "DIR", 0, "static programs to use instead of our own",
	 1},
	{0},
};

static void add(struct exact_kernels *kernels, const char *kernel)
{
	kernels->v = xrealloc(kernels->v, kernels->n + 1, sizeof(*kernels->v));
	kernels->v[kernels->n++] = kernel;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct exact_kernels *kernels = state->input;

	switch (key) {
	case KEY_KERNEL:
		add(kernels, arg);
		break;
	case KEY_APPEND:
		kernels->append = arg;
		break;
	case KEY_BENCHES:
		kernels->benches = arg;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: want only options", arg);
		break;
	case ARGP_KEY_END:
		if (!kernels->n)
			add(kernels, NULL);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

const struct argp exact_kernels_argp = {.options = argp_options, .parser = parse_option};

void exact_kernels_free(struct exact_kernels *kernels)
{
	free(kernels->v);
}
