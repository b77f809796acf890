/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench exact: instructions of cases, counted in a guest, the same each time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_exact.h"
#include "util.h"

static const struct action {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *args, *brief;
} actions[] = {
	{"run", exact_run, "[--kernel VMLINUZ]... [-b CASE]...",
	 "count, and keep a result"},
	{"compare", exact_compare, "--b-kernel VMLINUZ | A B",
	 "two kernels, command lines or builds: what takes more"},
	{"calibrate", exact_calibrate, "[--kernel VMLINUZ]...",
	 "how far changes that mean nothing move each case"},
	{"explain", exact_explain, "BASE NEW -b CASE", "which functions have grown"},
};

static void usage(FILE *to)
{
	fputs("Usage: lwpbench exact ACTION [OPTION]...\n"
	      "Counts the instructions of cases, user's and kernel's together, in a "
	      "guest "
	      "that\nQEMU emulates: the same to the digit each time.\n\n",
	      to);
	for (size_t i = 0; i < countof(actions); i++)
		fprintf(to, "  %-9s %-35s %s\n", actions[i].name, actions[i].args,
			actions[i].brief);
	fputs("\n`lwpbench exact ACTION --help` says more.\n", to);
}

int cmd_exact(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	for (size_t i = 0; i < countof(actions); i++) {
		if (strcmp(name, actions[i].name) != 0)
			continue;
		/* The name that argp prints in usage and errors. */
		char *called = xformat("lwpbench exact %s", name);
		argv[1] = called;
		int status = actions[i].run(argc - 1, argv + 1);

		argv[1] = NULL;
		free(called);
		return status;
	}
	if (strcmp(name, "--help") == 0) {
		usage(stdout);
		return EXIT_OK;
	}
	fatal("exact %s: want run, compare, calibrate or explain", name);
}
