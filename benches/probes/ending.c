/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ends, tried: who waits for whom, what is undone when, and who takes whom along. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../part_arch.h"
#include "../part_text.h"
#include "probe.h"
#include "wait.h"

/* ---- who waits */

/* Whether the creator is in an uninterruptible sleep, as whoever waits for vfork is. */
static bool sleeps_deeply(const struct trial *t)
{
	char path[64], text[512];
	const char *name;

	char *end = text_put(path, "/proc/");
	text_put(text_put_uint(end, (uint64_t)t->stage->creator), "/stat");
	if (text_read(path, text, sizeof(text)) < 0)
		return false;
	name = strrchr(text, ')');
	return name && strncmp(name, ") D", 3) == 0;
}

/* The task leaves once its creator runs on, or sleeps as if it did not mean to. */
static int watch_creator(struct trial *t)
{
	enum { PATIENCE = 20, MOST = 2000 }; /* ms */
	uint32_t *made = &t->stage->made;
	unsigned asleep = 0;

	for (unsigned ms = 0; ms < MOST && asleep < PATIENCE; ms++) {
		if (__atomic_load_n(made, __ATOMIC_ACQUIRE))
			break;
		asleep = sleeps_deeply(t) ? asleep + 1 : 0;
		wait_ms(1);
	}
	t->stage->seen[0] = __atomic_load_n(made, __ATOMIC_ACQUIRE);
	return 0;
}

static void look_who_waited(struct trial *t)
{
	if (t->stage->seen[0])
		trial_say(t, false, "the creator ran on while the task was there");
	else
		trial_say(t, true, "the creator slept until the task had left");
}

/* ---- how it is told */

static void look_at_wait(struct trial *t)
{
	const struct task_end *end = &t->end;

	if (end->plain == 0)
		trial_say(t, true, "wait4() gave the task's status, %d",
			  WEXITSTATUS(end->status));
	else if (end->all == 0)
		trial_say(t, false, "wait4() said: %s; with __WALL it gave the status",
			  strerror(end->plain));
	else
		trial_say(t, false, "wait4() said: %s; and with __WALL: %s",
			  strerror(end->plain), strerror(end->all));
}

static int hold_back_sigchld(struct trial *t)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	return sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? trial_cannot(t, "sigprocmask")
						      : 0;
}

static void look_at_sigchld(struct trial *t)
{
	sigset_t set;

	if (sigpending(&set) < 0) {
		trial_cannot(t, "sigpending");
		return;
	}
	bool sent = sigismember(&set, SIGCHLD);
	trial_say(t, sent, "SIGCHLD was %s for the creator after the task's end",
		  sent ? "pending" : "not pending");
}

/* ---- what is undone */

static int semaphore;

static int make_semaphore(struct trial *t)
{
	semaphore = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	if (semaphore < 0)
		return trial_cannot(t, "semget");
	trial_keep(t, semaphore);
	return 0;
}

static int raise_semaphore(struct trial *t)
{
	struct sembuf up = {.sem_op = 1, .sem_flg = SEM_UNDO};

	if (semop(semaphore, &up, 1) == 0)
		return 0;
	if (errno == EINVAL || errno == EIDRM)
		return trial_lacks(t, "the creator's semaphore is not in the task's IPC "
				      "namespace");
	return trial_cannot(t, "semop");
}

static void look_at_semaphore(struct trial *t)
{
	int value = semctl(semaphore, 0, GETVAL);

	if (value < 0)
		trial_cannot(t, "semctl");
	else
		trial_say(t, value == 1,
			  "the semaphore, raised from 0 to 1 with SEM_UNDO, was %d after "
			  "the task's end",
			  value);
}

static void look_at_rest(struct trial *t, int status)
{
	size_t len = strlen(t->stage->text);
	int value = semctl(t->leftover->id, 0, GETVAL);

	if (WIFEXITED(status) && value >= 0 && t->leftover->kind == JOB_SEM &&
	    (t->stage->answer == ANSWER_YES || t->stage->answer == ANSWER_NO))
		snprintf(t->stage->text + len, PROBE_TEXT - len,
			 ", and %d after the creator's", value);
}

