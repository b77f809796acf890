/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests: an operation that never ends, with descendants that try to get away. */
#include <signal.h>
#include <unistd.h>

#include "../../benches/bench.h"

static int op(struct run *run, uint64_t n)
{
	(void)run;
	(void)n;
	for (int i = 0; i < 3; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return bench_fail(run, "fork", errno);
		if (pid == 0) {
			/* A session of its own, a parent that is gone, deaf to polite
			 * signals. */
			setsid();
			signal(SIGTERM, SIG_IGN);
			if (fork() > 0)
				_exit(0);
			for (;;)
				pause();
		}
	}
	for (;;)
		pause();
}

const struct bench bench = {
	.name = "hang",
	.brief = "never ends, and its descendants hide",
	.family = "fake",
	.floor = "",
	.op = op,
};
