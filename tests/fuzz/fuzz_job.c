/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a benchmark leaves in its job, rows and all: the input overwrites it. */
#include "fuzz.h"

#include "../../harness/figures.h"
#include "../../harness/rep.h"

enum { SAMPLES = 8, GAUGES = 2, ROWS_AT = (sizeof(struct job) + 4095) & ~4095 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = ROWS_AT + (size_t)SAMPLES * (1 + GAUGES) * sizeof(uint64_t);
	const struct rep_ask ask = {.program = "fuzz",
				    .pass = JOB_TIME,
				    .ngauges = GAUGES,
				    .max_samples = SAMPLES,
				    .min_samples = 1};
	const struct outcome end = {0};
	struct rep_answer a = {0};
	struct job *job = xcalloc(1, room);

	/* The first byte chooses how much of the job is plausible before. */
	if (size && data[0] & 1)
		*job = (struct job){.state = JOB_DONE,
				    .width = 1 + GAUGES,
				    .nsamples = SAMPLES,
				    .batch = 1,
				    .scale = 1,
				    .ended = 1};
	size_t at = size && data[0] & 2 ? offsetof(struct job, state) : 0;
	if (size > 1)
		memcpy((char *)job + at, data + 1,
		       size - 1 < room - at ? size - 1 : room - at);
	rep_take(job, &ask, &end, -1, &a);
	if (a.status == STATUS_OK)
		figures_rep_median(&a.rep);
	free(a.rep.rows);
	free(a.reason);
	free(a.note);
	free(job);
	return 0;
}
