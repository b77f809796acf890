/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One task that copies from one buffer to another. */
#include <string.h>
#include <sys/mman.h>

#include "part_copy.h"
#include "part_pattern.h"

static uint64_t size;
static char *from, *to;
static uint64_t number; /* of what is to be copied now */

int copy_op(struct run *run, uint64_t n)
{
	(void)run;
	while (n--) {
		memcpy(to, from, size);
		/* The compiler may not know that nobody has read the copy before. */
		__asm__ volatile("" : : "r"(to) : "memory");
	}
	return 0;
}

int copy_reset(struct run *run)
{
	if (!pattern_whole(to, size, number))
		return bench_fail(run, "the copy is not what was copied", 0);
	pattern_stamp(from, size, ++number);
	return 0;
}

int copy_setup(struct run *run)
{
	size = bench_param(run, "size");
	char *both = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (both == MAP_FAILED)
		return bench_fail(run, "size: mmap", errno);
	from = both;
	to = both + size;
	pattern_make(from, size);
	pattern_stamp(from, size, ++number);
	return 0;
}
