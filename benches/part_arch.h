/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What C cannot say: a task on a stack of its own, and the thread pointer. */
#ifndef LWP_PART_ARCH_H
#define LWP_PART_ARCH_H

#include <stdint.h>

struct clone_args; /* linux/sched.h */

/* clone3(2) whose child calls body(arg), never to return, on the stack that args names;
 * the child's pid or -errno. */
long arch_clone3(struct clone_args *args, void (*body)(void *), void *arg);
/* The calling thread's TLS, for CLONE_SETTLS; 0 where neither function is known. */
uint64_t arch_thread_pointer(void);

#endif
