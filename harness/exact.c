/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packs jobs and programs into an initrd, boots it, and takes the jobs' rows for counts.
 */
#include "exact.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "case_rep.h"
#include "cases.h"
#include "cpio.h"
#include "topology.h"
#include "util.h"

/* What QEMU has: see guest.c. */
static const char one_cpu[] = "package:1 core:1 pu:1";

/* A case's place in the plan. */
struct turn {
	struct kase *kase;
	struct rep_ask ask;
};

struct turns {
	struct turn *v;
	size_t n;
};

/* Why a case cannot be had in a guest, or NULL. */
static char *unfit(const struct kase *k)
{
	const char *link = case_param(k, "link");

	if (strcmp(k->unit, "ns/op") != 0)
		return xformat(
			"instructions are counted of one operation; its unit is %s",
			k->unit);
	if (link && strcmp(link, "dynamic") == 0)
		return xstrdup("link=dynamic: the guest has no shared libraries");
	return NULL;
}

/* The ask of a case, or why there is none. */
static char *ask_for(const struct exact *e, const struct topology *t,
		     const struct kase *k, struct rep_ask *ask)
{
	char *reason = unfit(k);

	*ask = (struct rep_ask){.pass = JOB_TIME,
				.batch = 1,
				.max_samples = e->samples,
				.min_samples = e->samples,
				.limit_s = e->guest.limit_s};
	if (!reason)
		case_rep_ask(k, "/benches", t, ask, &reason);
	return reason;
}

static void take_turns(const struct exact *e, struct record *r, struct turns *out)
{
	struct topology *t = topology_new(one_cpu);

	out->v = xcalloc(r->ncases, sizeof(*out->v));
	for (size_t i = 0; i < r->ncases; i++) {
		struct kase *k = &r->cases[i];
		struct turn *turn = &out->v[out->n];

		if (k->status != STATUS_PENDING)
			continue;
		char *reason = ask_for(e, t, k, &turn->ask);
		if (reason) {
			kase_set_status(k, STATUS_SKIPPED, reason);
			continue;
		}
		turn->kase = k;
		out->n++;
	}
	topology_free(t);
}

static void turns_free(struct turns *t)
{
	for (size_t i = 0; i < t->n; i++)
		case_rep_done(&t->v[i].ask);
	free(t->v);
}

/* Programs once each, and those that they run; in the order of names. */
static int pack_programs(const struct exact *e, const struct turns *t, struct cpio *c)
{
	static const char *const targets[] = {"exit-static", "idle-static"};
	int err = 0;

	cpio_folder(c, "benches");
	for (size_t i = 0; i < t->n && !err; i++) {
		bool had = false;

		for (size_t j = 0; j < i && !had; j++)
			had = strcmp(t->v[j].ask.program, t->v[i].ask.program) == 0;
		char *from = xformat("%s/%s", e->benches, t->v[i].kase->bench);
		if (!had)
			err = cpio_copy(c, t->v[i].ask.program + 1, 0755, from,
					e->variant.program);
		free(from);
	}
	cpio_folder(c, "benches/targets");
	for (size_t i = 0; i < countof(targets) && !err; i++) {
		char *from = xformat("%s/targets/%s", e->benches, targets[i]);
		char *to = xformat("benches/targets/%s", targets[i]);

		err = cpio_copy(c, to, 0755, from, e->variant.program);
		free(to);
		free(from);
	}
	return err;
}

static void pack_jobs(const struct turns *t, struct cpio *c)
{
	cpio_folder(c, "job");
	for (size_t i = 0; i < t->n; i++) {
		size_t size = rep_job_size(&t->v[i].ask);
		struct job *job = xcalloc(1, size);
		char *name = xformat("job/%zu", i);

		rep_job_fill(job, &t->v[i].ask);
		cpio_file(c, name, 0600, job, size);
		free(name);
		free(job);
	}
}

static void pack_plan(const struct exact *e, const struct turns *t, struct cpio *c)
{
	char *plan = NULL;
	size_t size;
	FILE *f = xmemstream(&plan, &size);

	fprintf(f, "symbols=%d\n", e->code != NULL);
	for (size_t i = 0; i < t->n; i++) {
		const struct rep_ask *ask = &t->v[i].ask;

		if (e->variant.words)
			fprintf(f, "PAD=%0*d ", (int)e->variant.words, 0);
		fprintf(f, "%s --job=%d", ask->program, LAUNCH_JOB_FD);
		for (size_t j = 0; j < ask->nparams; j++)
			fprintf(f, " %s", ask->params[j]);
		fputc('\n', f);
	}
	fclose(f);
	cpio_file(c, "plan", 0600, plan, size);
	free(plan);
}

