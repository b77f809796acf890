/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits, priorities and credentials, tried. */
#include <errno.h>
#include <linux/ioprio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

enum { NICE_MOST = 19, CLASS_SHIFT = 13, BEFORE = 4, AFTER = 6, NOBODY = 65534 };

static struct rlimit limit;
static int niceness;

static int note_limit(struct trial *t)
{
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return trial_cannot(t, "getrlimit");
	return 0;
}

static int lower_limit(struct trial *t)
{
	struct rlimit lower = limit;

	lower.rlim_cur--;
	return setrlimit(RLIMIT_NOFILE, &lower) < 0 ? trial_cannot(t, "setrlimit") : 0;
}

static void look_at_limit(struct trial *t)
{
	struct rlimit now;

	if (getrlimit(RLIMIT_NOFILE, &now) < 0)
		trial_cannot(t, "getrlimit");
	else
		trial_say(t, now.rlim_cur == limit.rlim_cur - 1,
			  "the creator may have %llu descriptors, %llu before the task "
			  "took one off",
			  (unsigned long long)now.rlim_cur,
			  (unsigned long long)limit.rlim_cur);
}

static int note_nice(struct trial *t)
{
	errno = 0;
	niceness = getpriority(PRIO_PROCESS, 0);
	if (errno)
		return trial_cannot(t, "getpriority");
	return niceness < NICE_MOST ? 0
				    : trial_lacks(t, "there is nothing above nice 19");
}

static int be_nicer(struct trial *t)
{
	return setpriority(PRIO_PROCESS, 0, niceness + 1) < 0
		       ? trial_cannot(t, "setpriority")
		       : 0;
}

static void look_at_nice(struct trial *t)
{
	errno = 0;
	int now = getpriority(PRIO_PROCESS, 0);

	if (errno)
		trial_cannot(t, "getpriority");
	else
		trial_say(t, now == niceness + 1,
			  "the creator's nice value, %d before, was %d after the task "
			  "took %d",
			  niceness, now, niceness + 1);
}

static int take_io_priority(struct trial *t, int level)
{
	if (syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
		    IOPRIO_CLASS_BE << CLASS_SHIFT | level) < 0)
		return trial_cannot(t, "ioprio_set");
	return 0;
}

/* A task cannot share a context that its creator has not got. */
static int have_io_priority(struct trial *t)
{
	return take_io_priority(t, BEFORE);
}

static int change_io_priority(struct trial *t)
{
	return take_io_priority(t, AFTER);
}

static void look_at_io_priority(struct trial *t)
{
	long now = syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0);

	if (now < 0) {
		trial_cannot(t, "ioprio_get");
		return;
	}
	long level = now & ((1 << CLASS_SHIFT) - 1);
	trial_say(t, level == AFTER,
		  "the creator's I/O priority, %d before, was %ld after the task took %d",
		  BEFORE, level, AFTER);
}

/* A part of the credentials that everybody may change. */
static int keep_none(struct trial *t)
{
	return prctl(PR_SET_KEEPCAPS, 0) < 0 ? trial_cannot(t, "PR_SET_KEEPCAPS") : 0;
}

static int keep(struct trial *t)
{
	return prctl(PR_SET_KEEPCAPS, 1) < 0 ? trial_cannot(t, "PR_SET_KEEPCAPS") : 0;
}

static void look_at_keeping(struct trial *t)
{
	int now = prctl(PR_GET_KEEPCAPS);

	if (now < 0)
		trial_cannot(t, "PR_GET_KEEPCAPS");
	else
		trial_say(t, now == 1,
			  "the creator's PR_GET_KEEPCAPS, 0 before, said %d after the "
			  "task set it",
			  now);
}

static uid_t other_user(void)
{
	return geteuid() == NOBODY ? NOBODY - 1 : NOBODY;
}

static int told_user(struct trial *t, long failed)
{
	if (failed && errno == EINVAL)
		return trial_lacks(t, "the task's user namespace has no other user ID");
	return failed ? trial_cannot(t, "setresuid") : 0;
}

static int change_user(struct trial *t)
{
	t->stage->seen[0] = other_user();
	return told_user(t, syscall(SYS_setresuid, -1, other_user(), -1));
}

static int change_user_by_libc(struct trial *t)
{
	t->stage->seen[0] = other_user();
	return told_user(t, setresuid((uid_t)-1, other_user(), (uid_t)-1));
}

static void look_at_user(struct trial *t)
{
	uid_t now = geteuid();

	trial_say(t, now == (uid_t)t->stage->seen[0],
		  "the creator's effective user ID was %u after the task took %u", now,
		  (uid_t)t->stage->seen[0]);
}

const struct probe limit_probes[] = {
	{
		.id = "rlimit",
		.text = "the task's setrlimit() limits the creator",
		.prepare = note_limit,
		.act = lower_limit,
		.look = look_at_limit,
	},
	{
		.id = "nice",
		.text = "the task's setpriority() sets the creator's nice",
		.note = "Nice is each task's own, though POSIX has one value for all "
			"threads of a process.",
		.prepare = note_nice,
		.act = be_nicer,
		.look = look_at_nice,
	},
	{
		.id = "ioprio",
		.text = "the task's ioprio_set() sets the creator's",
		.note = "Only IO shares an I/O priority, and pthread_create() does not "
			"ask for it.",
		.prepare = have_io_priority,
		.act = change_io_priority,
		.look = look_at_io_priority,
	},
	{
		.id = "keepcaps",
		.text = "the task's PR_SET_KEEPCAPS sets the creator's",
		.prepare = keep_none,
		.act = keep,
		.look = look_at_keeping,
	},
	{
		.id = "uid",
		.text = "the task's setresuid(), raw, changes the creator",
		.note = "Credentials are each task's own: libc's setresuid() has all "
			"threads that it knows of repeat the call, as POSIX wants.",
		.act = change_user,
		.look = look_at_user,
	},
	{
		.id = "uid-libc",
		.text = "the task's setresuid(), libc's, changes the creator",
		.act = change_user_by_libc,
		.look = look_at_user,
	},
	{0},
};
