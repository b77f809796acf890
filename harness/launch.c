/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A keeper between driver and program: it adopts every orphan, and kills all when either
 * side ends. */
#include "launch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

/* Environment that changes what the measured program is; the rest would only move its
 * stack. */
static const char *const passed_on[] = {
	"PATH",       "TMPDIR",      "GLIBC_TUNABLES",   "LD_LIBRARY_PATH",
	"LD_PRELOAD", "LD_BIND_NOW", "MALLOC_ARENA_MAX",
};

static struct timespec as_timespec(double s)
{
	const double year =
		365 * 24 * 3600; /* more would not fit, and nobody waits that long */

	s = s < 0 ? 0 : s < year ? s : year;
	return (struct timespec){.tv_sec = (time_t)s,
				 .tv_nsec = (long)((s - (double)(time_t)s) * 1e9)};
}

/* In the child: what kept it from becoming the program. */
_Noreturn static void give_up(int fault)
{
	int err = errno;

	_exit(write(fault, &err, sizeof(err)) < 0 ? 126 : 127);
}

/* In the child: becomes the program; an exec that fails is told through `fault`. */
_Noreturn static void become(const struct launch *what, pid_t keeper, int fault)
{
	static const char
		by_default[64]; /* a kernel's struct sigaction of zeros: SIG_DFL */
	char *env[countof(passed_on) + 2];
	size_t n = 0;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != keeper)
		_exit(127);
	setpgid(0, 0);
	for (size_t i = 0; i < countof(passed_on); i++) {
		const char *value = getenv(passed_on[i]);

		if (value)
			env[n++] = xformat("%s=%s", passed_on[i], value);
	}
	if (what->variable)
		env[n++] = xstrdup(what->variable);
	env[n] = NULL;

	int null = open("/dev/null", O_RDWR);
	int out = what->out_fd >= 0 ? what->out_fd : null;
	/* Out of the way of the low numbers first: any of them may be one of these. Not
	 * far, for RLIMIT_NOFILE may be small. */
	enum { ABOVE = LAUNCH_JOB_FD + 1 };
	int told = fault;
	int job = what->job_fd >= 0 ? fcntl(what->job_fd, F_DUPFD, ABOVE) : -1;
	fault = fcntl(told, F_DUPFD_CLOEXEC, ABOVE);
	if (fault < 0)
		give_up(told);
	out = fcntl(out, F_DUPFD_CLOEXEC, ABOVE);
	if (out < 0 || null < 0 || (what->job_fd >= 0 && job < 0) || dup2(null, 0) < 0 ||
	    dup2(out, 1) < 0 || dup2(out, 2) < 0 ||
	    (job >= 0 && dup2(job, LAUNCH_JOB_FD) < 0))
		give_up(fault);
	close_range(job >= 0 ? LAUNCH_JOB_FD + 1 : LAUNCH_JOB_FD, (unsigned)fault - 1, 0);
	close_range((unsigned)fault + 1, ~0u, 0);

	/* Not by signal(3): libc keeps two for itself, which whoever started us may
	 * ignore. */
	for (int s = 1; s < NSIG; s++)
		syscall(SYS_rt_sigaction, s, by_default, NULL, NSIG / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvpe(what->argv[0], what->argv, env);
	give_up(fault);
}

/* Field number `n` of /proc/PID/stat, proc_pid_stat(5), from 4 (the parent) on; `text` is
 * cut up. */
