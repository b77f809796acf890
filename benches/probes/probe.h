/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thing that tasks may share, tried: what the creator, its task and the runner, who
 * watches over both, do for it, and what they tell each other. */
#ifndef LWP_PROBE_H
#define LWP_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "../job.h"
#include "kinds.h"

enum {
	PROBE_TEXT = 256,
	PROBE_SEEN = 12,
	PROBE_STATUS = 42, /* how a task leaves that takes others along */
};

enum answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO, ANSWER_NA, ANSWER_FAILED };

/* Shared by runner, creator and task, whatever else these share. The words are futexes,
 * 0 until it has come to pass. */
struct stage {
	uint32_t acted;           /* the task has done its part */
	uint32_t leave;           /* it may go */
	uint32_t made;            /* the call that makes the task has returned */
	struct adoption adoption; /* by the runner, of a task that is the creator's
				     sibling */
	int32_t creator;          /* pids in the namespace of /proc */
	int32_t task;
	int64_t seen[PROBE_SEEN]; /* by the task */
	uint32_t answer;          /* enum answer */
	char text[PROBE_TEXT];    /* why */
};

struct trial {
	const struct probe *probe;
	const struct kind *kind;
	struct stage *stage;
	struct job_leftover *leftover; /* shared, too */
	struct task task;
	struct task_end end;
};

/* Hooks that return int return 0, or -1 once trial_cannot, trial_lacks said why. */
struct probe {
	const char *id, *text; /* a sentence that holds or not: "getpid() is the same" */
	const char *note;      /* what to know about it, or NULL */
	int (*prepare)(struct trial *); /* in the creator, before there is a task */
	int (*act)(struct trial *);     /* in the task, perhaps with the creator's TLS */
	void (*look)(struct trial *);   /* in the creator, while the task waits, or after
					   it if the creator stood still */
	void (*after)(struct trial *);  /* in the creator, once the task is gone */
	void (*judge)(struct trial *, int status); /* in the runner, once the creator has
						      ended like this */
	bool kills; /* the runner kills the task once it has acted */
};

struct probe_group {
	const char *name;
	const struct probe *probes; /* end with {0} */
};

extern const struct probe memory_probes[], file_probes[], fs_probes[], signal_probes[],
	identity_probes[], limit_probes[], namespace_probes[], ending_probes[];

/* Runs one with a task of that kind, for `limit_s` at most; the answer is in the stage.
 */
void trial_run(struct trial *t, double limit_s);
/* The answer and its evidence. */
void trial_say(struct trial *t, bool yes, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A call failed, as errno says: not allowed here, or it should not have; returns -1. */
int trial_cannot(struct trial *t, const char *call);
/* It cannot be tried, for this reason; returns -1. */
int trial_lacks(struct trial *t, const char *why);
/* In a task that will not return from act: it has done its part. */
void trial_acted(struct trial *t);
/* In a task: notes which one it is for /proc. 0 or -1. */
int trial_introduce(struct trial *t);
/* In the creator: names a semaphore, to be removed whatever happens. */
void trial_keep(struct trial *t, int semaphore);
/* In the creator: gets the right to change what only an administrator may, if need be
 * within a user namespace of its own. 0 or -1. */
int trial_administer(struct trial *t);

#endif
