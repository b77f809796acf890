/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boots an aarch64 guest with an emulated PMU, runs the events pass of programs in it,
 * and tells the figures that come of it, a line an event; the result goes into a folder.
 *
 * count KERNEL CPU ARM64 FOLDER < jobs
 *
 * ARM64 is the folder of what was built for the guest. A job is a line of words: a name,
 * operations a sample, samples, NAME,... of events, [words for encode]..., a program
 * below ARM64, its [parameters]... */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "case_rep.h"
#include "cpio.h"
#include "figures.h"
#include "guest.h"
#include "guest/frame.h"
#include "rep.h"
#include "result.h"
#include "units.h"
#include "util.h"

enum { JOBS = 64, WORDS = 32 };
static const double limit_s = 300;

struct asked {
	char *words[WORDS + 1];
	char *line;
	struct event_list events;
	struct rep_ask ask;
	struct job *job; /* as it came back */
};

/* Where in the words the program stands: it has a slash. */
static size_t program_at(const struct asked *a)
{
	size_t i = 4;

	while (a->words[i] && !strchr(a->words[i], '/'))
		i++;
	if (!a->words[i])
		fatal("job %s names no program", a->words[0]);
	return i;
}

/* The events' names; what they are is told by the guest. */
static void name_events(struct kase *k, const char *names)
{
	char *list = xstrdup(names), *save = NULL;

	for (char *n = strtok_r(list, ",", &save); n; n = strtok_r(NULL, ",", &save)) {
		k->events = xrealloc(k->events, k->nevents + 1, sizeof(*k->events));
		k->events[k->nevents++] = (struct event){.name = xstrdup(n)};
	}
	free(list);
}

static bool read_job(struct asked *a, struct kase *k)
{
	char *save = NULL;
	size_t n = 0, room = 0;

	*a = (struct asked){0};
	if (getline(&a->line, &room, stdin) <= 0)
		return false;
	for (char *w = strtok_r(a->line, " \n", &save); w && n < WORDS;
	     w = strtok_r(NULL, " \n", &save))
		a->words[n++] = w;
	if (n < 5)
		fatal("a job has at least five words");
	const char *program = a->words[program_at(a)];
	*k = (struct kase){.text = xstrdup(a->words[0]),
			   .bench = xstrdup(strrchr(program, '/') + 1),
			   .brief = xstrdup(program),
			   .family = xstrdup("floor"),
			   .unit = xstrdup("ns/op"),
			   .floor = xstrdup(""),
			   .base = xstrdup(""),
			   .status = STATUS_FAILED,
			   .reason = xstrdup("the guest told nothing of it")};
	name_events(k, a->words[3]);
	a->events.n = k->nevents;
	a->events.v = xcalloc(k->nevents, sizeof(*a->events.v));
	uint64_t batch, samples;
	if (units_uint(a->words[1], &batch) < 0 || units_uint(a->words[2], &samples) < 0)
		fatal("%s: want numbers of operations and samples", a->words[0]);
	a->ask = (struct rep_ask){.pass = JOB_EVENTS_PASS,
				  .program = program,
				  .batch = batch,
				  .max_samples = (unsigned)samples,
				  .min_samples = (unsigned)samples,
				  .limit_s = limit_s,
				  .events = &a->events};
	return true;
}

static void pack_plan(struct cpio *c, const struct asked *jobs, size_t n)
{
	char *plan = NULL;
	size_t size;
	FILE *f = xmemstream(&plan, &size);

	fputs("symbols=0\n", f);
	for (size_t i = 0; i < n; i++) {
		size_t at = program_at(&jobs[i]);

		fputs("/encode", f);
		for (size_t w = 4; w < at; w++)
			fprintf(f, " %s", jobs[i].words[w]);
		fprintf(f, " %s /%s --job=%d", jobs[i].words[3], jobs[i].words[at],
			LAUNCH_JOB_FD);
		for (size_t w = at + 1; jobs[i].words[w]; w++)
			fprintf(f, " %s", jobs[i].words[w]);
		fputc('\n', f);
	}
	fclose(f);
	cpio_file(c, "plan", 0600, plan, size);
	free(plan);
}

static void pack_programs(struct cpio *c, const char *arm64, const struct asked *jobs,
			  size_t n)
{
	static const char *const folders[] = {"benches", "tests", "tests/benches", "job"};

	for (size_t i = 0; i < countof(folders); i++)
		cpio_folder(c, folders[i]);
	for (size_t i = 0; i < n; i++) {
		bool had = false;
		char *from = xformat("%s/%s", arm64, jobs[i].ask.program);

		for (size_t j = 0; j < i && !had; j++)
			had = strcmp(jobs[j].ask.program, jobs[i].ask.program) == 0;
		if (!had && cpio_copy(c, jobs[i].ask.program, 0755, from, 0) < 0)
			fatal("%s: cannot pack it", from);
		free(from);
	}
}

static void pack(const char *path, const char *arm64, const struct asked *jobs, size_t n)
{
	struct cpio c = {.to = fopen(path, "we")};
	char *init = xformat("%s/guest/init", arm64),
	     *encode = xformat("%s/tests/pmu/encode", arm64);

	if (!c.to)
		fatal("%s:", path);
	if (cpio_copy(&c, "init", 0755, init, 0) < 0 ||
	    cpio_copy(&c, "encode", 0755, encode, 0) < 0)
		fatal("no %s or %s", init, encode);
	static const unsigned char seed[FRAME_SEED] = {1};
	cpio_file(&c, "seed", 0600, seed, sizeof(seed));
	pack_programs(&c, arm64, jobs, n);
	for (size_t i = 0; i < n; i++) {
		size_t size = rep_job_size(&jobs[i].ask);
		struct job *job = xcalloc(1, size);
		char *name = xformat("job/%zu", i);

		rep_job_fill(job, &jobs[i].ask);
		cpio_file(&c, name, 0600, job, size);
		free(name);
		free(job);
	}
	pack_plan(&c, jobs, n);
	cpio_end(&c);
	if (fclose(c.to) != 0)
		fatal("%s:", path);
	free(encode);
	free(init);
}

