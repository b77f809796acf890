/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the job, launches the benchmark on it, and judges what came back. */
#include "rep.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "util.h"

/* What a command such as a container's leaves behind it, a monitor, ends a moment later.
 */
static const double command_grace_s = 1;

static size_t rows_width(const struct rep_ask *ask)
{
	switch (ask->pass) {
	case JOB_PHASES_PASS:
		return 1 + 2 * ask->nphases;
	case JOB_EVENTS_PASS:
		return 3 * ask->events->n;
	default:
		return 1 + ask->ngauges;
	}
}

static size_t rows_start(void)
{
	/* A page of their own, so that what the driver reads does not share a line with
	 * them. */
	return (sizeof(struct job) + 4095) & ~(size_t)4095;
}

size_t rep_job_size(const struct rep_ask *ask)
{
	return rows_start() + ask->max_samples * rows_width(ask) * sizeof(uint64_t);
}

void rep_job_fill(struct job *job, const struct rep_ask *ask)
{
	*job = (struct job){
		.magic = JOB_MAGIC,
		.version = JOB_VERSION,
		.pass = ask->pass,
		.ncpus = (uint32_t)ask->ncpus,
		.batch = ask->batch,
		.rep_ns = (uint64_t)(ask->rep_s * 1e9),
		.max_samples = ask->max_samples,
		.min_samples = ask->min_samples,
		.inject = (uint32_t)(ask->inject * 1e6),
		.rows_at = (uint32_t)rows_start(),
	};
	for (size_t i = 0; i < ask->ncpus; i++)
		job->cpus[i] = ask->cpus[i];
	if (ask->pass != JOB_EVENTS_PASS)
		return;
	job->nevents = (uint32_t)ask->events->n;
	for (size_t i = 0; i < ask->events->n; i++)
		job->events[i].attr = ask->events->v[i].attr;
}

static char *job_reason(const struct job *job)
{
	char text[sizeof(job->reason)];

	memcpy(text, job->reason, sizeof(text));
	text[sizeof(text) - 1] = 0;
	if (!job->error)
		return xstrdup(text);
	const char *hint =
		job->error == EAGAIN
			? "; RLIMIT_NPROC, pids.max or threads-max may be reached"
			: "";
	return xformat("%s: %s (%s)%s", text, strerror(job->error),
		       strerrorname_np(job->error) ? strerrorname_np(job->error) : "?",
		       hint);
}

static char *job_note(const struct job *job)
{
	return job->note[0] ? xformat("%.*s", (int)sizeof(job->note) - 1, job->note)
			    : NULL;
}

/* Whether the answer can be what such a benchmark writes: rows are trusted only then. */
static bool plausible(const struct job *job, const struct rep_ask *ask)
{
	return job->width == rows_width(ask) && job->nsamples > 0 &&
	       job->nsamples <= ask->max_samples && job->batch > 0 && job->scale > 0 &&
	       job->ended >= job->started;
}

/* NULL if the rep is good, else why it is not, with the status. */
static char *judge(const struct job *job, const struct rep_ask *ask,
		   const struct outcome *end, int out_fd, enum status *status)
{
	char *words = launch_words(out_fd), *why = NULL;

	*status = STATUS_FAILED;
	if (end->error)
		why = xformat("cannot run %s: %s",
			      ask->nprefix ? ask->prefix[0] : ask->program,
			      strerror(end->error));
	else if (end->timed_out)
		why = xformat("still running after %g s, the limit of a rep%s: killed",
			      ask->limit_s, end->stopped ? ", stopped by a signal" : "");
	else if (WIFSIGNALED(end->status))
		why = xformat("killed by SIG%s%s%s", sigabbrev_np(WTERMSIG(end->status)),
			      WTERMSIG(end->status) == SIGKILL
				      ? " (a memory limit of its control group?)"
				      : "",
			      words);
	else if (job->state == JOB_FAILED)
		why = job_reason(job);
	else if (job->state == JOB_SKIPPED)
		why = job_reason(job), *status = STATUS_SKIPPED;
	else if (WEXITSTATUS(end->status) != 0)
		why = xformat("ended with status %d%s", WEXITSTATUS(end->status), words);
	else if (job->state != JOB_DONE)
		why = xstrdup("ended before it had measured anything");
	else if (end->strays)
		why = xformat("left %u task%s running: killed", end->strays,
			      end->strays == 1 ? "" : "s");
	else if (!plausible(job, ask))
		why = xstrdup("wrote rows that cannot be right");
	else
		*status = STATUS_OK;
	free(words);
	return why;
}

