/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages through two fifos, pipes that are opened by a name in the file system. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "part_talk.h"
#include "part_text.h"

/* Both ends in one descriptor: open(2) of one alone would wait for the other. */
static int open_fifo(struct run *run, unsigned channel, const char *path)
{
	int slot = bench_keep(run, JOB_FILE, 0, path);

	if (slot < 0)
		return bench_fail(run, path, -slot);
	if (mkfifo(path, 0600) < 0) {
		int err = bench_skip(run, "mkfifo in TMPDIR or /tmp", errno);

		/* What has that name already is not ours to remove. */
		bench_forget(run, slot);
		return err;
	}
	int fd = open(path, O_RDWR | O_CLOEXEC);
	int err = fd < 0 ? bench_fail(run, "open of a fifo", errno) : 0;
	if (unlink(path) < 0)
		err = bench_fail(run, "unlink of a fifo", errno);
	else
		bench_forget(run, slot);
	talk_channel(channel, fd, fd);
	return err;
}

static int open_fifos(struct run *run, uint64_t size)
{
	enum { NAME = 48 };
	const char *dir = getenv("TMPDIR");
	char path[512];
	int err = 0;

	(void)size;
	if (!dir || strlen(dir) + NAME > sizeof(path))
		dir = "/tmp";
	for (unsigned i = 0; i < 2 && !err; i++) {
		char *end = text_put(text_put(path, dir), "/lwpbench-fifo.");

		end = text_put_uint(end, (uint64_t)getpid());
		text_put_uint(text_put(end, "."), i);
		err = open_fifo(run, i, path);
	}
	return err;
}

static int check(struct run *run)
{
	return talk_limit(run, PIPE_BUF, "a fifo in one piece (PIPE_BUF)");
}

static int setup(struct run *run)
{
	static const struct talk fifos = {
		.open = open_fifos, .send = talk_write, .receive = talk_read};

	return talk_setup(run, &fifos);
}

const struct bench bench = {
	.name = "msg_fifo",
	.brief = "a message through a fifo and back through another: one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.check = check,
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
};
