/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads /proc/stat, /proc/pressure and cpufreq around a rep. */
#include "noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

/* Fields of the first line of /proc/stat, proc_stat(5), in ticks. */
enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, TICKS };

static void read_stat(struct noise_probe *p)
{
	double hz = (double)sysconf(_SC_CLK_TCK), ticks[TICKS];
	char *line = read_line("/proc/stat"), *at = line ? line + strlen("cpu") : NULL;
	size_t n = 0;

	for (char *next; at && n < TICKS; n++, at = next) {
		ticks[n] = (double)strtoull(at, &next, 10);
		if (next == at)
			break;
	}
	bool known = n == TICKS;
	p->steal_s = known ? ticks[STEAL] / hz : NAN;
	p->busy_s = known ? (ticks[USER] + ticks[NICE] + ticks[SYSTEM] + ticks[IRQ] +
			     ticks[SOFTIRQ]) /
				    hz
			  : NAN;
	free(line);
}

static void read_psi(struct noise_probe *p)
{
	char *line = read_line("/proc/pressure/cpu");
	const char *total = line ? strstr(line, "total=") : NULL;

	p->psi_s = total ? strtod(total + strlen("total="), NULL) / 1e6 : NAN;
	free(line);
}

static double timeval_s(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

void noise_probe(struct noise_probe *p)
{
	struct timespec now;
	struct rusage self, children;

	clock_gettime(CLOCK_MONOTONIC, &now);
	p->wall_s = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	p->own_s = timeval_s(self.ru_utime) + timeval_s(self.ru_stime) +
		   timeval_s(children.ru_utime) + timeval_s(children.ru_stime);
	read_stat(p);
	read_psi(p);
}

static double frequency(int cpu)
{
	char *path =
		xformat("/sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq", cpu);
	char *line = cpu < 0 ? NULL : read_line(path);
	double mhz = line ? strtod(line, NULL) / 1e3 : NAN;

	free(line);
	free(path);
	return mhz;
}

void noise_between(const struct noise_probe *a, const struct noise_probe *b, int cpu,
		   struct noise *out)
{
	double wall = b->wall_s - a->wall_s, own = b->own_s - a->own_s;

	/* NAN where either probe is. The ticks of busy are coarse against one rep, so
	 * that it may come out below 0: only a mean over many says much. */
	out->steal_ms = (b->steal_s - a->steal_s) * 1e3;
	out->busy = wall > 0 ? (b->busy_s - a->busy_s - own) / wall : NAN;
	out->psi_ms = (b->psi_s - a->psi_s) * 1e3;
	out->mhz = frequency(cpu);
}