static unsigned long long stat_field(char *text, int n)
{
	/* "PID (NAME) STATE PPID ...": the name may hold anything, also spaces and ')'.
	 */
	char *at = strrchr(text, ')');

	for (int i = 2; at && i < n; i++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at ? strtoull(at, NULL, 10) : 0;
}

/* Kills the process if it is a child of ours that was born at `since` or later; whether
 * it is. */
static bool kill_if_child(const char *pid, unsigned long long since)
{
	enum { PARENT = 4, START = 22 };
	char *path = xformat("/proc/%s/stat", pid), *text = NULL;
	bool ours = false;

	if (read_file(path, &text, NULL) == 0)
		ours = stat_field(text, PARENT) == (unsigned long long)getpid() &&
		       stat_field(text, START) >= since;
	if (ours)
		kill((pid_t)strtol(pid, NULL, 10), SIGKILL);
	free(text);
	free(path);
	return ours;
}

/* Kills every child of ours born since then, and says how many there were; their own
 * children then become ours. */
static unsigned kill_children(unsigned long long since)
{
	DIR *proc = opendir("/proc");
	const struct dirent *e;
	unsigned n = 0;

	if (!proc)
		return 0;
	while ((e = readdir(proc)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			n += kill_if_child(e->d_name, since);
	closedir(proc);
	return n;
}

/* This moment in the unit of a process's start, ticks since boot. */
static unsigned long long ticks_now(void)
{
	struct timespec t;
	unsigned long long hz = (unsigned long long)sysconf(_SC_CLK_TCK);

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (unsigned long long)t.tv_sec * hz +
	       (unsigned long long)t.tv_nsec * hz / 1000000000u;
}

/* Reaps what has ended; true while there are children left. */
static bool reap(pid_t program, struct outcome *out, bool *ended)
{
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, WNOHANG | WUNTRACED | __WALL);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid <= 0)
			return pid == 0;
		if (WIFSTOPPED(status)) {
			out->stopped |= !*ended;
			continue;
		}
		if (pid == program) {
			out->status = status;
			*ended = true;
		} else if (*ended && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
			out->strays++; /* by us: the program had left it running */
		}
	}
}

/* Gives what the program left running the time to end by itself. */
static void wait_for_rest(pid_t program, double grace_s, struct outcome *out, bool *ended)
{
	double deadline = clock_seconds() + grace_s;
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		double left = deadline - clock_seconds();
		struct timespec t = as_timespec(left);

		if (left <= 0 || !reap(program, out, ended))
			return;
		sigtimedwait(&child, NULL, &t);
	}
}

/* Ends all children born since then, and what they leave to us. */
static void kill_family(pid_t program, struct outcome *out, bool ended,
			unsigned long long since)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (!ended)
		kill(-program, SIGKILL);
	while (reap(program, out, &ended) && kill_children(since))
		sigtimedwait(&child, NULL, &pause);
}

static void remove_leftover(const struct job_leftover *l)
{
	char path[sizeof(l->path)];

	/* The dead program may have been writing it: take a copy that surely ends. */
	memcpy(path, l->path, sizeof(path));
	path[sizeof(path) - 1] = 0;
	switch (l->kind) {
	case JOB_FILE:
		unlink(path);
		break;
	case JOB_DIR:
		rmdir(path);
		break;
	case JOB_SHM:
		shmctl(l->id, IPC_RMID, NULL);
		break;
	case JOB_MSG:
		msgctl(msgget(l->id, 0), IPC_RMID, NULL);
		break;
	case JOB_SEM:
		semctl(semget(l->id, 0, 0), 0, IPC_RMID);
		break;
	case JOB_MQ:
		mq_unlink(path);
		break;
	default:
		break;
	}
}

static void remove_leftovers(const struct job *job)
{
	for (int i = 0; job && i < JOB_LEFTOVERS; i++)
		remove_leftover(&job->leftover[i]);
}

/* Waits for the program's end, the limit, or the word to stop. It looks at the clocks so
 * often that it knows if there was a time when it could not. */
static void watch(pid_t program, double limit_s, const struct gap_moment *began,
		  struct outcome *out, bool *ended)
{
	const double beat_s = 1;
	struct gap_moment last = *began, now;
	sigset_t wait_for;

	sigemptyset(&wait_for);
	sigaddset(&wait_for, SIGCHLD);
	sigaddset(&wait_for, SIGTERM);
	for (double left_s = limit_s; !*ended; last = now) {
		double nap_s = left_s < beat_s ? left_s : beat_s;
		struct timespec t = as_timespec(nap_s);
		int s = sigtimedwait(&wait_for, NULL, &t);

		double stalled_s = out->gap.stalled_s;
		gap_now(&now);
		gap_between(&last, &now, nap_s, &out->gap);
		left_s -= now.monotonic_s - last.monotonic_s -
			  (out->gap.stalled_s - stalled_s);
		reap(program, out, ended);
		if (*ended)
			return;
		if (s == SIGTERM) {
			out->signal = SIGTERM;
			return;
		}
		if (left_s <= 0) {
			out->timed_out = true;
			return;
		}
	}
}