/* ---- who goes along */

static int exit_alone(struct trial *t)
{
	trial_acted(t);
	arch_call(SYS_exit, PROBE_STATUS, 0, 0, 0);
	return 0;
}

static int exit_group(struct trial *t)
{
	trial_acted(t);
	arch_call(SYS_exit_group, PROBE_STATUS, 0, 0, 0);
	return 0;
}

static int become_another(struct trial *t)
{
	static char *const argv[] = {(char *)"sharing", (char *)"--leave", NULL};
	static char *const env[] = {NULL};

	trial_acted(t);
	execve("/proc/self/exe", argv, env);
	return trial_cannot(t, "execve");
}

static int await_killer(struct trial *t)
{
	if (trial_introduce(t) < 0)
		return -1;
	trial_acted(t);
	wait_change(&t->stage->leave, 0);
	return 0;
}

static const char *way_to_end(const struct trial *t)
{
	if (t->probe->kills)
		return "was killed";
	if (t->probe->act == become_another)
		return "became another program";
	return t->probe->act == exit_alone ? "called exit(2)" : "called exit_group()";
}

/* A thread has no status that anybody could ask for. */
static bool ended_so(const struct trial *t)
{
	int status = t->end.status;

	if (t->kind->flags & CLONE_THREAD)
		return true;
	if (t->probe->kills)
		return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	return WIFEXITED(status) && WEXITSTATUS(status) == PROBE_STATUS;
}

static void tell_survival(struct trial *t)
{
	if (!ended_so(t))
		trial_lacks(t, "the task came to another end");
	else
		trial_say(t, false, "the creator went on after the task %s",
			  way_to_end(t));
}

/* The creator did not come as far as to say something itself. */
static void look_at_death(struct trial *t, int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && t->probe->kills)
		trial_say(t, true, "the creator was gone, too, after the task %s",
			  way_to_end(t));
	else if (WIFEXITED(status) && WEXITSTATUS(status) == PROBE_STATUS)
		trial_say(t, true,
			  "the creator ended with the task's status, %d, as it %s",
			  PROBE_STATUS, way_to_end(t));
}

const struct probe ending_probes[] = {
	{
		.id = "stands-still",
		.text = "the creator stands still until the task ends",
		.act = watch_creator,
		.look = look_who_waited,
	},
	{
		.id = "wait",
		.text = "the creator reaps the task with wait4()",
		.after = look_at_wait,
	},
	{
		.id = "sigchld",
		.text = "the task's end sends the creator SIGCHLD",
		.prepare = hold_back_sigchld,
		.after = look_at_sigchld,
	},
	{
		.id = "undo",
		.text = "the task's SEM_UNDO waits for the creator's end",
		.note = "SEM_UNDO undoes once the last task ends that shares the list of "
			"what to undo, by SYSVSEM.",
		.prepare = make_semaphore,
		.act = raise_semaphore,
		.after = look_at_semaphore,
		.judge = look_at_rest,
	},
	{
		.id = "exit",
		.text = "the task's exit(2) ends the creator",
		.act = exit_alone,
		.after = tell_survival,
		.judge = look_at_death,
	},
	{
		.id = "exit-group",
		.text = "the task's exit_group(2) ends the creator",
		.note = "_exit() is exit_group(2): it ends all threads of a process, as "
			"execve() and a fatal signal do, but no task that only shares "
			"memory.",
		.act = exit_group,
		.after = tell_survival,
		.judge = look_at_death,
	},
	{
		.id = "exec",
		.text = "the task's execve() ends the creator",
		.act = become_another,
		.after = tell_survival,
		.judge = look_at_death,
	},
	{
		.id = "kill",
		.text = "a SIGKILL for the task ends the creator",
		.act = await_killer,
		.after = tell_survival,
		.judge = look_at_death,
		.kills = true,
	},
	{0},
};
