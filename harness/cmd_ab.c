/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench ab: two arms in turns on this machine, and which of them costs more. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "ab.h"
#include "ab_answers.h"
#include "answers_options.h"
#include "cmd.h"
#include "cmd_options.h"
#include "host.h"
#include "plan.h"
#include "result.h"
#include "session.h"
#include "util.h"

/* Unless told: of a suite, and of a few cases. */
static const double suite_budget_s = 180, cases_budget_s = 60, default_limit_s = 20;

enum { ARMS = 2, A = 0, B = 1 };

enum {
	KEY_A = 256,
	KEY_B,
	KEY_A_BENCHES,
	KEY_B_BENCHES,
	KEY_A_BEFORE,
	KEY_B_BEFORE,
	KEY_A_WITH,
	KEY_B_WITH,
	KEY_INJECT,
	KEY_ALPHA,
	KEY_MARGIN,
	KEY_BUDGET,
	KEY_LIMIT,
	KEY_SEED,
};

struct options {
	struct arm_ask arm[ARMS];
	bool some_arm; /* something was said of one */
	const char *suite, *folder;
	const char **named;
	size_t nnamed;
	struct contest_rule rule;
	double budget_s, limit_s; /* NAN: not given */
	uint64_t seed;
	bool seeded, quiet;
	struct answers_options answers;
};

static const struct argp_option argp_options[] = {
	{"a", KEY_A, "CMD", 0,
	 "arm a, the base: a command that runs what follows it, such as 'env "
	 "NAME=VALUE'; "
	 "'' is none",
	 1},
	{"b", KEY_B, "CMD", 0, "arm b, the new one: likewise", 1},
	{"a-benches", KEY_A_BENCHES, "DIR", 0,
	 "benchmark programs of arm a instead of our own", 1},
	{"b-benches", KEY_B_BENCHES, "DIR", 0, "those of arm b", 1},
	{"a-before", KEY_A_BEFORE, "CMD", 0,
	 "a command that runs before each turn of arm a, such as 'sysctl -q NAME=VALUE', "
	 "and a last time when all is over",
	 1},
	{"b-before", KEY_B_BEFORE, "CMD", 0, "one before each turn of arm b", 1},
	{"a-with", KEY_A_WITH, "PARAM=VALUE", 0,
	 "a parameter that the cases get in arm a; may be repeated", 1},
	{"b-with", KEY_B_WITH, "PARAM=VALUE", 0, "one that they get in arm b", 1},
	{"inject", KEY_INJECT, "SHARE", 0,
	 "draw arm b's samples out by so much, to see whether that is found", 1},
	{"suite", 's', "SUITE", 0, "cases to compare: a suite that `list` names (quick)",
	 2},
	{"bench", 'b', "CASE|GLOB", 0, "a case or a glob, as of `run`; may be repeated",
	 2},
	{"alpha", KEY_ALPHA, "SHARE", 0,
	 "a false regressed or improved in at most so many comparisons, all cases "
	 "together (1%)",
	 3},
	{"margin", KEY_MARGIN, "SHARE", 0, "equivalent is what differs by less (2%)", 3},
	{"budget", KEY_BUDGET, "TIME", 0,
	 "stop after this long, decided or not (3m; 60s with -b and no -s)", 3},
	{"limit", KEY_LIMIT, "TIME", 0,
	 "kill a rep, or a command before one, that takes longer (20s)", 3},
	{"seed", KEY_SEED, "N", 0, "of the order of turns (random, recorded)", 3},
	{"output", 'o', "DIR", 0,
	 "keep the arms' results there, in a and b, and answers.json", 4},
	{"quiet", 'q', NULL, 0, "no progress", 4},
	{0},
};

