/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What C cannot say: a task on a stack of its own, calls without errno, the
 * thread pointer. */
#ifndef LWP_PART_ARCH_H
#define LWP_PART_ARCH_H

#include <stdint.h>

struct clone_args; /* linux/sched.h */

/* clone3(2) whose child calls body(arg), never to return, on the stack that args names;
 * the child's pid or -errno. */
long arch_clone3(struct clone_args *args, void (*body)(void *), void *arg);
/* A system call of up to four arguments; its result or -errno. It touches no errno, which
 * tasks that share their TLS would share, and is no cancellation point, for which libc
 * does more once there are threads. */
long arch_call(long number, long a, long b, long c, long d);
/* The same of up to six. */
long arch_call6(long number, long a, long b, long c, long d, long e, long f);
/* The calling thread's TLS, for CLONE_SETTLS; 0 where neither function is known. */
uint64_t arch_thread_pointer(void);

/* Between two looks of a task that spins: lets the other thread of its core run. */
static inline void arch_relax(void)
{
#if defined(__x86_64__)
	__asm__ volatile("pause" ::: "memory");
#elif defined(__aarch64__)
	__asm__ volatile("yield" ::: "memory");
#else
	__asm__ volatile("" ::: "memory");
#endif
}

#endif
