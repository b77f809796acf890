/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what the user named, suites and cases and globs, to the cases of a record. */
#ifndef LWP_PLAN_H
#define LWP_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "claims.h"
#include "record.h"

/* What was asked for on the command line. */
struct plan {
	const char *benches;      /* folder of the programs */
	const char *suite;        /* a name or a path, or NULL */
	const char *const *named; /* cases ("fork/pages=0,4096") and globs ("clone*") */
	size_t nnamed;
	bool alone; /* without the cases that they are measured beside */
};

/* Adds the cases to r, each once, in the order asked for, and sets its budget and
 * precision where the suite does. 0, or -EINVAL with one line in *error, which the caller
 * frees. */
int plan_cases(const struct plan *p, struct record *r, char **error);
/* Adds the cases that claims speak of and r lacks, without what they are measured beside.
 * Whole programs, which are not ours to time, are named in *programs instead (caller
 * frees; NULL: none is missing). As above. */
int plan_claims(const char *benches, const struct claims *claims, struct record *r,
		char **programs, char **error);
/* Whether the programs in `benches` still know the record's cases as it has them; as
 * above. */
int plan_check(const char *benches, const struct record *r, char **error);
/* The case as the programs in `benches` describe it with some parameters replaced or
 * added, "link=dynamic"; as above, also if it is not the same work any more. */
int plan_variant(const char *benches, const struct kase *k, char *const *with,
		 size_t nwith, struct kase *out, char **error);

#endif
