/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lwpbench run: measures cases and keeps a result. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arguments.h"
#include "cmd.h"
#include "cmd_options.h"
#include "cmd_run.h"
#include "doctor.h"
#include "figures.h"
#include "host.h"
#include "measure.h"
#include "plan.h"
#include "question.h"
#include "result.h"
#include "schedule.h"
#include "session.h"
#include "show_doctor.h"
#include "util.h"

/* Without a suite that says so. */
static const double default_budget_s = 60, default_precision = 0.02, default_limit_s = 20;
/* Of a run about claims, which ends sooner if all of them are decided. */
static const double claims_budget_s = 600;

enum {
	KEY_BUDGET = 256,
	KEY_PRECISION,
	KEY_EVENTS,
	KEY_SEED,
	KEY_RESUME,
	KEY_LIMIT,
	KEY_BENCHES,
	KEY_PASSES
};

/* All passes, unless --passes leaves some out. */
enum { ALL_PASSES = 1 << JOB_TIME | 1 << JOB_PHASES_PASS | 1 << JOB_EVENTS_PASS };

static const struct argp_option argp_options[] = {
	{"suite", 's', "SUITE", 0,
	 "cases to run: quick, default, full, or a file (with a /); claims, or a "
	 "FILE.claims: what those need until they are decided",
	 0},
	{"bench", 'b', "CASE|GLOB", 0,
	 "a case such as fork/pages=0,4096, or a glob over the suite's cases and all "
	 "benchmarks; "
	 "may be repeated",
	 0},
	{"output", 'o', "DIR", 0, "where to keep the result (results/TIME)", 0},
	{"budget", KEY_BUDGET, "TIME", 0,
	 "stop after this long: 30s, 5m (the suite's, or 60s; of claims 10m)", 0},
	{"precision", KEY_PRECISION, "SHARE", 0,
	 "stop when every case's 95 % interval is within +-SHARE of its median (the "
	 "suite's, or "
	 "2%)",
	 0},
	{"events", KEY_EVENTS, "LIST|none", 0,
	 "counters of the events pass, names as of libpfm4, with :u or :k; SYS:NAME is a "
	 "tracepoint",
	 0},
	{"passes", KEY_PASSES, "LIST", 0, "out of time,phases,events (all)", 0},
	{"limit", KEY_LIMIT, "TIME", 0, "kill a rep that takes longer (20s)", 0},
	{"seed", KEY_SEED, "N", 0, "of the order of cases (random, recorded)", 0},
	{"resume", KEY_RESUME, "DIR", 0,
	 "go on with the run kept there; --budget is then the time to add; with -s "
	 "claims "
	 "also to decide these",
	 0},
	{"benches", KEY_BENCHES, "DIR", 0, "benchmark programs to use instead of our own",
	 0},
	{"quiet", 'q', NULL, 0, "no progress", 0},
	{0},
};

