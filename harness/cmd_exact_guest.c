/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the subcommands of `exact` share: options, and the count of an arm's cases. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bands.h"
#include "cmd_exact.h"
#include "exact_find.h"
#include "plan.h"
#include "result.h"
#include "session.h"
#include "units.h"
#include "util.h"

/* Of a boot, host's time: some 20 times what the suite takes. */
static const double default_limit_s = 300;
/* Every count is looked at twice. */
enum { BOOTS = 2 };

enum { KEY_QEMU = 0x400, KEY_SAMPLES, KEY_LIMIT };

static const struct argp_option argp_options[] = {
	{"suite", 's', "SUITE", 0, "cases to count: exact, or a file (with a /)", 0},
	{"bench", 'b', "CASE|GLOB", 0, "a case or a glob, as of `run`; may be repeated",
	 0},
	{"samples", KEY_SAMPLES, "N", 0, "operations counted, a case (64)", 0},
	{"limit", KEY_LIMIT, "TIME", 0, "kill a guest that takes longer (5m)", 0},
	{"qemu", KEY_QEMU, "PROGRAM", 0, "QEMU to use instead of the one found", 0},
	{0},
};

/* By argp_error: what wrong use ends with is a matter of the subcommand. */
static void parse_samples(const char *arg, struct argp_state *state, unsigned *samples)
{
	enum { MOST = 100000 };
	uint64_t n = 0;

	if (units_uint(arg, &n) < 0 || n < 2 || n > MOST)
		argp_error(state, "--samples: %s: want a number from 2 to %d", arg, MOST);
	*samples = (unsigned)n;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct exact_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		o->samples = EXACT_SAMPLES;
		o->limit_s = default_limit_s;
		break;
	case 's':
		o->suite = arg;
		break;
	case 'b':
		o->named = xrealloc(o->named, o->nnamed + 1, sizeof(*o->named));
		o->named[o->nnamed++] = arg;
		break;
	case KEY_QEMU:
		o->qemu = arg;
		break;
	case KEY_SAMPLES:
		parse_samples(arg, state, &o->samples);
		break;
	case KEY_LIMIT:
		if (units_duration(arg, &o->limit_s) < 0 || o->limit_s <= 0)
			argp_error(state, "--limit: %s: want a time such as 30s or 5m",
				   arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

const struct argp exact_argp = {.options = argp_options, .parser = parse_option};

void exact_options_free(struct exact_options *o)
{
	free(o->named);
}

static int start_record(const struct exact_options *o, const char *benches, int argc,
			char **argv, struct record *r)
{
	const struct plan plan = {
		.benches = benches,
		.suite = o->suite    ? o->suite
			 : o->nnamed ? NULL
				     : "exact",
		.named = o->named,
		.nnamed = o->nnamed,
		.alone = true,
	};
	char *error = NULL;

	*r = (struct record){.version = xstrdup(LWP_VERSION),
			     .started = session_time("%Y-%m-%dT%H:%M:%SZ"),
			     .command = session_command(argc, argv),
			     .suite = plan.suite ? xstrdup(plan.suite) : NULL,
			     .precision = 0.001,
			     .passes = 1 << JOB_TIME | 1 << JOB_EVENTS_PASS,
			     .limit_s = o->limit_s};
	if (plan_cases(&plan, r, &error) == 0)
		return 0;
	warn("%s", error);
	free(error);
	return EXIT_USAGE;
}

static void empty_folder(const char *folder)
{
	static const char *const files[] = {"initrd", "record", "console", "said",
					    "profile"};

	for (size_t i = 0; i < countof(files); i++) {
		char *path = xformat("%s/%s", folder, files[i]);

		unlink(path);
		free(path);
	}
	rmdir(folder);
}

static char *scratch(void)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = xformat("%s/lwpbench-exact.XXXXXX", tmp && *tmp ? tmp : "/tmp");

	if (mkdtemp(folder))
		return folder;
	fatal("%s:", folder);
}

/* Boots until each count was had; the exit status. */
static int count(const struct exact *e, unsigned boots, struct record *r)
{
	size_t sample = 0;
	double began = clock_seconds();
	char *error = NULL;

	int err = exact_identify(e, r, &error);
	if (!err)
		err = exact_count(e, boots, r, &error);

	if (err > 0)
		return 128 + err;
	if (err < 0) {
		warn("%s: %s", e->guest.kernel, error);
		free(error);
		return EXIT_UNMEASURED;
	}
	r->elapsed_s = r->budget_s = clock_seconds() - began;
	r->complete = true;
	const struct kase *odd = exact_differs(r, &sample);
	if (odd) {
		warn("%s: two boots of %s differ in sample %zu: %llu and %llu "
		     "instructions: this machine or QEMU is broken, nothing is kept",
		     odd->text, e->guest.kernel, sample,
		     (unsigned long long)odd->time.v[odd->time.n - 2].rows[sample],
		     (unsigned long long)odd->time.v[odd->time.n - 1].rows[sample]);
		return EXIT_UNREPEATABLE;
	}
	exact_finish(r);
	return EXIT_OK;
}

/* The programs that were built with this one. */
#ifdef __x86_64__
static const bool for_x86_64 = true;
#else
static const bool for_x86_64 = false;
#endif

/* What a guest is made of, found; caller frees. */
struct parts {
	char *benches, *init, *qemu, *kernel, *plugin;
};

/* 0, or an exit status after one line on stderr. */
static int find_parts(const struct exact_options *o, const struct exact_arm *arm,
		      struct parts *p)
{
	char *error = NULL;

	*p = (struct parts){.benches = arm->benches ? xstrdup(arm->benches)
						    : find_own("benches"),
			    .init = find_own("guest/init"),
			    .qemu = exact_find_qemu(o->qemu),
			    .kernel = exact_find_kernel(arm->kernel, &error),
			    .plugin = find_own("guest/plugin.so")};
	if (!for_x86_64)
		warn("exact mode boots x86-64 kernels, and these programs are of another "
		     "machine");
	else if (!p->benches || !p->init || (arm->code && !p->plugin))
		warn("no benchmarks or no %s beside this program: run `make`",
		     p->init ? "guest/plugin.so" : "guest/init");
	else if (!p->kernel)
		warn("%s", error);
	else
		return EXIT_OK;
	free(error);
	return EXIT_USAGE;
}

static void parts_free(struct parts *p)
{
	free(p->benches);
	free(p->init);
	free(p->qemu);
	free(p->kernel);
	free(p->plugin);
}

int exact_measure(const struct exact_options *o, const struct exact_arm *arm, bool once,
		  int argc, char **argv, struct record *r)
{
	struct parts p;
	int status = find_parts(o, arm, &p);

	*r = (struct record){0};
	if (status == EXIT_OK)
		status = start_record(o, p.benches, argc, argv, r);
	if (status == EXIT_OK) {
		char *work = scratch();
		const struct exact e = {.benches = p.benches,
					.init = p.init,
					.folder = work,
					.samples = o->samples,
					.variant = arm->variant,
					.plugin =
						arm->apart || arm->code ? p.plugin : NULL,
					.code = arm->code,
					.guest = {.qemu = p.qemu,
						  .kernel = p.kernel,
						  .append = arm->append,
						  .limit_s = o->limit_s,
						  .signal_fd = session_signals()}};
		status = count(&e, once ? 1 : BOOTS, r);
		empty_folder(work);
		free(work);
	}
	parts_free(&p);
	return status;
}

/* Each kind alone, small and large, and all together. Unlike those of tests and of use:
 * what matters is how far any of them moves a case. */
static const struct exact_variant variants[] = {
	{.append = 0},     {.append = 7}, {.append = 150},
	{.program = 3000}, {.seed = 1},   {.append = 61, .program = 700, .seed = 2},
};

static int keep_bands(const char *folder, struct bands *b)
{
	int err = bands_write(folder, b);

	if (!err)
		return EXIT_OK;
	warn("%s: %s", folder, strerror(-err));
	return EXIT_UNMEASURED;
}

int exact_vary(const struct exact_options *o, const struct exact_arm *arm,
	       const char *folder, int argc, char **argv, struct bands *out)
{
	int status = EXIT_OK;

	*out = (struct bands){0};
	for (size_t i = 0; i < countof(variants) && status == EXIT_OK; i++) {
		struct exact_arm varied = *arm;
		struct record r;

		varied.variant = variants[i];
		status = exact_measure(o, &varied, true, argc, argv, &r);
		if (status == EXIT_OK && !out->of.kernel)
			bands_of_record(&r, &out->of);
		if (status == EXIT_OK)
			bands_widen(out, &r);
		record_free(&r);
	}
	return status == EXIT_OK ? keep_bands(folder, out) : status;
}