/* What makes another rep of what it is, or NULL: a failure in a gap may come from it, a
 * signal that stops makes none by itself. */
static char *interruption(const struct outcome *end, enum status status)
{
	if (gap_seen(&end->gap) && status != STATUS_SKIPPED)
		return gap_words(&end->gap);
	if (end->stopped && status == STATUS_OK)
		return xstrdup("it was stopped by a signal, and went on");
	return NULL;
}

static void take_rows(const struct job *job, const struct rep_ask *ask, struct rep *rep)
{
	size_t n = job->nsamples * rows_width(ask);

	rep->nrows = job->nsamples;
	rep->width = rows_width(ask);
	rep->batch = job->batch * job->scale;
	rep->scale = job->scale;
	rep->bytes = job->bytes;
	rep->ladder = job->ladder;
	rep->rows = xcalloc(n, sizeof(uint64_t));
	memcpy(rep->rows, (const char *)job + rows_start(), n * sizeof(uint64_t));
	rep->noise.self = job->self;
	rep->noise.children = job->children;
}

void rep_take(const struct job *job, const struct rep_ask *ask, const struct outcome *end,
	      int out_fd, struct rep_answer *a)
{
	a->reason = judge(job, ask, end, out_fd, &a->status);
	a->interruption = interruption(end, a->status);
	if (a->status != STATUS_OK)
		return;
	take_rows(job, ask, &a->rep);
	a->note = job_note(job);
	a->clock_cost = job->clock_cost;
	a->clock_step = job->clock_step;
	/* Of its own count nothing is believed. */
	for (size_t i = 0; ask->events && i < ask->events->n && i < JOB_EVENTS; i++)
		a->event_errors[i] = job->events[i].error;
}

static void run_on(struct job *job, int job_fd, const struct rep_ask *ask,
		   struct rep_answer *a)
{
	char **argv = xcalloc(ask->nprefix + ask->nparams + 3, sizeof(*argv));
	char **own = argv + ask->nprefix;
	char *job_arg = xformat("--job=%d", LAUNCH_JOB_FD);
	int out_fd = memfd_create("output", MFD_CLOEXEC);
	struct outcome end;

	if (ask->nprefix)
		memcpy(argv, ask->prefix, ask->nprefix * sizeof(*argv));
	own[0] = (char *)ask->program;
	own[1] = job_arg;
	memcpy(own + 2, ask->params, ask->nparams * sizeof(*argv));
	const struct launch what = {.argv = argv,
				    .job_fd = job_fd,
				    .out_fd = out_fd,
				    .limit_s = ask->limit_s,
				    .grace_s = ask->nprefix ? command_grace_s : 0,
				    .signal_fd = ask->signal_fd,
				    .job = job};
	int err = launch(&what, &end);
	a->signal = end.signal;
	if (end.signal)
		a->status = STATUS_PENDING;
	else if (err)
		a->reason =
			err == -EPIPE
				? xstrdup("the process that kept it was killed (out of "
					  "memory?)")
				: xformat("cannot start a process: %s", strerror(-err));
	else
		rep_take(job, ask, &end, out_fd, a);
	if (out_fd >= 0)
		close(out_fd);
	free(job_arg);
	free(argv);
}

void rep_run(const struct rep_ask *ask, struct rep_answer *a)
{
	size_t size = rep_job_size(ask);
	int fd = memfd_create("job", MFD_CLOEXEC);

	*a = (struct rep_answer){.status = STATUS_FAILED};
	struct job *job = MAP_FAILED;
	if (fd >= 0 && ftruncate(fd, (off_t)size) == 0)
		job = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (job == MAP_FAILED) {
		a->reason = xformat("cannot make a job: %s", strerror(errno));
	} else {
		rep_job_fill(job, ask);
		run_on(job, fd, ask, a);
		munmap(job, size);
	}
	if (fd >= 0)
		close(fd);
}
