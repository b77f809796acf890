/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it takes to copy a page, or any other size, that the caches hold. */
#include "bench.h"
#include "part_copy.h"

static const struct param params[] = {
	{.name = "size",
	 .brief = "that an operation copies",
	 .type = PARAM_INT,
	 .def = "4K",
	 .unit = "bytes",
	 .min = 1,
	 .max = 64 << 20},
	{0},
};

const struct bench bench = {
	.name = "memcpy",
	.brief = "memcpy from one buffer to another, the same each time",
	.family = "floor",
	.floor = "null",
	.params = params,
	.setup = copy_setup,
	.op = copy_op,
	.reset = copy_reset,
};
