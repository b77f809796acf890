/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a loop of so many instructions, run by the task itself, by a child that
 * is forked, or by a thread: to see whether counters count them, and whose. */
#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../benches/run.h"

enum { SELF, CHILD, THREAD };
static const struct choice tasks[] = {
	{"self", SELF}, {"child", CHILD}, {"thread", THREAD}, {0}};

static const struct param params[] = {
	{.name = "instructions",
	 .brief = "that the loop has, two each time round",
	 .def = "2000000",
	 .min = 2},
	{.name = "who",
	 .brief = "runs it",
	 .type = PARAM_CHOICE,
	 .def = "self",
	 .choices = tasks},
	{0},
};

/* In assembler, for the compiler would choose another length. */
static void spin(uint64_t instructions)
{
	uint64_t n = instructions / 2;

#if defined(__aarch64__)
	__asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(n) : : "cc");
#elif defined(__x86_64__)
	__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n) : : "cc");
#else
	while (n--)
		__asm__ volatile("" : "+r"(n));
#endif
}

static void *body(void *run)
{
	spin(bench_param(run, "instructions"));
	return NULL;
}

static int by_child(struct run *run)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		body(run);
		_exit(0);
	}
	if (pid < 0)
		return bench_fail(run, "fork", errno);
	return waitpid(pid, &status, 0) == pid && status == 0
		       ? 0
		       : bench_fail(run, "the child", errno);
}

static int by_thread(struct run *run)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, body, run);

	if (!err)
		err = pthread_join(thread, NULL);
	return err ? bench_fail(run, "pthread_create", err) : 0;
}

static int op(struct run *run, uint64_t n)
{
	int err = 0;

	for (uint64_t who = bench_param(run, "who"); n-- && !err;)
		if (who == SELF)
			body(run);
		else
			err = who == CHILD ? by_child(run) : by_thread(run);
	return err;
}

const struct bench bench = {
	.name = "loop",
	.brief = "a loop of known length",
	.family = "fake",
	.floor = "",
	.params = params,
	.op = op,
};
