/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of tasks: named, made, and waited for. */
#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../part_arch.h"
#include "../part_legal.h"
#include "kinds.h"
#include "wait.h"

enum { STACK = 128 << 10, WORD = 128 };

#define NEEDS_ADMIN                                                                \
	(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | \
	 CLONE_NEWCGROUP | CLONE_NEWTIME)
/* What clone(2) has no room for. */
#define NEEDS_CLONE3 (CLONE_CLEAR_SIGHAND | CLONE_NEWTIME)
/* What decides who shares what with whom. */
#define SHARING                                                                        \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |            \
	 CLONE_SYSVSEM | CLONE_VFORK | CLONE_IO | CLONE_PARENT | CLONE_CLEAR_SIGHAND | \
	 CLONE_NEWUSER | NEEDS_ADMIN)

static const struct kind libc_kinds[] = {
	{"fork", KIND_FORK, 0},
	{"vfork", KIND_VFORK, CLONE_VFORK},
	{"pthread", KIND_PTHREAD, CLONE_THREAD},
};

/* ---- names */

static const struct choice *find_flag(const char *name, size_t len)
{
	for (const struct choice *c = legal_flags; c->name; c++)
		if (strlen(c->name) == len && strncmp(c->name, name, len) == 0 &&
		    (c->value & ~SHARING) == 0)
			return c;
	return NULL;
}

/* "VM+FS" of a set; returns buf. */
static char *set_text(uint64_t set, char *buf, size_t size)
{
	size_t len = 0;

	*buf = 0;
	for (const struct choice *c = legal_flags; c->name; c++)
		if (c->value & set && (c->value & (c->value - 1)) == 0)
			len += (size_t)snprintf(buf + len, size - len, "%s%s",
						len ? "+" : "", c->name);
	return buf;
}

int kind_parse(const char *word, struct kind *k, char *error, size_t size)
{
	char known[2 * WORD];

	for (size_t i = 0; i < countof(libc_kinds); i++)
		if (strcmp(word, libc_kinds[i].name) == 0) {
			*k = libc_kinds[i];
			return 0;
		}
	*k = (struct kind){.name = word, .way = KIND_CLONE};
	for (const char *at = word; at; at = *at ? at + 1 : NULL) {
		size_t len = strcspn(at, "+");
		const struct choice *c = find_flag(at, len);

		if (!c) {
			snprintf(error, size,
				 "%.64s: no such kind of task: want fork, vfork, lwp, "
				 "pthread, none, or of these, joined by +: %s",
				 word, set_text(SHARING, known, sizeof(known)));
			return -1;
		}
		k->flags |= c->value;
		at += len;
	}
	const char *rule = legal_broken(k->flags);
	if (rule)
		snprintf(error, size, "%.192s: %s", word, rule);
	return rule ? -1 : 0;
}

char *kind_call(const struct kind *k, char *buf, size_t size)
{
	static const char left[] = ", after whose end its creator looked";
	char set[2 * WORD];
	uint64_t silent = k->flags & (CLONE_THREAD | CLONE_PARENT);

	set_text(k->flags, set, sizeof(set));
	if (k->way == KIND_FORK)
		snprintf(buf, size, "fork()");
	else if (k->way == KIND_VFORK)
		snprintf(buf, size, "vfork()%s", left);
	else if (k->way == KIND_PTHREAD)
		snprintf(buf, size, "pthread_create()");
	else
		snprintf(buf, size, "%s(%s%s%s)%s",
			 k->flags & NEEDS_CLONE3 ? "clone3" : "clone", set,
			 *set && !silent ? "+" : "", silent ? "" : "SIGCHLD",
			 k->flags & CLONE_VFORK ? left : "");
	return buf;
}

/* ---- making */

static void *pthread_body(void *arg)
{
	struct task *task = arg;

	task->pid = (pid_t)arch_call(SYS_gettid, 0, 0, 0, 0);
	task->body(task->arg);
	return NULL;
}

_Noreturn static void raw_body(void *arg)
{
	const struct task *task = arg;

	task->body(task->arg);
	/* Not _exit(), which ends a whole group of threads. */
	for (;;)
		arch_call(SYS_exit, 0, 0, 0, 0);
}

static int clone_body(void *arg)
{
	raw_body(arg);
}

