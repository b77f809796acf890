/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that spin for each other, as fast as they can look. */
#ifndef LWP_PART_SPIN_H
#define LWP_PART_SPIN_H

#include <stdbool.h>

#include "bench.h"

/* In a peer: looks until the word has that value, or task_told; whether it has. */
bool spin_until(const uint32_t *word, uint32_t value);
/* In the creator: 0, or what task_alive returns. */
int spin_alive_until(struct run *run, const uint32_t *word, uint32_t value);

#endif