/* A thing that is not there moves nothing: the seed is packed always. */
static void pack_seed(const struct exact *e, struct cpio *c)
{
	unsigned char bytes[FRAME_SEED];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 37 + 11 + (size_t)e->variant.seed * 101);
	cpio_file(c, "seed", 0600, bytes, sizeof(bytes));
}

static int pack(const struct exact *e, const struct turns *t, const char *path)
{
	struct cpio c = {.to = fopen(path, "we")};
	int err = c.to ? 0 : -errno;

	if (err)
		return err;
	err = cpio_copy(&c, "init", 0755, e->init, 0);
	if (!err)
		err = pack_programs(e, t, &c);
	pack_seed(e, &c);
	pack_jobs(t, &c);
	pack_plan(e, t, &c);
	cpio_end(&c);
	if (!err && ferror(c.to))
		err = -EIO;
	if (fclose(c.to) != 0 && !err)
		err = -errno;
	return err;
}

/* Counts are those of the operation: what one reading of the clock executes goes off. */
static void take_off_clock(struct rep *rep, unsigned cost)
{
	for (size_t i = 0; i < rep->nrows; i++) {
		uint64_t *ns = &rep->rows[i * rep->width];

		*ns -= *ns < cost ? *ns : cost;
	}
}

/* Of gauges, which are times and shares, nothing is meant here. */
static void narrow(struct rep *rep)
{
	for (size_t i = 0; i < rep->nrows; i++)
		rep->rows[i] = rep->rows[i * rep->width];
	rep->width = 1;
}

static void take_job(struct turn *turn, const struct frame_end *ended,
		     const struct job *job, int words_fd, struct record *r, size_t order)
{
	const struct outcome end = {.error = ended->error,
				    .status = ended->status,
				    .timed_out = ended->timed_out,
				    .strays = ended->strays};
	struct kase *k = turn->kase;
	struct rep_answer a = {0};

	if (k->status != STATUS_PENDING && k->status != STATUS_OK)
		return;
	rep_take(job, &turn->ask, &end, words_fd, &a);
	char *wrong = a.status == STATUS_OK ? case_rep_mismatch(k, &a.rep) : a.reason;
	if (wrong) {
		free(a.rep.rows);
		free(a.note);
		kase_set_status(k, a.status == STATUS_SKIPPED ? a.status : STATUS_FAILED,
				wrong);
		return;
	}
	take_off_clock(&a.rep, a.clock_cost);
	narrow(&a.rep);
	a.rep.block = r->blocks;
	a.rep.order = (unsigned)order;
	a.rep.ncpus = turn->ask.ncpus;
	memcpy(a.rep.cpus, turn->ask.cpus, sizeof(a.rep.cpus));
	a.rep.noise.steal_ms = a.rep.noise.busy = a.rep.noise.psi_ms = a.rep.noise.mhz =
		NAN;
	reps_add(&k->time, &a.rep);
	free(k->note);
	k->note = a.note;
	kase_set_status(k, STATUS_OK, NULL);
	record_clock(r, a.clock_cost, a.clock_step);
}

/* A frame's job in memory that is its own, as large as was asked for; NULL: it is not. */
static struct job *job_of(const struct turn *turn, const struct frame *f,
			  const char *bytes)
{
	size_t size = rep_job_size(&turn->ask);

	if (f->size != sizeof(struct frame_end) + size)
		return NULL;
	struct job *job = xcalloc(1, size);
	memcpy(job, bytes + sizeof(struct frame_end), size);
	return job;
}

static int words_of(const struct frame *f, const char *bytes)
{
	int fd = memfd_create("words", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, bytes, f->size) < 0)
		return fd; /* no words then */
	return fd;
}

/* The clock must count instructions: a loop that was counted by hand, and what it takes
 * to read a clock. */
static char *check_clock(const struct frame_hello *h)
{
	const uint64_t most = h->loop_instructions / 1000;

	if (h->loop_ns >= h->loop_instructions &&
	    h->loop_ns - h->loop_instructions < most)
		return NULL;
	return xformat("the guest's clock does not count instructions: %llu ns for %llu; "
		       "is clocksource=tsc there?",
		       (unsigned long long)h->loop_ns,
		       (unsigned long long)h->loop_instructions);
}

