/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameter flags= of clone and clone3, and a task made with them. */
#ifndef LWP_PART_FLAGS_H
#define LWP_PART_FLAGS_H

#include <sys/types.h>

#include "bench.h"

enum {
	FLAGS_STACK = 16 << 10, /* bytes of a task's own stack */
};

/* One task: words that the kernel writes to, and what the child needs to know. */
struct flags_task {
	struct run *run;
	char *stack_top;
	uint32_t child_tid; /* set and cleared as the flags say; else 1 */
	uint32_t parent_tid;
	int pidfd;
	uint32_t ran; /* LIFE_STATUS, once a thread has run: it has no exit status */
};

/* The parameter flags=, with what clone(2) takes, and with all that clone3(2) takes. */
extern const struct part flags_clone_part, flags_clone3_part;

/* 0, or notes the rule that the set of parameter `param` breaks. */
int flags_check(struct run *run, const char *param, uint64_t set);
/* The flags asked for, and CHILD_CLEARTID if THREAD needs it to be joined. */
uint64_t flags_value(void);
/* What a child sends when it ends. */
int flags_signal(void);
/* For INTO_CGROUP. */
int flags_cgroup(void);
/* The task of a slot, ready to be created. */
struct flags_task *flags_ready(unsigned slot);
/* All that a child does, given its flags_task. */
void flags_child(void *arg);
/* The end of a child: LIFE_STATUS is how it should. */
_Noreturn void flags_leave(struct flags_task *task, uint32_t status);
/* A join for them. */
int flags_join(struct run *run, unsigned slot, pid_t pid);
/* Notes why `call` failed: skipped if this user or kernel may not, else failed. */
int flags_refused(struct run *run, const char *call, int err);
/* Waits until nothing is left of the tasks of a sample. */
int flags_reset(struct run *run);

#endif
