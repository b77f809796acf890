/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tasks cost beside the time: their CPU time and their switches in a sample. */
#include "part_counts.h"

static struct task_switches before; /* the counts when the sample began */
static uint64_t cpu_before;         /* CPU time, ns */

const struct gauge counts_gauges[] = {
	{"cpu", "ns/op", "CPU time of all tasks"},
	{"voluntary", "switches/op", "times that a task went to sleep"},
	{"involuntary", "switches/op", "times that a task was preempted or yielded"},
	{0},
};

/* CPU time is read last here and first in counts_end: reading switches takes some, too.
 */
int counts_begin(struct run *run)
{
	int err = task_switches(run, &before);

	return err ? err : task_cpu(run, &cpu_before);
}

int counts_end(struct run *run, struct task_switches *sum)
{
	uint64_t cpu;
	int err = task_cpu(run, &cpu);

	if (!err)
		err = task_switches(run, sum);
	if (err)
		return err;
	sum->voluntary -= before.voluntary;
	sum->involuntary -= before.involuntary;
	bench_gauge(run, &counts_gauges[0], cpu - cpu_before);
	bench_gauge(run, &counts_gauges[1], sum->voluntary);
	bench_gauge(run, &counts_gauges[2], sum->involuntary);
	return 0;
}
