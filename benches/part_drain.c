/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks with namespaces of their own: that they have them, and that nothing is left of
 * those: workers free them later. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "part_drain.h"
#include "part_text.h"

/*
 * Every namespace has a number, of which the kernel gives out the lowest free one and
 * which it frees at the end of the tear-down. A namespace made after the tasks have ended
 * and let go queues behind theirs; when its number comes up again, its turn has come. The
 * cheapest kind, whose numbers are free at once, shows which is the lowest.
 */
enum {
	STACK = 16 << 10,
	ROUNDS =
		2, /* ours may be the first of its batch, whose end the next one awaits */
	OURS = 8,  /* that we remember in a round */
	PAUSE_NS = 200 * 1000,
};

#define MS UINT64_C(1000000)
#define STOLEN_NS (100 * MS)     /* from then on another may have taken our number */
#define PATIENCE_NS (10000 * MS) /* of a round */

struct kind {
	int flag;
	const char *path;
};

/* Each goes after those that its own may keep: a network its user namespace. */
static const struct kind kinds[] = {
	{CLONE_NEWIPC, "/proc/self/ns/ipc"},
	{CLONE_NEWPID, "/proc/self/ns/pid"},
	{CLONE_NEWNET, "/proc/self/ns/net"},
	{CLONE_NEWUSER, "/proc/self/ns/user"},
};
/* All there are, and which of them we are in. */
static const struct kind all[] = {
	{CLONE_NEWNS, "/proc/thread-self/ns/mnt"},
	{CLONE_NEWUTS, "/proc/thread-self/ns/uts"},
	{CLONE_NEWIPC, "/proc/thread-self/ns/ipc"},
	{CLONE_NEWUSER, "/proc/thread-self/ns/user"},
	{CLONE_NEWPID, "/proc/thread-self/ns/pid"},
	{CLONE_NEWNET, "/proc/thread-self/ns/net"},
	{CLONE_NEWCGROUP, "/proc/thread-self/ns/cgroup"},
	{CLONE_NEWTIME, "/proc/thread-self/ns/time"},
};
static ino_t own[countof(all)];
static const struct kind user = {CLONE_NEWUSER, "/proc/self/ns/user"};
static const struct kind cheapest = {CLONE_NEWUTS, "/proc/self/ns/uts"};

struct visit {
	const struct kind *kind;
	int fd; /* which keeps the namespace */
};

static uint64_t drained;      /* the flags of the kinds to wait for */
static int home = -1;         /* a user namespace in which we may make the others */
static int placeholder = -1;  /* has the lowest number while tasks are made */
static char stacks[2][STACK]; /* a visit, and what it starts at home */

/* Runs `body` in a task with our memory and descriptors; what it returns, or -errno. */
static int call(int flags, int (*body)(void *), void *arg, char *stack)
{
	int status;
	pid_t pid = clone(body, stack + STACK,
			  flags | CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, arg);

	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

static int open_own(void *arg)
{
	struct visit *visit = arg;

	visit->fd = open(visit->kind->path, O_RDONLY | O_CLOEXEC);
	return visit->fd < 0 ? errno : 0;
}

static int open_at_home(void *arg)
{
	const struct visit *visit = arg;

	if (setns(home, CLONE_NEWUSER) < 0)
		return errno;
	return -call(visit->kind->flag, open_own, arg, stacks[1]);
}

/* Makes a namespace; the descriptor that keeps it, or -errno. */
static int hold(const struct kind *kind)
{
	struct visit visit = {.kind = kind, .fd = -1};
	int err = home >= 0 && kind->flag != CLONE_NEWUSER
			  ? call(0, open_at_home, &visit, stacks[0])
			  : call(kind->flag, open_own, &visit, stacks[0]);

	if (err && visit.fd >= 0)
		close(visit.fd);
	return err ? err : visit.fd;
}

/* Makes a namespace and lets it go; its number into *number, 0 or -errno. */
static int pass(const struct kind *kind, ino_t *number)
{
	struct stat st;
	int fd = hold(kind);

	if (fd < 0)
		return fd;
	int err = fstat(fd, &st) < 0 ? -errno : 0;
	if (close(fd) < 0 && !err)
		err = -errno;
	*number = st.st_ino;
	return err;
}

/* Makes one more namespace and tells whether the number of one of ours comes up within
 * `ns`; or -errno. */
static int comes_up(const struct kind *kind, ino_t *ours, unsigned try, uint64_t ns)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	uint64_t start = bench_now();
	ino_t *newest = &ours[try % OURS];
	ino_t seen = 0;
	int err = pass(kind, newest);

	/* A lower one tells nothing, and hides ours: something else ended meanwhile. */
	do {
		nanosleep(&pause, NULL);
		if (!err)
			err = pass(&cheapest, &seen);
		for (unsigned i = 0; i < OURS && !err; i++)
			if (seen == ours[i])
				return 1;
	} while (!err && seen > *newest && bench_now() - start < ns);
	return err;
}

