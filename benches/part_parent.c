/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The weight of the task that creates others: memory, mappings, descriptors, threads and
 * processes. */
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "part_parent.h"
#include "part_room.h"
#include "part_text.h"

#ifndef MADV_POPULATE_WRITE /* Linux 5.14 */
#define MADV_POPULATE_WRITE 23
#endif

enum {
	MANY = 1 << 28, /* of anything: no product overflows */
	STRIDE = 64, /* after so many processes there is a look at what memory is left */
	THREAD_STACK = 128 << 10, /* the least that libc takes on some architectures */
	PATH_SIZE = 1024,
};

static const char thp_size_file[] = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";

static uint32_t asleep = 1; /* what idle threads wait on; nobody wakes them */
static unsigned started;    /* threads that got as far as their own code */
static pid_t procs;         /* the process group of idle processes, 0: there are none */

static const struct param params[] = {
	{.name = "pages",
	 .brief = "the parent's private anonymous pages, written to",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "pages",
	 .max = MANY},
	{.name = "shared",
	 .brief = "the parent's shared anonymous pages, written to",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "pages",
	 .max = MANY},
	{.name = "file",
	 .brief = "the parent's clean pages of a file mapped privately, read",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "pages",
	 .max = MANY},
	{.name = "thp",
	 .brief = "the parent's transparent huge pages (mostly of 2 MiB), written to",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "huge pages",
	 .max = MANY >> 9},
	{.name = "maps",
	 .brief = "the parent's untouched mappings that cannot merge",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "mappings",
	 .max = MANY},
	{.name = "fds",
	 .brief = "the parent's open file descriptors, closed on exec",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "descriptors",
	 .max = MANY},
	{.name = "threads",
	 .brief = "the parent's idle threads, asleep on a futex",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "threads",
	 .max = MANY},
	{.name = "procs",
	 .brief = "the parent's idle child processes, which sleep",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "processes",
	 .max = MANY},
	{.name = "busy",
	 .brief = "the parent's threads that spin on other CPUs",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "threads",
	 .max = 4096},
	{0},
};

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

/* "threads: more than RLIMIT_NPROC=50 leaves room for", skipped. */
static int no_room(struct run *run, const char *name, const struct room *room)
{
	char what[JOB_TEXT];

	text_put(text_put(text_put(text_put(what, name), ": more than "), room->limit),
		 " leaves room for");
	return bench_skip(run, what, 0);
}

/* The kernel hands out more than it has: asking first is kinder than the OOM killer. */
static int check_memory(struct run *run)
{
	uint64_t thp = bench_param(run, "thp");
	uint64_t want =
		page_size() * (bench_param(run, "pages") + bench_param(run, "shared") +
			       bench_param(run, "file"));
	struct room room;

	if (thp)
		want += thp * text_field(thp_size_file, "");
	if (!want)
		return 0;
	room_memory(&room);
	return want > room.n ? no_room(run, "pages, shared, file, thp", &room) : 0;
}

static int check_tasks(struct run *run, const char *name, uint64_t n, bool threads)
{
	struct room room;

	if (!n)
		return 0;
	room_tasks(threads, &room);
	return n > room.n ? no_room(run, name, &room) : 0;
}

/* What an idle process does until the parent ends it, or dies. Else it ends with an
 * errno.
 */
_Noreturn static void idle(pid_t parent, uint32_t *awaited)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		_exit(errno);
	if (getppid() != parent)
		_exit(ESRCH);
	if (__atomic_sub_fetch(awaited, 1, __ATOMIC_RELAXED) == 0)
		syscall(SYS_futex, awaited, FUTEX_WAKE, 1, NULL, NULL, 0);
	while (pause() < 0 && errno == EINTR)
		continue;
	_exit(errno);
}

/* Creates n processes in a group of their own; how many came about. */
static int fork_idle(struct run *run, uint64_t n, uint32_t *awaited)
{
	pid_t self = getpid();
	struct room room;

	room_memory(&room);
	for (uint64_t i = 0; i < n; i++) {
		if (i % STRIDE == STRIDE - 1 && room_taken(&room))
			return no_room(run, "procs", &room);
		pid_t pid = fork();

		if (pid == 0)
			idle(self, awaited);
		if (pid < 0 && errno == EAGAIN)
			return bench_skip(run, "procs: fork", errno);
		if (pid < 0)
			return bench_fail(run, "procs: fork", errno);
		if (setpgid(pid, procs) < 0) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, __WALL);
			return bench_fail(run, "procs: setpgid", errno);
		}
		procs = procs ? procs : pid;
	}
	return 0;
}

