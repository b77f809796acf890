/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In a guest with a PMU, what the driver does on a machine: encodes events through
 * libpfm4, tries them, puts them into the job that waits as a descriptor, and becomes the
 * benchmark.
 *
 * encode [paranoid=N] [nobody] [alone] NAME,... PROGRAM ARGUMENT...
 *
 * It prints a line an event: its source, a tab, why it cannot be counted or nothing. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "launch.h"
#include "util.h"

enum { NOBODY = 65534 };

static void write_level(const char *level)
{
	FILE *f = fopen("/proc/sys/kernel/perf_event_paranoid", "w");

	if (!f || fputs(level, f) < 0 || fclose(f) != 0)
		fatal("perf_event_paranoid:");
}

static bool option(const char *word, bool *alone)
{
	if (strncmp(word, "paranoid=", 9) == 0)
		write_level(word + 9);
	else if (strcmp(word, "nobody") == 0) {
		if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
			fatal("giving up rights:");
	} else if (strcmp(word, "alone") == 0)
		*alone = true;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct event_list list;
	bool alone = false;
	char *bad;
	int i = 1;

	while (i < argc && option(argv[i], &alone))
		i++;
	if (argc - i < 2)
		fatal("want events and a program");
	if (events_encode(argv[i], &list, &bad) < 0)
		fatal("no counter \"%s\"", bad);
	for (size_t e = 0; e < list.n; e++) {
		const struct event_code *c = &list.v[e];
		struct job_event event = {.attr = c->attr};
		size_t at = offsetof(struct job, events) + e * sizeof(event);

		event.attr.inherit = !alone;
		if (pwrite(LAUNCH_JOB_FD, &event, sizeof(event), (off_t)at) < 0)
			fatal("the job:");
		printf("%s\t%s\n", c->rusage ? c->rusage : "perf",
		       c->reason ? c->reason : "");
	}
	fflush(stdout);
	events_free(&list);
	execv(argv[i + 1], argv + i + 1);
	fatal("%s:", argv[i + 1]);
}
