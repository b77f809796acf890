/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two arms of `lwpbench ab`: what is put around, under or before the benchmark
 * programs. */
#ifndef LWP_ARMS_H
#define LWP_ARMS_H

#include <stddef.h>

/* What was said of an arm on the command line; NULL: nothing. */
struct arm_ask {
	const char *prefix, *before, *benches;
	char **with;
	size_t nwith;
	double inject;
};

struct arm {
	char name;     /* 'a' or 'b' */
	char **prefix; /* the words of a command that runs what follows it; ends with NULL
			*/
	size_t nprefix;
	char **before; /* the words of a command that runs before each of its turns; ends
			  with NULL */
	size_t nbefore;
	char **with; /* parameters that its cases get: "link=dynamic" */
	size_t nwith;
	char *benches; /* folder of its benchmark programs */
	double inject; /* 0.02: every sample is drawn out by 2 %; see job.h */
	char *text;    /* all of it for people: "env X=1", "as it is" */
};

/* Splits into words as a shell would, quotes and all, but runs nothing (wordexp(3)
 * without command substitution), and looks the command up in PATH; 0, or -EINVAL with one
 * line in *error. */
int arm_words(const char *text, char ***words, size_t *n, char **error);
/* All of an arm; `benches` is the folder of its programs unless the ask names one. 0, or
 * -EINVAL with one line in *error that names the option. */
int arm_make(char name, const struct arm_ask *ask, const char *benches, struct arm *out,
	     char **error);
void arm_free(struct arm *a);

#endif