/* Until all of them sleep, or one has ended. */
static int await_idle(struct run *run, uint32_t *awaited)
{
	const struct timespec pause = {.tv_nsec = 100000000};
	uint32_t left;
	int status;

	while ((left = __atomic_load_n(awaited, __ATOMIC_RELAXED))) {
		if (waitpid(-procs, &status, WNOHANG | __WALL) > 0)
			return bench_fail(run, "procs: one of them has ended",
					  WIFEXITED(status) ? WEXITSTATUS(status) : 0);
		if (syscall(SYS_futex, awaited, FUTEX_WAIT, left, &pause, NULL, 0) < 0 &&
		    errno != EAGAIN && errno != EINTR && errno != ETIMEDOUT)
			return bench_fail(run, "procs: futex", errno);
	}
	return 0;
}

/* Before all other weights, of which these would have a copy. The page that they count
 * down in is theirs alone in the end. */
static int add_procs(struct run *run)
{
	uint64_t n = bench_param(run, "procs");
	int err = check_tasks(run, "procs", n, false);

	if (!n || err)
		return err;
	uint32_t *awaited = mmap(NULL, page_size(), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (awaited == MAP_FAILED)
		return bench_fail(run, "procs: mmap", errno);
	*awaited = (uint32_t)n;
	err = fork_idle(run, n, awaited);
	if (!err)
		err = await_idle(run, awaited);
	munmap(awaited, page_size());
	return err;
}

/* Without the kill there is nothing to wait for; whoever watches us kills them. */
static void end_procs(struct run *run)
{
	if (!procs)
		return;
	if (kill(-procs, SIGKILL) < 0) {
		bench_fail(run, "procs: kill", errno);
		return;
	}
	int status = 0;
	while (waitpid(-procs, &status, __WALL) > 0 || errno == EINTR)
		if (WIFEXITED(status))
			bench_fail(run, "procs: one of them has ended",
				   WEXITSTATUS(status));
	if (errno != ECHILD)
		bench_fail(run, "procs: waitpid", errno);
	procs = 0;
}

/* One byte written is enough to have a page. The kernel makes the same pages faster where
 * it knows how to, without a fault for each. */
static void write_pages(char *at, uint64_t size)
{
	if (madvise(at, size, MADV_POPULATE_WRITE) == 0)
		return;
	for (uint64_t i = 0; i < size; i += page_size())
		((volatile char *)at)[i] = 1;
}

static int add_pages(struct run *run, const char *name, int flags)
{
	uint64_t size = bench_param(run, name) * page_size();

	if (!size)
		return 0;
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED) {
		char what[JOB_TEXT];

		text_put(text_put(what, name), ": mmap");
		return bench_fail(run, what, errno);
	}
	/* EINVAL: a kernel without huge pages gives none anyway. */
	if (madvise(at, size, MADV_NOHUGEPAGE) < 0 && errno != EINVAL)
		return bench_fail(run, "madvise MADV_NOHUGEPAGE", errno);
	write_pages(at, size);
	return 0;
}

static int add_private(struct run *run)
{
	return add_pages(run, "pages", MAP_PRIVATE);
}

static int add_shared(struct run *run)
{
	return add_pages(run, "shared", MAP_SHARED);
}

/* Noted before it is made: whoever is killed before it has lost its name leaves nothing.
 */
static int open_and_unlink(struct run *run, const char *path, int *fd)
{
	int slot = bench_keep(run, JOB_FILE, 0, path);

	if (slot < 0)
		return bench_fail(run, path, -slot);
	*fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int err = *fd < 0 ? -errno : 0;
	if (!err && unlink(path) < 0)
		return bench_fail(run, "file: unlink", errno);
	bench_forget(run, slot);
	return err;
}

