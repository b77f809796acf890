/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Namespaces, tried: which a task is in, and what it can change for others there. */
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../bench.h"
#include "../part_text.h"
#include "probe.h"

static const char *const names[] = {"cgroup", "ipc",  "mnt",  "net",
				    "pid",    "time", "user", "uts"};

static const char before[] = "creator", after[] = "task";

static int64_t uts;

/* The number of one that the calling task is in; 0: this kernel has no such kind. */
static int64_t number_of(const char *name)
{
	struct stat st;
	char path[64];

	text_put(text_put(path, "/proc/thread-self/ns/"), name);
	return stat(path, &st) < 0 ? 0 : (int64_t)st.st_ino;
}

static int note_all(struct trial *t)
{
	for (unsigned i = 0; i < countof(names); i++)
		t->stage->seen[i] = number_of(names[i]);
	return 0;
}

static void compare_all(struct trial *t)
{
	char list[PROBE_TEXT], *end = list;
	unsigned known = 0;

	for (unsigned i = 0; i < countof(names); i++) {
		int64_t mine = number_of(names[i]);

		known += mine != 0;
		if (mine != t->stage->seen[i])
			end = text_put(text_put(end, " "), names[i]);
	}
	if (!known)
		trial_lacks(t, "/proc tells no namespaces");
	else if (end == list)
		trial_say(t, true, "all %u namespaces are the same", known);
	else
		trial_say(t, false, "of %u namespaces these differ:%s", known, list);
}

/* Names are tried in a namespace of ours: the machine keeps its own. */
static int have_own_name(struct trial *t)
{
	if (trial_administer(t) < 0)
		return -1;
	if (unshare(CLONE_NEWUTS) < 0)
		return trial_cannot(t, "unshare(NEWUTS)");
	uts = number_of("uts");
	return sethostname(before, strlen(before)) < 0 ? trial_cannot(t, "sethostname")
						       : 0;
}

static int change_name(struct trial *t)
{
	return sethostname(after, strlen(after)) < 0 ? trial_cannot(t, "sethostname") : 0;
}

static void look_at_name(struct trial *t)
{
	struct utsname host;

	if (uname(&host) < 0)
		trial_cannot(t, "uname");
	else
		trial_say(t, strcmp(host.nodename, after) == 0,
			  "the creator's host name, \"%s\" before, was \"%s\" after the "
			  "task set \"%s\"",
			  before, host.nodename, after);
}

static int leave(struct trial *t)
{
	int64_t old = number_of("uts");

	if (unshare(CLONE_NEWUTS) < 0)
		return trial_cannot(t, "unshare(NEWUTS)");
	if (number_of("uts") == old)
		return trial_lacks(t, "/proc tells no namespaces");
	return 0;
}

static void look_whether_left(struct trial *t)
{
	bool left = number_of("uts") != uts;

	trial_say(t, left,
		  "the creator was in %s UTS namespace after the task moved to a new one",
		  left ? "another" : "the same");
}

const struct probe namespace_probes[] = {
	{
		.id = "namespaces",
		.text = "both are in the same namespaces",
		.act = note_all,
		.look = compare_all,
	},
	{
		.id = "hostname",
		.text = "the task's sethostname() renames the creator's",
		.prepare = have_own_name,
		.act = change_name,
		.look = look_at_name,
	},
	{
		.id = "unshare",
		.text = "the task's unshare(NEWUTS) moves the creator",
		.note = "Which namespaces a task is in is its own affair, even a "
			"thread's; what is in one is there for all who are.",
		.prepare = have_own_name,
		.act = leave,
		.look = look_whether_left,
	},
	{0},
};
