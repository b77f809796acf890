/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench selftest: what `ab` can tell apart on this machine, and how often it is wrong.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "ab.h"
#include "cmd.h"
#include "cmd_options.h"
#include "session.h"
#include "show_selftest.h"
#include "util.h"

enum { ARMS = 2 };

/* Of a rep; and the part of the budget that measures equal arms. */
static const double limit_s = 20, equal_part = 0.6;

enum { KEY_BUDGET = 256, KEY_INJECT, KEY_ALPHA, KEY_MARGIN, KEY_SEED, KEY_JSON };

struct options {
	const char *suite;
	const char **named;
	size_t nnamed;
	struct contest_rule rule;
	double budget_s, inject;
	uint64_t seed;
	bool seeded, json, quiet;
};

static const struct argp_option argp_options[] = {
	{"suite", 's', "SUITE", 0, "cases to try: a suite that `list` names (quick)", 0},
	{"bench", 'b', "CASE|GLOB", 0, "a case or a glob, as of `run`; may be repeated",
	 0},
	{"budget", KEY_BUDGET, "TIME", 0, "measure for so long (4m)", 0},
	{"inject", KEY_INJECT, "SHARE", 0, "draw one arm's samples out by so much (2%)",
	 0},
	{"alpha", KEY_ALPHA, "SHARE", 0,
	 "of the comparisons that are tried, as of `ab` (1%)", 0},
	{"margin", KEY_MARGIN, "SHARE", 0, "as of `ab` (2%)", 0},
	{"seed", KEY_SEED, "N", 0, "of the order of turns, and of what is drawn (random)",
	 0},
	{"json", KEY_JSON, NULL, 0, "one JSON object", 0},
	{"quiet", 'q', NULL, 0, "no progress", 0},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 's':
		o->suite = arg;
		break;
	case 'b':
		o->named = xrealloc(o->named, o->nnamed + 1, sizeof(*o->named));
		o->named[o->nnamed++] = arg;
		break;
	case 'q':
		o->quiet = true;
		break;
	case KEY_BUDGET:
		option_time("--budget", arg, &o->budget_s);
		break;
	case KEY_INJECT:
		option_share("--inject", arg, &o->inject);
		break;
	case KEY_ALPHA:
		option_alpha(arg, &o->rule.alpha);
		break;
	case KEY_MARGIN:
		option_share("--margin", arg, &o->rule.margin);
		break;
	case KEY_SEED:
		o->seed = option_seed(arg);
		o->seeded = true;
		break;
	case KEY_JSON:
		o->json = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: cases are given by -b", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* The blocks of each case, as they came. */
struct blocks {
	double **d, *seconds;
	size_t *n;
};

static void take(void *to, const struct ab_block *b)
{
	struct blocks *all = to;
	size_t i = b->index;

	all->d[i] = xrealloc(all->d[i], all->n[i] + 1, sizeof(**all->d));
	all->d[i][all->n[i]++] = b->d;
	all->seconds[i] += b->seconds;
}

/* An arm's own of the cases that were asked for. */
static void take_cases(const struct record *asked, struct record *r)
{
	r->cases = xcalloc(asked->ncases, sizeof(*r->cases));
	for (; r->ncases < asked->ncases; r->ncases++)
		r->cases[r->ncases] = kase_again(&asked->cases[r->ncases]);
	ab_skip_ladders(r);
	r->passes = 1u << JOB_TIME;
}

/* Two arms, of which b is drawn out. */
static void prepare(const struct options *o, const char *benches,
		    const struct record *asked, double inject, double budget_s,
		    struct ab *ab)
{
	char *error = NULL;

	for (size_t i = 0; i < ARMS; i++) {
		const struct arm_ask ask = {.inject = i ? inject : 0};

		if (arm_make("ab"[i], &ask, benches, &ab -> arm[i], &error) < 0)
			fatal("%s", error);
		take_cases(asked, &ab->r[i]);
	}
	ab->rule = o->rule;
	ab->budget_s = budget_s;
	ab->limit_s = limit_s;
}

/* Measures what there is time for; what a signal ended, or 0. */
static int sample(struct ab *ab, struct blocks *out)
{
	char *error = NULL;

	out->d = xcalloc(ab->r[0].ncases, sizeof(*out->d));
	out->n = xcalloc(ab->r[0].ncases, sizeof(*out->n));
	out->seconds = xcalloc(ab->r[0].ncases, sizeof(*out->seconds));
	int stopped = ab_sample(ab, SIZE_MAX, take, out, &error);
	if (stopped < 0)
		fatal("%s", error);
	return stopped;
}

static void blocks_free(struct blocks *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(b->d[i]);
	free(b->d);
	free(b->n);
	free(b->seconds);
}

/* The cases that can be drawn out and of which both kinds of blocks are there. */
static void pair_up(const struct ab *ab, const struct blocks *same,
		    const struct blocks *injected, struct selftest_report *t)
{
	const struct record *r = &ab->r[0];

	t->rows = xcalloc(r->ncases, sizeof(*t->rows));
	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];

		if (!same->n[i] || !injected->n[i]) {
			bool time = k->status == STATUS_OK || k->status == STATUS_PENDING;

			t->skipped += time;
			warn("%s: not measured: %s", k->text,
			     time || !k->reason ? "the time was up before" : k->reason);
			continue;
		}
		double block_s = same->seconds[i] / (double)same->n[i];
		t->rows[t->n++] = (struct selftest_row){
			.k = k,
			.same = {same->d[i], same->n[i], block_s},
			.injected = {injected->d[i], injected->n[i], block_s},
		};
	}
}

