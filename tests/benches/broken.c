/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: a child that ends with the wrong status. */
#include <sys/wait.h>
#include <unistd.h>

#include "../../benches/bench.h"

static int op(struct run *run, uint64_t n)
{
	while (n--) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			_exit(3);
		if (pid < 0)
			return bench_fail(run, "fork", errno);
		if (waitpid(pid, &status, 0) < 0)
			return bench_fail(run, "waitpid", errno);
		if (status != 0)
			return bench_fail(run, "the child ended with the wrong status",
					  0);
	}
	return 0;
}

const struct bench bench = {
	.name = "broken",
	.brief = "a child that ends with the wrong status",
	.family = "fake",
	.floor = "",
	.op = op,
};