static char *take_hello(const struct frame *f, const char *bytes, struct record *r)
{
	struct frame_hello h;

	if (f->size != sizeof(h))
		return xstrdup("the guest's greeting is not as long as it should be");
	memcpy(&h, bytes, sizeof(h));
	h.release[sizeof(h.release) - 1] = h.version[sizeof(h.version) - 1] = 0;
	h.machine[sizeof(h.machine) - 1] = 0;
	if (!facts_find(&r->host, "kernel.release")) {
		facts_add(&r->host, "kernel.release", h.release, NULL);
		facts_add(&r->host, "kernel.version", h.version, NULL);
		facts_add(&r->host, "host.machine", h.machine, NULL);
		facts_add(&r->host, "cpu.model", "qemu64, emulated", NULL);
		facts_add(&r->host, "cpu.online", "1", NULL);
	}
	return check_clock(&h);
}

static char *take_frames(const struct guest_said *said, const struct turns *turns,
			 struct record *r)
{
	struct frame f, end_f = {.index = UINT32_MAX};
	const char *bytes, *end_bytes = NULL;
	char *wrong = NULL;
	size_t at = 0, order = 0;
	int err;

	while (!wrong && (err = guest_frame(said, &at, &f, &bytes)) == 0) {
		if (f.kind == FRAME_HELLO)
			wrong = take_hello(&f, bytes, r);
		else if (f.kind == FRAME_JOB)
			end_f = f, end_bytes = bytes;
		if (f.kind != FRAME_WORDS || !end_bytes || f.index != end_f.index ||
		    f.index >= turns->n)
			continue;
		struct turn *turn = &turns->v[f.index];
		struct job *job = job_of(turn, &end_f, end_bytes);
		struct frame_end end;
		int words_fd = words_of(&f, bytes);

		memcpy(&end, end_bytes, sizeof(end));
		if (job)
			take_job(turn, &end, job, words_fd, r, order++);
		else
			wrong = xformat("job %u came back in another size", f.index);
		if (words_fd >= 0)
			close(words_fd);
		free(job);
		end_bytes = NULL;
	}
	if (!wrong && err != -ENOENT)
		wrong = xstrdup("what the guest said is cut short");
	return wrong;
}

/* The kernel's symbols, that the guest told last. */
static void take_symbols(const struct guest_said *said, struct exact_code *code)
{
	struct frame f;
	const char *bytes;

	for (size_t at = 0; guest_frame(said, &at, &f, &bytes) == 0;)
		if (f.kind == FRAME_SYMBOLS && !code->symbols)
			code->symbols = xstrndup(bytes, f.size);
}

/* The two counters that a case gets; the plugin's samples are those of its last rep. */
static void take_counts(struct kase *k, const struct profile_sample *v)
{
	static const char *const names[] = {"instructions:u", "instructions:k"};
	enum { COUNTERS = countof(names), EACH = 3 };
	struct rep rep = k->time.v[k->time.n - 1];

	k->events = xcalloc(COUNTERS, sizeof(*k->events));
	k->nevents = COUNTERS;
	for (size_t i = 0; i < COUNTERS; i++) {
		k->events[i].name = xstrdup(names[i]);
		k->events[i].source = xstrdup("qemu");
	}
	rep.width = (size_t)EACH * COUNTERS;
	rep.rows = xcalloc(rep.nrows * rep.width, sizeof(*rep.rows));
	uint64_t *cell = rep.rows;
	for (size_t i = 0; i < rep.nrows; i++) {
		const uint64_t count[COUNTERS] = {v[i].user, v[i].kernel};

		/* Counted all the time: enabled as long as running. */
		for (size_t c = 0; c < COUNTERS; c++, cell += EACH) {
			cell[0] = count[c];
			cell[1] = cell[2] = 1;
		}
	}
	reps_add(&k->counts, &rep);
}

/* What the plugin told of this boot. */
static char *take_profile(const struct exact *e, const struct turns *turns,
			  const struct guest_said *said, struct record *r)
{
	char *path = xformat("%s/profile", e->folder), *wrong = NULL;
	struct profile p;
	int err = profile_read(path, &p);

	if (err)
		wrong = xformat("what the plugin counted cannot be read: %s",
				strerror(-err));
	for (size_t i = 0; i < turns->n && !wrong; i++) {
		struct kase *k = turns->v[i].kase;
		const struct profile_sample *v;

		if (k->status != STATUS_OK)
			continue;
		v = profile_last(&p, i, k->time.v[k->time.n - 1].nrows);
		/* Programs of an older version have no marks: no counters then. */
		if (v)
			take_counts(k, v);
		else if (e->code)
			wrong = xformat("%s: the plugin saw too few samples: are these "
					"programs of this version?",
					k->text);
		if (e->code)
			e->code->jobs[k - r->cases] = i;
	}
	if (!wrong && e->code) {
		e->code->profile = p;
		take_symbols(said, e->code);
	} else if (!err)
		profile_free(&p);
	free(path);
	return wrong;
}