/* In the first folder where it can be made. */
static int open_nameless(struct run *run, int *fd)
{
	static const char name[] = "/lwpbench-file.";
	enum { DIGITS = 20 };
	const char *const dirs[] = {getenv("TMPDIR"), "/tmp", "/var/tmp"};
	char path[PATH_SIZE];
	int err = -ENOENT;

	for (unsigned i = 0; i < countof(dirs); i++) {
		if (!dirs[i] || strlen(dirs[i]) + sizeof(name) + DIGITS > sizeof(path))
			continue;
		text_put_uint(text_put(text_put(path, dirs[i]), name),
			      (uint64_t)getpid());
		err = open_and_unlink(run, path, fd);
		if (!err || *fd >= 0)
			return err;
	}
	return bench_skip(run, "file: open of one in TMPDIR, /tmp or /var/tmp", -err);
}

static int add_file(struct run *run)
{
	uint64_t size = bench_param(run, "file") * page_size();
	int fd = -1;

	if (!size)
		return 0;
	int err = open_nameless(run, &fd);
	if (err)
		return err;
	if (ftruncate(fd, (off_t)size) < 0)
		err = bench_fail(run, "file: ftruncate", errno);
	const char *at = err ? NULL : mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		err = bench_fail(run, "file: mmap", errno);
	if (close(fd) < 0 && !err)
		err = bench_fail(run, "file: close", errno);
	for (uint64_t i = 0; i < size && !err; i += page_size())
		(void)((const volatile char *)at)[i];
	return err;
}

