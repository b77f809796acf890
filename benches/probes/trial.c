/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One trial: the runner makes a fresh creator, which makes a task; the runner sees how
 * they end, and that nothing is left of them. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../bench.h"
#include "../part_text.h"
#include "probe.h"
#include "wait.h"

/* ---- answers */

/* The first one stands: what fails later on may well follow from it. */
static void conclude(struct trial *t, enum answer answer, const char *text)
{
	if (t->stage->answer != ANSWER_NONE)
		return;
	memccpy(t->stage->text, text, 0, sizeof(t->stage->text) - 1);
	t->stage->answer = answer;
}

void trial_say(struct trial *t, bool yes, const char *fmt, ...)
{
	char text[PROBE_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	conclude(t, yes ? ANSWER_YES : ANSWER_NO, text);
}

int trial_cannot(struct trial *t, const char *call)
{
	static const int forbidden[] = {EPERM, EACCES, ENOSYS, ENOSPC, EUSERS};
	int err = errno;
	bool allowed = true;
	char text[PROBE_TEXT];

	for (size_t i = 0; i < countof(forbidden); i++)
		allowed &= err != forbidden[i];
	/* Not snprintf: the task may have borrowed its creator's libc. */
	text_put(text_put(text_put(text, call), ": "), text_error(err));
	conclude(t, allowed ? ANSWER_FAILED : ANSWER_NA, text);
	return -1;
}

int trial_lacks(struct trial *t, const char *why)
{
	conclude(t, ANSWER_NA, why);
	return -1;
}

/* ---- the task */

void trial_acted(struct trial *t)
{
	wait_set(&t->stage->acted);
}

int trial_introduce(struct trial *t)
{
	char link[64];
	ssize_t len = readlink("/proc/thread-self", link, sizeof(link) - 1);
	const char *last;

	if (len < 0)
		return trial_cannot(t, "/proc/thread-self");
	link[len] = 0;
	last = strrchr(link, '/');
	t->stage->task = last ? (int32_t)strtol(last + 1, NULL, 10) : 0;
	return 0;
}

static void perform(void *arg)
{
	struct trial *t = arg;

	if (!(t->kind->flags & CLONE_THREAD))
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (t->probe->act)
		t->probe->act(t);
	trial_acted(t);
	/* A creator that stands still cannot say so. */
	if (!(t->kind->flags & CLONE_VFORK))
		wait_change(&t->stage->leave, 0);
}

/* ---- the creator */

static bool has_capability(unsigned bit)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	return syscall(SYS_capget, &head, data) == 0 &&
	       (data[bit / 32].effective >> bit % 32 & 1);
}

static int write_text(struct trial *t, const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return trial_cannot(t, path);
	int err = write(fd, text, strlen(text)) < 0 ? trial_cannot(t, path) : 0;
	close(fd);
	return err;
}

/* Who is nobody in a user namespace may not make another one in it. */
static int stay_oneself(struct trial *t, uid_t user, gid_t group)
{
	char users[64], groups[64];

	snprintf(users, sizeof(users), "%u %u 1", user, user);
	snprintf(groups, sizeof(groups), "%u %u 1", group, group);
	if (write_text(t, "/proc/self/setgroups", "deny") < 0 ||
	    write_text(t, "/proc/self/uid_map", users) < 0)
		return -1;
	return write_text(t, "/proc/self/gid_map", groups);
}

int trial_administer(struct trial *t)
{
	uid_t user = geteuid();
	gid_t group = getegid();

	if (has_capability(CAP_SYS_ADMIN) && has_capability(CAP_SYS_CHROOT))
		return 0;
	if (unshare(CLONE_NEWUSER) < 0)
		return trial_lacks(t, "needs CAP_SYS_ADMIN, or user namespaces, which "
				      "this user may not make");
	return stay_oneself(t, user, group);
}

void trial_keep(struct trial *t, int semaphore)
{
	t->leftover->id = semaphore;
	t->leftover->kind = JOB_SEM;
}

