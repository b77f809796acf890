/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in shared memory, announced through a set of System V semaphores. */
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_talk.h"

static int set = -1, slot = -1;

static int open_set(struct run *run, uint64_t size)
{
	(void)size;
	slot = bench_keep(run, JOB_SEM, bench_key(0), NULL);
	if (slot < 0)
		return bench_fail(run, "noting the semaphores", -slot);
	set = semget(bench_key(0), 2, IPC_CREAT | IPC_EXCL | 0600);
	if (set >= 0)
		return 0;
	int err = bench_skip(run, "semget", errno);

	bench_forget(run, slot);
	return err;
}

static void remove_set(struct run *run)
{
	if (set < 0)
		return;
	if (semctl(set, 0, IPC_RMID) < 0)
		bench_fail(run, "semctl", errno);
	else
		bench_forget(run, slot);
}

static long add(unsigned semaphore, short what)
{
	struct sembuf change = {.sem_num = (unsigned short)semaphore, .sem_op = what};

	return arch_call(SYS_semop, set, (long)&change, 1, 0);
}

static long raise_it(unsigned to)
{
	return add(to, 1);
}

static long lower_it(unsigned self)
{
	return add(self, -1);
}

static int setup(struct run *run)
{
	static const struct talk sems = {
		.open = open_set, .wake = raise_it, .wait = lower_it};

	return talk_setup(run, &sems);
}

const struct bench bench = {
	.name = "msg_sysv_sem",
	.brief = "a message in shared memory and one back, announced by System V "
		 "semaphores: one way",
	.family = "message",
	.floor = "getpid",
	.parts = (const struct part *const[]){&task_part, &talk_part, NULL},
	.setup = setup,
	.op = talk_op,
	.reset = talk_reset,
	.teardown = remove_set,
};
