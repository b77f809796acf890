/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: a table of subcommands. */
#include <argp.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "cmd.h"
#include "util.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *args, *brief;
} commands[] = {
	{"list", cmd_list, "[-v|--json]",
	 "benchmarks, parameters, phases; suites; events"},
	{"run", cmd_run, "[-s SUITE] [-b CASE|GLOB]...", "measure, and keep a result"},
	{"apps", cmd_apps, "[-b NAME|GLOB]... RESULT",
	 "time whole programs by hyperfine, into a result"},
	{"show", cmd_show, "RESULT", "a result as tables, or as JSON"},
	{"verdict", cmd_verdict, "[-v] [--claims FILE]... RESULT",
	 "which claims hold on this machine, and why"},
	{"plot", cmd_plot, "RESULT", "a result as pictures, by gnuplot"},
	{"report", cmd_report, "[-o FILE] RESULT", "a result as one page of HTML"},
	{"predict", cmd_predict, "RESULT [WEIGHT=SIZE]...",
	 "what creating tasks would cost a larger parent"},
	{"attribute", cmd_attribute, "[RESULT]",
	 "which shared resource makes the difference"},
	{"sharing", cmd_sharing, "[KIND]...", "what tasks share, found out by trying"},
	{"ab", cmd_ab, "--a ARM --b ARM [-b CASE]...",
	 "two arms in turns on this machine: which costs more"},
	{"compare", cmd_compare, "BASE... -- NEW...",
	 "results against results: what has changed"},
	{"selftest", cmd_selftest, "[-b CASE|GLOB]...",
	 "what `ab` can tell apart on this machine"},
	{"history", cmd_history, "add|check|show|plot DIR",
	 "a series of results: when what has changed"},
	{"export", cmd_export, "--to FORMAT RESULT...",
	 "a result in the formats of others"},
	{"exact", cmd_exact, "run [-b CASE|GLOB]...",
	 "instructions of cases, counted in a guest: no noise"},
	{"doctor", cmd_doctor, "[--json]",
	 "what on this machine spoils figures, and what mends it"},
};

static void usage(FILE *to)
{
	fputs("Usage: lwpbench COMMAND [OPTION]...\n"
	      "What a Linux task costs as a thread and as a process, measured.\n\n",
	      to);
	for (size_t i = 0; i < countof(commands); i++)
		fprintf(to, "  %-9s %-30s %s\n", commands[i].name, commands[i].args,
			commands[i].brief);
	fputs("\n"
	      "`lwpbench COMMAND --help` says more. RESULT is a folder that `run` made, "
	      "its\n"
	      "result.json, or - for standard input.\n\n"
	      "Exit status: 0 fine; 1 something regressed, or a case failed; 2 wrong "
	      "use;\n"
	      "3 could not measure; 77 cannot judge; 128 + N: ended by signal N, what "
	      "was\n"
	      "measured is kept.\n",
	      to);
}

/* A descriptor that came closed must not become one of ours: it is taken by one that
 * fails as a closed one does. */
static void keep_standard_descriptors(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			_exit(EXIT_UNMEASURED);
}

/* Runs a subcommand by its name; -1 if there is none. */
static int run_command(const char *name, int argc, char **argv)
{
	for (size_t i = 0; i < countof(commands); i++) {
		if (strcmp(name, commands[i].name) != 0)
			continue;
		/* The name that argp prints in usage and errors. */
		char *called = xformat("lwpbench %s", name);
		argv[1] = called;
		int status = commands[i].run(argc - 1, argv + 1);

		argv[1] = NULL;
		free(called);
		return status;
	}
	return -1;
}

/* Also an argp that exits by itself, as after --help, must not hide that nothing came
 * out. */
static void check_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return;
	warn("standard output:");
	_exit(EXIT_UNMEASURED);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	keep_standard_descriptors();
	/* It starts programs and writes files that its caller names. */
	if (getauxval(AT_SECURE)) {
		warn("set-user-ID, set-group-ID or with capabilities of its file it "
		     "gives "
		     "away those rights, and does nothing: take them from it");
		return EXIT_USAGE;
	}
	if (atexit(check_output) != 0)
		return EXIT_UNMEASURED;
	argp_err_exit_status = EXIT_USAGE;
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
	    strcmp(name, "help") == 0) {
		usage(stdout);
		return EXIT_OK;
	}
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		puts("lwpbench " LWP_VERSION);
		return EXIT_OK;
	}
	/* Through it benchmarks are found, and what they say is read. */
	if (access("/proc/self", F_OK) < 0) {
		warn("/proc is not there, and lwpbench needs it: mount -t proc proc "
		     "/proc");
		return EXIT_UNMEASURED;
	}
	int status = run_command(name, argc, argv);
	if (status >= 0)
		return status;
	if (*name)
		warn("no such command: %s", name);
	usage(stderr);
	return EXIT_USAGE;
}
