/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `lwpbench run` does once it knows what was asked for: for commands that measure
 * before they answer. */
#ifndef LWP_CMD_RUN_H
#define LWP_CMD_RUN_H

#include <stdbool.h>
#include <stdio.h>

#include "record.h"

struct run_options {
	const char *suite, *folder, *resume, *events, *benches;
	const char **named;
	size_t nnamed;
	double budget_s, precision, limit_s; /* NAN: not given */
	uint64_t seed;
	unsigned passes;
	bool seeded, quiet;
	FILE *counts; /* where it is told how the cases fared */
};

/* Measures and keeps the result, which is left in r; argv is the command as typed. The
 * exit status. */
int run_cases(const struct run_options *o, int argc, char **argv, struct record *r);

#endif
