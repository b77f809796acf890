/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a benchmark that ends well but leaves a process behind. */
#include <unistd.h>

#include "../../benches/bench.h"

static int setup(struct run *run)
{
	pid_t pid = fork();

	if (pid == 0) {
		setsid();
		for (;;)
			pause();
	}
	return pid < 0 ? bench_fail(run, "fork", errno) : 0;
}

static int op(struct run *run, uint64_t n)
{
	(void)run;
	while (n--)
		getppid();
	return 0;
}

const struct bench bench = {
	.name = "stray",
	.brief = "leaves a process behind",
	.family = "fake",
	.floor = "",
	.setup = setup,
	.op = op,
};
