/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What C cannot say: a task on a stack of its own, calls without errno, the
 * thread pointer. */
#include <errno.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

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

long arch_call6(long number, long a, long b, long c, long d, long e, long f)
{
	register long fourth __asm__("r10") = d;
	register long fifth __asm__("r8") = e;
	register long sixth __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth),
			   "r"(sixth)
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

long arch_call6(long number, long a, long b, long c, long d, long e, long f)
{
	register long call __asm__("x8") = number;
	register long first __asm__("x0") = a;
	register long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register long fourth __asm__("x3") = d;
	register long fifth __asm__("x4") = e;
	register long sixth __asm__("x5") = f;

	__asm__ volatile("svc #0"
			 : "+r"(first)
			 : "r"(call), "r"(second), "r"(third), "r"(fourth), "r"(fifth),
			   "r"(sixth)
			 : "cc", "memory");
	return first;
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

long arch_call6(long number, long a, long b, long c, long d, long e, long f)
{
	long ret = syscall(number, a, b, c, d, e, f);

	return ret < 0 ? -errno : ret;
}

uint64_t arch_thread_pointer(void)
{
	return 0;
}

#endif

long arch_call(long number, long a, long b, long c, long d)
{
	return arch_call6(number, a, b, c, d, 0, 0);
}
