/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks a result's folder, catches signals, begins and compares records, and tells how it
 * went. */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "plain.h"
#include "units.h"
#include "util.h"

enum { STATUSES = STATUS_PENDING + 1 };

int session_lock(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	/* Where a file system has no locks, there is nothing to wait for. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		close(fd);
		return -EWOULDBLOCK;
	}
	return 0;
}

/* They are read where a launch waits, so that what was measured is kept. One that is
 * ignored, as by nohup(1), stays so. */
int session_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t stop;

	sigemptyset(&stop);
	for (size_t i = 0; i < countof(ends); i++) {
		struct sigaction was;

		if (sigaction(ends[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
			sigaddset(&stop, ends[i]);
	}
	sigprocmask(SIG_BLOCK, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	return signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
}

char *session_time(const char *format)
{
	char text[64];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), format, &tm);
	return xstrdup(text);
}

char *session_command(int argc, char **argv)
{
	char *text = xstrdup(argv[0]);

	for (int i = 1; i < argc; i++) {
		char *longer = xformat("%s %s", text, argv[i]);

		free(text);
		text = longer;
	}
	return text;
}

uint64_t session_seed(void)
{
	uint32_t seed = 0;

	/* Any seed will do: it is recorded. */
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint32_t)time(NULL);
	return seed;
}

void session_warn_noise(struct record *r)
{
	double steal = 0, busy = 0;
	size_t n = 0;

	for (size_t i = 0; i < r->ncases; i++) {
		for (size_t j = 0; j < r->cases[i].time.n; j++) {
			const struct noise *x = &r->cases[i].time.v[j].noise;

			steal += isnan(x->steal_ms) ? 0 : x->steal_ms / 1e3;
			busy += isnan(x->busy) ? 0 : x->busy;
			n++;
		}
	}
	if (n && steal / r->elapsed_s > 0.01)
		record_warn(r,
			    "the hypervisor took %.1f %% of a CPU away meanwhile (steal)",
			    100 * steal / r->elapsed_s);
	if (n && busy / (double)n > 0.1)
		record_warn(r, "other work kept %.2f CPUs busy meanwhile",
			    busy / (double)n);
}

static const char *fact_value(const struct facts *f, const char *name)
{
	const struct fact *fact = facts_find(f, name);

	return fact && fact->value ? fact->value : "";
}

char *session_foreign(const struct record *r, const struct facts *now)
{
	static const char *const same[] = {"host.name", "cpu.model", "kernel.release"};

	for (size_t i = 0; i < countof(same); i++) {
		const char *was = fact_value(&r->host, same[i]),
			   *is = fact_value(now, same[i]);

		if (strcmp(was, is) != 0)
			return xformat("that run was made where %s was \"%s\", here it "
				       "is \"%s\"",
				       same[i], was, is);
	}
	return NULL;
}

static bool timed_by(const struct kase *k, const char *tool)
{
	return k->tool && tool ? strcmp(k->tool, tool) == 0 : !k->tool && !tool;
}

static void count(const struct record *r, const char *tool, size_t n[STATUSES])
{
	for (size_t i = 0; i < r->ncases; i++)
		if (timed_by(&r->cases[i], tool))
			n[r->cases[i].status]++;
}

void session_tell_failed(const struct record *r, const char *tool)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (timed_by(k, tool) && k->status == STATUS_FAILED)
			warn("%s failed: %s", k->text, k->reason);
	}
}

void session_tell_counts(FILE *to, const struct record *r, const char *tool,
			 double took_s, const char *folder)
{
	size_t n[STATUSES] = {0};
	char took[32];

	count(r, tool, n);
	plain_print(to,
		    "%zu measured, %zu failed, %zu skipped, %zu not reached in %s: %s",
		    n[STATUS_OK], n[STATUS_FAILED], n[STATUS_SKIPPED], n[STATUS_PENDING],
		    units_seconds(took_s, took, sizeof(took)), folder);
}

int session_status(const struct record *r, const char *tool, int stopped)
{
	size_t n[STATUSES] = {0};

	count(r, tool, n);
	if (stopped)
		return 128 + stopped;
	if (n[STATUS_FAILED])
		return EXIT_REGRESSION;
	return n[STATUS_OK] ? EXIT_OK : EXIT_UNMEASURED;
}
