/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flock(2): the lock of an open file, whoever has its descriptor. */
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_lock.h"

static long acquire(unsigned self)
{
	return arch_call(SYS_flock, lock_file(self), LOCK_EX, 0, 0);
}

static long release(unsigned self)
{
	return arch_call(SYS_flock, lock_file(self), LOCK_UN, 0, 0);
}

static long work(struct lock_work *w)
{
	return lock_compete(w, acquire, release);
}

static int setup(struct run *run)
{
	static const struct lock how = {.enter = lock_file_enter, .work = work};
	int err = lock_file_make(run);

	return err ? err : lock_setup(run, &how);
}

const struct bench bench = {
	.name = "lock_flock",
	.brief = "flock(2), LOCK_EX and LOCK_UN, of a file that each task opened itself",
	.family = "lock",
	.floor = "getpid",
	.base = "lock_flock" LOCK_BASE "/hold/pause",
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_section_part, NULL},
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
};
