/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the call that wakes a task on another CPU until it runs there. */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_spin.h"
#include "part_task.h"
#include "part_text.h"

enum {
	START = 8,
	PART = 10
}; /* wake-ups that need not have been: so many, one in so many */

/* Each on a line of its own. */
static struct {
	uint32_t bed __attribute__((aligned(64)));   /* what the sleeper sleeps on */
	uint32_t awake __attribute__((aligned(64))); /* how often it has been woken */
} * room;
static uint32_t woken;   /* as the waker has it, after the last sample */
static uint64_t claimed; /* the same */
static struct task_switches before;

static void sleeper(unsigned self)
{
	task_ready(self);
	for (;;) {
		long ret = arch_call(SYS_futex, (long)&room->bed, FUTEX_WAIT, 0, 0);

		if (ret == 0) {
			__atomic_store_n(&room->awake, room->awake + 1, __ATOMIC_RELEASE);
		} else if (ret != -EINTR) {
			task_fail(self, "futex", (int)-ret);
			return;
		} else if (task_told()) {
			return;
		}
	}
}

/* Until there was somebody to wake. */
static int wake(struct run *run)
{
	int err = 0;

	while (!err) {
		long ret = arch_call(SYS_futex, (long)&room->bed, FUTEX_WAKE, 1, 0);

		if (ret == 1)
			return 0;
		if (ret < 0)
			err = bench_fail(run, "futex", (int)-ret);
		else if (task_told())
			err = task_alive(run);
	}
	return err;
}

/*
 * The sleeper needs time to fall asleep again, more than it takes to say that it will. It
 * gets as much as the wake-up took: half of an op is the wake-up, half the rest, and the
 * op counts as two.
 */
static int wake_and_rest(struct run *run, uint32_t number)
{
	uint64_t start = bench_now();
	int err = wake(run);

	if (!err)
		err = spin_alive_until(run, &room->awake, number);
	uint64_t end = bench_now(), until = end + (end - start);
	while (!err && bench_now() < until)
		;
	return err;
}

static int op(struct run *run, uint64_t n)
{
	uint32_t number = woken;
	int err = 0;

	claimed += n;
	while (n-- && !err)
		err = wake_and_rest(run, ++number);
	woken = number;
	return err;
}

/* Proof that it slept: each time it went to sleep is a voluntary switch of its own. */
static int reset(struct run *run)
{
	struct task_switches now;
	char what[JOB_TEXT];
	int err = task_switches(run, &now);

	uint64_t slept = now.voluntary - before.voluntary;
	if (err || slept + START + claimed / PART >= claimed)
		return err;
	char *end = text_put_uint(text_put(what, "of "), claimed);
	end = text_put_uint(text_put(end, " wake-ups the kernel counted only "), slept);
	text_put(end, " of a task that slept");
	return bench_fail(run, what, 0);
}

static int check(struct run *run)
{
	if (bench_one_cpu(run))
		return bench_fail(
			run,
			"place: who is woken must run while the other spins; use "
			"place=core, or switch_futex for one CPU",
			0);
	return 0;
}

static int setup(struct run *run)
{
	bench_scale(run, 2);
	room = task_share(sizeof(*room));
	int err = room ? task_start(run, sleeper) : bench_fail(run, "mmap", errno);
	return err ? err : task_switches(run, &before);
}

const struct bench bench = {
	.name = "wakeup",
	.brief = "a futex wakes a task that sleeps on another CPU, until it runs; after "
		 "each a rest as long, which counts as an op, too",
	.family = "floor",
	.floor = "getpid",
	.place = "core",
	.parts = (const struct part *const[]){&task_part, NULL},
	.check = check,
	.setup = setup,
	.op = op,
	.reset = reset,
};
