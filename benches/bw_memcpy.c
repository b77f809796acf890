/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One copy by one task: no way to move bytes between two is faster. */
#include "bench.h"
#include "part_copy.h"

static const struct param params[] = {
	{.name = "size",
	 .brief = "that an operation copies",
	 .type = PARAM_INT,
	 .def = "64K",
	 .unit = "bytes",
	 .min = 1,
	 .max = 64 << 20},
	{0},
};

static int setup(struct run *run)
{
	bench_bytes(run, bench_param(run, "size"));
	return copy_setup(run);
}

const struct bench bench = {
	.name = "bw_memcpy",
	.brief = "memcpy from one buffer to another, the same each time, by one task",
	.family = "bandwidth",
	.unit = "bytes/s",
	.params = params,
	.setup = setup,
	.op = copy_op,
	.reset = copy_reset,
};
