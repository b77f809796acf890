/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A task that says that it is there and then sleeps until its creator's end. */
#include <alloca.h>
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "part_arch.h"
#include "part_idle.h"

enum { PAGE = 4096 }; /* the least there is: one byte in each is enough to have it */

/* From the top down, as a stack grows. */
static void write_stack(uint64_t size)
{
	// cppcheck-suppress allocaCalled ; the stack is what is to be written to
	volatile char *at = alloca(size);

	for (uint64_t left = size; left; left -= left < PAGE ? left : PAGE)
		at[left - 1] = 1;
}

/* How it ends says what failed: its errno. */
static void leave(long ret)
{
	for (;;)
		arch_call(SYS_exit, ret < 0 ? -ret : EIO, 0, 0, 0);
}

void idle_live(const struct idle *how)
{
	static const char here = 1;

	if (how->creator) {
		arch_call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
		if (arch_call(SYS_getppid, 0, 0, 0, 0) != how->creator)
			leave(-ESRCH);
	}
	if (how->touch)
		write_stack(how->touch);
	long ret = arch_call(SYS_write, how->ready, (long)&here, 1, 0);
	if (ret != 1)
		leave(ret);
	/* Nothing to wait for: only a signal that kills ends this. */
	do
		ret = arch_call6(SYS_ppoll, 0, 0, 0, 0, 0, 0);
	while (ret == 0 || ret == -EINTR);
	leave(ret);
	__builtin_unreachable();
}
