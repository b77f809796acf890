/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cheapest system call: what entering and leaving the kernel costs. */
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

static int op(struct run *run, uint64_t n)
{
	while (n--)
		if (syscall(SYS_getpid) <= 0)
			return bench_fail(run, "getpid", errno);
	return 0;
}

const struct bench bench = {
	.name = "getpid",
	.brief = "getpid(2), the raw system call: no task costs less than a few of these",
	.family = "floor",
	.floor = "null",
	.op = op,
};
