/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The benchmarks there are: each program is asked what it is, nothing is known by name.
 */
#ifndef LWP_CATALOG_H
#define LWP_CATALOG_H

#include <stddef.h>

#include "record.h"

struct bench_param {
	char *name, *type, *def, *value, *unit, *choices, *brief;
};

/* One program's answer to --describe, with the parameters it was given. */
struct bench_info {
	char *path, *name, *brief, *family, *unit, *floor, *base, *kase;
	struct bench_param *params;
	size_t nparams;
	char **phases;
	size_t nphases;
	struct gauge *gauges;
	size_t ngauges;
};

struct catalog {
	struct bench_info *v;
	size_t n;
};

/* Asks the program at `path`, with params[nparams] ("pages=4096"); 0, or -EINVAL with
 * what it (or we) complained about in *error, which the caller frees. */
int catalog_describe(const char *path, char *const *params, size_t nparams,
		     struct bench_info *out, char **error);
/* Reads such an answer, which is cut up; 0 or -EINVAL, what was read to be freed in
 * either case. */
int catalog_parse(char *text, struct bench_info *out);
/* Every program of a folder, by name; one that does not answer goes to stderr as a
 * warning. */
int catalog_load(const char *folder, struct catalog *out, char **error);
void bench_info_free(struct bench_info *b);
void catalog_free(struct catalog *c);

#endif
