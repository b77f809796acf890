/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the flags of clone and clone3 are called, and which sets of them are legal. */
#include <linux/sched.h>
#include <stddef.h>

#include "part_legal.h"

#define LWP (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND)
#define PTHREAD                                                                    \
	(LWP | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | \
	 CLONE_CHILD_CLEARTID)
#define NEVER (UINT64_C(1) << 63) /* no flag: what needs it is never legal */

const struct choice legal_flags[] = {
	{"CLEAR_SIGHAND", CLONE_CLEAR_SIGHAND},
	{"INTO_CGROUP", CLONE_INTO_CGROUP},
	{"NEWTIME", CLONE_NEWTIME},
	{"none", 0},
	{"lwp", LWP},
	{"pthread", PTHREAD},
	{"VM", CLONE_VM},
	{"FS", CLONE_FS},
	{"FILES", CLONE_FILES},
	{"SIGHAND", CLONE_SIGHAND},
	{"THREAD", CLONE_THREAD},
	{"SYSVSEM", CLONE_SYSVSEM},
	{"VFORK", CLONE_VFORK},
	{"IO", CLONE_IO},
	{"PARENT_SETTID", CLONE_PARENT_SETTID},
	{"CHILD_SETTID", CLONE_CHILD_SETTID},
	{"CHILD_CLEARTID", CLONE_CHILD_CLEARTID},
	{"SETTLS", CLONE_SETTLS},
	{"PTRACE", CLONE_PTRACE},
	{"UNTRACED", CLONE_UNTRACED},
	{"PARENT", CLONE_PARENT},
	{"PIDFD", CLONE_PIDFD},
	{"NEWUTS", CLONE_NEWUTS},
	{"NEWUSER", CLONE_NEWUSER},
	{"NEWPID", CLONE_NEWPID},
	{"NEWIPC", CLONE_NEWIPC},
	{"NEWNET", CLONE_NEWNET},
	{"NEWNS", CLONE_NEWNS},
	{"NEWCGROUP", CLONE_NEWCGROUP},
	{0},
};

/* A set with all of `has` is legal only with all of `needs`. */
static const struct {
	uint64_t has, needs;
	const char *rule;
} rules[] = {
	{CLONE_SIGHAND, CLONE_VM, "SIGHAND needs VM"},
	{CLONE_THREAD, CLONE_SIGHAND, "THREAD needs SIGHAND"},
	{CLONE_SIGHAND | CLONE_CLEAR_SIGHAND, NEVER, "SIGHAND excludes CLEAR_SIGHAND"},
	{CLONE_FS | CLONE_NEWNS, NEVER, "FS excludes NEWNS"},
	{CLONE_FS | CLONE_NEWUSER, NEVER, "FS excludes NEWUSER"},
	{CLONE_SYSVSEM | CLONE_NEWIPC, NEVER, "SYSVSEM excludes NEWIPC"},
	{CLONE_THREAD | CLONE_NEWPID, NEVER, "THREAD excludes NEWPID"},
	{CLONE_THREAD | CLONE_NEWUSER, NEVER, "THREAD excludes NEWUSER"},
	{CLONE_THREAD | CLONE_INTO_CGROUP, NEVER,
	 "THREAD excludes INTO_CGROUP, a thread is where its process is"},
};

const char *legal_broken(uint64_t set)
{
	for (unsigned i = 0; i < countof(rules); i++)
		if ((set & rules[i].has) == rules[i].has &&
		    (set & rules[i].needs) != rules[i].needs)
			return rules[i].rule;
	return NULL;
}
