/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals, tried: handlers, masks, pending ones, and the timer that sends them. */
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "../part_arch.h"
#include "probe.h"

enum { SIGNAL = SIGUSR1, SECONDS = 1000 };

static void handler(int sig)
{
	(void)sig;
}

static int by_default(struct trial *t)
{
	const struct sigaction act = {.sa_handler = SIG_DFL};

	return sigaction(SIGNAL, &act, NULL) < 0 ? trial_cannot(t, "sigaction") : 0;
}

static int set_handler(struct trial *t)
{
	const struct sigaction act = {.sa_handler = handler};

	return sigaction(SIGNAL, &act, NULL) < 0 ? trial_cannot(t, "sigaction") : 0;
}

static void look_at_handler(struct trial *t)
{
	struct sigaction act;

	if (sigaction(SIGNAL, NULL, &act) < 0) {
		trial_cannot(t, "sigaction");
		return;
	}
	bool set = act.sa_handler == handler;
	trial_say(t, set, "the creator %s SIGUSR1 after the task set a handler for it",
		  set ? "had a handler for" : "still had the default for");
}

static int block(struct trial *t)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGNAL);
	return sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? trial_cannot(t, "sigprocmask")
						      : 0;
}

static void look_at_mask(struct trial *t)
{
	sigset_t set;

	if (sigprocmask(SIG_SETMASK, NULL, &set) < 0) {
		trial_cannot(t, "sigprocmask");
		return;
	}
	bool blocked = sigismember(&set, SIGNAL);
	trial_say(t, blocked, "the creator had SIGUSR1 %s after the task blocked it",
		  blocked ? "blocked" : "unblocked");
}

static bool is_pending(void)
{
	sigset_t set;

	return sigpending(&set) == 0 && sigismember(&set, SIGNAL);
}

/* The task has the signal blocked, as its creator had before it. */
static int expect_pending(struct trial *t)
{
	return is_pending() ? 0
			    : trial_lacks(t, "the task's own signal did not reach it");
}

static int signal_process(struct trial *t)
{
	if (kill((pid_t)arch_call(SYS_getpid, 0, 0, 0, 0), SIGNAL) < 0)
		return trial_cannot(t, "kill");
	return expect_pending(t);
}

static int signal_task(struct trial *t)
{
	long pid = arch_call(SYS_getpid, 0, 0, 0, 0);
	long tid = arch_call(SYS_gettid, 0, 0, 0, 0);

	if (syscall(SYS_tgkill, pid, tid, SIGNAL) < 0)
		return trial_cannot(t, "tgkill");
	return expect_pending(t);
}

static void look_at_pending(struct trial *t)
{
	bool pending = is_pending();

	trial_say(t, pending,
		  "SIGUSR1 was %s for the creator after the task sent it to its own %s",
		  pending ? "pending" : "not pending",
		  t->probe->act == signal_task ? "thread ID" : "process ID");
}

static int set_timer(struct trial *t)
{
	const struct itimerval long_one = {.it_value = {.tv_sec = SECONDS}};

	return setitimer(ITIMER_REAL, &long_one, NULL) < 0 ? trial_cannot(t, "setitimer")
							   : 0;
}

static void look_at_timer(struct trial *t)
{
	struct itimerval left;

	if (getitimer(ITIMER_REAL, &left) < 0)
		trial_cannot(t, "getitimer");
	else
		trial_say(t, left.it_value.tv_sec > 0,
			  "the creator's timer had %ld s left after the task set it to "
			  "%d s",
			  (long)left.it_value.tv_sec, SECONDS);
}

const struct probe signal_probes[] = {
	{
		.id = "handler",
		.text = "the task's sigaction() sets the creator's handler",
		.prepare = by_default,
		.act = set_handler,
		.look = look_at_handler,
	},
	{
		.id = "mask",
		.text = "the task's sigprocmask() blocks for the creator",
		.note = "Handlers are shared, but which signals are blocked is each "
			"task's own, whatever it shares.",
		.act = block,
		.look = look_at_mask,
	},
	{
		.id = "pending-process",
		.text = "kill() of the task's PID is pending for the creator",
		.prepare = block,
		.act = signal_process,
		.look = look_at_pending,
	},
	{
		.id = "pending-thread",
		.text = "tgkill() of the task is pending for the creator",
		.prepare = block,
		.act = signal_task,
		.look = look_at_pending,
	},
	{
		.id = "timer",
		.text = "the task's setitimer() sets the creator's timer",
		.act = set_timer,
		.look = look_at_timer,
	},
	{0},
};
