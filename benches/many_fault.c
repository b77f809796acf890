/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many tasks that touch fresh memory at once: of one address space, or each of its own.
 */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_crowd.h"
#include "part_room.h"
#include "part_text.h"

enum { SHARE = 4096 }; /* pages of a task in a sample, if all do the same */

/* A task's own memory; on a line of its own. */
static struct {
	char *pages;
	uint64_t touched; /* of them, in this sample */
	uint64_t faults;  /* of the task, before it */
} __attribute__((aligned(64))) mine[TASK_MAX];

static uint64_t page_size, pages; /* in a sample; any task may happen to do them all */

/* Minor faults of the calling task; 0 or what bench_fail returns. */
static int count_faults(struct run *run, uint64_t *n)
{
	struct rusage u = {.ru_minflt = 0};
	long ret = arch_call(SYS_getrusage, RUSAGE_THREAD, (long)&u, 0, 0);

	*n = (uint64_t)u.ru_minflt;
	return ret < 0 ? bench_fail(run, "getrusage", (int)-ret) : 0;
}

/* The page at the end keeps the kernel from making one mapping of those of two threads.
 */
static int enter(struct run *run, unsigned self)
{
	uint64_t size = pages * page_size;
	long at =
		arch_call6(SYS_mmap, 0, (long)(size + page_size), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at < 0 && at > -4096)
		return bench_fail(run, "mmap", (int)-at);
	mine[self].pages = (char *)at;
	long err =
		arch_call(SYS_mprotect, at + (long)size, (long)page_size, PROT_NONE, 0);
	if (err)
		return bench_fail(run, "mprotect", (int)-err);
	/* EINVAL: a kernel without huge pages gives none anyway. */
	err = arch_call(SYS_madvise, at, (long)size, MADV_NOHUGEPAGE, 0);
	if (err && err != -EINVAL)
		return bench_fail(run, "madvise", (int)-err);
	return count_faults(run, &mine[self].faults);
}

static int work(struct run *run, unsigned self, uint64_t n)
{
	volatile char *at = mine[self].pages + mine[self].touched * page_size;

	if (n > pages - mine[self].touched)
		return bench_fail(run, "a sample has more operations than pages", 0);
	mine[self].touched += n;
	for (; n; n--, at += page_size)
		*at = 1;
	return 0;
}

/* Proof: each page must have been a fault of this task. Were pages still there, or came
 * several with one fault, the kernel would have counted less. */
static int tidy(struct run *run, unsigned self)
{
	uint64_t touched = mine[self].touched;
	uint64_t faults;
	int failed = count_faults(run, &faults);

	if (failed)
		return failed;
	faults -= mine[self].faults;
	if (faults < touched) {
		char what[JOB_TEXT], *end = text_put_uint(what, touched);

		end = text_put(end, " pages were touched for the first time, but the "
				    "kernel counted ");
		text_put(text_put_uint(end, faults), " page faults");
		return bench_fail(run, what, 0);
	}
	if (touched) {
		long err = arch_call(SYS_madvise, (long)mine[self].pages,
				     (long)(touched * page_size), MADV_DONTNEED, 0);
		if (err)
			return bench_fail(run, "madvise", (int)-err);
	}
	mine[self].touched = 0;
	return count_faults(run, &mine[self].faults);
}

/* The kernel hands out more than it has: asking first is kinder than the OOM killer. */
static int check_room(struct run *run)
{
	struct room room;
	char what[JOB_TEXT];

	room_memory(&room);
	if (pages * page_size <= room.n)
		return 0;
	text_put(text_put(what, "tasks: their pages take more than "), room.limit);
	return bench_skip(run, what, 0);
}

static int setup(struct run *run)
{
	static const struct crowd how = {.enter = enter, .work = work, .tidy = tidy};

	page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	pages = (uint64_t)SHARE * task_count();
	int err = check_room(run);

	return err ? err : crowd_setup(run, &how);
}

const struct bench bench = {
	.name = "many_fault",
	.brief = "writes to fresh private memory by all tasks at once, each to its own: "
		 "one page fault of any task",
	.family = "together",
	.place = "core",
	.batch = SHARE,
	.gauges = crowd_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &crowd_part,
					      NULL},
	.setup = setup,
	.op = crowd_op,
	.reset = crowd_reset,
};
