/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a case is, and how cases belong together, by the parameters that families share.
 */
#ifndef LWP_CASES_H
#define LWP_CASES_H

#include "record.h"

/* The value of a parameter, or NULL. */
const char *case_param(const struct kase *k, const char *name);
/* A count with K, M or G, those being 1024s; NAN if it is none. */
double case_number(const struct kase *k, const char *name);
bool case_in_family(const struct kase *k, const char *family);
/* Whether no case before cases[i] is of its family. */
bool case_opens_family(const struct record *r, size_t i);
/* Has figures, in ns per operation. */
bool case_is_timed(const struct kase *k);
/* Has figures, in instructions per operation: of exact mode. */
bool case_is_counted(const struct kase *k);
/* Whether any case is. */
bool cases_counted(const struct record *r);
/* Its samples are rungs, and its figure is how much each task adds. */
bool case_is_ladder(const struct kase *k);
/* Is timed, and an op of it makes a task. */
bool case_makes_tasks(const struct kase *k);
/* The same, from a parent that weighs nothing but, perhaps, in this one way. */
bool case_weighs_only_in(const struct kase *k, const char *one);
/* Whether both are the same but for the parameters in `names`, which ends with NULL. */
bool case_twins(const struct kase *a, const struct kase *b, const char *const names[]);
/* Whether a case of that family names this one as its floor or base. */
bool case_serves(const struct record *r, const struct kase *k, const char *family);
/* The case's text without the parameters in `names`; caller frees. */
char *case_label(const struct kase *k, const char *const names[]);

#endif
