/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `hyperfine --export-json` wrote, as reps of a record's cases. */
#ifndef LWP_HYPERFINE_H
#define LWP_HYPERFINE_H

#include "record.h"

#define HYPERFINE_TOOL "hyperfine"

/* The status by which a program says that this machine or user lacks something. */
enum { HYPERFINE_SKIPPED = 77 };

/* One command's runs. */
struct timing {
	char *command;      /* as --command-name says, if it was given */
	enum status status; /* skipped: all runs ended with 77; failed: some did not end
			       with 0 */
	char *reason;       /* of failed and skipped */
	struct rep rep; /* of STATUS_OK: a row of ns a run; CPU time is that of children;
			   of all else it says that it is not known */
};

struct timings {
	struct timing *v;
	size_t n;
};

/* Both formats: that of versions up to 1.20, and that of schema_version 2. 0, or -EINVAL
 * with one line in *error, which the caller frees. */
int hyperfine_read(const char *text, size_t size, struct timings *out, char **error);
void timings_free(struct timings *t);
/* The case of that command, which the record is given if it has none; NULL: it has one of
 * that name that hyperfine did not time. Pointers to other cases become stale. */
struct kase *hyperfine_case(struct record *r, const char *command);
/* The number after those of all blocks that its cases have. */
unsigned hyperfine_next_block(const struct record *r);
/* Adds the rep, which it takes over, to its case, or its failure. What has failed before
 * remains so. */
void hyperfine_take(struct kase *k, struct timing *t);

#endif
