/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench apps: times whole programs by hyperfine, into a result that `run` made. */
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arguments.h"
#include "apps.h"
#include "cmd.h"
#include "cmd_options.h"
#include "host.h"
#include "hyperfine.h"
#include "result.h"
#include "session.h"
#include "topology.h"
#include "units.h"
#include "util.h"

/* So many that claims about whole programs can be decided, if all agree: many rounds of
 * one run tell more than a few of several. */
enum { ROUNDS = 13, RUNS = 1, MOST = 10000 };

/* Of one run. */
static const double limit_s = 20;

enum { KEY_ROUNDS = 256, KEY_RUNS, KEY_PROGRAMS, KEY_SEED, KEY_ADD };

struct options {
	const char *programs;
	const char **named, **files; /* the last of files is the result's folder */
	size_t nnamed, nfiles;
	unsigned rounds, runs; /* 0: not given */
	uint64_t seed;
	bool seeded, quiet, add;
};

static const struct argp_option argp_options[] = {
	{"bench", 'b', "NAME|GLOB", 0,
	 "a program, or a glob over cases such as copy/how=*; may be repeated", 0},
	{"rounds", KEY_ROUNDS, "N", 0, "rounds over all of them (13)", 0},
	{"runs", KEY_RUNS, "N", 0, "runs of each in a round (1)", 0},
	{"programs", KEY_PROGRAMS, "DIR", 0, "programs to use instead of our own", 0},
	{"seed", KEY_SEED, "N", 0, "of the order in each round (the result's)", 0},
	{"add", KEY_ADD, NULL, 0,
	 "run nothing: take in what `hyperfine --export-json FILE` has measured", 0},
	{"quiet", 'q', NULL, 0, "no progress", 0},
	{0},
};

static unsigned parse_count(const char *option, const char *arg)
{
	uint64_t n;

	if (units_uint(arg, &n) < 0 || n < 1 || n > MOST)
		fatal("%s: %s: want a whole number from 1 to %d", option, arg, MOST);
	return (unsigned)n;
}

