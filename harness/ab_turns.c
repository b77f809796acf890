/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the turns of a block, each after its arm's command, never two at once. */
#include "ab_turns.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "case_rep.h"
#include "launch.h"
#include "stats.h"
#include "util.h"

double engine_elapsed(const struct engine *e)
{
	return clock_seconds() - e->start_s;
}

bool engine_alive(const struct engine *e, size_t i)
{
	for (size_t arm = 0; arm < countof(e->ab->r); arm++) {
		enum status s = e->ab->r[arm].cases[i].status;

		if (s == STATUS_FAILED || s == STATUS_SKIPPED)
			return false;
	}
	return true;
}

void engine_fail(struct engine *e, size_t i, size_t arm, enum status status, char *reason)
{
	kase_set_status(&e->ab->r[arm].cases[i], status, reason);
}

/* Why a command did not do what it should, or NULL; caller frees. */
static char *judge(const struct outcome *end, double limit_s)
{
	if (end->error)
		return xstrdup(strerror(end->error));
	if (end->timed_out)
		return xformat("still running after %g s: killed", limit_s);
	if (WIFSIGNALED(end->status))
		return xformat("killed by SIG%s", sigabbrev_np(WTERMSIG(end->status)));
	if (WEXITSTATUS(end->status) != 0)
		return xformat("ended with status %d", WEXITSTATUS(end->status));
	return NULL;
}

int turn_before(struct engine *e, size_t arm, int signal_fd)
{
	const struct arm *a = &e->ab->arm[arm];

	if (!a->nbefore)
		return 0;
	int out_fd = memfd_create("output", MFD_CLOEXEC);
	const struct launch what = {.argv = a->before,
				    .job_fd = -1,
				    .out_fd = out_fd,
				    .limit_s = e->ab->limit_s,
				    .signal_fd = signal_fd};
	struct outcome end;
	int err = launch(&what, &end), stopped = end.signal;
	char *why = stopped ? NULL
		    : err   ? xstrdup(strerror(-err))
			    : judge(&end, e->ab->limit_s);
	if (why) {
		char *words = launch_words(out_fd);

		*e->error = xformat("--%c-before: %s: %s%s", a->name, a->before[0], why,
				    words);
		free(words);
		free(why);
		err = -ECANCELED;
	}
	if (out_fd >= 0)
		close(out_fd);
	return stopped ? stopped : err;
}

int turn_take(struct engine *e, size_t i, size_t arm, double rep_s, uint64_t batch,
	      struct rep *rep, bool *ok)
{
	const struct ab *ab = e->ab;
	const struct arm *a = &ab->arm[arm];
	const struct rep_ask ask = {.prefix = a->prefix,
				    .nprefix = a->nprefix,
				    .pass = JOB_TIME,
				    .batch = batch,
				    .rep_s = rep_s,
				    .max_samples = AB_MAX_SAMPLES,
				    .min_samples = AB_MIN_SAMPLES,
				    .inject = a->inject,
				    .limit_s = ab->limit_s,
				    .signal_fd = ab->signal_fd};
	struct kase *k = &e->ab->r[arm].cases[i];
	struct rep_answer answer;
	int stop = turn_before(e, arm, ab->signal_fd);

	*ok = false;
	if (stop)
		return stop;
	double start = engine_elapsed(e);
	case_rep_run(k, a->benches, ab->topology, &ask, &answer);
	case_rep_warn(k, &answer, &e->ab->r[arm]);
	if (answer.signal)
		return answer.signal;
	*ok = answer.status == STATUS_OK;
	if (!*ok) {
		engine_fail(e, i, arm, answer.status, answer.reason);
		return 0;
	}
	*rep = answer.rep;
	rep->start_s = start;
	free(k->note);
	k->note = answer.note;
	record_clock(&e->ab->r[arm], answer.clock_cost, answer.clock_step);
	return 0;
}

int turns_take(struct engine *e, size_t i, double rep_s, struct turns *t, bool *ok)
{
	/* b a a b, or a b b a: what drifts evenly over a block cancels out. */
	bool b_first = rng_below(e->lots, 2);
	double start = engine_elapsed(e);
	int stop = 0;

	*t = (struct turns){0};
	*ok = true;
	for (size_t turn = 0; turn < AB_TURNS && *ok && !stop; turn++) {
		bool outer = turn == 0 || turn == AB_TURNS - 1;

		t->of_b[turn] = outer == b_first;
		stop = turn_take(e, i, t->of_b[turn], rep_s, e->batch[i], &t->rep[turn],
				 ok);
	}
	t->seconds = engine_elapsed(e) - start;
	*ok = *ok && !stop;
	if (!*ok)
		turns_free(t);
	return stop;
}

double turns_compare(const struct kase *k, const struct turns *t,
		     const double figures[AB_TURNS])
{
	double d = 0;

	for (size_t turn = 0; turn < AB_TURNS; turn++)
		d += (t->of_b[turn] ? 1 : -1) * log(figures[turn]);
	return (k->higher_is_better ? -d : d) * 2 / AB_TURNS;
}

void turns_free(struct turns *t)
{
	for (size_t turn = 0; turn < AB_TURNS; turn++) {
		free(t->rep[turn].rows);
		t->rep[turn].rows = NULL;
	}
}
