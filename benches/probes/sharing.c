/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tries what tasks of each kind share with their creator, and prints a line for each
 * finding: `sharing KIND...`.
 *
 * Fields are separated by tabs: "kind NAME CALL" for each kind, then for each thing tried
 * "row ID GROUP TEXT NOTE", followed by "answer ANSWER WHY" for each kind in turn. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../bench.h"
#include "../part_text.h"
#include "identity.h"
#include "probe.h"

enum { KINDS = 15, WRONG = 2, BROKEN = 3, LINE = 640 };

static const double limit_s = 10;
static const double a_day_s = 24 * 3600;

static const struct probe_group groups[] = {
	{"memory", memory_probes},        {"files", file_probes},
	{"file system", fs_probes},       {"signals", signal_probes},
	{"identity", identity_probes},    {"limits and credentials", limit_probes},
	{"namespaces", namespace_probes}, {"ending", ending_probes},
};

static const char *const answers[] = {
	[ANSWER_NONE] = "failed", [ANSWER_YES] = "yes",       [ANSWER_NO] = "no",
	[ANSWER_NA] = "n/a",      [ANSWER_FAILED] = "failed",
};

struct options {
	struct kind kinds[KINDS];
	size_t nkinds;
	int job_fd; /* -1: by hand */
	bool hold;
};

_Noreturn static void complain(int status, const char *text)
{
	fflush(stdout);
	fprintf(stderr, "sharing: %s\n", text);
	exit(status);
}

static void add_kind(struct options *o, const char *word)
{
	char error[LINE];

	for (size_t i = 0; i < o->nkinds; i++)
		if (strcmp(o->kinds[i].name, word) == 0) {
			snprintf(error, sizeof(error), "%.64s: given twice", word);
			complain(WRONG, error);
		}
	if (o->nkinds == KINDS)
		complain(WRONG, "no more than 15 kinds of tasks at once");
	if (kind_parse(word, &o->kinds[o->nkinds++], error, sizeof(error)) < 0)
		complain(WRONG, error);
}

static void read_options(int argc, char **argv, struct options *o)
{
	*o = (struct options){.job_fd = -1};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--leave") == 0)
			_exit(PROBE_STATUS); /* what a task becomes that calls execve */
		else if (strcmp(argv[i], "--hold") == 0)
			o->hold = true;
		else if (strcmp(argv[i], "--job") == 0 && i + 1 < argc)
			o->job_fd = (int)text_number(argv[++i]);
		else
			add_kind(o, argv[i]);
	}
	if (o->nkinds == 0 || (o->hold && o->nkinds > 1))
		complain(WRONG, "want KIND..., or --hold KIND");
}

static void *share(size_t size, int fd)
{
	int how = MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0);
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, how, fd, 0);

	if (at == MAP_FAILED)
		complain(BROKEN, "no memory to share");
	return at;
}

/* Signals that end us are taken between two trials, when nothing is there to be left. */
static void hold_back_signals(sigset_t *held)
{
	sigemptyset(held);
	sigaddset(held, SIGCHLD);
	sigaddset(held, SIGINT);
	sigaddset(held, SIGTERM);
	sigaddset(held, SIGHUP);
	sigaddset(held, SIGQUIT);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, held, NULL);
}

static void end_if_told(const sigset_t *held)
{
	sigset_t ours = *held;

	sigdelset(&ours, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &ours, NULL);
	sigprocmask(SIG_BLOCK, &ours, NULL);
}

static void print_row(struct trial *t, const struct probe_group *g, const struct probe *p,
		      const struct options *o, const sigset_t *held)
{
	printf("row\t%s\t%s\t%s\t%s\n", p->id, g->name, p->text, p->note ? p->note : "");
	t->probe = p;
	for (size_t i = 0; i < o->nkinds; i++) {
		t->kind = &o->kinds[i];
		fflush(stdout);
		trial_run(t, limit_s);
		end_if_told(held);
		printf("answer\t%s\t%s\n", answers[t->stage->answer], t->stage->text);
	}
}

static void print_all(struct trial *t, const struct options *o, const sigset_t *held)
{
	char call[LINE];

	for (size_t i = 0; i < o->nkinds; i++)
		printf("kind\t%s\t%s\n", o->kinds[i].name,
		       kind_call(&o->kinds[i], call, sizeof(call)));
	for (size_t g = 0; g < countof(groups); g++)
		for (const struct probe *p = groups[g].probes; p->id; p++)
			print_row(t, &groups[g], p, o, held);
}

/* ---- by hand: one task, to be looked at by ps(1) */

static int stay(struct trial *t)
{
	struct ps_line me;
	char line[128], byte;

	if (identity_read(&me) < 0)
		return trial_lacks(t, "/proc tells nothing");
	int len = snprintf(line, sizeof(line), "creator %d\ntask %d %d %d\n",
			   t->stage->creator, me.pid, me.lwp, me.nlwp);
	if (write(STDOUT_FILENO, line, (size_t)len) != len)
		return trial_cannot(t, "write");
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	return 0;
}

static void tell_it_stayed(struct trial *t)
{
	trial_say(t, true, "it stayed");
}

static int hold(struct trial *t, const struct options *o)
{
	static const struct probe probe = {.act = stay, .after = tell_it_stayed};

	t->probe = &probe;
	t->kind = &o->kinds[0];
	trial_run(t, a_day_s);
	if (t->stage->answer != ANSWER_YES)
		complain(BROKEN, t->stage->text);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o;
	struct trial t = {0};
	sigset_t held;

	read_options(argc, argv, &o);
	hold_back_signals(&held);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	t.stage = share(sizeof(*t.stage), -1);
	if (o.job_fd < 0) {
		t.leftover = share(sizeof(*t.leftover), -1);
	} else {
		struct job *job = share(sizeof(*job), o.job_fd);

		close(o.job_fd);
		t.leftover = job->leftover;
	}
	if (o.hold)
		return hold(&t, &o);
	print_all(&t, &o, &held);
	return ferror(stdout) || fflush(stdout) ? BROKEN : 0;
}