static unsigned parse_passes(const char *list)
{
	static const char *const names[] = {"time", "phases", "events"};
	char *copy = xstrdup(list), *save = NULL;
	unsigned passes = 0;

	for (char *w = strtok_r(copy, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
		size_t i = 0;

		while (i < countof(names) && strcmp(w, names[i]) != 0)
			i++;
		if (i == countof(names))
			fatal("--passes: %s: there are time, phases and events", w);
		passes |= 1u << i;
	}
	free(copy);
	if (!(passes & 1u << JOB_TIME))
		fatal("--passes: the time pass is needed: it picks the batch and holds "
		      "the figures");
	return passes;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct run_options *o = state->input;

	switch (key) {
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
	case KEY_BUDGET:
		option_time("--budget", arg, &o->budget_s);
		break;
	case KEY_LIMIT:
		option_time("--limit", arg, &o->limit_s);
		break;
	case KEY_PRECISION:
		option_share("--precision", arg, &o->precision);
		break;
	case KEY_EVENTS:
		o->events = arg;
		break;
	case KEY_PASSES:
		o->passes = parse_passes(arg);
		break;
	case KEY_SEED:
		o->seed = option_seed(arg);
		o->seeded = true;
		break;
	case KEY_RESUME:
		o->resume = arg;
		break;
	case KEY_BENCHES:
		o->benches = arg;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: cases are given by -b", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void ask(const char *suite, const char *benches, struct record *r,
		struct question *q)
{
	char *error = NULL;

	if (question_ask(suite, benches, r, q, &error) < 0)
		fatal("%s", error);
}

static void start_record(const struct run_options *o, const char *benches, int argc,
			 char **argv, struct record *r, struct question *q)
{
	const struct plan plan = {.benches = benches,
				  .suite = o->suite,
				  .named = o->named,
				  .nnamed = o->nnamed};
	bool claims = question_is(o->suite);
	char *error = NULL;

	*r = (struct record){.version = xstrdup(LWP_VERSION),
			     .started = session_time("%Y-%m-%dT%H:%M:%SZ"),
			     .command = session_command(argc, argv),
			     .seed = o->seeded ? o->seed : session_seed(),
			     .precision = default_precision,
			     .budget_s = claims ? claims_budget_s : default_budget_s,
			     .limit_s = default_limit_s};
	if (claims) {
		ask(o->suite, benches, r, q);
		return;
	}
	r->passes = o->passes ? o->passes : ALL_PASSES;
	if (plan_cases(&plan, r, &error) < 0)
		fatal("%s", error);
}

static void resume_record(const struct run_options *o, const char *benches,
			  const struct facts *host, struct record *r, struct question *q)
{
	char *error = NULL;

	if ((o->suite && !question_is(o->suite)) || o->nnamed || o->folder || o->seeded ||
	    o->events || o->passes)
		fatal("--resume takes its cases, folder, seed, events and passes from "
		      "the run it "
		      "goes on with; -s claims may add what claims need");
	if (strcmp(o->resume, "-") == 0)
		fatal("--resume: want the folder that the run was kept in");
	if (result_read(o->resume, r, &error) < 0 || plan_check(benches, r, &error) < 0)
		fatal("--resume: %s", error);
	char *foreign = session_foreign(r, host);
	if (foreign)
		fatal("--resume: %s", foreign);
	if (o->suite && isnan(o->budget_s))
		r->budget_s = r->elapsed_s + claims_budget_s;
	else if (r->elapsed_s >= r->budget_s && isnan(o->budget_s))
		fatal("--resume: that run's budget is used up: give --budget for more");
	if (o->suite || question_is(r->suite))
		ask(o->suite ? o->suite : r->suite, benches, r, q);
	/* These are judged anew at this run's end. */
	for (size_t i = 0; i < r->nwarnings; i++)
		free(r->warnings[i]);
	r->nwarnings = 0;
	for (size_t i = 0; i < r->ncases; i++)
		if (r->cases[i].status == STATUS_PENDING) {
			free(r->cases[i].reason);
			r->cases[i].reason = NULL;
		}
}

/* Every case gets the counters' names, so that n/a is told for each. */
static void name_events(struct record *r, const struct event_list *events)
{
	for (size_t i = 0; i < r->ncases; i++) {
		struct kase *k = &r->cases[i];

		if (k->tool || k->nevents || !events->n)
			continue;
		free(k->events);
		k->events = xcalloc(events->n, sizeof(*k->events));
		k->nevents = events->n;
		for (size_t e = 0; e < events->n; e++) {
			const struct event_code *c = &events->v[e];

			k->events[e].name = xstrdup(c->name);
			k->events[e].source = xstrdup(c->rusage ? "getrusage" : "perf");
			k->events[e].reason = c->reason ? xstrdup(c->reason) : NULL;
		}
	}
}

static const struct kase *first_of_ours(const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (!r->cases[i].tool)
			return &r->cases[i];
	return NULL;
}

/* The list that the record was begun with: rows of one case must have the same columns.
 */
static char *event_names(const struct run_options *o, const struct record *r)
{
	const struct kase *k = first_of_ours(r);
	char *names = NULL;

	if (!o->resume || !k)
		return xstrdup(o->events ? o->events : events_default);
	for (size_t e = 0; e < k->nevents; e++) {
		char *longer = names ? xformat("%s,%s", names, k->events[e].name)
				     : xstrdup(k->events[e].name);
		free(names);
		names = longer;
	}
	return names ? names : xstrdup("none");
}

static void encode_events(const struct run_options *o, struct record *r,
			  struct event_list *events)
{
	char *bad = NULL, *names = event_names(o, r);

	*events = (struct event_list){0};
	if (strcmp(names, "none") != 0 && events_encode(names, events, &bad) < 0)
		fatal("--events: no counter \"%s\"; `lwpbench list` names some", bad);
	if (events->n > JOB_EVENTS)
		fatal("--events: %zu counters, at most %d fit into one rep", events->n,
		      JOB_EVENTS);
	free(names);
	name_events(r, events);
}

/* Points results/latest at a folder beside it, so that the newest has a name known
 * beforehand. */
static void link_latest(const char *folder)
{
	char *temp = xformat("results/latest.%d.tmp", (int)getpid());
	struct stat st;

	/* Whatever of that name is no link is not ours to replace. */
	if (lstat("results/latest", &st) == 0 && !S_ISLNK(st.st_mode))
		warn("results/latest is no link: left alone");
	else if (symlink(strrchr(folder, '/') + 1, temp) < 0 ||
		 rename(temp, "results/latest") < 0)
		warn("results/latest:");
	free(temp);
}

/* A folder of its own below results/, also if another run begins in the same second. */
static char *make_default_folder(void)
{
	char *name = session_time("results/%Y%m%dT%H%M%SZ"), *folder = xstrdup(name);
	int err = make_dirs("results");

	for (int i = 2; !err && mkdir(folder, 0777) < 0; i++) {
		err = errno == EEXIST ? 0 : -errno;
		free(folder);
		folder = xformat("%s-%d", name, i);
	}
	if (err)
		fatal("%s: %s", folder, strerror(-err));
	free(name);
	return folder;
}

/* Where the result goes. */
static char *open_folder(const struct run_options *o)
{
	char *folder = o->resume   ? xstrdup(o->resume)
		       : o->folder ? xstrdup(o->folder)
				   : make_default_folder();

	while (strlen(folder) > 1 && folder[strlen(folder) - 1] == '/')
		folder[strlen(folder) - 1] = 0;
	int err = o->resume ? 0 : make_dirs(folder);
	if (err)
		fatal("%s: %s", folder, strerror(-err));
	err = session_lock(folder);
	if (err == -EWOULDBLOCK)
		fatal("%s: another run is writing there", folder);
	if (err)
		fatal("%s: %s", folder, strerror(-err));
	char *file = xformat("%s/result.json", folder);
	if (!o->resume && access(file, F_OK) == 0)
		fatal("%s: there is a result already; --resume %s goes on with it", file,
		      folder);
	free(file);
	return folder;
}

/* What did not get within the precision asked for, and what more time would buy. */
static void warn_imprecise(struct record *r)
{
	/* A guess from the root law is worth something for some way only. */
	const double far = 100;
	const struct kase *worst = NULL;
	double widest = 0;
	size_t n = 0, none = 0, ours = 0;

	for (size_t i = 0; i < r->ncases; i++) {
		const struct kase *k = &r->cases[i];
		const struct estimate e = figures_median(&k->time);

		ours += !k->tool;
		if (k->tool || k->status != STATUS_OK ||
		    stats_halfwidth(&e) <= r->precision)
			continue;
		n++;
		none += isnan(e.lo);
		if (stats_halfwidth(&e) > widest && isfinite(stats_halfwidth(&e))) {
			widest = stats_halfwidth(&e);
			worst = k;
		}
	}
	if (none)
		record_warn(r,
			    "too few reps for an interval (6) in %zu of %zu cases: give "
			    "a larger "
			    "--budget",
			    none, ours);
	if (!worst)
		return;
	double times =
		ceil((double)schedule_reps_needed(r, worst) / (double)worst->time.n);
	char *more = times < far
			     ? xformat("about %.0f times the --budget would do", times)
			     : xstrdup("more time would hardly do");
	record_warn(r,
		    "%zu of %zu cases are not within +-%.3g %%; the widest is %s, +-%.*f "
		    "%%: %s",
		    n, ours, r->precision * 100, worst->text, widest < 0.1 ? 1 : 0,
		    widest * 100, more);
	free(more);
}

static void tell(const struct run_options *o, const struct record *r, const char *folder,
		 int stopped)
{
	session_tell_failed(r, NULL);
	for (size_t i = 0; i < r->nwarnings; i++)
		warn("warning: %s", r->warnings[i]);
	if (stopped)
		warn("ended by SIG%s; `lwpbench run --resume %s` goes on",
		     sigabbrev_np(stopped), folder);
	session_tell_counts(o->counts, r, NULL, r->elapsed_s, folder);
}

static void explain_pending(struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++)
		if (!r->cases[i].tool && r->cases[i].status == STATUS_PENDING &&
		    !r->cases[i].reason)
			r->cases[i].reason = xstrdup("not reached before the run ended");
}

/* In one line, what spoils figures here, as far as files tell it. */
static void warn_spoilt(const struct facts *host)
{
	struct findings found = {0};

	doctor_judge(host, &found);
	char *line = show_doctor_short(&found);
	if (line)
		warn("%s", line);
	free(line);
	findings_free(&found);
}

/* Measures into the folder, which becomes the latest; the exit status. */
static int run(const struct run_options *o, const char *benches,
	       const struct topology *topology, const struct question *q,
	       struct record *r)
{
	struct event_list events;
	struct progress progress;

	encode_events(o, r, &events);
	progress_init(&progress, stderr, o->quiet);
	char *folder = open_folder(o);
	if (!o->quiet)
		warn_spoilt(&r->host);
	const struct measure m = {.benches = benches,
				  .folder = folder,
				  .passes = r->passes,
				  .claims = q->claims.n ? &q->claims : NULL,
				  .limit_s = r->limit_s,
				  .signal_fd = session_signals(),
				  .topology = topology,
				  .events = &events,
				  .progress = &progress};
	int stopped = measure(&m, r), err = stopped < 0 ? stopped : 0;
	if (!err) {
		explain_pending(r);
		if (m.claims)
			question_warn(r, q);
		else
			warn_imprecise(r);
		session_warn_noise(r);
		err = result_write(folder, r);
	}
	if (err) {
		warn("%s/result.json: %s", folder, strerror(-err));
	} else {
		if (!o->folder && !o->resume)
			link_latest(folder);
		tell(o, r, folder, stopped);
		if (m.claims)
			question_tell(r, q, folder);
	}
	events_free(&events);
	free(folder);
	return err ? EXIT_UNMEASURED : session_status(r, NULL, stopped);
}

int run_cases(const struct run_options *o, int argc, char **argv, struct record *r)
{
	struct facts host = {0};
	char *benches = o->benches ? xstrdup(o->benches) : find_own("benches");
	struct question q = {0};

	if (question_is(o->suite) &&
	    (o->nnamed || o->events || o->passes || !isnan(o->precision)))
		fatal("-s %s: what the claims need says which cases, passes and "
		      "precision there are",
		      o->suite);
	if (!benches)
		fatal("no benchmarks beside this program: run `make`, or give --benches "
		      "DIR");
	host_collect("/", &host);
	struct topology *topology = topology_new(NULL);
	if (topology)
		topology_facts(topology, &host);
	else
		fatal("the machine's topology:");
	if (o->resume)
		resume_record(o, benches, &host, r, &q);
	else
		start_record(o, benches, argc, argv, r, &q);
	facts_free(&r->host);
	r->host = host;
	/* More time for what was begun: the budget counts what it has used already. */
	if (!isnan(o->budget_s))
		r->budget_s = o->budget_s + (o->resume ? r->elapsed_s : 0);
	if (!isnan(o->precision))
		r->precision = o->precision;
	if (!isnan(o->limit_s))
		r->limit_s = o->limit_s;
	int status = run(o, benches, topology, &q, r);
	question_free(&q);
	topology_free(topology);
	free(benches);
	return status;
}

int cmd_run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_option,
		.doc = "Measures cases in shuffled blocks, a fresh process for each rep, "
		       "and keeps the "
		       "result.\vWithout -s and -b the default suite runs. Ctrl-C keeps "
		       "what was "
		       "measured; --resume goes on.",
	};
	struct run_options o = {
		.budget_s = NAN, .precision = NAN, .limit_s = NAN, .counts = stdout};
	struct record r = {0};

	arguments_parse(&argp, argc, argv, 0, &o);
	int status = run_cases(&o, argc, argv, &r);
	record_free(&r);
	free(o.named);
	return status;
}
