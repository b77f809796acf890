/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: takes no notice when its operation fails. */
#include <sys/syscall.h>
#include <unistd.h>

#include "../../benches/bench.h"

static int op(struct run *run, uint64_t n)
{
	(void)run;
	while (n--)
		syscall(SYS_getpgid, 0);
	return 0;
}

const struct bench bench = {
	.name = "heedless",
	.brief = "getpgid(2), whatever comes of it",
	.family = "fake",
	.floor = "",
	.op = op,
};
