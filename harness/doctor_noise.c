/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forks in short reps, taken as blocks of two arms that are the same. */
#include "doctor_noise.h"

#include <math.h>
#include <stdlib.h>

#include "figures.h"
#include "rep.h"
#include "selftest.h"
#include "util.h"

enum { TURNS = 4, MOST = 64 };

/* For so long, in reps of so long; what is found in a minute; and from where on that is
 * called spoilt: changes of this size are what people look for. */
static const double lasts_s = 2, rep_s = 0.0125, minute_s = 60, much = 0.03;

struct forks {
	const char *program;
	int signal_fd;
	uint64_t batch;
	double d[MOST];
	size_t n;
};

/* One rep's median time; NAN with why in *reason (caller frees). */
static double fork_ns(struct forks *f, int *stopped, char **reason)
{
	const struct rep_ask ask = {.program = f->program,
				    .pass = JOB_TIME,
				    .batch = f->batch,
				    .rep_s = rep_s,
				    .max_samples = 256,
				    .min_samples = 1,
				    .limit_s = lasts_s,
				    .signal_fd = f->signal_fd};
	struct rep_answer a;

	rep_run(&ask, &a);
	double ns = a.status == STATUS_OK ? figures_rep_median(&a.rep) : NAN;
	if (a.status == STATUS_OK)
		f->batch = a.rep.batch / a.rep.scale;
	*stopped = a.signal;
	*reason = a.reason;
	free(a.interruption);
	free(a.note);
	free(a.rep.rows);
	return ns;
}

/* A block a b b a of arms that are the same; whether there is one. */
static bool fork_block(struct forks *f, int *stopped, char **reason)
{
	double log_ns[TURNS];

	for (size_t i = 0; i < TURNS; i++) {
		log_ns[i] = log(fork_ns(f, stopped, reason));
		if (*stopped || isnan(log_ns[i]))
			return false;
	}
	f->d[f->n++] = (log_ns[1] + log_ns[2] - log_ns[0] - log_ns[3]) / 2;
	return true;
}

static void tell(const struct forks *f, double took_s, const char *reason,
		 struct findings *out)
{
	const struct contest_rule rule = {.alpha = 0.01, .margin = 1e-6};
	const struct selftest_case k = {f->d, f->n, took_s / (double)f->n};
	double found = reason ? NAN : expm1(selftest_finds(&k, &rule, minute_s));
	struct finding one = {
		.kind = isnan(found)   ? FINDING_UNKNOWN
			: found > much ? FINDING_SPOILS
				       : FINDING_FINE,
		.what = "neighbours",
		.why = "what else runs here, or beside this virtual machine, scatters "
		       "figures",
		.mend = "stop what runs, or give ab and run more time",
	};

	if (reason)
		one.is = xformat("forks cannot be timed here: %s", reason);
	else if (isnan(found))
		one.is = xstrdup("too few forks in two seconds to say");
	else
		one.is =
			xformat("a change of %.2g %% in what a fork costs would be found "
				"in a minute",
				found * 100);
	findings_add(out, &one);
}

int doctor_noise(const char *benches, int signal_fd, struct findings *out)
{
	char *program = xformat("%s/fork", benches), *reason = NULL;
	struct forks f = {.program = program, .signal_fd = signal_fd};
	double start = 0;
	int stopped = 0;

	/* The first rep's only use is its batch, and a warm cache. */
	if (!isnan(fork_ns(&f, &stopped, &reason))) {
		start = clock_seconds();
		while (f.n < MOST && clock_seconds() < start + lasts_s &&
		       fork_block(&f, &stopped, &reason))
			;
	}
	if (!stopped)
		tell(&f, clock_seconds() - start, reason, out);
	free(reason);
	free(program);
	return stopped;
}
