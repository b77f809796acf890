/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes every system call of benchmarks fail and looks at what becomes of it:
 * build/tests/inject [-q] [-j N] FOLDER [BENCHMARK[/PARAM=VALUE]...]...
 *
 * The calls of each task fail, or those of children and threads alone: see refuse.c. A
 * line for each call and way to fail: what the driver makes of it, and why. What
 * must not be is marked with a !, and ends this with status 1: see inject_judge.h. */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../harness/catalog.h"
#include "../harness/rep.h"
#include "../harness/util.h"
#include "inject_judge.h"

/* A rep takes some 50 ms. What lasts longer is tried once more, with time for those who
 * wait for others that never come. */
static const double limit_s = 4, patience_s = 30;

/* Errors in the order of the columns of the last table. */
static const int errors[] = {EAGAIN, ENOMEM, EMFILE, ENOSPC, EPERM, ENOSYS, EINTR};

/* Whose calls fail, from which on, and with what. */
static const struct way {
	const char *name;
	bool children; /* and threads: theirs alone */
	bool late;     /* from the middle of a task's calls on; else from the first */
	bool once;     /* that one alone */
	int errors[6]; /* ends with 0; the first alone with -q */
} ways[] = {
	{.name = "always", .errors = {ENOSYS, EPERM, ENOMEM}},
	{.name = "later",
	 .late = true,
	 .errors = {ENOMEM, EAGAIN, EMFILE, ENOSPC, EPERM}},
	{.name = "once", .late = true, .once = true, .errors = {EINTR, EAGAIN}},
	{.name = "child", .children = true, .errors = {ENOMEM, EAGAIN, EPERM}},
	{.name = "child1", .children = true, .once = true, .errors = {EINTR}},
};

/* What can't fail, says its manual. */
static const char *const spared[] = {
	"exit",   "exit_group", "rt_sigreturn", "restart_syscall", "getppid", "gettid",
	"getuid", "geteuid",    "alarm"};

/* Beside each benchmark as it is: what only a parameter brings about. */
static const char *const more[] = {
	"fork/burst=3/pages=16/shared=16/file=4/maps=8/fds=8/threads=2/procs=2",
	"fork/thp=1",
	"clone3/flags=VM+VFORK",
	"clone3/flags=lwp",
	"clone3/flags=NEWUSER+NEWNET+NEWPID+NEWIPC",
	"clone3/flags=INTO_CGROUP",
	"clone3/flags=PIDFD",
	"cow/way=fork_exec",
	"cow/way=posix_spawn",
	"first_touch/huge=yes",
	"switch_pipe/task=thread",
	"switch_futex/ws=4096/tasks=3",
	"switch_pipe/switch=no",
	"msg_pipe/task=thread",
	"msg_futex/task=clone:lwp",
	"bw_pipe/task=thread",
	"bw_shm/task=thread",
	"lock_futex/tasks=2",
	"lock_flock/tasks=2",
	"lock_fcntl/tasks=2",
	"lock_mutex/tasks=2/task=thread",
	"lock_cond/tasks=2",
	"lock_sysv_sem/tasks=2",
	"many_fork/tasks=2",
	"many_thread/tasks=2",
	"many_mmap/tasks=2",
	"many_mmap/tasks=2/task=thread",
	"many_spawn/tasks=2",
	"many_fault/tasks=2",
	"weight/task=thread/tasks=40",
	"weight/task=spawn/tasks=20",
};

/* What would take too long as it is. */
static const char *const instead[] = {"weight/tasks=20"};

struct call {
	char *name;
	unsigned number;
	unsigned long creator, others; /* how often who made it */
	bool libc; /* only the start of libc makes it, which is the same in all */
};

struct calls {
	struct call *v;
	size_t n;
};

/* A case: a benchmark, and the parameters that its name ends with. */
struct subject {
	char *name;
	char *params[16];
	size_t nparams;
	const struct bench_info *bench;
};

