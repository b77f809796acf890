/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clone3(2), the raw system call: every kind of task, and nothing of libc around it. */
#include <stddef.h>

#include "bench.h"
#include "part_clone3.h"
#include "part_flags.h"
#include "part_life.h"
#include "part_parent.h"

static int create(struct run *run, unsigned slot)
{
	return clone3_create(run, slot, flags_child);
}

static int op(struct run *run, uint64_t n)
{
	static const struct life life = {create, flags_join};

	return life_repeat(run, &life, n);
}

const struct bench bench = {
	.name = "clone3",
	.brief = "clone3(2), raw, with flags; the task exits at once and is joined",
	.family = "creation",
	.floor = "getpid",
	.parts = (const struct part *const[]){&parent_part, &life_part,
					      &flags_clone3_part, NULL},
	.phases = life_phases,
	.setup = clone3_check,
	.op = op,
	.reset = flags_reset,
};
