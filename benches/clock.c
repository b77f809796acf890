/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the clock that every figure rests on. */
#include "bench.h"

static int op(struct run *run, uint64_t n)
{
	uint64_t last = 0;

	while (n--) {
		uint64_t now = bench_now();

		if (now < last)
			return bench_fail(run, "the clock went backwards", 0);
		last = now;
	}
	return 0;
}

const struct bench bench = {
	.name = "clock",
	.brief = "clock_gettime(CLOCK_MONOTONIC_RAW), the clock of every figure",
	.family = "floor",
	.floor = "null",
	.op = op,
};
