/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a benchmark that dies of a signal. */
#include <signal.h>

#include "../../benches/bench.h"

static int op(struct run *run, uint64_t n)
{
	(void)run;
	(void)n;
	raise(SIGSEGV);
	return 0;
}

const struct bench bench = {
	.name = "crash",
	.brief = "dies of SIGSEGV",
	.family = "fake",
	.floor = "",
	.op = op,
};
