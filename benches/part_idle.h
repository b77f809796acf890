/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A task that says that it is there and then sleeps until its creator's end. */
#ifndef LWP_PART_IDLE_H
#define LWP_PART_IDLE_H

#include <stdint.h>

struct idle {
	int ready;      /* a pipe, into which each task writes a byte */
	int creator;    /* pid; 0: a thread, which ends with its process anyway */
	uint64_t touch; /* bytes of its own stack that it writes to */
};

/* All that the task does. It may share its creator's TLS, and libc need not know it. */
_Noreturn void idle_live(const struct idle *how);

#endif