/* What all cases share: counts in memory that all workers write to. */
struct sweep {
	char *refuse;
	bool quick; /* one error a way */
	bool named; /* cases were asked for */
	unsigned long (*counts)[countof(errors)];
};

static void run(const struct subject *k, const char *const *prefix, size_t nprefix,
		double limit, struct rep_answer *a)
{
	const struct rep_ask ask = {.prefix = (char *const *)prefix,
				    .nprefix = nprefix,
				    .program = k->bench->path,
				    .params = k->params,
				    .nparams = k->nparams,
				    .pass = JOB_TIME,
				    .nphases = k->bench->nphases,
				    .ngauges = k->bench->ngauges,
				    .batch = 1,
				    .rep_s = 0.002,
				    .max_samples = 8,
				    .min_samples = 4,
				    .limit_s = limit,
				    .signal_fd = -1};

	rep_run(&ask, a);
}

static void answer_free(struct rep_answer *a)
{
	free(a->reason);
	free(a->interruption);
	free(a->note);
	free(a->rep.rows);
}

/* ---- which calls there are */

static struct call *find_call(struct calls *calls, const char *name, unsigned number)
{
	for (size_t i = 0; i < calls->n; i++)
		if (strcmp(calls->v[i].name, name) == 0)
			return &calls->v[i];
	calls->v = xrealloc(calls->v, calls->n + 1, sizeof(*calls->v));
	calls->v[calls->n] =
		(struct call){.name = xstrdup(name), .number = number, .libc = true};
	return &calls->v[calls->n++];
}

/* "PID [ NUMBER] NAME(...": not the second half of a call, nor a signal. The runtime
 * begins with a look at its job. */
static void count_line(const char *line, struct calls *calls, long *creator, bool *begun)
{
	char *at, *end, name[64];
	long pid = strtol(line, &at, 10);

	at += strspn(at, " [");
	unsigned number = (unsigned)strtoul(at, &end, 10);
	if (end == at || strncmp(end, "] ", 2) != 0)
		return;
	at = end + 2;
	size_t length = strcspn(at, "(");
	if (!length || !at[length] || length >= sizeof(name) ||
	    strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_") != length)
		return;
	memcpy(name, at, length);
	name[length] = 0;
	struct call *c = find_call(calls, name, number);
	*creator = *creator ? *creator : pid;
	*begun |= strstr(line, "stat(3,") || strstr(line, "statat(3,");
	c->libc &= !*begun;
	if (pid == *creator)
		c->creator++;
	else
		c->others++;
}

/* Which system calls it makes, and how often: of a trace by strace. */
static void count_calls(const struct subject *k, const char *trace, struct calls *calls)
{
	const char *const prefix[] = {"strace", "-f", "-n", "-qq", "-o", trace};
	char *text = NULL, *save = NULL;
	long creator = 0;
	bool begun = false;
	struct rep_answer a;

	run(k, prefix, countof(prefix), patience_s, &a);
	if (a.status != STATUS_OK)
		printf("%s: %s as it is: %s\n", k->name, status_name(a.status), a.reason);
	else if (read_file(trace, &text, NULL) == 0)
		for (char *l = strtok_r(text, "\n", &save); l;
		     l = strtok_r(NULL, "\n", &save))
			count_line(l, calls, &creator, &begun);
	unlink(trace);
	answer_free(&a);
	free(text);
}

static void calls_free(struct calls *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].name);
	free(c->v);
}

/* The start of libc is tried with one of them. */
static bool is_spared(const struct sweep *s, const struct subject *k,
		      const struct call *c)
{
	if (c->libc && !s->named && strcmp(k->name, "getpid") != 0)
		return true;
	/* Nor does this fail, but as an operation it is to be looked at. */
	if (strcmp(c->name, "getpid") == 0 && strcmp(k->name, "getpid") != 0)
		return true;
	for (size_t i = 0; i < countof(spared); i++)
		if (strcmp(spared[i], c->name) == 0)
			return true;
	return false;
}

/* ---- what is left behind */

