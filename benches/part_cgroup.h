/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cgroup of our own below the one we are in, for CLONE_INTO_CGROUP. */
#ifndef LWP_PART_CGROUP_H
#define LWP_PART_CGROUP_H

#include "bench.h"

/* Makes it and opens it into *fd; what the machine or the user lacks is skipped. */
int cgroup_make(struct run *run, int *fd);
/* Removes it, if it was made. */
void cgroup_remove(struct run *run);

#endif
