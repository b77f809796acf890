/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing at all: what the sample loop itself costs. */
#include "bench.h"

static int op(struct run *run, uint64_t n)
{
	(void)run;
	while (n--)
		__asm__ volatile("");
	return 0;
}

const struct bench bench = {
	.name = "null",
	.brief = "an empty loop: what the harness itself costs",
	.family = "floor",
	.op = op,
};
