/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suites: text files that list cases, one line each. */
#ifndef LWP_SUITE_H
#define LWP_SUITE_H

#include <stddef.h>

/* A case as it was written: the benchmark's name and its parameters ("pages=4096"). */
struct suite_case {
	char *bench;
	char **params;
	size_t nparams;
	unsigned line; /* of the suite file; 0: from the command line */
};

struct suite {
	char *name;
	double budget_s, precision; /* NAN where the suite does not say */
	unsigned phases;            /* blocks of the phases pass; 0: as always */
	struct suite_case *v;
	size_t n;
};

/* Parses a suite's text: `BENCH [PARAM=VALUE[,VALUE]...]...` a line, lists multiply out;
 * `@budget 4m`, `@precision 2%`, `@phases 12`; # begins a comment. 0, or -EINVAL with
 * "NAME:LINE:COLUMN: ..." in *error, which the caller frees. */
int suite_parse(const char *text, const char *name, struct suite *out, char **error);
/* Adds the cases of one word of the command line, "fork/pages=0,4096/fds=100"; as above.
 */
int suite_add(struct suite *s, const char *text, char **error);
void suite_free(struct suite *s);

#endif
