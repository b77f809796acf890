/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for each other without libc, whose errno tasks may share. */
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

#include "../part_arch.h"
#include "wait.h"

void wait_change(uint32_t *word, uint32_t value)
{
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value)
		arch_call(SYS_futex, (long)word, FUTEX_WAIT, value, 0);
}

void wait_set(uint32_t *word)
{
	__atomic_store_n(word, 1, __ATOMIC_RELEASE);
	arch_call(SYS_futex, (long)word, FUTEX_WAKE, INT_MAX, 0);
}

void wait_ms(unsigned ms)
{
	const struct timespec pause = {.tv_nsec = (long)ms * 1000000};

	arch_call(SYS_nanosleep, (long)&pause, 0, 0, 0);
}
