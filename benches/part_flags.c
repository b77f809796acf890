/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameter flags= of clone and clone3, and a task made with them. */
#include <linux/futex.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_cgroup.h"
#include "part_drain.h"
#include "part_flags.h"
#include "part_legal.h"
#include "part_life.h"
#include "part_text.h"

#define NEEDS_ADMIN                                                                \
	(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | \
	 CLONE_NEWCGROUP | CLONE_NEWTIME)

static uint64_t flags;
static int cgroup;
static char *stacks;
static struct flags_task tasks[LIFE_BURST];
static bool proved;  /* that tasks are where they should be: by those of a sample */
static int resident; /* life_count_threads() before the first task */

uint64_t flags_value(void)
{
	return flags;
}

int flags_signal(void)
{
	return flags & CLONE_THREAD ? 0 : SIGCHLD;
}

int flags_cgroup(void)
{
	return cgroup;
}

struct flags_task *flags_ready(unsigned slot)
{
	struct flags_task *task = &tasks[slot];

	/* Only what a join will look at: after a fork each write costs a copy of its
	 * page. */
	if (flags & CLONE_THREAD) {
		task->child_tid = 1;
		task->ran = 0;
	}
	return task;
}

/* In a task: LIFE_STATUS, or it is not where it should be, which is then noted. */
static uint32_t prove(struct run *run)
{
	int err = drain_prove(run, flags);

	if (!err && flags & CLONE_INTO_CGROUP)
		err = cgroup_prove(run);
	return err ? 1 : LIFE_STATUS;
}

void flags_leave(struct flags_task *task, uint32_t status)
{
	if (flags & CLONE_THREAD)
		task->ran = status;
	life_stamp(task->run, "exit");
	/* Not _exit(), which would end the whole process if this is a thread. */
	for (;;)
		syscall(SYS_exit, status);
}

/* May share its creator's TLS: only raw system calls here, and none that fails. */
void flags_child(void *arg)
{
	struct flags_task *task = arg;

	life_stamp(task->run, "child");
	flags_leave(task, proved ? LIFE_STATUS : prove(task->run));
}

/* The kernel clears the word once the thread no longer uses its stack. */
static int join_thread(struct run *run, struct flags_task *task)
{
	uint32_t tid;

	while ((tid = __atomic_load_n(&task->child_tid, __ATOMIC_ACQUIRE)))
		if (syscall(SYS_futex, &task->child_tid, FUTEX_WAIT, tid, NULL, NULL, 0) <
			    0 &&
		    errno != EAGAIN && errno != EINTR)
			return bench_fail(run, "futex", errno);
	if (task->ran != LIFE_STATUS)
		return bench_fail(run, "the thread did not run to its end", 0);
	return 0;
}

int flags_join(struct run *run, unsigned slot, pid_t pid)
{
	struct flags_task *task = &tasks[slot];
	int err =
		flags & CLONE_THREAD ? join_thread(run, task) : life_reap(run, slot, pid);

	if (flags & CLONE_PIDFD && close(task->pidfd) < 0 && !err)
		err = bench_fail(run, "close of the pidfd", errno);
	return err;
}

/* The first flag in the set that the user has no right to. */
static const char *forbidden(void)
{
	uint64_t wants = flags & CLONE_NEWUSER ? CLONE_NEWUSER : NEEDS_ADMIN;

	for (const struct choice *c = legal_flags; c->name; c++)
		if (flags & c->value & wants)
			return c->name;
	return NULL;
}

int flags_refused(struct run *run, const char *call, int err)
{
	const char *name = forbidden();
	char what[JOB_TEXT];

	if (name && (err == EPERM || err == EACCES || err == ENOSPC || err == EUSERS)) {
		/* Which of several kinds is used up, the kernel does not say. */
		if (err == ENOSPC || err == EUSERS)
			return bench_skip(
				run, "flags: more namespaces than /proc/sys/user allows",
				err);
		char *end = text_put(text_put(what, "flags: "), name);

		if (flags & CLONE_NEWUSER)
			text_put(end, ": this user may not make user namespaces");
		else
			text_put(end, " needs CAP_SYS_ADMIN");
		return bench_skip(run, what, err);
	}
	if (flags & CLONE_INTO_CGROUP &&
	    (err == EACCES || err == EBUSY || err == EOPNOTSUPP))
		return bench_skip(run, "flags: INTO_CGROUP: a cgroup below our own", err);
	if (err == EINVAL || err == ENOSYS)
		return bench_skip(
			run, "flags: this kernel or sandbox does not know the set", err);
	return bench_fail(run, call, err);
}

int flags_reset(struct run *run)
{
	int err = flags & CLONE_THREAD ? life_await_threads(run, resident) : 0;

	proved = true;
	return err ? err : drain_wait(run);
}

int flags_check(struct run *run, const char *param, uint64_t set)
{
	const char *rule = legal_broken(set);
	char what[JOB_TEXT];

	if (!rule && set & CLONE_PARENT)
		rule = "PARENT would make the child our parent's, who does not reap it";
	if (!rule)
		return 0;
	text_put(text_put(text_put(what, param), ": "), rule);
	return bench_fail(run, what, 0);
}

static int check(struct run *run)
{
	return flags_check(run, "flags", bench_param(run, "flags"));
}

static int setup(struct run *run)
{
	flags = bench_param(run, "flags");
	proved = !(flags & (NEEDS_ADMIN | CLONE_NEWUSER | CLONE_INTO_CGROUP));
	if (flags & CLONE_THREAD)
		flags |= CLONE_CHILD_CLEARTID;
	if (flags & CLONE_SETTLS && !arch_thread_pointer())
		return bench_skip(
			run, "flags: SETTLS is not written for this architecture", 0);
	stacks = mmap(NULL, bench_param(run, "burst") * FLAGS_STACK,
		      PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1,
		      0);
	if (stacks == MAP_FAILED)
		return bench_fail(run, "stacks: mmap", errno);
	for (uint64_t slot = 0; slot < bench_param(run, "burst"); slot++)
		tasks[slot] = (struct flags_task){
			.run = run,
			.stack_top = stacks + (slot + 1) * FLAGS_STACK,
		};
	resident = life_count_threads(run);
	if (resident < 0)
		return resident;
	int err = flags & CLONE_INTO_CGROUP ? cgroup_make(run, &cgroup) : 0;
	if (err)
		return err;
	err = drain_begin(flags);
	return err ? flags_refused(run, "a first one of its namespaces", -err) : 0;
}

static void teardown(struct run *run)
{
	cgroup_remove(run);
}

static const char brief[] = "what the task shares or has of its own, joined by +; THREAD "
			    "gets CHILD_CLEARTID too";

static const struct param clone_params[] = {
	{.name = "flags",
	 .brief = brief,
	 .type = PARAM_SET,
	 .def = "none",
	 .choices = legal_flags + LEGAL_CLONE3_ONLY},
	{0},
};

static const struct param clone3_params[] = {
	{.name = "flags",
	 .brief = brief,
	 .type = PARAM_SET,
	 .def = "none",
	 .choices = legal_flags},
	{0},
};

const struct part flags_clone_part = {
	.params = clone_params, .check = check, .setup = setup, .teardown = teardown};
const struct part flags_clone3_part = {
	.params = clone3_params, .check = check, .setup = setup, .teardown = teardown};
