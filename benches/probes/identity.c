/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identity, tried: who a task says it is, and who /proc says it is. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../part_arch.h"
#include "../part_text.h"
#include "identity.h"
#include "probe.h"

static long call(long number)
{
	return arch_call(number, 0, 0, 0, 0);
}

static void compare(struct trial *t, const char *what, long mine)
{
	long theirs = (long)t->stage->seen[0];

	trial_say(t, mine == theirs, "%s is %ld in the creator and %ld in the task", what,
		  mine, theirs);
}

static int note_pid(struct trial *t)
{
	t->stage->seen[0] = call(SYS_getpid);
	return 0;
}

static void compare_pid(struct trial *t)
{
	compare(t, "getpid()", call(SYS_getpid));
}

static int note_tid(struct trial *t)
{
	t->stage->seen[0] = call(SYS_gettid);
	return 0;
}

static void compare_tid(struct trial *t)
{
	compare(t, "gettid()", call(SYS_gettid));
}

static int note_parent(struct trial *t)
{
	t->stage->seen[0] = call(SYS_getppid);
	return 0;
}

static void compare_parent(struct trial *t)
{
	compare(t, "getppid()", call(SYS_getppid));
}

static int note_self(struct trial *t)
{
	t->stage->seen[0] = (int64_t)pthread_self();
	return 0;
}

static void compare_self(struct trial *t)
{
	long mine = (long)pthread_self(), theirs = (long)t->stage->seen[0];

	trial_say(t, mine == theirs,
		  "pthread_self() is %#lx in the creator and %#lx in the task", mine,
		  theirs);
}

int identity_read(struct ps_line *line)
{
	char status[4096], *at;

	if (text_read("/proc/thread-self/status", status, sizeof(status)) < 0)
		return -1;
	at = strstr(status, "\nTgid:");
	line->pid = at ? (int32_t)text_number(at + strlen("\nTgid:")) : 0;
	at = strstr(status, "\nPid:");
	line->lwp = at ? (int32_t)text_number(at + strlen("\nPid:")) : 0;
	at = strstr(status, "\nThreads:");
	line->nlwp = at ? (int32_t)text_number(at + strlen("\nThreads:")) : 0;
	return 0;
}

/* While both are alive, which a creator that stands still would not see. */
static int note_ps(struct trial *t)
{
	struct ps_line me;
	char path[64];

	if (identity_read(&me) < 0)
		return trial_lacks(t, "/proc tells nothing");
	char *end = text_put(path, "/proc/");
	end = text_put_uint(end, (uint64_t)t->stage->creator);
	text_put_uint(text_put(end, "/task/"), (uint64_t)me.lwp);
	t->stage->seen[0] = me.pid;
	t->stage->seen[1] = me.lwp;
	t->stage->seen[2] = me.nlwp;
	t->stage->seen[3] = access(path, F_OK) == 0;
	return 0;
}

static void compare_ps(struct trial *t)
{
	const int64_t *seen = t->stage->seen;

	trial_say(t, seen[3] && seen[0] == t->stage->creator,
		  "ps -L has the task as PID %ld, LWP %ld, NLWP %ld, its creator as PID "
		  "%d",
		  (long)seen[0], (long)seen[1], (long)seen[2], t->stage->creator);
}

const struct probe identity_probes[] = {
	{
		.id = "pid",
		.text = "getpid() is the same in both",
		.act = note_pid,
		.look = compare_pid,
	},
	{
		.id = "tid",
		.text = "gettid() is the same in both",
		.act = note_tid,
		.look = compare_tid,
	},
	{
		.id = "self",
		.text = "pthread_self() is the same in both",
		.act = note_self,
		.look = compare_self,
	},
	{
		.id = "ppid",
		.text = "getppid() is the same in both",
		.act = note_parent,
		.look = compare_parent,
	},
	{
		.id = "ps",
		.text = "ps -L lists both under one PID",
		.note = "Without THREAD, a task that shares everything else is still a "
			"process to ps, kill(), getpid() and wait().",
		.act = note_ps,
		.look = compare_ps,
	},
	{0},
};
