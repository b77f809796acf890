/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of the machine a benchmark may take, and what sets that limit. */
#ifndef LWP_PART_ROOM_H
#define LWP_PART_ROOM_H

#include <stdbool.h>

#include "bench.h"

enum { ROOM_TEXT = 80, ROOM_PATH = 512 };

struct room {
	uint64_t n;            /* UINT64_MAX: nothing sets a limit */
	char limit[ROOM_TEXT]; /* what sets it: "RLIMIT_NPROC=50" */
};

/* Where in the file system our own cgroup is. */
struct room_cgroup {
	char dir[ROOM_PATH];
	uint64_t top; /* length of the folder where the hierarchy is mounted */
	bool v2;
};

/* Bytes: a third of what is available to the machine and to each of our cgroups. */
void room_memory(struct room *room);
/* Whether what is available has become less by the third that `before` was. */
bool room_taken(const struct room *before);
/* Tasks that may be made beside those that there are, as threads of this process or as
 * processes. Others make tasks, too: to create one may fail before that. */
void room_tasks(bool threads, struct room *room);
/* Our own cgroup of a controller ("memory"), NULL: of version 2, whatever that controls;
 * whether there is one. */
bool room_cgroup(const char *controller, struct room_cgroup *cgroup);

#endif
