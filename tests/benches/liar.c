/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a benchmark that claims more rows than there is room for. */
#include "../../benches/run.h"

static int op(struct run *run, uint64_t n)
{
	(void)run;
	(void)n;
	return 0;
}

static void teardown(struct run *run)
{
	run->job->nsamples = 1000000;
}

const struct bench bench = {
	.name = "liar",
	.brief = "claims more rows than there is room for",
	.family = "fake",
	.floor = "",
	.op = op,
	.teardown = teardown,
};