static int add_thp(struct run *run)
{
	static const char rollup[] = "/proc/self/smaps_rollup";
	static const char field[] = "AnonHugePages:";
	uint64_t n = bench_param(run, "thp");

	if (!n)
		return 0;
	uint64_t huge = 0, before = 0, after = 0;
	int err = text_find(thp_size_file, "", &huge);
	if (err)
		return bench_skip(run, "thp: this kernel has no transparent huge pages",
				  err == -ENOENT ? 0 : -err);
	err = text_find(rollup, field, &before);
	if (err)
		return bench_fail(run, rollup, -err);
	char *at = mmap(NULL, (n + 1) * huge, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return bench_fail(run, "thp: mmap", errno);
	at += -(uintptr_t)at & (huge - 1);
	if (madvise(at, n * huge, MADV_HUGEPAGE) < 0)
		return bench_skip(run, "thp: madvise MADV_HUGEPAGE", errno);
	write_pages(at, n * huge);
	err = text_find(rollup, field, &after);
	if (err)
		return bench_fail(run, rollup, -err);
	if (after - before != n * huge / 1024)
		return bench_skip(run,
				  "thp: the kernel gave other than huge pages; see "
				  "/sys/kernel/mm/transparent_hugepage/enabled",
				  0);
	return 0;
}

/* Neighbours differ in protection, or the kernel would make one mapping of them. */
static int add_maps(struct run *run)
{
	uint64_t n = bench_param(run, "maps"), page = page_size();

	if (!n)
		return 0;
	char *at = mmap(NULL, n * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return bench_fail(run, "maps: mmap", errno);
	for (uint64_t i = 0; i < n; i += 2) {
		if (mprotect(at + i * page, page, PROT_READ) == 0)
			continue;
		return errno == ENOMEM
			       ? bench_skip(run, "maps: more than vm.max_map_count",
					    errno)
			       : bench_fail(run, "maps: mprotect", errno);
	}
	return 0;
}

/* Room for n more descriptors and a few of the benchmark's own. */
static int raise_nofile(struct run *run, uint64_t n)
{
	enum { SPARE = 32 };
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return bench_fail(run, "fds: getrlimit", errno);
	if (limit.rlim_cur >= n + SPARE)
		return 0;
	if (limit.rlim_max < n + SPARE)
		limit.rlim_max = n + SPARE;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		return bench_skip(run, "fds: more than the hard limit RLIMIT_NOFILE",
				  errno);
	return 0;
}

static int add_fds(struct run *run)
{
	uint64_t n = bench_param(run, "fds");
	int err = n ? raise_nofile(run, n) : 0;

	if (!n || err)
		return err;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return bench_fail(run, "fds: /dev/null", errno);
	while (--n)
		if (fcntl(fd, F_DUPFD_CLOEXEC, fd) < 0)
			return bench_fail(run, "fds", errno);
	return 0;
}

/* A thread that cannot sleep is not idle. */
static void *sleep_on(void *run)
{
	__atomic_add_fetch(&started, 1, __ATOMIC_RELAXED);
	while (syscall(SYS_futex, &asleep, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0) == 0 ||
	       errno == EINTR)
		continue;
	bench_fail(run, "threads: futex", errno);
	return run;
}

static void *spin(void *unused)
{
	__atomic_add_fetch(&started, 1, __ATOMIC_RELAXED);
	for (;;)
		__asm__ volatile("");
	return unused;
}

/* Creates n threads, on `cpus` unless that is NULL; returns once all of them run. */
static int add_threads(struct run *run, uint64_t n, const cpu_set_t *cpus,
		       void *(*body)(void *))
{
	pthread_attr_t attr;
	pthread_t thread;
	int err;

	started = 0;
	err = pthread_attr_init(&attr);
	if (!err)
		err = pthread_attr_setstacksize(&attr, THREAD_STACK);
	for (uint64_t i = 0; i < n && !err; i++) {
		err = pthread_create(&thread, &attr, body, run);
		/* Not an attribute: musl has none for it. */
		if (!err && cpus)
			err = pthread_setaffinity_np(thread, sizeof(*cpus), cpus);
	}
	if (err == EAGAIN)
		return bench_skip(run, "threads, busy: pthread_create", err);
	if (err)
		return bench_fail(run, "threads, busy: pthread_create", err);
	pthread_attr_destroy(&attr);
	while (__atomic_load_n(&started, __ATOMIC_RELAXED) < n)
		sched_yield();
	return 0;
}

/* The CPUs this process was started with, but for the one it now runs on; its own in
 * *own. */
static int other_cpus(struct run *run, cpu_set_t *own, cpu_set_t *others)
{
	int home = sched_getcpu();

	if (home < 0 || sched_getaffinity(0, sizeof(*own), own) < 0)
		return bench_fail(run, "busy: sched_getaffinity", errno);
	if (bench_unpin(run) < 0 || sched_getaffinity(0, sizeof(*others), others) < 0 ||
	    sched_setaffinity(0, sizeof(*own), own) < 0)
		return bench_fail(run, "busy: sched_setaffinity", errno);
	CPU_CLR(home, others);
	return 0;
}

/* A spinner on each of n CPUs, which the creator then keeps off. */
static int spin_on_each(struct run *run, uint64_t n, cpu_set_t *own,
			const cpu_set_t *others)
{
	int err = 0;

	for (int cpu = 0; cpu < CPU_SETSIZE && n && !err; cpu++) {
		cpu_set_t one;

		if (!CPU_ISSET(cpu, others))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		CPU_CLR(cpu, own);
		err = add_threads(run, 1, &one, spin);
		n--;
	}
	if (!err && sched_setaffinity(0, sizeof(*own), own) < 0)
		err = bench_fail(run, "busy: sched_setaffinity", errno);
	return err;
}

static int add_idle(struct run *run)
{
	uint64_t n = bench_param(run, "threads");
	int err = check_tasks(run, "threads", n, true);

	return err ? err : add_threads(run, n, NULL, sleep_on);
}

static int add_busy(struct run *run)
{
	uint64_t n = bench_param(run, "busy");
	cpu_set_t own = {0}, others = {0};
	int err = n ? other_cpus(run, &own, &others) : 0;

	if (!n || err)
		return err;
	if (n > (uint64_t)CPU_COUNT(&others))
		return bench_skip(run, "busy: there are fewer other CPUs to spin on", 0);
	return spin_on_each(run, n, &own, &others);
}

static int setup(struct run *run)
{
	static int (*const steps[])(struct run *) = {
		check_memory, add_procs, add_private, add_shared, add_file,
		add_thp,      add_maps,  add_fds,     add_idle,   add_busy,
	};
	int err = 0;

	for (unsigned i = 0; i < countof(steps) && !err; i++)
		err = steps[i](run);
	return err;
}

static void teardown(struct run *run)
{
	end_procs(run);
}

const struct part parent_part = {.params = params, .setup = setup, .teardown = teardown};
