/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of every command that answers: in what form, and where to. */
#ifndef LWP_ANSWERS_OPTIONS_H
#define LWP_ANSWERS_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include "answers.h"

/* What the child fills in: zero it before. */
struct answers_options {
	struct answers_files files;
	bool all; /* -v: also the cases that there is nothing to say of */
};

/* --json, --junit, --markdown and -v, to be included by argp_child; the parent gives its
 * struct answers_options on ARGP_KEY_INIT: state->child_inputs[0] = &o->answers. Ends the
 * program, as argp does, if two want standard output or a file can't be written. */
extern const struct argp answers_argp;

/* Whether one of the files is standard output, so that nothing else may go there. */
bool answers_take_stdout(const struct answers_files *files);
/* Shows the table, unless standard output is taken, and writes the files; 0, or -errno
 * with the path in *bad. */
int answers_tell(const struct answers *a, const struct answers_options *o,
		 const char **bad);

#endif
