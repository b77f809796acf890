/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A System V semaphore as a lock: each step is a system call, waited for or not. */
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_lock.h"

enum { NONE = -1 };

static int id = NONE, kept = NONE;
static short flags; /* SEM_UNDO or 0 */

static long change(short by)
{
	struct sembuf op = {.sem_op = by, .sem_flg = flags};

	return arch_call(SYS_semtimedop, id, (long)&op, 1, 0);
}

static long acquire(unsigned self)
{
	(void)self;
	return change(-1);
}

static long release(unsigned self)
{
	(void)self;
	return change(1);
}

static long work(struct lock_work *w)
{
	return lock_compete(w, acquire, release);
}

static int setup(struct run *run)
{
	static const struct lock how = {.work = work};

	flags = (short)bench_param(run, "undo");
	kept = bench_keep(run, JOB_SEM, bench_key(0), NULL);
	if (kept < 0)
		return bench_fail(run, "noting the semaphore", -kept);
	id = semget(bench_key(0), 1, IPC_CREAT | IPC_EXCL | 0600);
	if (id < 0) {
		int err = errno == ENOSYS
				  ? bench_skip(run, "semget: not in this kernel", errno)
				  : bench_fail(run, "semget; see ipcs -ls", errno);

		bench_forget(run, kept);
		return err;
	}
	if (semctl(id, 0, SETVAL, 1) < 0)
		return bench_fail(run, "semctl", errno);
	return lock_setup(run, &how);
}

static void teardown(struct run *run)
{
	if (id < 0)
		return;
	if (semctl(id, 0, IPC_RMID) < 0)
		bench_fail(run, "semctl", errno);
	else
		bench_forget(run, kept);
}

static const struct param params[] = {
	{.name = "undo",
	 .brief = "whether the kernel gives back what a task held when it dies",
	 .type = PARAM_CHOICE,
	 .def = "no",
	 .choices = (const struct choice[]){{"no", 0}, {"yes", SEM_UNDO}, {0}}},
	{0},
};

const struct bench bench = {
	.name = "lock_sysv_sem",
	.brief = "semop by -1 and by 1 of a System V semaphore of 1 as a lock",
	.family = "lock",
	.floor = "getpid",
	.base = "lock_sysv_sem" LOCK_BASE "/undo/hold/pause",
	.params = params,
	.gauges = counts_gauges,
	.parts = (const struct part *const[]){&task_part, &task_crew_part, &lock_part,
					      &lock_section_part, NULL},
	.setup = setup,
	.op = lock_op,
	.reset = lock_reset,
	.teardown = teardown,
};
