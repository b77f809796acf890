/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run's figure of a case against its floor, measured in the same blocks: what remains
 * when the whole machine is faster or slower today. */
#ifndef LWP_RELATIVE_H
#define LWP_RELATIVE_H

#include "record.h"
#include "stats.h"

/* One case of one run. */
struct relative {
	const struct kase *k;
	const struct kase *floor;  /* what it is relative to, or NULL: nothing, it is a
				      floor or its floor  was not measured */
	double figure;             /* median over reps, in the case's unit */
	struct estimate log_cost;  /* of log(cost), where cost is ns and the like, or
				      s/byte; n blocks;  not relative */
	struct estimate log_ratio; /* of log(cost / floor's cost), paired in blocks; as
				      log_cost without a floor */
};

/* Of an ok case; 0, or -ENODATA. */
int relative_of(const struct record *r, const struct kase *k, struct relative *out);

#endif