/* Of its own, for its child uses its frame. */
__attribute__((noinline)) static int by_vfork(struct task *task)
{
	pid_t pid = vfork();

	if (pid == 0)
		raw_body(task);
	return pid < 0 ? -errno : pid;
}

static int by_fork(struct task *task)
{
	pid_t pid = fork();

	if (pid == 0)
		raw_body(task);
	return pid < 0 ? -errno : pid;
}

static long by_clone3(struct clone_args *args, const char *stack, struct task *task)
{
	long pid;

	if (args->flags & CLONE_VM) {
		args->stack = (uintptr_t)stack;
		args->stack_size = STACK;
		return arch_clone3(args, raw_body, task);
	}
	pid = syscall(SYS_clone3, args, sizeof(*args));
	if (pid == 0)
		raw_body(task);
	return pid < 0 ? -errno : pid;
}

static int by_clone(const struct kind *k, struct task *task)
{
	uint64_t silent = k->flags & (CLONE_THREAD | CLONE_PARENT);
	uint64_t cleared = k->flags & CLONE_THREAD ? CLONE_CHILD_CLEARTID : 0;
	struct clone_args args = {
		.flags = k->flags | cleared,
		.child_tid = (uintptr_t)&task->alive,
		.exit_signal = silent ? 0 : SIGCHLD,
	};
	/* Ours until we end. */
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (stack == MAP_FAILED)
		return -errno;
	if (k->flags & NEEDS_CLONE3)
		return (int)by_clone3(&args, stack, task);
	int pid = clone(clone_body, stack + STACK, (int)(args.flags | args.exit_signal),
			task, NULL, NULL, &task->alive);
	return pid < 0 ? -errno : pid;
}

int kind_make(const struct kind *k, struct task *task)
{
	int pid = 0;

	task->alive = 1;
	switch (k->way) {
	case KIND_FORK:
		pid = by_fork(task);
		break;
	case KIND_VFORK:
		pid = by_vfork(task);
		break;
	case KIND_PTHREAD:
		return -pthread_create(&task->thread, NULL, pthread_body, task);
	case KIND_CLONE:
		pid = by_clone(k, task);
		break;
	}
	task->pid = pid;
	return pid < 0 ? pid : 0;
}

char *kind_refused(const struct kind *k, int err, char *buf, size_t size)
{
	char set[2 * WORD], call[2 * WORD];

	kind_call(k, call, sizeof(call));
	if (err == EPERM && k->flags & CLONE_NEWUSER)
		snprintf(buf, size, "this user may not make user namespaces");
	else if (err == EPERM && k->flags & NEEDS_ADMIN)
		snprintf(buf, size, "%s needs CAP_SYS_ADMIN, or NEWUSER beside it",
			 set_text(k->flags & NEEDS_ADMIN, set, sizeof(set)));
	else if (err == ENOSPC || err == EUSERS)
		snprintf(buf, size, "more namespaces than /proc/sys/user allows");
	else if (err == EINVAL || err == ENOSYS)
		snprintf(buf, size, "this kernel or sandbox does not know the set");
	else
		snprintf(buf, size, "%s: %s", call, strerror(err));
	return buf;
}

/* ---- waiting */

static int wait_for(pid_t pid, int how, int *status)
{
	while (wait4(pid, status, how, NULL) < 0)
		if (errno != EINTR)
			return errno;
	return 0;
}

/* A thread lets its stack go before it lets go the rest. */
static void await_last_thread(void)
{
	enum { ALONE = 3 }; /* links of a folder with one folder in it */
	struct stat st;

	while (stat("/proc/self/task", &st) == 0 && st.st_nlink > ALONE)
		sched_yield();
}

/* Until it no longer uses anything that it shares. */
static void join_thread(const struct kind *k, struct task *task)
{
	if (k->way == KIND_PTHREAD)
		pthread_join(task->thread, NULL);
	else
		wait_change(&task->alive, 1);
	await_last_thread();
}

void kind_collect(const struct kind *k, struct task *task, struct adoption *by_others,
		  struct task_end *end)
{
	bool thread = k->flags & CLONE_THREAD;

	*end = (struct task_end){0};
	if (thread)
		join_thread(k, task);
	end->plain = wait_for(task->pid, 0, &end->status);
	if (end->plain)
		end->all = wait_for(task->pid, __WALL, &end->status);
	if (end->all && !thread) {
		wait_change(&by_others->reaped, 0);
		end->status = by_others->status;
	}
}
