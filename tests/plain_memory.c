/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain subtraction that a thread's weight is held against: no harness at all. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const counts[] = {"AnonPages", "Slab", "KernelStack", "PageTables"};

static double used(void)
{
	char name[64];
	unsigned long kib;
	double sum = 0;
	FILE *f = fopen("/proc/meminfo", "r");

	while (f && fscanf(f, "%63[^:]: %lu%*[^\n]\n", name, &kib) == 2)
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
			sum += strcmp(name, counts[i]) == 0 ? (double)kib * 1024 : 0;
	if (f)
		fclose(f);
	return sum;
}

static void *idle(void *unused)
{
	pause();
	return unused;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1;
	double before = used();

	for (int i = 0; i < n; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, idle, NULL))
			return 1;
	}
	usleep(100000); /* for the last of them to begin */
	printf("%.0f\n", (used() - before) / n);
	return 0;
}