static void refused(struct trial *t, int err)
{
	char why[PROBE_TEXT];
	bool na = err == EPERM || err == EACCES || err == ENOSPC || err == EUSERS ||
		  err == EINVAL || err == ENOSYS;

	conclude(t, na ? ANSWER_NA : ANSWER_FAILED,
		 kind_refused(t->kind, err, why, sizeof(why)));
}

static void create(struct trial *t)
{
	if (t->probe->prepare && t->probe->prepare(t) < 0)
		return;
	t->task = (struct task){.body = perform, .arg = t};
	int err = kind_make(t->kind, &t->task);
	if (err) {
		refused(t, -err);
		return;
	}
	wait_set(&t->stage->made);
	wait_change(&t->stage->acted, 0);
	if (t->stage->answer == ANSWER_NONE && t->probe->look)
		t->probe->look(t);
	if (!t->probe->kills || t->stage->answer != ANSWER_NONE)
		wait_set(&t->stage->leave);
	kind_collect(t->kind, &t->task, &t->stage->adoption, &t->end);
	if (t->stage->answer == ANSWER_NONE && t->probe->after)
		t->probe->after(t);
}

_Noreturn static void be_creator(struct trial *t, pid_t runner)
{
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != runner)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	t->stage->creator = getpid();
	create(t);
	_exit(0);
}

/* ---- the runner */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Reaps who has ended; true once the creator has, as *status says. */
static bool reap(struct trial *t, pid_t creator, int *status)
{
	pid_t pid;
	int s;

	while ((pid = wait4(-1, &s, WNOHANG | __WALL, NULL)) > 0) {
		if (pid == creator) {
			*status = s;
			return true;
		}
		t->stage->adoption.status = s;
		wait_set(&t->stage->adoption.reaped);
	}
	return false;
}

/* Takes the creator and whoever belongs to it along. */
static void clear_away(pid_t creator)
{
	kill(-creator, SIGKILL);
	while (wait4(-1, NULL, __WALL, NULL) > 0 || errno == EINTR)
		continue;
}

/* Until the creator has ended; false if the time is up or a signal tells us to end, which
 * is then kept for when all is cleared away. */
static bool watch(struct trial *t, pid_t creator, double limit_s, int *status)
{
	const struct timespec tick = {.tv_nsec = t->probe->kills ? 1000000 : 50000000};
	double deadline = now() + limit_s;
	bool killed = false;
	siginfo_t info;
	sigset_t set;

	sigprocmask(SIG_SETMASK, NULL, &set);
	while (!reap(t, creator, status)) {
		if (t->probe->kills && !killed &&
		    __atomic_load_n(&t->stage->acted, __ATOMIC_ACQUIRE) &&
		    t->stage->answer == ANSWER_NONE)
			killed = kill(t->stage->task, SIGKILL) == 0;
		int signal = sigtimedwait(&set, &info, &tick);
		if (signal > 0 && signal != SIGCHLD) {
			raise(signal);
			return false;
		}
		if (now() > deadline)
			return false;
	}
	return true;
}

static void finish(struct trial *t, bool ended, int status)
{
	char text[PROBE_TEXT];

	if (!ended) {
		conclude(t, ANSWER_FAILED, "it took too long, and was killed");
		return;
	}
	if (t->probe->judge)
		t->probe->judge(t, status);
	snprintf(text, sizeof(text), "the creator ended with %s %d and no answer",
		 WIFSIGNALED(status) ? "signal" : "status",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	conclude(t, ANSWER_FAILED, text);
}

void trial_run(struct trial *t, double limit_s)
{
	pid_t runner = getpid();
	int status = 0;

	memset(t->stage, 0, sizeof(*t->stage));
	pid_t creator = fork();
	if (creator == 0)
		be_creator(t, runner);
	if (creator < 0) {
		trial_cannot(t, "fork of the creator");
		return;
	}
	setpgid(creator, creator);
	bool ended = watch(t, creator, limit_s, &status);
	clear_away(creator);
	finish(t, ended, status);
	if (t->leftover->kind == JOB_SEM)
		semctl(t->leftover->id, 0, IPC_RMID);
	t->leftover->kind = JOB_NOTHING;
}
