/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain loop that fork's figure is held against: no harness at all. PAD moves libc's
 * variables to other places of their pages. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile char pad[PAD];

static double faults(void)
{
	struct rusage self, children;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	return (double)(self.ru_minflt + children.ru_minflt);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1;
	struct timespec a = {0}, b;
	double before = 0;

	pad[0] = 1; /* or the linker leaves it out */

	for (int i = -n / 10; i < n; i++) { /* a tenth to warm up */
		if (i == 0)
			before = faults();
		if (i == 0)
			clock_gettime(CLOCK_MONOTONIC_RAW, &a);
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) < 0)
			return 1;
	}
	clock_gettime(CLOCK_MONOTONIC_RAW, &b);
	double ns = (double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec);
	printf("%f %f\n", ns / n, (faults() - before) / n);
	return 0;
}
