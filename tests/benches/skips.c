/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a benchmark that this machine lacks something for. */
#include "../../benches/bench.h"

static int setup(struct run *run)
{
	return bench_skip(run, "needs a machine with three heads", 0);
}

const struct bench bench = {
	.name = "skips",
	.brief = "lacks something",
	.family = "fake",
	.floor = "",
	.setup = setup,
};
