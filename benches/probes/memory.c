/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory, tried: writes, mappings, and what the thread pointer leads to. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe.h"

enum { BEFORE = 1, WRITTEN = 42, PAGE = 4096 };

static volatile int word = BEFORE;
static _Thread_local volatile int own = BEFORE;
static int ends[2];

static int write_word(struct trial *t)
{
	(void)t;
	word = WRITTEN;
	return 0;
}

static void look_at_word(struct trial *t)
{
	int read = word;

	trial_say(t, read == WRITTEN, "the creator read %d after the task wrote %d", read,
		  WRITTEN);
}

static int make_pipe(struct trial *t)
{
	return pipe(ends) < 0 ? trial_cannot(t, "pipe") : 0;
}

static int map_page(struct trial *t)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	if (page == MAP_FAILED)
		return trial_cannot(t, "mmap");
	*page = WRITTEN;
	t->stage->seen[0] = (intptr_t)page;
	return 0;
}

/* By a call that says EFAULT where a read would end us. */
static void look_at_page(struct trial *t)
{
	const void *page = (const void *)(intptr_t)t->stage->seen[0];
	char byte = 0;
	ssize_t got = write(ends[1], page, 1);
	int err = errno;

	if (got == 1 && read(ends[0], &byte, 1) == 1)
		trial_say(t, byte == WRITTEN,
			  "the creator read %d where the task had mapped a page and "
			  "written %d",
			  byte, WRITTEN);
	else
		trial_say(t, false, "where the task mapped a page the creator has: %s",
			  strerror(err));
}

static int set_own(struct trial *t)
{
	(void)t;
	own = WRITTEN;
	return 0;
}

static void look_at_own(struct trial *t)
{
	int read = own;

	trial_say(t, read == WRITTEN,
		  "the creator's thread-local variable was %d after the task set its own "
		  "to %d",
		  read, WRITTEN);
}

static int clear_errno(struct trial *t)
{
	(void)t;
	errno = 0;
	return 0;
}

static int fail(struct trial *t)
{
	if (close(-1) == 0)
		return trial_lacks(t, "close(-1) does not fail here");
	return 0;
}

static void look_at_errno(struct trial *t)
{
	int seen = errno;

	trial_say(
		t, seen == EBADF,
		"the creator's errno, 0 before, was %d after close(-1) gave the task %d",
		seen, EBADF);
}

const struct probe memory_probes[] = {
	{
		.id = "write",
		.text = "the creator sees the task's write to memory",
		.act = write_word,
		.look = look_at_word,
	},
	{
		.id = "map",
		.text = "the creator can use a page that the task maps",
		.prepare = make_pipe,
		.act = map_page,
		.look = look_at_page,
	},
	{
		.id = "tls",
		.text = "both have the same thread-local variables",
		.note = "errno and all that is thread-local hang on the thread pointer: "
			"whoever shares memory but was not made by pthread_create() has "
			"its creator's.",
		.act = set_own,
		.look = look_at_own,
	},
	{
		.id = "errno",
		.text = "the task's failed call sets the creator's errno",
		.prepare = clear_errno,
		.act = fail,
		.look = look_at_errno,
	},
	{0},
};
