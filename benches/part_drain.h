/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks with namespaces of their own: that they have them, and that nothing is left of
 * those: workers free them later. */
#ifndef LWP_PART_DRAIN_H
#define LWP_PART_DRAIN_H

#include "bench.h"

/* Prepares for tasks created with these CLONE_NEW* flags; 0 or -errno, nothing is noted.
 */
int drain_begin(uint64_t flags);
/* In such a task: 0, or notes which of the namespaces is its creator's. */
int drain_prove(struct run *run, uint64_t flags);
/* Waits for all that were created since. */
int drain_wait(struct run *run);

#endif
