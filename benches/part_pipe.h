/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pipe of a capacity that is asked for. */
#ifndef LWP_PART_PIPE_H
#define LWP_PART_PIPE_H

#include "bench.h"

/* The parameter capacity=. */
extern const struct part pipe_part;

/* Makes it; 0 or what bench_fail returns. */
int pipe_open(struct run *run, int ends[2]);

#endif
