/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Launching: ends, limits, families that hide, signals to stop, what is handed over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launch.h"
#include "util.h"

static struct outcome run(const char *script, double limit_s, int out_fd, int signal_fd)
{
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};
	const struct launch what = {.argv = argv,
				    .job_fd = -1,
				    .out_fd = out_fd,
				    .limit_s = limit_s,
				    .signal_fd = signal_fd};
	struct outcome out;

	assert_int_equal(launch(&what, &out), 0);
	/* Whatever happened, no child of ours is left, not even a zombie. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return out;
}

static void test_exit_status(void **state)
{
	(void)state;
	struct outcome out = run("exit 7", 10, -1, -1);
	assert_true(WIFEXITED(out.status));
	assert_int_equal(WEXITSTATUS(out.status), 7);
	assert_int_equal(out.strays, 0);
	assert_false(out.timed_out);
	out = run("kill -SEGV $$", 10, -1, -1);
	assert_true(WIFSIGNALED(out.status));
	assert_int_equal(WTERMSIG(out.status), SIGSEGV);
}

static void test_no_such_program(void **state)
{
	char *argv[] = {(char *)"/no/such/program", NULL};
	const struct launch what = {
		.argv = argv, .job_fd = -1, .out_fd = -1, .limit_s = 10, .signal_fd = -1};
	struct outcome out;

	(void)state;
	assert_int_equal(launch(&what, &out), 0);
	assert_int_equal(out.error, ENOENT);
}

static char *output_of(const char *script)
{
	int fd = memfd_create("out", MFD_CLOEXEC);
	char *path = xformat("/proc/self/fd/%d", fd), *text = NULL;

	run(script, 10, fd, -1);
	assert_int_equal(read_file(path, &text, NULL), 0);
	close(fd);
	free(path);
	return text;
}

static void test_what_is_handed_over(void **state)
{
	(void)state;
	setenv("LWP_TEST_SECRET", "x", 1);
	setenv("GLIBC_TUNABLES", "glibc.malloc.check=0", 1);
	char *text = output_of("env; echo error >&2");
	assert_null(strstr(text, "LWP_TEST_SECRET"));
	assert_non_null(strstr(text, "GLIBC_TUNABLES=glibc.malloc.check=0"));
	assert_non_null(strstr(text, "error"));
	free(text);
	unsetenv("GLIBC_TUNABLES");
	/* 0, 1, 2, and ls's own for the folder. */
	int leak = dup(0);
	text = output_of("ls /proc/self/fd");
	assert_string_equal(text, "0\n1\n2\n3\n");
	free(text);
	close(leak);
	signal(SIGHUP, SIG_IGN);
	text = output_of("grep -E '^Sig(Blk|Ign)' /proc/self/status");
	signal(SIGHUP, SIG_DFL);
	assert_string_equal(text,
			    "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
	free(text);
}

/* As a driver is started by a shell that says trap "" CHLD. */
static void test_ignored_sigchld(void **state)
{
	(void)state;
	signal(SIGCHLD, SIG_IGN);
	struct outcome out = run("exit 7", 10, -1, -1);
	assert_int_equal(WEXITSTATUS(out.status), 7);
	assert_false(out.timed_out);
}

/* Kills the keeper, which is the program's parent, from within the program. */
static void test_children_of_others_are_spared(void **state)
{
	char *argv[] = {(char *)"/bin/sh", (char *)"-c",
			(char *)"sleep 1000 & kill -KILL $PPID; sleep 1000", NULL};
	const struct launch what = {.argv = argv,
				    .job_fd = -1,
				    .out_fd = -1,
				    .limit_s = 100,
				    .signal_fd = -1};
	const struct timespec tick = {.tv_nsec = 50000000};
	struct outcome out;
	pid_t mine = fork();

	(void)state;
	if (mine == 0)
		for (;;)
			pause();
	assert_true(mine > 0);
	nanosleep(&tick, NULL); /* a child's age is told in ticks of the kernel */
	assert_int_equal(launch(&what, &out), -EPIPE);
	/* The program and its child are gone, the one that was there before is not. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
	kill(mine, SIGKILL);
	assert_int_equal(waitpid(-1, NULL, 0), mine);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_stopped(void **state)
{
	(void)state;
	struct outcome out = run("(sleep 0.2; kill -CONT $$) & kill -STOP $$; wait; "
				 "exit 7",
				 10, -1, -1);
	assert_int_equal(WEXITSTATUS(out.status), 7);
	assert_true(out.stopped);
	/* For good: the limit ends it. */
	out = run("kill -STOP $$", 0.3, -1, -1);
	assert_true(out.timed_out);
	assert_true(out.stopped);
	assert_false(run("exit 0", 10, -1, -1).stopped);
}

/* The keeper, which is the program's parent, is stopped for a while: as if the machine
 * was. */
static void test_gap(void **state)
{
	(void)state;
	struct outcome out =
		run("kill -STOP $PPID; sleep 2.2; kill -CONT $PPID; exit 7", 1.5, -1, -1);
	assert_true(gap_seen(&out.gap));
	/* What was lost does not count for the limit. */
	assert_false(out.timed_out);
	assert_int_equal(WEXITSTATUS(out.status), 7);
}

static void test_limit(void **state)
{
	struct timespec a, b;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &a);
	/* Deaf to SIGTERM, in another session, with a parent that has left. */
	struct outcome out =
		run("trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 1000' & "
		    "sleep 1000",
		    0.3, -1, -1);
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_true(out.timed_out);
	assert_true(b.tv_sec - a.tv_sec < 30);
}

static void test_strays(void **state)
{
	(void)state;
	struct outcome out =
		run("setsid sleep 1000 & sleep 1000 & sleep 0.1", 10, -1, -1);
	assert_int_equal(WEXITSTATUS(out.status), 0);
	assert_int_equal(out.strays, 2);
	out = run("true & wait", 10, -1, -1);
	assert_int_equal(out.strays, 0);
}

static void test_signal_to_stop(void **state)
{
	sigset_t set;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	raise(SIGUSR1);
	struct outcome out = run("sleep 1000", 1000, -1, fd);
	assert_int_equal(out.signal, SIGUSR1);
	assert_false(out.timed_out);
	close(fd);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_no_such_program),
		cmocka_unit_test(test_what_is_handed_over),
		cmocka_unit_test(test_ignored_sigchld),
		cmocka_unit_test(test_children_of_others_are_spared),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_strays),
		cmocka_unit_test(test_signal_to_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
