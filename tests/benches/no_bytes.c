/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a rate, but it never says of how many bytes. */
#include "../../benches/bench.h"

static int op(struct run *run, uint64_t n)
{
	(void)run;
	for (volatile uint64_t i = 0; i < 100 * n; i++)
		;
	return 0;
}

const struct bench bench = {
	.name = "no_bytes",
	.brief = "claims bytes that nobody moved",
	.family = "fake",
	.unit = "bytes/s",
	.op = op,
};