static void append(const char ***list, size_t *n, const char *arg)
{
	*list = xrealloc(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = arg;
}

static void check(const struct options *o, struct argp_state *state)
{
	bool measures = o->nnamed || o->rounds || o->runs || o->seeded || o->programs;

	if (o->nfiles < 1)
		argp_error(state, "want a RESULT: a folder that `lwpbench run` made");
	else if (o->add && o->nfiles < 2)
		argp_error(state, "--add: want FILE... and then the RESULT");
	else if (o->add && measures)
		argp_error(state, "--add runs nothing: it goes with no other option");
	else if (!o->add && o->nfiles > 1)
		argp_error(state, "%s: want one RESULT", o->files[1]);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'b':
		append(&o->named, &o->nnamed, arg);
		break;
	case 'q':
		o->quiet = true;
		break;
	case KEY_ROUNDS:
		o->rounds = parse_count("--rounds", arg);
		break;
	case KEY_RUNS:
		o->runs = parse_count("--runs", arg);
		break;
	case KEY_PROGRAMS:
		o->programs = arg;
		break;
	case KEY_SEED:
		o->seed = option_seed(arg);
		o->seeded = true;
		break;
	case KEY_ADD:
		o->add = true;
		break;
	case ARGP_KEY_ARG:
		append(&o->files, &o->nfiles, arg);
		break;
	case ARGP_KEY_END:
		check(o, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const char *result_of(const struct options *o)
{
	return o->files[o->nfiles - 1];
}

/* ---- the result */

static void check_host(const char *folder, const struct record *r)
{
	struct topology *topology = topology_new(NULL);
	struct facts host = {0};

	host_collect("/", &host);
	if (topology)
		topology_facts(topology, &host);
	else
		fatal("the machine's topology:");
	char *foreign = session_foreign(r, &host);
	if (foreign)
		fatal("%s: %s", folder, foreign);
	topology_free(topology);
	facts_free(&host);
}

static void open_result(const char *folder, struct record *r)
{
	char *error = NULL;
	int err = session_lock(folder);

	if (err == -EWOULDBLOCK)
		fatal("%s: another run is writing there", folder);
	if (err)
		fatal("%s: want a folder that `lwpbench run` made: %s", folder,
		      strerror(-err));
	if (result_read(folder, r, &error) < 0)
		fatal("%s", error);
	check_host(folder, r);
}

static int tell(const struct record *r, const char *folder, double took_s, int stopped)
{
	session_tell_failed(r, HYPERFINE_TOOL);
	if (stopped)
		warn("ended by SIG%s; `lwpbench apps %s` goes on", sigabbrev_np(stopped),
		     folder);
	session_tell_counts(stdout, r, HYPERFINE_TOOL, took_s, folder);
	return session_status(r, HYPERFINE_TOOL, stopped);
}

static int could_not_write(const char *folder, int err)
{
	warn("%s/result.json: %s", folder, strerror(-err));
	return EXIT_UNMEASURED;
}

/* ---- what others measured */

static void read_timings(const char *file, struct timings *t)
{
	const char *path = strcmp(file, "-") == 0 ? "/dev/stdin" : file;
	char *text, *error = NULL;
	size_t size;
	int err = read_file(path, &text, &size);

	if (err)
		fatal("%s: %s", file, strerror(-err));
	if (hyperfine_read(text, size, t, &error) < 0)
		fatal("%s: %s", file, error);
	free(text);
}

static void take(struct kase *k, struct timing *t, unsigned block, unsigned order)
{
	t->rep.block = block;
	t->rep.order = order;
	hyperfine_take(k, t);
}

/* A block of its own: what was measured at another time makes no pairs. */
static void add_timings(const char *file, struct timings *t, struct record *r)
{
	unsigned block = hyperfine_next_block(r);

	for (size_t i = 0; i < t->n; i++) {
		struct kase *k = hyperfine_case(r, t->v[i].command);

		if (!k)
			fatal("%s: results[%zu]: the result has a benchmark named %s",
			      file, i, t->v[i].command);
		else
			take(k, &t->v[i], block, (unsigned)i);
	}
}

static int add(const struct options *o, struct record *r)
{
	for (size_t i = 0; i + 1 < o->nfiles; i++) {
		struct timings t;

		read_timings(o->files[i], &t);
		add_timings(o->files[i], &t, r);
		timings_free(&t);
	}
	int err = result_write(result_of(o), r);
	return err ? could_not_write(result_of(o), err) : tell(r, result_of(o), 0, 0);
}

/* ---- what is measured here */

/* A program by its name, as execvp(3) would find it; caller frees. */
static char *find_in_path(const char *name)
{
	const char *path = getenv("PATH");

	for (const char *at = path ? path : "/usr/local/bin:/usr/bin:/bin"; *at;) {
		size_t len = strcspn(at, ":");
		char *file = xformat("%.*s/%s", (int)len, at, name);
		struct stat st;

		if (len && stat(file, &st) == 0 && S_ISREG(st.st_mode) &&
		    access(file, X_OK) == 0)
			return file;
		free(file);
		at += len + (at[len] == ':');
	}
	return NULL;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	if (remove(path) < 0)
		warn("%s:", path);
	return 0;
}

/* Checks, finds, measures, tells; the exit status. */
static int measure(struct apps *a, const struct options *o, struct record *r)
{
	struct variants variants = {0};
	double start = clock_seconds();
	char *error = NULL;
	int status = EXIT_UNMEASURED, stop = apps_check_hyperfine(a, &error);

	if (!stop) {
		status = EXIT_USAGE;
		stop = apps_find(a, o->named, o->nnamed, &variants, &error);
	}
	if (!stop)
		stop = apps_enter(&variants, r, &error);
	if (!stop) {
		stop = apps_measure(a, &variants, r);
		if (stop < 0)
			status = could_not_write(a->result, stop);
	}
	if (error)
		warn("%s", error);
	if (stop >= 0)
		status = tell(r, a->result, clock_seconds() - start, stop);
	free(error);
	variants_free(&variants);
	return status;
}

static void remove_scratch(const char *scratch)
{
	nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* In a folder for the programs' files, which is gone afterwards. It lies in the result's,
 * which is locked: what a killed process left there is nobody's and goes first. */
static int measure_apart(struct apps *a, const struct options *o, struct record *r)
{
	char *folder = realpath(a->result, NULL);
	char *scratch = xformat("%s/apps.tmp", folder ? folder : a->result);
	char *files = xformat("%s/files", scratch);
	int status = EXIT_UNMEASURED;

	free(folder);
	remove_scratch(scratch);
	/* From here on a signal ends what runs, and no more. */
	a->signal_fd = session_signals();
	char *variable = xformat("LWPBENCH_APP_DIR=%s", files);
	a->scratch = scratch;
	a->variable = variable;
	if (mkdir(scratch, 0700) < 0 || mkdir(files, 0700) < 0)
		warn("%s:", files);
	else
		status = measure(a, o, r);
	remove_scratch(scratch);
	free(variable);
	free(files);
	free(scratch);
	return status;
}

static int run(const struct options *o, struct record *r)
{
	struct progress progress;
	char *programs = o->programs ? xstrdup(o->programs) : find_own("apps");
	char *hyperfine = find_in_path("hyperfine");
	struct apps a = {.programs = programs,
			 .hyperfine = hyperfine,
			 .result = result_of(o),
			 .rounds = o->rounds ? o->rounds : ROUNDS,
			 .runs = o->runs ? o->runs : RUNS,
			 .limit_s = limit_s,
			 .seed = o->seeded ? o->seed : r->seed,
			 .progress = &progress};
	int status = EXIT_UNMEASURED;

	progress_init(&progress, stderr, o->quiet);
	if (!programs)
		fatal("no programs beside this one: run `make`, or give --programs DIR");
	if (hyperfine)
		status = measure_apart(&a, o, r);
	else
		warn("hyperfine is not installed; scripts/deps bench installs it");
	free(hyperfine);
	free(programs);
	return status;
}

int cmd_apps(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.args_doc = "RESULT\n--add FILE... RESULT",
		.doc = "Times whole programs, the same work done by one task, by threads "
		       "and by processes, and adds them to RESULT, a folder that "
		       "`lwpbench run` made. hyperfine runs and times them, all in "
		       "shuffled rounds.\vCtrl-C keeps what was measured. A further "
		       "time adds further rounds.",
	};
	struct options o = {0};
	struct record r = {0};

	arguments_parse(&argp, argc, argv, 0, &o);
	open_result(result_of(&o), &r);
	int status = o.add ? add(&o, &r) : run(&o, &r);
	record_free(&r);
	free(o.named);
	free(o.files);
	return status;
}
