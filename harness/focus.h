/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which block decides most: the schedule of a run that is about claims. The record alone
 * says it, so that a resumed run goes on as it would have. */
#ifndef LWP_FOCUS_H
#define LWP_FOCUS_H

#include "claims.h"
#include "record.h"
#include "schedule.h"

/* How far such a run is. */
struct focus {
	size_t decided; /* claims */
	double left_s;  /* until all that have a chance should be decided */
};

/* The next block, n being 0 if there is no claim left that one could decide; the record's
 * elapsed_s must be that of now. */
void focus_next(const struct record *r, const struct claims *claims, struct block *out,
		struct focus *at);
/* Adds warnings that name the claims which stayed undecided, with what they would need.
 */
void focus_warn(struct record *r, const struct claims *claims);

#endif
