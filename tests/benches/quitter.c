/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a benchmark that leaves with status 0 before it has measured anything.
 */
#include <unistd.h>

#include "../../benches/bench.h"

static int op(struct run *run, uint64_t n)
{
	(void)run;
	(void)n;
	_exit(0);
}

const struct bench bench = {
	.name = "quitter",
	.brief = "leaves early, as if all were well",
	.family = "fake",
	.floor = "",
	.op = op,
};
