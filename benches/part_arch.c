/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What C cannot say: a task on a stack of its own, and the thread pointer. */
#include <errno.h>
#include <linux/sched.h>
#include <sys/syscall.h>

#include "part_arch.h"

/* In the child only registers survive the change of stacks, so it calls from within the
 * asm. */
#if defined(__x86_64__)

long arch_clone3(struct clone_args *args, void (*body)(void *), void *arg)
{
	long ret;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "mov %[arg], %%rdi\n\t"
			 "call *%[body]\n\t"
			 "hlt\n"
			 "1:"
			 : "=a"(ret)
			 : "0"((long)SYS_clone3), "D"(args),
			   "S"(sizeof(*args)), [body] "r"(body), [arg] "r"(arg)
			 : "rcx", "r11", "cc", "memory");
	return ret;
}

uint64_t arch_thread_pointer(void)
{
	uint64_t tls;

	__asm__("mov %%fs:0, %0" : "=r"(tls));
	return tls;
}

#elif defined(__aarch64__)

long arch_clone3(struct clone_args *args, void (*body)(void *), void *arg)
{
	register long number __asm__("x8") = SYS_clone3;
	register long ret __asm__("x0") = (long)args;
	register long size __asm__("x1") = sizeof(*args);

	__asm__ volatile("svc #0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x0, %[arg]\n\t"
			 "blr %[body]\n\t"
			 "brk #0\n"
			 "1:"
			 : "+r"(ret)
			 : "r"(number), "r"(size), [body] "r"(body), [arg] "r"(arg)
			 : "cc", "memory");
	return ret;
}

uint64_t arch_thread_pointer(void)
{
	uint64_t tls;

	__asm__("mrs %0, tpidr_el0" : "=r"(tls));
	return tls;
}

#else

long arch_clone3(struct clone_args *args, void (*body)(void *), void *arg)
{
	(void)args, (void)body, (void)arg;
	return -ENOSYS;
}

uint64_t arch_thread_pointer(void)
{
	return 0;
}

#endif