/* What encode printed, a line an event, goes into the list and the case as the driver has
 * it. */
static void take_sources(struct asked *a, struct kase *k, char *words)
{
	char *save = NULL, *line = strtok_r(words, "\n", &save);

	for (size_t e = 0; e < k->nevents; e++, line = strtok_r(NULL, "\n", &save)) {
		char *reason = line ? strchr(line, '\t') : NULL;

		if (!reason) {
			k->events[e].source = xstrdup("perf");
			continue; /* the case fails, and says why */
		}
		*reason++ = 0;
		if (strcmp(line, "perf") != 0)
			a->events.v[e].rusage = xstrdup(line);
		k->events[e].source =
			xstrdup(a->events.v[e].rusage ? "getrusage" : "perf");
		k->events[e].reason = *reason ? xstrdup(reason) : NULL;
	}
}

static void take_words(struct asked *a, struct kase *k, const struct frame_end *ended,
		       const char *bytes, size_t size)
{
	const struct outcome end = {.error = ended->error,
				    .status = ended->status,
				    .timed_out = ended->timed_out,
				    .strays = ended->strays};
	int fd = memfd_create("words", MFD_CLOEXEC);
	char *words = xstrndup(bytes, size);
	struct rep_answer answer = {0};

	if (fd < 0 || write(fd, bytes, size) < 0)
		fatal("words:");
	rep_take(a->job, &a->ask, &end, fd, &answer);
	close(fd);
	take_sources(a, k, words);
	free(words);
	kase_set_status(k, answer.status, answer.reason);
	if (answer.status != STATUS_OK)
		return;
	case_rep_settle(k, &a->events, &answer);
	answer.rep.noise.steal_ms = answer.rep.noise.busy = answer.rep.noise.psi_ms =
		answer.rep.noise.mhz = NAN;
	reps_add(&k->counts, &answer.rep);
}

static void take_frames(const struct guest_said *said, struct asked *jobs,
			struct record *r)
{
	struct frame_end end = {0};
	struct frame f;
	const char *bytes;

	for (size_t at = 0; guest_frame(said, &at, &f, &bytes) == 0;) {
		struct asked *a = &jobs[f.index < r->ncases ? f.index : 0];
		size_t size = rep_job_size(&a->ask);

		if (f.kind == FRAME_JOB && f.size == sizeof(end) + size) {
			memcpy(&end, bytes, sizeof(end));
			a->job = xcalloc(1, size);
			memcpy(a->job, bytes + sizeof(end), size);
		} else if (f.kind == FRAME_WORDS && a->job)
			take_words(a, &r->cases[f.index], &end, bytes, f.size);
	}
}

static void boot(char **argv, struct asked *jobs, struct record *r)
{
	const char *arm64 = argv[3], *folder = argv[4];
	char *initrd = xformat("%s/initrd", folder), *error = NULL;
	struct guest g = {.machine = GUEST_AARCH64,
			  .cpu = argv[2],
			  .qemu = "qemu-system-aarch64",
			  .kernel = argv[1],
			  .initrd = initrd,
			  .folder = folder,
			  .limit_s = limit_s,
			  .signal_fd = -1};
	struct guest_said said;

	pack(initrd, arm64, jobs, r->ncases);
	if (guest_boot(&g, &said, &error) < 0)
		fatal("%s", error);
	take_frames(&said, jobs, r);
	guest_said_free(&said);
	free(initrd);
}

static void tell(const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (k->status != STATUS_OK)
			printf("%s\t%s\t-\t%s\n", k->text, status_name(k->status),
			       k->reason);
		for (size_t e = 0; e < k->nevents; e++)
			printf("%s\t%s\t%.17g\t%s\n", k->text, k->events[e].name,
			       figures_event(k, e).value,
			       k->events[e].reason ? k->events[e].reason : "");
	}
}

static void done(struct asked *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t e = 0; e < jobs[i].events.n; e++)
			free((char *)jobs[i].events.v[e].rusage);
		free(jobs[i].events.v);
		free(jobs[i].job);
		free(jobs[i].line);
	}
	free(jobs);
}

int main(int argc, char **argv)
{
	struct asked *jobs = xcalloc(JOBS + 1, sizeof(*jobs));
	struct record r = {.version = xstrdup(LWP_VERSION),
			   .started = xstrdup("2024-01-01T00:00:00Z"),
			   .command = xstrdup("count"),
			   .precision = 0.01,
			   .budget_s = 1,
			   .limit_s = limit_s,
			   .passes = 1 << JOB_EVENTS_PASS,
			   .complete = true,
			   .clock_cost_ns = NAN,
			   .clock_step_ns = NAN};

	if (argc != 5)
		fatal("want KERNEL CPU ARM64 FOLDER");
	r.cases = xcalloc(JOBS + 1, sizeof(*r.cases));
	while (r.ncases < JOBS && read_job(&jobs[r.ncases], &r.cases[r.ncases]))
		r.ncases++;
	/* The asks point into the array: it does not move. */
	boot(argv, jobs, &r);
	tell(&r);
	if (result_write(argv[4], &r) < 0)
		fatal("%s: cannot write the result", argv[4]);
	done(jobs, r.ncases);
	record_free(&r);
	return EXIT_OK;
}
