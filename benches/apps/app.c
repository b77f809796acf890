/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of the whole programs: tasks that end together, errors that are told once. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app.h"
#include "args.h"

enum { TASKS = 1088, LINE = 512, SKIPPED = 77 };

static const struct app *self;
static struct args args;
static struct {
	pthread_mutex_t lock; /* robust: its owner may be killed */
	bool said;
} * told; /* shared by all tasks: whether one has said what went wrong */
static pid_t children[TASKS];
static unsigned nchildren;
static pthread_t threads[TASKS];
static unsigned nthreads;

uint64_t app_value(const char *param)
{
	return args_value(&args, param);
}

enum app_kind app_kind(void)
{
	return args.way->kind;
}

/* What a task started does not outlive it, nor what those started: they see their creator
 * die, and become children of the program that began it all. */
_Noreturn static void leave(int status)
{
	for (unsigned i = 0; i < nchildren; i++)
		kill(children[i], SIGKILL);
	while (wait(NULL) > 0)
		continue;
	_exit(status);
}

/* One failure brings others about, in tasks that had to do with this one: only the first
 * is worth a line. The others wait for it to be written, for they end the first as well.
 */
static bool is_first(void)
{
	if (!told)
		return true;
	if (pthread_mutex_lock(&told->lock) == EOWNERDEAD)
		pthread_mutex_consistent(&told->lock);
	if (!told->said)
		return true;
	pthread_mutex_unlock(&told->lock);
	return false;
}

static void told_first(void)
{
	if (!told)
		return;
	told->said = true;
	pthread_mutex_unlock(&told->lock);
}

static void tell(const char *prefix, int err, const char *format, va_list list)
{
	char line[LINE], why[LINE] = "";

	if (!is_first())
		return;
	vsnprintf(line, sizeof(line), format, list);
	if (err)
		snprintf(why, sizeof(why), ": %s", strerror(err));
	dprintf(STDERR_FILENO, "%s: %s%s%s\n", self->name, prefix, line, why);
	told_first();
}

void app_fail(int err, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell("", err, format, list);
	va_end(list);
	leave(1);
}

void app_skip(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell("skipped: ", 0, format, list);
	va_end(list);
	leave(SKIPPED);
}

static void *map(size_t size, int sharing)
{
	void *memory =
		mmap(NULL, size, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		app_fail(errno, "mmap of %zu bytes", size);
	return memory;
}

void *app_map(size_t size)
{
	return map(size, app_kind() == APP_PROCESS ? MAP_SHARED : MAP_PRIVATE);
}

void app_unmap(void *memory, size_t size)
{
	munmap(memory, size);
}

void *app_alloc(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		app_fail(errno, "malloc of %zu bytes", size);
	return memory;
}

void app_fork(void *(*work)(void *), void *arg)
{
	pid_t creator = getpid(), pid;

	if (nchildren == TASKS)
		app_fail(0, "more than %d processes", TASKS);
	pid = fork();
	if (pid < 0)
		app_fail(errno, "fork");
	if (pid > 0) {
		children[nchildren++] = pid;
		return;
	}
	nchildren = nthreads = 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		app_fail(errno, "prctl");
	if (getppid() != creator) /* it died before it was asked to tell */
		_exit(1);
	work(arg);
	_exit(0);
}

static void start_thread(void *(*work)(void *), void *arg)
{
	int err;

	if (nthreads == TASKS)
		app_fail(0, "more than %d threads", TASKS);
	err = pthread_create(&threads[nthreads], NULL, work, arg);
	if (err)
		app_fail(err, "pthread_create");
	nthreads++;
}

void app_start(void *(*work)(void *), void *arg)
{
	if (app_kind() == APP_PROCESS)
		app_fork(work, arg);
	else
		start_thread(work, arg);
}

static void forget(pid_t pid)
{
	for (unsigned i = 0; i < nchildren; i++)
		if (children[i] == pid)
			children[i] = children[--nchildren];
}

/* In the order in which they end, so that the first that fails is noticed at once. */
static void reap(void)
{
	int status;
	pid_t pid = wait(&status);

	if (pid < 0 && errno == EINTR)
		return;
	if (pid < 0)
		app_fail(errno, "wait");
	forget(pid);
	if (WIFSIGNALED(status))
		app_fail(0, "a task ended by a signal: %s", strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		app_fail(0, "a task left with status %d", WEXITSTATUS(status));
}

void app_join(void)
{
	while (nthreads) {
		int err = pthread_join(threads[--nthreads], NULL);

		if (err)
			app_fail(err, "pthread_join");
	}
	while (nchildren)
		reap();
}

void app_write(int fd, const void *data, size_t size)
{
	for (const char *at = data; size > 0;) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			app_fail(errno, "write");
		at += n;
		size -= (size_t)n;
	}
}

size_t app_read(int fd, void *buffer, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n = read(fd, (char *)buffer + got, size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			app_fail(errno, "read");
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return got;
}

static void share_told(void)
{
	pthread_mutexattr_t attr;
	void *shared = map(sizeof(*told), MAP_SHARED);

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	told = shared;
	pthread_mutex_init(&told->lock, &attr);
	pthread_mutexattr_destroy(&attr);
}

int app_main(const struct app *app, int argc, char **argv)
{
	enum args_verb verb = args_parse(&args, app, argc, argv);

	self = app;
	if (verb == ARGS_TOLD)
		return 0;
	share_told();
	/* A reader that is gone shall be an error of write, and grandchildren whose
	 * creator is gone be reaped here. */
	if (sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL) < 0 ||
	    prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		app_fail(errno, "beginning");
	if (verb == ARGS_RUN)
		app->run(args.way->work);
	else if (verb == ARGS_PREPARE && app->prepare)
		app->prepare();
	else if (verb == ARGS_BEFORE && app->before)
		app->before();
	return 0;
}
