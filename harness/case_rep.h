/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One rep of a record's case: where it runs, what it is told, and what else went on. */
#ifndef LWP_CASE_REP_H
#define LWP_CASE_REP_H

#include "record.h"
#include "rep.h"
#include "topology.h"

/* Runs it as `how` says, whose program, parameters and CPUs are the case's: whatever is
 * there is replaced. Always fills in an answer, with CPUs and noise; skipped where the
 * machine lacks its place, failed where its rows are not what its unit makes figures of.
 */
void case_rep_run(const struct kase *k, const char *benches, const struct topology *t,
		  const struct rep_ask *how, struct rep_answer *a);
/* Warns in the record of what made another rep of it necessary, and frees that. */
void case_rep_warn(const struct kase *k, struct rep_answer *a, struct record *r);

#endif
