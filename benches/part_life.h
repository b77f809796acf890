/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a task, from its creation to its reaping: the loop and the checks. */
#ifndef LWP_PART_LIFE_H
#define LWP_PART_LIFE_H

#include <sys/types.h>

#include "bench.h"

enum {
	LIFE_STATUS = 42, /* how every child leaves: no accident ends so */
	LIFE_BURST = 1024,
};

/* One kind of task. A slot numbers the tasks of a burst from 0. */
struct life {
	/* Its pid, or what bench_fail returns. */
	int (*create)(struct run *run, unsigned slot);
	/* Waits for it and checks how it ended. */
	int (*join)(struct run *run, unsigned slot, pid_t pid);
};

/* The parameter burst=. */
extern const struct part life_part;
/* Phases of a task that runs nothing: return, child, exit, reaped. */
extern const char *const life_phases[];

/* Does n times: create a burst of tasks, then join them all. */
int life_repeat(struct run *run, const struct life *life, uint64_t n);
/* A join for child processes: waits for one and checks how it ended. */
int life_reap(struct run *run, unsigned slot, pid_t pid);
/* 0 if a wait status is LIFE_STATUS, else notes what went wrong. */
int life_check(struct run *run, int status);
/* Stamps the phase of that name, if the benchmark has it; a burst's last task wins. */
void life_stamp(struct run *run, const char *phase);
/* The same with a clock value and CPU that another program took. */
void life_stamp_at(struct run *run, const char *phase, uint64_t now, uint32_t cpu);
/* How many threads this process has, plus a constant; or what bench_fail returns. */
int life_count_threads(struct run *run);
/* Waits until no more than so many are left: one that is joined may still be leaving. */
int life_await_threads(struct run *run, int resident);
/* All that a child process does: it stamps child and exit, and leaves. */
_Noreturn void life_child(struct run *run);

#endif
