/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a ladder whose rungs are known beforehand: 100 tasks more each, of 5000
 * bytes on top of a megabyte. */
#include "../../benches/bench.h"

static const struct gauge gauges[] = {
	{"tasks", "tasks", "tasks there are"},
	{"memory", "bytes/task", "what they weigh"},
	{"rungs", "rungs", "how often the operation was done"},
	{0},
};

static uint64_t rungs;

static int op(struct run *run, uint64_t n)
{
	(void)run;
	rungs += n;
	return 0;
}

static int reset(struct run *run)
{
	uint64_t tasks = 100 * rungs;

	bench_gauge(run, &gauges[0], tasks);
	bench_gauge(run, &gauges[1], (1 << 20) + 5000 * tasks);
	bench_gauge(run, &gauges[2], rungs);
	if (rungs == 5) {
		bench_note(run, "500 tasks instead of 1000: there are no more");
		bench_last(run);
	}
	return 0;
}

const struct bench bench = {
	.name = "ladder",
	.brief = "rungs that are known beforehand",
	.family = "fake",
	.unit = "bytes/task",
	.gauges = gauges,
	.op = op,
	.reset = reset,
};
