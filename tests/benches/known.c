/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: writes rows that are known beforehand, sample i lasts (i + 1) * step ns.
 */
#include "../../benches/run.h"

static const struct param params[] = {
	{.name = "step",
	 .brief = "ns that each sample is longer",
	 .def = "1000",
	 .unit = "ns",
	 .min = 1},
	{0},
};

static int op(struct run *run, uint64_t n)
{
	(void)run;
	(void)n;
	return 0;
}

/* The runtime has written this sample's row already: it is replaced. */
static int reset(struct run *run)
{
	struct job *job = run->job;
	uint64_t *rows = (uint64_t *)((char *)job + job->rows_at);

	if (job->state == JOB_SAMPLING && job->pass == JOB_TIME)
		rows[job->nsamples] =
			(job->nsamples + 1) * bench_param(run, "step") * job->batch;
	return 0;
}

const struct bench bench = {
	.name = "known",
	.brief = "rows that are known beforehand",
	.family = "fake",
	.floor = "",
	.params = params,
	.op = op,
	.reset = reset,
};
