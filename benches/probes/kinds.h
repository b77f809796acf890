/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of tasks: named, made, and waited for. */
#ifndef LWP_KINDS_H
#define LWP_KINDS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum kind_way { KIND_FORK, KIND_VFORK, KIND_PTHREAD, KIND_CLONE };

struct kind {
	const char *name; /* as it was typed */
	enum kind_way way;
	uint64_t flags; /* of clone; of the others, what decides how to wait for them */
};

/* Stays where it is while the task lives. */
struct task {
	void (*body)(void *);
	void *arg;
	pid_t pid; /* 0 of a pthread: libc does not tell */
	pthread_t thread;
	uint32_t alive; /* cleared by the kernel when a thread no longer uses its stack */
};

/* How wait4(2) answered, without and with __WALL: 0 or an errno. */
struct task_end {
	int plain, all;
	int status; /* of no thread */
};

/* Reads "fork", "vfork", "pthread", or a set of flags; 0, or -1 with what is wrong in
 * `error`. */
int kind_parse(const char *word, struct kind *k, char *error, size_t size);
/* How it is made: "clone(VM+FS), SIGCHLD"; returns buf. */
char *kind_call(const struct kind *k, char *buf, size_t size);
/* Makes a task that runs body(arg) and ends with status 0; 0 or -errno. */
int kind_make(const struct kind *k, struct task *task);
/* Why it could not be made; returns buf. */
char *kind_refused(const struct kind *k, int err, char *buf, size_t size);
/* Whoever reaps a task that is none of its creator's children sets `reaped`. */
struct adoption {
	uint32_t reaped;
	int32_t status;
};

/* Waits until the task is gone altogether, and tells how. */
void kind_collect(const struct kind *k, struct task *task, struct adoption *by_others,
		  struct task_end *end);

#endif
