/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench attribute: which shared resource makes the difference between a fork and a
 * thread. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "attribution.h"
#include "cases.h"
#include "cmd.h"
#include "cmd_options.h"
#include "host.h"
#include "json.h"
#include "result.h"
#include "cmd_run.h"
#include "show.h"
#include "util.h"

enum { KEY_JSON = 256, KEY_BUDGET };

enum { NAMED = 12 }; /* missing sets that a line of text names */

struct options {
	const char *result; /* NULL: to be measured */
	bool json;
	struct run_options run;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_JSON:
		o->json = true;
		break;
	case 'o':
		if (!*arg)
			argp_error(state, "-o: want the name of a folder");
		o->run.folder = arg;
		break;
	case 'q':
		o->run.quiet = true;
		break;
	case KEY_BUDGET:
		option_time("--budget", arg, &o->run.budget_s);
		break;
	case ARGP_KEY_ARG:
		if (o->result)
			argp_error(state, "%s: want one RESULT", arg);
		o->result = arg;
		break;
	case ARGP_KEY_END:
		if (o->result && (o->run.folder || !isnan(o->run.budget_s)))
			argp_error(state, "-o and --budget are for measuring: with "
					  "RESULT there is nothing to measure");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* ---- what is missing */

/* Whether the set is a legal one that has no figures. */
static bool lacks(const struct attribution *a, unsigned set)
{
	return attribute_legal(&attribution_lattice, set) &&
	       (!a->sets[set] || !case_is_timed(a->sets[set]));
}

/* "VM+FS (failed: clone3: EPERM)"; caller frees. */
static char *missing_words(const struct attribution *a, unsigned set)
{
	const struct kase *k = a->sets[set];
	char *name = attribution_set(set);

	if (!k || (k->status != STATUS_FAILED && k->status != STATUS_SKIPPED))
		return name;
	char *words = xformat("%s (%s%s%s)", name, status_name(k->status),
			      k->reason ? ": " : "", k->reason ? k->reason : "");
	free(name);
	return words;
}

static void tell_missing(const char *from, const struct attribution *a)
{
	char *list = xstrdup("");
	size_t n = 0;

	for (unsigned s = 0; s < ATTRIBUTE_SETS && n < NAMED; s++) {
		if (!lacks(a, s))
			continue;
		char *words = missing_words(a, s);
		char *longer = xformat("%s%s%s", list, n ? ", " : "", words);

		n++;
		free(words);
		free(list);
		list = longer;
	}
	if (a->missing > n)
		warn("%s: %s: %zu of %zu sets of flags are missing: %s and %zu more",
		     from, a->label, a->missing, attribution_legal(), list,
		     a->missing - n);
	else
		warn("%s: %s: %zu of %zu sets of flags are missing: %s", from, a->label,
		     a->missing, attribution_legal(), list);
	free(list);
}

/* Whether so little is missing that all of them may have been meant. */
static bool nearly_all(const struct attribution *a)
{
	return a->missing < attribution_legal() / 2;
}

/* The one that lacks least, of those without an answer; NULL if there is none. */
static const struct attribution *nearest(const struct attributions *all)
{
	const struct attribution *best = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct attribution *a = &all->v[i];

		if (!attribution_answers(a) && (!best || a->missing < best->missing))
			best = a;
	}
	return best;
}

/* Whether sets were to be measured that were not. */
static bool was_cut(const struct attribution *a)
{
	bool pending = false;

	for (unsigned s = 0; s < ATTRIBUTE_SETS; s++)
		pending |=
			lacks(a, s) && a->sets[s] && a->sets[s]->status == STATUS_PENDING;
	return pending;
}

static void tell_what_lacks(const char *from, const struct attributions *all,
			    bool answered)
{
	const struct attribution *best = nearest(all);

	if (!all->n)
		warn("%s: no tasks made with sets of clone flags", from);
	for (size_t i = 0; i < all->n; i++) {
		const struct attribution *a = &all->v[i];

		if (attribution_answers(a) ||
		    !(nearly_all(a) || (!answered && a == best)))
			continue;
		if (a->missing)
			tell_missing(from, a);
		else
			warn("%s: %s: no block has all %zu sets of flags: give a larger "
			     "--budget",
			     from, a->label, attribution_legal());
	}
	if (!answered && best && was_cut(best))
		warn("the run ended before it reached them: give a larger --budget");
	else if (!answered)
		warn("`lwpbench attribute` measures all sets in the same blocks");
}

/* ---- as JSON */

static void add_estimate(struct json *to, const char *key, const struct estimate *e)
{
	struct json *o = json_new_object(), *ci = json_new_array();

	json_add_real(o, "value", e->value);
	json_add_real(ci, NULL, e->lo);
	json_add_real(ci, NULL, e->hi);
	json_add(o, "ci", ci);
	json_add_int(o, "blocks", e->n);
	json_add(to, key, o);
}

/* Of each flag: an estimate in ns, and as a share. */
static struct json *flags_json(const struct attribution_measure *m, unsigned set,
			       size_t ns, const char *name, size_t share)
{
	struct json *o = json_new_object();

	for (unsigned f = 0; f < ATTRIBUTE_FLAGS; f++) {
		if (!(set & 1u << f))
			continue;
		struct json *flag = json_new_object();

		add_estimate(flag, "ns", &m->of[ns + f]);
		add_estimate(flag, name, &m->of[share + f]);
		json_add(o, attribution_flags[f], flag);
	}
	return o;
}

