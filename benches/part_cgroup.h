/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cgroup of our own below the one we are in: for CLONE_INTO_CGROUP, or to move into. */
#ifndef LWP_PART_CGROUP_H
#define LWP_PART_CGROUP_H

#include "bench.h"

/* Makes it and opens its folder into *fd; what the machine or the user lacks is skipped.
 */
int cgroup_make(struct run *run, int *fd);
/* Opens its file cgroup.procs, to be written to, into *fd. */
int cgroup_open_procs(struct run *run, int *fd);
/* In a task that should be in it: 0, or notes that it is not. */
int cgroup_prove(struct run *run);
/* Removes it, if it was made. */
void cgroup_remove(struct run *run);

#endif
