/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One task that copies from one buffer to another. */
#ifndef LWP_PART_COPY_H
#define LWP_PART_COPY_H

#include "bench.h"

/* The hooks of a benchmark with a parameter size=. An op is one memcpy of so many bytes,
 * always the same ones; once a sample, untimed, new ones, and the copy is compared. */
int copy_setup(struct run *run);
int copy_op(struct run *run, uint64_t n);
int copy_reset(struct run *run);

#endif
