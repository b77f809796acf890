/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Things that outlive a process: named in the job, so that whoever survives removes them.
 */
#include <mqueue.h>
#include <signal.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

#include "run.h"

static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static struct job *kept; /* by hand: for the handler */
static pid_t keeper;

/* A cgroup is busy until those of our children that are in it have ended, as they soon
 * do.
 */
static void remove_folder(const char *path)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	for (int tries = 0; rmdir(path) < 0 && errno == EBUSY && tries < 1000; tries++)
		nanosleep(&pause, NULL);
}

static void remove_one(const struct job_leftover *l)
{
	switch (l->kind) {
	case JOB_FILE:
		unlink(l->path);
		break;
	case JOB_DIR:
		remove_folder(l->path);
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
		mq_unlink(l->path);
		break;
	}
}

/* Ends as the signal would have ended us. The last named goes first: a file before its
 * folder. Peers inherit this, but what they use is not theirs to remove. */
static void on_ending(int sig)
{
	for (int i = getpid() == keeper ? JOB_LEFTOVERS : 0; i-- > 0;)
		remove_one(&kept->leftover[i]);
	signal(sig, SIG_DFL);
	raise(sig);
}

/* The driver removes what we leave; by hand there is only us. */
static void catch_endings(struct job *job)
{
	const struct sigaction act = {.sa_handler = on_ending};
	struct sigaction old;

	if (kept)
		return;
	kept = job;
	keeper = getpid();
	for (unsigned i = 0; i < countof(endings); i++)
		if (sigaction(endings[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(endings[i], &act, NULL);
}

int bench_key(unsigned number)
{
	enum { OURS = 'l' << 24, PIDS = (1 << 22) - 1 };

	return OURS | (getpid() & PIDS) << 2 | (int)number;
}

int bench_keep(struct run *run, enum job_leftover_kind kind, int id, const char *path)
{
	if (run->by_hand)
		catch_endings(run->job);
	for (int i = 0; i < JOB_LEFTOVERS; i++) {
		struct job_leftover *l = &run->job->leftover[i];

		if (l->kind != JOB_NOTHING)
			continue;
		if (path && strlen(path) >= sizeof(l->path))
			return -ENAMETOOLONG;
		l->id = id;
		strcpy(l->path, path ? path : "");
		l->kind = kind;
		return i;
	}
	return -ENOSPC;
}

void bench_forget(struct run *run, int slot)
{
	run->job->leftover[slot].kind = JOB_NOTHING;
}