_Noreturn static void keep(const struct launch *what, pid_t driver, int report,
			   const struct gap_moment *began)
{
	struct outcome out = {0};
	int fault[2];
	bool ended = false;

	signal(SIGPIPE, SIG_IGN);
	setpgid(0, 0); /* out of reach of the terminal's Ctrl-C, which is the driver's to
			  handle */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != driver)
		_exit(1);
	if (pipe2(fault, O_CLOEXEC) < 0) {
		out.error = errno;
		_exit(write(report, &out, sizeof(out)) != sizeof(out));
	}
	pid_t me = getpid();
	pid_t program = fork();
	if (program == 0)
		become(what, me, fault[1]);
	if (program < 0) {
		out.error = errno;
	} else {
		setpgid(program, program);
		close(fault[1]);
		watch(program, what->limit_s, began, &out, &ended);
		if (ended && what->grace_s > 0)
			wait_for_rest(program, what->grace_s, &out, &ended);
		kill_family(program, &out, ended, 0);
		/* Not before: who is stopped before its exec would have us wait. */
		if (read(fault[0], &out.error, sizeof(out.error)) < 0)
			out.error = errno;
	}
	remove_leftovers(what->job);
	if (write(report, &out, sizeof(out)) != sizeof(out))
		_exit(1);
	_exit(0);
}

/* Passes a signal to stop on to the keeper, who then ends everything; returns it, or 0.
 */
static int pass_signal(int signal_fd, pid_t keeper)
{
	struct signalfd_siginfo si;

	if (read(signal_fd, &si, sizeof(si)) != sizeof(si))
		return 0;
	kill(keeper, SIGTERM);
	kill(keeper, SIGCONT); /* should it be stopped */
	return (int)si.ssi_signo;
}

/* Reads the keeper's report; 0 or -errno. */
static int await(const struct launch *what, pid_t keeper, int report, struct outcome *out)
{
	struct pollfd fds[2] = {{.fd = report, .events = POLLIN},
				{.fd = what->signal_fd, .events = POLLIN}};
	const double late_s = what->limit_s + what->grace_s + 5;
	int stopped = 0;

	for (;;) {
		int late_ms = late_s < INT_MAX / 1000 ? (int)(late_s * 1000) : INT_MAX;
		int n = poll(fds, 2, late_ms);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n <= 0) {
			/* It keeps the limit, but for when somebody has stopped it. */
			kill(keeper, SIGCONT);
			continue;
		}
		if (fds[1].revents & POLLIN) {
			stopped = pass_signal(what->signal_fd, keeper);
			fds[1].fd = -1;
		}
		if (fds[0].revents)
			break;
	}
	ssize_t got = read(report, out, sizeof(*out));
	if (stopped)
		out->signal = stopped;
	return got == sizeof(*out) ? 0 : -EPIPE;
}

int launch(const struct launch *what, struct outcome *out)
{
	int report[2];
	pid_t driver = getpid();
	unsigned long long since = ticks_now();
	struct gap_moment began;
	sigset_t block, before;

	*out = (struct outcome){0};
	if (pipe2(report, O_CLOEXEC) < 0)
		return -errno;
	/* Whoever kills the keeper must not free its family: they fall to us, and we end
	 * them. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fflush(NULL);
	/* Who ignores SIGCHLD, as a shell may have made us, is not told how children end.
	 */
	signal(SIGCHLD, SIG_DFL);
	/* Before there is a keeper, so that neither signal can reach it unprepared. */
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &before);
	gap_now(&began);
	pid_t keeper = fork();
	if (keeper == 0) {
		close(report[0]);
		keep(what, driver, report[1], &began);
	}
	int err = keeper < 0 ? -errno : 0;
	close(report[1]);
	if (!err) {
		struct outcome last = {0};

		err = await(what, keeper, report[0], out);
		/* With its report given, the keeper has ended all and ends by itself.
		 * Else its family is ours now; children that we had before are not of it.
		 */
		if (err || waitpid(keeper, NULL, 0) != keeper)
			kill_family(keeper, &last, false, since);
		if (err)
			remove_leftovers(what->job);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(report[0]);
	return err;
}

char *launch_words(int out_fd)
{
	char *path = xformat("/proc/self/fd/%d", out_fd), *text = NULL, *words = NULL;

	if (read_file(path, &text, NULL) == 0) {
		size_t len = strlen(text);

		while (len && text[len - 1] == '\n')
			text[--len] = 0;
		const char *line = strrchr(text, '\n') ? strrchr(text, '\n') + 1 : text;
		words = *line ? xformat(": %.160s", line) : xstrdup("");
	}
	free(text);
	free(path);
	return words ? words : xstrdup("");
}
