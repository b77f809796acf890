/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many tasks that map and unmap memory at once: in one address space, or each in its own.
 */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_crowd.h"

enum { PAGES = 16 };

static uint64_t page_size, touch;

/* Proof: fresh memory is zero, and what was there before was not: were it the same pages
 * again, the first word would tell. */
static int write_to(struct run *run, volatile uint64_t *at)
{
	for (uint64_t i = 0; i < touch; i++, at += page_size / sizeof(*at)) {
		at[1] = 1; /* first, or a read would be a fault of its own */
		if (at[0])
			return bench_fail(run, "the memory was not fresh", 0);
		at[0] = 1;
	}
	return 0;
}

static int work(struct run *run, unsigned self, uint64_t n)
{
	long size = (long)(PAGES * page_size);
	int err = 0;

	(void)self;
	while (n-- && !err) {
		long at = arch_call6(SYS_mmap, 0, size, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (at <= 0 && at > -4096)
			return bench_fail(run, "mmap", (int)-at);
		err = write_to(run, (volatile uint64_t *)at);
		long ret = arch_call(SYS_munmap, at, size, 0, 0);
		if (ret)
			err = bench_fail(run, "munmap", (int)-ret);
	}
	return err;
}

static int setup(struct run *run)
{
	static const struct crowd how = {.work = work};

	page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	touch = bench_param(run, "touch");
	return crowd_setup(run, &how);
}

static const struct param params[] = {
	{.name = "touch",
	 .brief = "pages of the mapping that are written to before it goes",
	 .type = PARAM_INT,
	 .def = "1",
	 .unit = "pages",
	 .max = PAGES},
	{0},
};

const struct bench bench = {
	.name = "many_mmap",
	.brief = "mmap(2) and munmap of 16 private pages by all tasks at once: one pair "
		 "of any task",
	.family = "together",
	.place = "core",
	.params = params,
	.gauges = crowd_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &crowd_part,
					      NULL},
	.setup = setup,
	.op = crowd_op,
	.reset = crowd_reset,
};
