/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two arms try out before it counts: batches, and how long a rep should be. */
#ifndef LWP_AB_PILOT_H
#define LWP_AB_PILOT_H

#include "ab_turns.h"

/* Finds the engine's batches, ab->rep_s and ab->block_s; nothing of what it measures is
 * kept. 0, the number of a signal, or -errno as of the turns. */
int ab_pilot(struct engine *e);

#endif