static int tell(const struct options *o, const struct ab *ab, const struct blocks *same,
		const struct blocks *injected, double elapsed_s)
{
	struct selftest_report t = {.rule = o->rule,
				    .inject = o->inject,
				    .budget_s = o->budget_s,
				    .elapsed_s = elapsed_s,
				    .rep_s = ab->rep_s,
				    .seed = ab->seed};

	pair_up(ab, same, injected, &t);
	selftest_work_out(&t);
	if (o->json) {
		show_selftest_json(stdout, &t);
	} else {
		const struct sheet sheet = sheet_stdout();

		show_selftest(&sheet, &t);
	}
	int status = selftest_status(&t);
	selftest_report_free(&t);
	return status;
}

static int test(const struct options *o)
{
	struct topology *topology = topology_new(NULL);
	struct progress progress;
	struct blocks blocks[ARMS];
	struct ab ab[ARMS] = {0}; /* equal arms, and b drawn out */
	struct record asked = {0};
	uint64_t seed = o->seeded ? o->seed : session_seed();
	double parts[] = {equal_part, 1 - equal_part}, elapsed_s = 0;
	int signals = session_signals(), stopped = 0;

	if (!topology)
		fatal("the machine's topology:");
	char *benches = find_own("benches");
	if (!benches)
		fatal("no benchmarks beside this program: run `make`");
	option_cases(benches, o->suite, o->named, o->nnamed, &asked);
	progress_init(&progress, stderr, o->quiet);
	for (size_t i = 0; i < ARMS; i++) {
		prepare(o, benches, &asked, i ? o->inject : 0, parts[i] * o->budget_s,
			&ab[i]);
		ab[i].seed = seed + i;
		ab[i].signal_fd = signals;
		ab[i].topology = topology;
		ab[i].progress = &progress;
	}
	for (size_t i = 0; i < ARMS && !stopped; i++) {
		stopped = sample(&ab[i], &blocks[i]);
		elapsed_s += ab[i].elapsed_s;
		if (stopped && !i)
			blocks[1] = (struct blocks){0};
	}
	if (stopped)
		warn("ended by SIG%s", sigabbrev_np(stopped));
	int status = stopped ? 128 + stopped
			     : tell(o, &ab[0], &blocks[0], &blocks[1], elapsed_s);
	for (size_t i = 0; i < ARMS; i++) {
		if (blocks[i].d)
			blocks_free(&blocks[i], ab[i].r[0].ncases);
		ab_free(&ab[i]);
	}
	record_free(&asked);
	free(benches);
	topology_free(topology);
	return status;
}

int cmd_selftest(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.doc = "Measures on this machine how often `lwpbench ab` would call "
		       "equal arms different, whether a change that is known is seen "
		       "as what it is, and the smallest that would be found in how "
		       "many seconds.\vExit status: 0 if its promises hold here, 1 if "
		       "one does not, 3 if nothing could be measured, 77 if too little "
		       "was measured to say.",
	};
	struct options o = {
		.rule = {.alpha = 0.01, .margin = 0.02}, .budget_s = 240, .inject = 0.02};

	arguments_parse(&argp, argc, argv, 0, &o);
	int status = test(&o);
	free(o.named);
	return status;
}
