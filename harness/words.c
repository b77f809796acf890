/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The glossary: README.md has the same words, and a test holds it to that. */
#include "words.h"

const struct word words[] = {
	{"task",
	 "what the kernel schedules: a thread, a process, or what clone makes between "
	 "them"},
	{"op",
	 "the thing timed: one fork and its reaping, one message, one acquisition and "
	 "release of a lock"},
	{"batch",
	 "the ops of a sample, picked by a pilot so that a sample is long against "
	 "the clock's own cost"},
	{"sample", "one timed row"},
	{"phase", "a stamp inside an op: when the task began, when it was reaped"},
	{"gauge", "a figure that a benchmark takes beside the time"},
	{"event", "a perf counter"},
	{"case", "a benchmark with values of its parameters, written fork/pages=4096"},
	{"rep", "a fresh process that runs one case"},
	{"block",
	 "reps that are compared because they were measured together: one time through "
	 "the cases in shuffled order, a rep each; of ab, a case in turns, two reps an "
	 "arm"},
	{"pass",
	 "a way to measure: the time, with nothing attached; phases; events; never two "
	 "at once"},
	{"run", "one invocation of lwpbench run"},
	{"result", "the file of a run, with every sample"},
	{"suite", "a list of cases"},
	{"family", "the benchmarks that share a table"},
	{"floor", "what the harness or the machine costs at the least"},
	{"base", "the same case without what it is about"},
	{"own cost", "what a case costs more than its base"},
	{"weight", "what a parent carries when it creates a task: pages, mappings, "
		   "descriptors, threads"},
	{"ladder",
	 "samples that build on each other, with more tasks each time; its figure is "
	 "a slope"},
	{"rung", "a sample of a ladder"},
	{"hand-over",
	 "one task goes on where another stopped: a switch of a CPU, or a wake-up "
	 "across two"},
	{"variant", "one of the ways in which a whole program does its work"},
	{"claim",
	 "a sentence that somebody believes, with a rule by which a result decides it"},
	{"e-value",
	 "what a fair bet against a sentence would have made of a stake of 1: how "
	 "much speaks for it"},
	{"verdict", "the answer to a claim: holds, does not hold, or undecided"},
	{"arm",
	 "one of the two sides that ab measures in turns: a, what there was, and b, what "
	 "is new"},
	{"baseline",
	 "what the new side is compared with, base in tables: arm a, results, the runs "
	 "before a change point"},
	{"alpha",
	 "how often any case of a comparison may be called changed though none has"},
	{"margin", "a difference that nobody cares about"},
	{"regressed", "surely costs more than the baseline; the contrary is improved"},
	{"equivalent", "surely differs from the baseline by less than the margin"},
	{"inconclusive", "not decided, shown as ~: neither of these is sure"},
	{"history", "a folder of runs of one machine, as series"},
	{"point", "what a history keeps of a run"},
	{"change point", "the run of a history from which on a case costs another sum"},
	{0},
};