/* A word that no kernel knows, for it has the form of a module's parameter. */
static char *append_of(const struct exact *e)
{
	const char *given = e->guest.append ? e->guest.append : "";

	if (!e->variant.append)
		return xstrdup(given);
	return xformat("%s%slwpbench.pad=%0*d", given, *given ? " " : "",
		       (int)e->variant.append, 0);
}

static int boot(const struct exact *e, const struct turns *turns, struct guest *g,
		struct record *r, char **error)
{
	struct guest_said said = {0};
	int err = guest_boot(g, &said, error);

	/* A QEMU that has no plugins, or other ones: it says so before all else. */
	if (err && g->plugin && !e->code && !said.size && strstr(*error, "plugin")) {
		record_warn(r, "user's and kernel's instructions are not told apart: %s",
			    *error);
		free(*error);
		*error = NULL;
		guest_said_free(&said);
		g->plugin = NULL;
		err = guest_boot(g, &said, error);
	}
	if (!err && said.signal)
		err = said.signal;
	else if (!err)
		*error = take_frames(&said, turns, r);
	if (!err && !*error && g->plugin)
		*error = take_profile(e, turns, &said, r);
	if (err == 0 && *error)
		err = -EINVAL;
	r->blocks += !err;
	guest_said_free(&said);
	return err;
}

static void start_code(struct exact_code *code, const struct record *r)
{
	*code = (struct exact_code){.jobs = xcalloc(r->ncases, sizeof(*code->jobs))};
	for (size_t i = 0; i < r->ncases; i++)
		code->jobs[i] = SIZE_MAX;
}

void exact_code_free(struct exact_code *code)
{
	profile_free(&code->profile);
	free(code->symbols);
	free(code->jobs);
}

int exact_count(const struct exact *e, unsigned boots, struct record *r, char **error)
{
	char *initrd = xformat("%s/initrd", e->folder), *append = append_of(e),
	     *plugin = e->plugin ? xformat("%s,to=%s/profile%s", e->plugin, e->folder,
					   e->code ? ",blocks=on" : "")
				 : NULL;
	struct guest g = e->guest;
	struct turns turns = {0};

	if (e->code)
		start_code(e->code, r);
	g.seed = e->variant.seed;
	g.initrd = initrd;
	g.append = *append ? append : NULL;
	g.folder = e->folder;
	take_turns(e, r, &turns);
	int err = turns.n ? pack(e, &turns, initrd) : 0;
	if (err)
		*error = xformat("%s: %s", initrd, strerror(-err));
	/* The same jobs each time, also of what has failed: each counts on those before
	 * it. With the plugin only once: that it moves no digit is seen each time, too.
	 */
	for (unsigned i = 0; i < boots && turns.n && !err; i++) {
		g.plugin = i + 1 == boots ? plugin : NULL;
		err = boot(e, &turns, &g, r, error);
	}
	for (size_t i = 0; !err && i < turns.n; i++)
		if (turns.v[i].kase->status == STATUS_PENDING)
			kase_set_status(turns.v[i].kase, STATUS_FAILED,
					xstrdup("the guest told nothing of it"));
	turns_free(&turns);
	free(plugin);
	free(append);
	free(initrd);
	return err;
}

void exact_finish(struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		struct kase *k = &r->cases[i];

		if (k->status != STATUS_OK)
			continue;
		free(k->unit);
		k->unit = xstrdup(EXACT_UNIT);
		gauges_free(k->gauges, k->ngauges);
		k->gauges = NULL;
		k->ngauges = 0;
	}
}

const struct kase *exact_differs(const struct record *r, size_t *sample)
{
	for (size_t i = 0; i < r->ncases; i++) {
		const struct reps *t = &r->cases[i].time;

		if (r->cases[i].status != STATUS_OK || t->n < 2)
			continue;
		const struct rep *a = &t->v[t->n - 2], *b = &t->v[t->n - 1];
		for (*sample = 0; *sample < a->nrows; ++*sample)
			if (*sample >= b->nrows || a->rows[*sample] != b->rows[*sample])
				return &r->cases[i];
	}
	return NULL;
}
