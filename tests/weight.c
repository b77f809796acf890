/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the harness weighs: fork as a rep measures it against a plain loop, run in turns.
 */
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "launch.h"
#include "rep.h"
#include "stats.h"
#include "util.h"

enum { OPS = 100, MIN_PAIRS = 20, MAX_PAIRS = 1000 };

static const double enough =
	0.008; /* half width of the interval at which it ends early */
static const double budget_s = 60;

/* A fork of one program: how long it takes, and the page faults of both sides. */
struct cost {
	double ns, faults;
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Means of one rep: a plain loop knows only its mean, too. */
static struct cost lean(const char *program)
{
	const struct rep_ask ask = {.program = program,
				    .pass = JOB_TIME,
				    .batch = 1,
				    .rep_s = 0.05,
				    .max_samples = OPS,
				    .min_samples = OPS,
				    .limit_s = 60,
				    .signal_fd = -1};
	struct rep_answer a;
	struct cost c = {0};

	rep_run(&ask, &a);
	if (a.status != STATUS_OK)
		fatal("%s: %s", program, a.reason ? a.reason : "interrupted");
	for (size_t i = 0; i < a.rep.nrows; i++)
		c.ns += (double)a.rep.rows[i] / OPS;
	c.faults = (double)(a.rep.noise.self.minor + a.rep.noise.children.minor) / OPS;
	free(a.rep.rows);
	return c;
}

static struct cost plain(const char *program)
{
	char *ops = xformat("%d", OPS), *text = NULL, *rest;
	char *argv[] = {(char *)program, ops, NULL};
	int fd = memfd_create("plain", MFD_CLOEXEC);
	const struct launch what = {
		.argv = argv, .job_fd = -1, .out_fd = fd, .limit_s = 60, .signal_fd = -1};
	struct outcome end;
	char *path = xformat("/proc/self/fd/%d", fd);

	if (launch(&what, &end) < 0 || end.error || end.status != 0 ||
	    read_file(path, &text, NULL) < 0)
		fatal("%s: did not run", program);
	double ns = strtod(text, &rest);
	const struct cost c = {ns, strtod(rest, NULL)};
	close(fd);
	free(path);
	free(text);
	free(ops);
	return c;
}

/* Faults of a fork as most processes of the program have them: where the stack lies is
 * luck, too. */
static double usual_faults(struct cost (*run)(const char *), const char *program)
{
	enum { TRIES = 9 };
	double faults[TRIES];

	for (int i = 0; i < TRIES; i++)
		faults[i] = run(program).faults;
	return stats_median(faults, TRIES);
}

/* Which page libc's variables fall on is the linker's luck, and each page more that a
 * fork has to copy costs a fault: the arms must have the same luck. */
static const char *same_luck(const char *program, char **loops, int n)
{
	double faults = usual_faults(lean, program);

	printf("page faults of a fork: %.1f; plain loops:", faults);
	for (int i = 0; i < n; i++) {
		double theirs = usual_faults(plain, loops[i]);

		printf(" %.1f", theirs);
		if (fabs(theirs - faults) < 0.5) {
			putchar('\n');
			return loops[i];
		}
	}
	putchar('\n');
	return NULL;
}

/* Both arms on one CPU, the last that we may use, as a run does it. */
static void pin(void)
{
	cpu_set_t may, one;
	int last = 0;

	if (sched_getaffinity(0, sizeof(may), &may) < 0)
		fatal("sched_getaffinity:");
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &may))
			last = cpu;
	CPU_ZERO(&one);
	CPU_SET(last, &one);
	if (sched_setaffinity(0, sizeof(one), &one) < 0)
		fatal("sched_setaffinity:");
}

int main(int argc, char **argv)
{
	static double a[MAX_PAIRS], b[MAX_PAIRS];
	struct estimate ratio = {0};
	struct rng *g = rng_new(1);
	double end = seconds() + budget_s;
	size_t n = 0;

	if (argc < 3)
		fatal("usage: weight FORK-BENCHMARK PLAIN-LOOP...");
	pin();
	const char *loop = same_luck(argv[1], argv + 2, argc - 2);
	if (!loop) {
		puts("no plain loop has as many page faults: the harness adds some");
		return 1;
	}
	while (n < MAX_PAIRS && seconds() < end) {
		bool first = rng_below(g, 2) == 0;

		if (first)
			a[n] = lean(argv[1]).ns;
		b[n] = plain(loop).ns;
		if (!first)
			a[n] = lean(argv[1]).ns;
		ratio = stats_ratio_ci(a, b, ++n, 0.95);
		if (n >= MIN_PAIRS && stats_halfwidth(&ratio) <= enough)
			break;
	}
	rng_free(g);
	printf("fork as lwpbench measures it / a plain loop: %.4f [%.4f, %.4f], %zu "
	       "pairs\n",
	       ratio.value, ratio.lo, ratio.hi, n);
	/* Shown to differ by more, that is, not merely measured so this time. */
	return ratio.hi >= 0.97 && ratio.lo <= 1.03 ? 0 : 1;
}
