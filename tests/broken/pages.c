/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is not what it should be, as LWP_BREAK asks: benchmarks must find out. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "part_pages.h"

int __real_pages_fill(struct run *run);
int __wrap_pages_fill(struct run *run);
uint64_t __real_pages_walk(void);
uint64_t __wrap_pages_walk(void);
void *__real_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);

static bool broken(const char *how)
{
	const char *asked = getenv("LWP_BREAK");

	return asked && strcmp(asked, how) == 0;
}

/* Nothing is there when the parent forks. */
int __wrap_pages_fill(struct run *run)
{
	return broken("unwritten") ? 0 : __real_pages_fill(run);
}

/* Nothing is written afterwards. */
uint64_t __wrap_pages_walk(void)
{
	return broken("unwalked") ? 0 : __real_pages_walk();
}

/* The region, which alone has a fixed place, is no private memory. */
void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	if (broken("together") && (flags & MAP_FIXED))
		flags ^= MAP_PRIVATE | MAP_SHARED;
	return __real_mmap(at, size, prot, flags, fd, offset);
}
