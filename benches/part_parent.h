/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The weight of the task that creates others: memory, mappings, descriptors, threads and
 * processes. */
#ifndef LWP_PART_PARENT_H
#define LWP_PART_PARENT_H

#include "bench.h"

/*
 * Parameters pages, shared, file, thp, maps, fds, threads, procs and busy, all 0 by
 * default. What they make is given back by the exit of the process: it has no other use
 * for them; but processes are ended and reaped by the teardown.
 */
extern const struct part parent_part;

#endif
