/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations that do a known bit more, as CHANGE says: `exact compare` must find it. */
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { NOTHING, CALL, HUNDRED, PAGE };

pid_t __real_fork(void);
pid_t __wrap_fork(void);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);

/* There in every build, and the parent's own: a child that writes to it must copy it. */
static volatile char page[8192] __attribute__((aligned(4096)));

static void more(void)
{
	if (CHANGE == CALL)
		__real_syscall(SYS_getppid);
	if (CHANGE == HUNDRED) {
		long n = 50;

		__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n));
	}
}

pid_t __wrap_fork(void)
{
	if (!page[4096])
		page[4096] = 2;
	pid_t pid = __real_fork();

	if (pid == 0 && CHANGE == PAGE)
		page[4096] = 3;
	if (pid > 0)
		more();
	return pid;
}

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	more();
	return __real_syscall(number, a, b, c, d, e, f);
}
