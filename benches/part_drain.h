/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waits until the namespaces of ended tasks are gone: workers free them later. */
#ifndef LWP_PART_DRAIN_H
#define LWP_PART_DRAIN_H

#include "bench.h"

/* Prepares for tasks created with these CLONE_NEW* flags; 0 or -errno, nothing is noted.
 */
int drain_begin(uint64_t flags);
/* Waits for all that were created since. */
int drain_wait(struct run *run);

#endif