/* Whether the key is about an arm, which is then told. */
static bool parse_arm(int key, char *arg, struct options *o)
{
	struct arm_ask *arms = o->arm;

	switch (key) {
	case KEY_A:
	case KEY_B:
		arms[key == KEY_B].prefix = arg;
		break;
	case KEY_A_BENCHES:
	case KEY_B_BENCHES:
		arms[key == KEY_B_BENCHES].benches = arg;
		break;
	case KEY_A_BEFORE:
	case KEY_B_BEFORE:
		arms[key == KEY_B_BEFORE].before = arg;
		break;
	case KEY_A_WITH:
	case KEY_B_WITH: {
		struct arm_ask *to = &arms[key == KEY_B_WITH];

		to->with = xrealloc(to->with, to->nwith + 1, sizeof(*to->with));
		to->with[to->nwith++] = arg;
		break;
	}
	case KEY_INJECT:
		option_share("--inject", arg, &arms[B].inject);
		break;
	default:
		return false;
	}
	o->some_arm = true;
	return true;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	if (parse_arm(key, arg, o))
		return 0;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->answers;
		break;
	case 's':
		o->suite = arg;
		break;
	case 'b':
		o->named = xrealloc(o->named, o->nnamed + 1, sizeof(*o->named));
		o->named[o->nnamed++] = arg;
		break;
	case 'o':
		if (!*arg)
			argp_error(state, "-o: want the name of a folder");
		o->folder = arg;
		break;
	case 'q':
		o->quiet = true;
		break;
	case KEY_ALPHA:
		option_alpha(arg, &o->rule.alpha);
		break;
	case KEY_MARGIN:
		option_share("--margin", arg, &o->rule.margin);
		break;
	case KEY_BUDGET:
		option_time("--budget", arg, &o->budget_s);
		break;
	case KEY_LIMIT:
		option_time("--limit", arg, &o->limit_s);
		break;
	case KEY_SEED:
		o->seed = option_seed(arg);
		o->seeded = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: cases are given by -b, arms by --a and --b", arg);
		break;
	case ARGP_KEY_END:
		if (!o->some_arm)
			argp_error(state, "want an arm: --a, --b or one of their kind; "
					  "--a '' --b '' compares this with itself");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void make_arms(const struct options *o, struct ab *ab)
{
	char *own = find_own("benches"), *error = NULL;

	if (!own && !(o->arm[A].benches && o->arm[B].benches))
		fatal("no benchmarks beside this program: run `make`, or give "
		      "--a-benches and --b-benches");
	for (size_t i = 0; i < ARMS; i++)
		if (arm_make("ab"[i], &o -> arm[i], own, &ab -> arm[i], &error) < 0)
			fatal("%s", error);
	free(own);
}

/* A case, planned of the programs in `benches`, as one arm runs it, or as one that it has
 * to skip; whether it knows it. */
static bool adapt(const struct arm *arm, const char *benches, const struct kase *k,
		  struct kase *out)
{
	char *error = NULL;

	/* To ask all programs once more would take seconds of a long suite. */
	if (!arm->nwith && strcmp(arm->benches, benches) == 0) {
		*out = kase_again(k);
		return true;
	}
	if (plan_variant(arm->benches, k, arm->with, arm->nwith, out, &error) == 0)
		return true;
	*out = (struct kase){.text = xstrdup(k->text),
			     .bench = xstrdup(k->bench),
			     .brief = xstrdup(k->brief),
			     .family = xstrdup(k->family),
			     .unit = xstrdup(k->unit),
			     .floor = xstrdup(k->floor),
			     .base = xstrdup(""),
			     .higher_is_better = k->higher_is_better,
			     .status = STATUS_SKIPPED,
			     .reason = error};
	return false;
}

/* Either arm's cases, in the order of those asked for. */
static void adapt_cases(const struct record *asked, struct ab *ab)
{
	for (size_t arm = 0; arm < ARMS; arm++) {
		struct record *r = &ab->r[arm];
		size_t known = 0;

		r->cases = xcalloc(asked->ncases, sizeof(*r->cases));
		r->ncases = asked->ncases;
		for (size_t i = 0; i < asked->ncases; i++)
			known += adapt(&ab->arm[arm], ab->arm[A].benches,
				       &asked->cases[i], &r->cases[i]);
		if (ab->arm[arm].inject > 0)
			ab_skip_ladders(r);
		if (!known)
			fatal("arm %c knows none of the cases: %s", ab->arm[arm].name,
			      r->cases[0].reason);
	}
}

static void copy_facts(const struct facts *from, struct facts *to)
{
	for (size_t i = 0; i < from->n; i++)
		facts_add(to, from->v[i].name, from->v[i].value, from->v[i].reason);
}

static void start_records(const struct options *o, int argc, char **argv,
			  const struct record *asked, struct ab *ab)
{
	struct facts host = {0};

	host_collect("/", &host);
	topology_facts(ab->topology, &host);
	for (size_t arm = 0; arm < ARMS; arm++) {
		struct record *r = &ab->r[arm];

		r->version = xstrdup(LWP_VERSION);
		r->started = session_time("%Y-%m-%dT%H:%M:%SZ");
		r->suite = asked->suite ? xstrdup(asked->suite) : NULL;
		r->command = session_command(argc, argv);
		r->seed = ab->seed;
		r->budget_s = ab->budget_s;
		r->limit_s = ab->limit_s;
		r->precision = o->rule.margin;
		r->passes = 1u << JOB_TIME;
		copy_facts(&host, &r->host);
		record_warn(r,
			    "this is arm %c of `lwpbench ab`: %s; it took turns with "
			    "arm %c: %s",
			    ab->arm[arm].name, ab->arm[arm].text, ab->arm[!arm].name,
			    ab->arm[!arm].text);
	}
	facts_free(&host);
}

/* The arms' folders, which nobody else may write into. */
static void open_folder(const char *folder)
{
	char *answers = xformat("%s/answers.json", folder);
	int err = make_dirs(folder);

	if (!err)
		err = session_lock(folder);
	if (err == -EWOULDBLOCK)
		fatal("%s: another run is writing there", folder);
	for (size_t arm = 0; arm < ARMS && !err; arm++) {
		char *dir = xformat("%s/%c", folder, "ab"[arm]);

		err = make_dirs(dir);
		free(dir);
	}
	if (err)
		fatal("%s: %s", folder, strerror(-err));
	if (access(answers, F_OK) == 0)
		fatal("%s: there is a comparison already: give another folder", answers);
	free(answers);
}

/* 0, or -errno with the path in *bad (caller frees). */
static int keep(const char *folder, struct ab *ab, const struct answers *answers,
		char **bad)
{
	const char *wrong = NULL;
	int err = 0;

	for (size_t arm = 0; arm < ARMS && !err; arm++) {
		free(*bad);
		*bad = xformat("%s/%c", folder, ab->arm[arm].name);
		session_warn_noise(&ab->r[arm]);
		err = result_write(*bad, &ab->r[arm]);
	}
	if (err)
		return err;
	free(*bad);
	*bad = xformat("%s/answers.json", folder);
	const struct answers_files files = {.json = *bad};
	return answers_write(answers, &files, &wrong);
}

/* Tells and keeps what came out; the exit status. */
static int tell(const struct options *o, struct ab *ab, const struct record *asked,
		int stopped)
{
	struct answers answers = {0};
	const char *wrong = NULL;
	char *bad = NULL;

	ab_answers(ab, asked, &answers);
	int err = o->folder ? keep(o->folder, ab, &answers, &bad) : 0;
	if (err)
		warn("%s: %s", bad, strerror(-err));
	free(bad);
	int told = answers_tell(&answers, &o->answers, &wrong);
	if (told)
		warn("%s: %s", wrong, strerror(-told));
	if (stopped)
		warn("ended by SIG%s%s", sigabbrev_np(stopped),
		     o->folder && !err ? "; what was measured is kept" : "");
	int status = stopped       ? 128 + stopped
		     : err || told ? EXIT_UNMEASURED
				   : answers_status(&answers);
	answers_free(&answers);
	return status;
}

static int compare(const struct options *o, int argc, char **argv)
{
	struct progress progress;
	struct topology *topology = topology_new(NULL);
	struct record asked = {0};
	struct ab ab = {.rule = o->rule,
			.seed = o->seeded ? o->seed : session_seed(),
			.limit_s = isnan(o->limit_s) ? default_limit_s : o->limit_s,
			.topology = topology,
			.progress = &progress};
	char *error = NULL;

	if (!topology)
		fatal("the machine's topology:");
	ab.budget_s = !isnan(o->budget_s)      ? o->budget_s
		      : o->nnamed && !o->suite ? cases_budget_s
					       : suite_budget_s;
	make_arms(o, &ab);
	option_cases(ab.arm[A].benches, o->suite, o->named, o->nnamed, &asked);
	adapt_cases(&asked, &ab);
	start_records(o, argc, argv, &asked, &ab);
	if (o->folder)
		open_folder(o->folder);
	progress_init(&progress, stderr, o->quiet);
	ab.signal_fd = session_signals();
	int stopped = ab_measure(&ab, &error), status = EXIT_UNMEASURED;
	if (stopped < 0)
		warn("%s", error);
	else
		status = tell(o, &ab, &asked, stopped);
	free(error);
	ab_free(&ab);
	record_free(&asked);
	topology_free(topology);
	return status;
}

int cmd_ab(int argc, char **argv)
{
	static const struct argp_child children[] = {{&answers_argp, 0, NULL, 4}, {0}};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.children = children,
		.doc = "Measures two arms in turns on this machine and says of each case "
		       "whether b costs more than a: regressed, improved, equivalent, or "
		       "~, which is that nothing can be said.\vCommands are split into "
		       "words as by a shell, but none runs them. Exit status: 1 if "
		       "something regressed or failed, 77 if nothing could be said.",
	};
	struct options o = {
		.rule = {.alpha = 0.01, .margin = 0.02}, .budget_s = NAN, .limit_s = NAN};

	arguments_parse(&argp, argc, argv, 0, &o);
	int status = compare(&o, argc, argv);
	free(o.named);
	for (size_t i = 0; i < ARMS; i++)
		free(o.arm[i].with);
	return status;
}
