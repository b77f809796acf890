/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: its unit is time, but it says that its samples are rungs. */
#include "../../benches/run.h"

static int op(struct run *run, uint64_t n)
{
	for (volatile uint64_t i = 0; i < 100 * n; i++)
		;
	run->job->ladder = 1;
	return 0;
}

const struct bench bench = {
	.name = "false_ladder",
	.brief = "claims rungs in a case of time",
	.family = "fake",
	.op = op,
};
