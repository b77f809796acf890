/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pipe of a capacity that is asked for. */
#include <fcntl.h>
#include <unistd.h>

#include "part_pipe.h"
#include "part_text.h"

static int check(struct run *run)
{
	char buf[32], what[JOB_TEXT];
	int err = text_read("/proc/sys/fs/pipe-max-size", buf, sizeof(buf));

	/* Without /proc the kernel's own refusal has to do. */
	if (err < 0 || bench_param(run, "capacity") <= text_number(buf))
		return 0;
	char *end = text_put(what, "capacity: above ");
	end = text_put_uint(end, text_number(buf));
	text_put(end, "; ask for less, or raise /proc/sys/fs/pipe-max-size");
	return bench_fail(run, what, 0);
}

int pipe_open(struct run *run, int ends[2])
{
	int capacity = (int)bench_param(run, "capacity");

	if (pipe2(ends, O_CLOEXEC) < 0)
		return bench_fail(run, "pipe2", errno);
	if (capacity && fcntl(ends[1], F_SETPIPE_SZ, capacity) < 0)
		return bench_fail(run, "capacity: F_SETPIPE_SZ", errno);
	return 0;
}

static const struct param params[] = {
	{.name = "capacity",
	 .brief = "of the pipe, rounded up to pages; 0: what the kernel gives, as a rule "
		  "16 pages",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "bytes",
	 .max = 1 << 30},
	{0},
};

const struct part pipe_part = {.params = params, .check = check};
