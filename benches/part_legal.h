/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the flags of clone and clone3 are called, and which sets of them are legal. */
#ifndef LWP_PART_LEGAL_H
#define LWP_PART_LEGAL_H

#include "bench.h"

enum {
	LEGAL_CLONE3_ONLY =
		3, /* at the head of the table: clone(2) has no room for them */
};

/* All that clone3(2) takes, and sets with a name; ends with {0}. */
extern const struct choice legal_flags[];

/* The rule that the set breaks ("SIGHAND needs VM"), or NULL. */
const char *legal_broken(uint64_t set);

#endif