static int await(const struct kind *kind)
{
	ino_t ours[OURS] = {0};
	uint64_t start = bench_now();
	uint64_t spent = 0;
	int up = 0;

	/* Each try waits as long as all before it: a slow kernel makes but few of them.
	 * ENOSPC: those that we await fill the limit of this user. */
	for (unsigned try = 0; (!up || up == -ENOSPC) && spent < PATIENCE_NS; try++) {
		up = comes_up(kind, ours, try, spent > STOLEN_NS ? spent : STOLEN_NS);
		spent = bench_now() - start;
	}
	if (up > 0)
		return 0;
	return up ? up : -ETIMEDOUT;
}

static void let_go(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int take_place(void)
{
	placeholder = hold(&cheapest);
	return placeholder < 0 ? placeholder : 0;
}

/* Its number in *number; 0 or -errno. */
static int number_of(const struct kind *kind, ino_t *number)
{
	struct stat st;

	if (stat(kind->path, &st) < 0)
		return -errno;
	*number = st.st_ino;
	return 0;
}

int drain_prove(struct run *run, uint64_t flags)
{
	char what[JOB_TEXT];
	ino_t number = 0;

	for (unsigned i = 0; i < countof(all); i++) {
		if (!(flags & (uint64_t)all[i].flag))
			continue;
		int err = number_of(&all[i], &number);
		if (err)
			return bench_fail(run, all[i].path, -err);
		if (number != own[i])
			continue;
		text_put(text_put(what, "a task has no namespace of its own: "),
			 all[i].path);
		return bench_fail(run, what, 0);
	}
	return 0;
}

int drain_begin(uint64_t flags)
{
	int err = 0;

	for (unsigned i = 0; i < countof(all) && !err; i++)
		if (flags & (uint64_t)all[i].flag)
			err = number_of(&all[i], &own[i]);
	if (err)
		return err;
	drained = 0;
	let_go(&placeholder);
	let_go(&home);
	for (unsigned i = 0; i < countof(kinds); i++)
		drained |= flags & (uint64_t)kinds[i].flag;
	if (!drained)
		return 0;
	if (drained & CLONE_NEWUSER) {
		home = hold(&user);
		if (home < 0)
			return home;
	}
	/* Whether they can be made is to be known before any is counted. */
	for (unsigned i = 0; i < countof(kinds) && !err; i++)
		if (drained & (uint64_t)kinds[i].flag) {
			ino_t number;
			err = pass(&kinds[i], &number);
		}
	return err ? err : take_place();
}

int drain_wait(struct run *run)
{
	int err = 0;

	if (!drained)
		return 0;
	let_go(&placeholder);
	for (unsigned i = 0; i < countof(kinds); i++)
		for (int round = 0; round < ROUNDS && !err; round++)
			if (drained & (uint64_t)kinds[i].flag)
				err = await(&kinds[i]);
	if (!err)
		err = take_place();
	return err ? bench_fail(run, "waiting for namespaces of ended tasks", -err) : 0;
}
