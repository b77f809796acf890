/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One rep of a record's case: where it runs, what it is told, and what else went on. */
#ifndef LWP_CASE_REP_H
#define LWP_CASE_REP_H

#include "record.h"
#include "rep.h"
#include "topology.h"

/* Puts the case's program, parameters and CPUs into an ask, which case_rep_done frees; 0,
 * or -ENOTSUP with *reason (the caller's) where the machine lacks its place. */
int case_rep_ask(const struct kase *k, const char *benches, const struct topology *t,
		 struct rep_ask *ask, char **reason);
void case_rep_done(struct rep_ask *ask);
/* Why its rows are not what the case's unit makes a figure of (caller frees), or NULL. */
char *case_rep_mismatch(const struct kase *k, const struct rep *rep);
/* Runs it as `how` says, whose program, parameters and CPUs are the case's: whatever is
 * there is replaced. Always fills in an answer, with CPUs and noise; skipped where the
 * machine lacks its place, failed where its rows are not what its unit makes figures of.
 */
void case_rep_run(const struct kase *k, const char *benches, const struct topology *t,
		  const struct rep_ask *how, struct rep_answer *a);
/* Warns in the record of what made another rep of it necessary, and frees that. */
void case_rep_warn(const struct kase *k, struct rep_answer *a, struct record *r);

/* Of an answer to the events pass: what perf is refused comes from getrusage(2), and what
 * could not be opened has its reason in the case, whose events are those asked for. */
void case_rep_settle(struct kase *k, const struct event_list *events,
		     struct rep_answer *a);

#endif
