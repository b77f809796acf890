/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TCP connection of this process with itself. */
#ifndef LWP_PART_LOOPBACK_H
#define LWP_PART_LOOPBACK_H

#include "bench.h"

/* Makes it, over the loopback and with TCP_NODELAY; 0 or what bench_fail returns. */
int loopback_open(struct run *run, int ends[2]);

#endif