static struct json *pairs_json(const struct attribution_measure *m)
{
	struct json *v = json_new_array();

	for (size_t i = 0; i < m->npairs; i++) {
		const struct attribution_pair *p = &m->pairs[i];
		struct json *o = json_new_object(), *flags = json_new_array();

		json_add_text(flags, NULL, attribution_flags[p->f]);
		json_add_text(flags, NULL, attribution_flags[p->g]);
		json_add(o, "flags", flags);
		add_estimate(o, "ns", &p->ns);
		json_add_bool(o, "clear", p->clear);
		json_add(v, NULL, o);
	}
	return v;
}

static struct json *measure_json(const struct attribution_measure *m)
{
	struct json *o = json_new_object();

	json_add_int(o, "blocks", m->blocks);
	if (!m->blocks)
		return o;
	add_estimate(o, "fork", &m->of[ATTRIBUTION_FORK]);
	add_estimate(o, "thread", &m->of[ATTRIBUTION_THREAD]);
	add_estimate(o, "gap", &m->of[ATTRIBUTION_GAP]);
	json_add_real(o, "sum_of_shares", m->sum);
	json_add(o, "shares",
		 flags_json(m, attribution_thread, ATTRIBUTION_SHARE, "of_gap",
			    ATTRIBUTION_PART));
	json_add(o, "effects",
		 flags_json(m, ATTRIBUTE_SETS - 1, ATTRIBUTION_EFFECT, "of_fork",
			    ATTRIBUTION_OF_FORK));
	json_add(o, "pairs", pairs_json(m));
	return o;
}

static struct json *parent_json(const struct attribution *a)
{
	struct json *o = json_new_object(), *missing = json_new_array();

	json_add_text(o, "cases", a->label);
	json_add_text(o, "parent", a->parent);
	for (unsigned s = 0; s < ATTRIBUTE_SETS; s++) {
		if (!lacks(a, s))
			continue;
		char *name = attribution_set(s);

		json_add_text(missing, NULL, name);
		free(name);
	}
	json_add(o, "missing", missing);
	for (unsigned m = 0; m < ATTRIBUTION_MEASURES; m++)
		json_add(o, attribution_measures[m], measure_json(&a->of[m]));
	if (a->pthread.n)
		add_estimate(o, "pthread_create_adds_ns", &a->pthread);
	else
		json_add_null(o, "pthread_create_adds_ns");
	return o;
}

static void print_json(const struct attributions *all)
{
	struct json *o = json_new_object(), *parents = json_new_array();

	for (size_t i = 0; i < all->n; i++)
		json_add(parents, NULL, parent_json(&all->v[i]));
	json_add(o, "parents", parents);
	char *text = json_text(o, true);
	puts(text);
	free(text);
	json_free(o);
}

/* ---- */

static void print_text(const struct record *r)
{
	const struct sheet out = sheet_stdout();
	char *title = host_title(&r->host);

	sheet_line(&out, "%s, measured %s", title, r->started);
	sheet_gap(&out);
	show_attribution(&out, r);
	free(title);
}

static int answer(const struct options *o, const struct record *r)
{
	struct attributions all;
	bool answered = false;

	attributions_of(r, &all);
	for (size_t i = 0; i < all.n; i++)
		answered |= attribution_answers(&all.v[i]);
	if (o->json)
		print_json(&all);
	else if (answered)
		print_text(r);
	fflush(stdout);
	tell_what_lacks(o->result ? o->result : "this run", &all, answered);
	attributions_free(&all);
	return answered ? EXIT_OK : EXIT_UNJUDGED;
}

int cmd_attribute(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"json", KEY_JSON, NULL, 0, "one JSON object", 0},
		{"output", 'o', "DIR", 0, "where to keep the result (results/TIME)", 0},
		{"budget", KEY_BUDGET, "TIME", 0,
		 "stop measuring after this long (the suite's)", 0},
		{"quiet", 'q', NULL, 0, "no progress", 0},
		{0},
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "[RESULT]",
		.doc = "Says which shared resource makes the difference between a fork "
		       "and a thread: from tasks made by clone3 with every legal set of "
		       "VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, VFORK and IO, what each "
		       "flag changes on average, which two do together what neither "
		       "does, and which share of the way from a fork to a thread is "
		       "whose. Without RESULT it first measures, as `lwpbench run -s "
		       "attribute` does.\v"
		       "Exit status: 77 if sets are missing.",
	};
	struct options o = {.run = {.suite = "attribute",
				    .budget_s = NAN,
				    .precision = NAN,
				    .limit_s = NAN,
				    .counts = stderr}};
	struct record r = {0};
	char *error = NULL;
	int status = EXIT_OK;

	arguments_parse(&argp, argc, argv, 0, &o);
	if (!o.result)
		status = run_cases(&o.run, argc, argv, &r);
	else if (result_read(o.result, &r, &error) < 0)
		fatal("%s", error);
	/* A case that failed may be none of those that it takes. */
	if (status == EXIT_OK || status == EXIT_REGRESSION) {
		int answered = answer(&o, &r);

		status = status ? status : answered;
	}
	record_free(&r);
	return status;
}
