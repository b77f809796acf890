/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first write to a page of fresh memory: a fault, and a page that the kernel zeroes.
 */
#include <stddef.h>

#include "bench.h"
#include "part_pages.h"

static uint64_t faults;

/* n is 1, always: the region is fresh but once. */
static int op(struct run *run, uint64_t n)
{
	(void)run;
	(void)n;
	faults = pages_walk();
	return 0;
}

static int reset(struct run *run)
{
	int err = pages_count(run, faults, PAGES_EACH);

	if (!err && pages_other(PAGES_FIRST))
		err = bench_fail(run, "pages do not hold what was written to them", 0);
	if (!err)
		err = pages_check_huge(run);
	return err ? err : pages_map(run);
}

const struct bench bench = {
	.name = "first_touch",
	.brief = "first write to each page of fresh memory",
	.family = "cow",
	.floor = "cow/way=none/pages/order/huge/link/tunable",
	.base = "cow/way=none/pages/order/huge/link/tunable",
	.batch = 1,
	.parts = (const struct part *const[]){&pages_part, NULL},
	.setup = pages_map,
	.op = op,
	.reset = reset,
};