static unsigned lines_of(const char *path)
{
	char *text = NULL;
	unsigned n = 0;

	if (read_file(path, &text, NULL) == 0)
		for (const char *p = text; *p; p++)
			n += *p == '\n';
	free(text);
	return n;
}

static unsigned entries_of(const char *path)
{
	DIR *d = opendir(path);
	unsigned n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* Control groups whose maker, by the number in their name, is no more. */
static unsigned orphaned_groups(void)
{
	static const char *const places[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	static const char prefix[] = "lwpbench-";
	const struct dirent *e;
	unsigned n = 0;

	for (size_t i = 0; i < countof(places); i++) {
		DIR *d = opendir(places[i]);

		while (d && (e = readdir(d)))
			if (strncmp(e->d_name, prefix, sizeof(prefix) - 1) == 0)
				n += kill((pid_t)strtol(e->d_name + sizeof(prefix) - 1,
							NULL, 10),
					  0) < 0;
		if (d)
			closedir(d);
	}
	return n;
}

/* Everything that a program may leave behind, counted. */
static unsigned leavings(const char *folder, bool groups)
{
	unsigned n =
		entries_of(folder) + entries_of("/dev/shm") + entries_of("/dev/mqueue");

	n += lines_of("/proc/sysvipc/shm") + lines_of("/proc/sysvipc/sem") +
	     lines_of("/proc/sysvipc/msg");
	/* Others on this machine may have some, too. */
	if (groups)
		n += orphaned_groups();
	while (waitpid(-1, NULL, WNOHANG) > 0)
		n++;
	return n;
}

/* A moment is given to what ends by itself. */
static bool is_left(const char *folder, bool groups, unsigned before)
{
	for (int i = 0; i < 20; i++) {
		if (leavings(folder, groups) <= before)
			return false;
		usleep(20000);
	}
	return true;
}

/* ---- one call, one way */

/* The lines of the calls that failed, "" if there were none; caller frees. */
static char *failed_calls(const char *trace)
{
	static const char mark[] = "(INJECTED)";
	char *text = NULL, *found = xstrdup(""), *save = NULL;

	if (read_file(trace, &text, NULL) == 0)
		for (char *l = strtok_r(text, "\n", &save); l;
		     l = strtok_r(NULL, "\n", &save)) {
			char *with = strstr(l, mark) ? xformat("%s%s\n", found, l) : NULL;

			if (with) {
				free(found);
				found = with;
			}
		}
	free(text);
	unlink(trace);
	return found;
}

/* Of what proves itself by counts of switches, each call that is only looked at would be
 * some more: strace is known to it. */
static bool is_by_strace(const struct subject *k, const struct way *w)
{
	return !w->children && strcmp(k->bench->family, "switch") == 0;
}

static void run_failing(const struct sweep *s, const struct subject *k,
			const struct call *c, const struct way *w, int err,
			const char *trace, double limit, struct rep_answer *a)
{
	unsigned long n = w->late ? c->creator / 2 + 1 : 1;
	char *number = xformat("%u", c->number), *error = xformat("%d", err);
	char *from = xformat("%lu", n);
	char *what = xformat("inject=%s:error=%s:when=%lu%s", c->name,
			     strerrorname_np(err), n, w->once ? "" : "+");
	char *which = xformat("trace=%s", c->name);
	const char *const strace[] = {"strace", "-f", "-y",  "-qq", "-o",
				      trace,    "-e", which, "-e",  what};
	const char *const refuse[] = {s->refuse,
				      trace,
				      number,
				      error,
				      w->children ? "others" : "all",
				      from,
				      w->once ? "once" : "on"};

	if (is_by_strace(k, w))
		run(k, strace, countof(strace), limit, a);
	else
		run(k, refuse, countof(refuse), limit, a);
	free(number);
	free(error);
	free(from);
	free(what);
	free(which);
}

static void inject(const struct sweep *s, const struct subject *k, const struct call *c,
		   const struct way *w, int err, size_t column, const char *folder)
{
	char *trace = xformat("%s/../%s.trace", folder, strrchr(folder, '/') + 1);
	bool groups = strcasestr(k->name, "cgroup");
	unsigned before = leavings(folder, groups);
	struct rep_answer a;

	run_failing(s, k, c, w, err, trace, limit_s, &a);
	if (a.status == STATUS_FAILED && judge_is_hang(a.reason)) {
		answer_free(&a);
		run_failing(s, k, c, w, err, trace, patience_s, &a);
	}
	char *failed = failed_calls(trace);
	const struct finding f = {.benchmark = k->bench->name,
				  .call = c->name,
				  .way = w->name,
				  .error = err,
				  .failed = failed,
				  .left = is_left(folder, groups, before),
				  .status = a.status,
				  .reason = a.reason ? a.reason : "",
				  .note = a.note ? a.note : ""};
	enum verdict v = judge(&f);
	__atomic_add_fetch(&s->counts[v][column], 1, __ATOMIC_RELAXED);
	printf("%-16s %-18s %-7s %-7s %s%s%s\n", k->name, c->name, w->name,
	       strerrorname_np(err), verdict_name(v), a.reason ? ": " : "", f.reason);
	if (verdict_is_bad(v) && v != HUNG)
		printf("    %.*s\n", (int)strcspn(failed, "\n"), failed);
	fflush(stdout);
	answer_free(&a);
	free(failed);
	free(trace);
}

static size_t column_of(int err)
{
	for (size_t i = 0; i < countof(errors); i++)
		if (errors[i] == err)
			return i;
	fatal("no column for error %d", err);
}

/* ---- one case */

/* IPC objects and files in memory of its own, so that what is left is known to be its. */
static bool isolate(void)
{
	return unshare(CLONE_NEWNS | CLONE_NEWIPC) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", "/dev/shm", "tmpfs", 0, NULL) == 0 &&
	       (access("/dev/mqueue", F_OK) < 0 ||
		mount("none", "/dev/mqueue", "mqueue", 0, NULL) == 0);
}

static void try_case(const struct sweep *s, const struct subject *k)
{
	char *dir =
		xformat("%s/inject.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	struct calls calls = {0};

	if (!mkdtemp(dir))
		fatal("%s:", dir);
	char *trace = xformat("%s.trace", dir);
	setenv("TMPDIR", dir, 1);
	count_calls(k, trace, &calls);
	for (size_t i = 0; i < calls.n; i++) {
		const struct call *c = &calls.v[i];

		for (size_t w = 0; w < countof(ways) && !is_spared(s, k, c); w++)
			for (const int *e = ways[w].errors;
			     e == ways[w].errors || (*e && !s->quick); e++)
				if (ways[w].children ? c->others : c->creator)
					inject(s, k, c, &ways[w], *e, column_of(*e), dir);
	}
	rmdir(dir);
	calls_free(&calls);
	free(trace);
	free(dir);
}

/* A child of its own for each case; ends early only of a signal. */
static void start(const struct sweep *s, const struct subject *k, bool isolated)
{
	fflush(stdout);
	pid_t pid = fork();

	if (pid < 0)
		fatal("fork:");
	if (pid)
		return;
	if (isolated && !isolate())
		fatal("no namespaces for %s:", k->name);
	try_case(s, k);
	exit(0);
}

static bool reap(void)
{
	int status;

	if (wait(&status) < 0)
		return true;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Whether each case can have namespaces; else there is but one at a time. */
static bool can_isolate(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(isolate() ? 0 : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool sweep_all(const struct sweep *s, const struct subject *v, size_t n, long jobs)
{
	bool isolated = can_isolate(), fine = true;
	long running = 0;

	if (!isolated && jobs > 1) {
		puts("one at a time: no IPC namespaces of their own, which root has");
		jobs = 1;
	}
	for (size_t i = 0; i < n; i++) {
		for (; running == jobs; running--)
			fine &= reap();
		start(s, &v[i], isolated);
		running++;
	}
	for (; running; running--)
		fine &= reap();
	return fine;
}

/* ---- which cases there are */

static void parse_case(const struct catalog *all, const char *name, struct subject *k)
{
	char *copy = xstrdup(name), *save = NULL;

	*k = (struct subject){.name = xstrdup(name)};
	const char *bench = strtok_r(copy, "/", &save);
	for (char *p;
	     k->nparams < countof(k->params) && (p = strtok_r(NULL, "/", &save));)
		k->params[k->nparams++] = p;
	for (size_t i = 0; i < all->n && bench; i++)
		if (strcmp(all->v[i].name, bench) == 0)
			k->bench = &all->v[i];
	if (!k->bench)
		fatal("there is no benchmark %s", name);
}

static bool is_replaced(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < countof(instead); i++)
		if (strncmp(instead[i], name, n) == 0 && instead[i][n] == '/')
			return true;
	return false;
}

static size_t list_cases(const struct catalog *all, char **names, size_t n,
			 struct subject **v)
{
	size_t count = 0;

	*v = xcalloc(n + all->n + countof(more) + countof(instead), sizeof(**v));
	for (size_t i = 0; i < n; i++)
		parse_case(all, names[i], &(*v)[count++]);
	if (n)
		return count;
	for (size_t i = 0; i < countof(instead); i++)
		parse_case(all, instead[i], &(*v)[count++]);
	for (size_t i = 0; i < countof(more); i++)
		parse_case(all, more[i], &(*v)[count++]);
	for (size_t i = 0; i < all->n; i++)
		if (!is_replaced(all->v[i].name))
			parse_case(all, all->v[i].name, &(*v)[count++]);
	return count;
}

/* ---- */

/* The number of what must not be. */
static unsigned long print_table(const struct sweep *s)
{
	unsigned long bad = 0, total = 0;

	printf("\n%-28s", "");
	for (size_t e = 0; e < countof(errors); e++)
		printf(" %7s", strerrorname_np(errors[e]));
	printf(" %7s\n", "all");
	for (int v = 0; v < VERDICTS; v++) {
		unsigned long sum = 0;

		printf("%-28s", verdict_name(v));
		for (size_t e = 0; e < countof(errors); e++) {
			printf(" %7lu", s->counts[v][e]);
			sum += s->counts[v][e];
		}
		printf(" %7lu\n", sum);
		bad += verdict_is_bad(v) ? sum : 0;
		total += sum;
	}
	printf("%lu system calls that failed, %lu that must not end so\n", total, bad);
	return bad;
}

static char *beside(const char *self, const char *name)
{
	const char *slash = strrchr(self, '/');

	return slash ? xformat("%.*s/%s", (int)(slash - self), self, name)
		     : xstrdup(name);
}

int main(int argc, char **argv)
{
	long jobs = sysconf(_SC_NPROCESSORS_ONLN);
	struct sweep s = {.refuse = beside(argv[0], "refuse")};
	struct catalog all;
	struct subject *cases;
	char *error = NULL;
	int option;

	while ((option = getopt(argc, argv, "j:q")) != -1) {
		s.quick |= option == 'q';
		jobs = option == 'j'   ? strtol(optarg, NULL, 10)
		       : option == 'q' ? jobs
				       : 0;
	}
	if (optind == argc || jobs < 1)
		fatal("usage: inject [-q] [-j N] FOLDER [BENCHMARK[/PARAM=VALUE]...]...");
	if (catalog_load(argv[optind], &all, &error) < 0)
		fatal("%s", error);
	size_t n =
		list_cases(&all, argv + optind + 1, (size_t)(argc - optind - 1), &cases);
	s.counts = mmap(NULL, VERDICTS * sizeof(*s.counts), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s.counts == MAP_FAILED)
		fatal("mmap:");
	s.named = optind + 1 < argc;
	double began = clock_seconds();
	bool fine = sweep_all(&s, cases, n, jobs);
	unsigned long bad = print_table(&s);
	printf("%zu cases in %.0f s\n", n, clock_seconds() - began);
	if (!fine)
		puts("! a case was not tried to its end");
	return bad || !fine ? 1 : 0;
}
