/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages lent to a pipe instead of copied into it: the receiver's copy is the only one. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_pipe.h"
#include "part_stream.h"

enum { VMSPLICE, SPLICE };

static int to, file; /* the pipe's end, the sender's memory */
static char *memory;

/*
 * A page that the pipe still holds may not be written to. It holds so many pages at most,
 * and a message at least one each: of those that were sent, that many are not yet read
 * to their ends, the first of them but for one page. One buffer more can be written to.
 */
static int open_pipe(struct run *run, int ends[2])
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t pages = (stream_size() + page - 1) / page;
	int err = pipe_open(run, ends);

	if (err)
		return err;
	to = ends[1];
	int capacity = fcntl(to, F_GETPIPE_SZ);
	if (capacity < 0)
		return bench_fail(run, "F_GETPIPE_SZ", errno);
	file = memfd_create("sender", MFD_CLOEXEC);
	if (file < 0)
		return bench_fail(run, "memfd_create", errno);
	uint64_t held = 1 + ((uint64_t)capacity / page - 1) / pages;
	memory = stream_buffers(run, held + 1, file);
	return memory ? 0 : -ENOMEM;
}

static long lend_memory(const char *buf, uint64_t size)
{
	const struct iovec at = {.iov_base = (char *)(uintptr_t)buf, .iov_len = size};

	return arch_call(SYS_vmsplice, to, (long)&at, 1, 0);
}

static long lend_file(const char *buf, uint64_t size)
{
	loff_t at = buf - memory;

	return arch_call6(SYS_splice, file, (long)&at, to, 0, (long)size, 0);
}

static int setup(struct run *run)
{
	static const struct stream ways[] = {
		[VMSPLICE] = {.open = open_pipe,
			      .send = lend_memory,
			      .receive = stream_read},
		[SPLICE] = {.open = open_pipe, .send = lend_file, .receive = stream_read},
	};

	return stream_setup(run, &ways[bench_param(run, "how")]);
}

static const struct param params[] = {
	{.name = "how",
	 .brief = "vmsplice: the pages by their address; splice: as pages of a memfd",
	 .type = PARAM_CHOICE,
	 .def = "vmsplice",
	 .choices = (const struct choice[]){{"vmsplice", VMSPLICE},
					    {"splice", SPLICE},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "bw_splice",
	.brief = "messages whose pages are lent to a pipe, not copied, and read from it",
	.family = "bandwidth",
	.floor = "bw_memcpy/size",
	.unit = "bytes/s",
	.params = params,
	.parts = (const struct part *const[]){&task_part, &stream_part, &pipe_part, NULL},
	.setup = setup,
	.op = stream_op,
	.reset = stream_reset,
};
