/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory of idle tasks, by how much more there is of it the more of them there are.
 */
#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/sched.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "part_arch.h"
#include "part_flags.h"
#include "part_idle.h"
#include "part_parent.h"
#include "part_room.h"
#include "part_text.h"

enum {
	THREADS =
		10000, /* the top of the ladder, if nothing else is asked for: so many */
	PROCESSES = 2000,
	MANY = 1 << 22,
	RUNGS = 8, /* above the first, */
	FIRST = 8, /* which is of so few that they can be made before they are weighed */
	STRIDE = 64, /* after so many there is a look at what memory is left */
	FEW = 32,    /* processes that stand for all in the middle of a ladder */
	KERNEL_LEAST = 32 << 10, /* the kernel's part of any task is no less */
	STACK_SPARE = 16 << 10,  /* of a stack, for libc and for us */
	LADDER_S = 8,            /* of a rep, which has to take them away again, too */
	STRANGE = 10,            /* others may come and go, to one in so many of ours */
	PATIENCE_MS = 10000,     /* for a task to begin */
	SETTLE_NS = 10000000,
	SETTLE_BYTES = 64 << 10, /* memory that changes by less has settled */
	SETTLES = 20,
	PATH_SIZE = 1024,
	ZONES_SIZE = 1 << 20,
	NUMBER = 24,
	TARGET_STATIC = 0,
	TARGET_DYNAMIC,
};

#define TASK_PROCESS (UINT64_C(1) << 60)
#define TASK_THREAD (UINT64_C(1) << 61)
#define TASK_SPAWN (UINT64_C(1) << 62)
#define TASK_CLONE (UINT64_C(1) << 63)
#define LWP (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND)

/* What the kernel counts, in bytes. */
struct kernel_counts {
	uint64_t tables, stack, slab, percpu, rest;
};

/* And what tasks' address spaces hold. */
struct user_counts {
	uint64_t user, huge, virtual;
};

static uint64_t kind, flags; /* of clone3 */
static uint64_t stack_size;  /* of those that do not get theirs from the kernel */
static struct idle how;
static pthread_attr_t attr;
static int ready; /* where the bytes of those that are there come out */
static pid_t *pids;
static uint64_t made, want, first, top;
static unsigned rung;           /* that comes next */
static bool full;               /* no more can be made */
static char limit[JOB_TEXT];    /* what kept the ladder from being as long as wanted */
static struct room memory_room; /* before the first task */
static struct user_counts user_before;
static uint64_t threads_before, began;
static uint64_t strangers, disturbance; /* tasks of others before, and how they changed */
static char *zones;                     /* room for a text of /proc */
static struct room_cgroup cgroup;
static bool in_cgroup;
static char path[PATH_SIZE], numbers[3][NUMBER];

static const struct gauge gauges[] = {
	{"tasks", "tasks", "that there are, beside their creator"},
	{"memory", "bytes/task",
	 "all that is accounted for: user, tables, stack, slab, "
	 "percpu"},
	{"user", "bytes/task",
	 "pages mapped by the creator and its tasks, shared ones in "
	 "parts (PSS)"},
	{"tables", "bytes/task", "page tables"},
	{"stack", "bytes/task", "kernel stacks"},
	{"slab", "bytes/task", "kernel objects"},
	{"percpu", "bytes/task", "kernel's memory that each CPU has of its own"},
	{"rest", "bytes/task", "neither free nor accounted for, by anybody"},
	{"virtual", "bytes/task", "address space"},
	{"cgroup", "bytes/task", "charged to our own memory cgroup"},
	{"huge", "bytes/task", "of user, in transparent huge pages"},
	{"counted", "tasks/task", "that the kernel schedules, by its own count"},
	{0},
};
enum {
	TASKS,
	MEMORY,
	USER,
	TABLES,
	STACK,
	SLAB,
	PERCPU,
	REST,
	VIRTUAL,
	CGROUP,
	HUGE,
	COUNTED
};

/* ---- tasks */

static bool is_thread(void)
{
	return kind & TASK_THREAD || flags & CLONE_THREAD;
}

static bool shares_memory(void)
{
	return kind & TASK_THREAD || flags & CLONE_VM;
}

static const char *noun(void)
{
	return kind & TASK_THREAD ? "threads" : kind & TASK_CLONE ? "tasks" : "processes";
}

static void live(void *unused)
{
	(void)unused;
	idle_live(&how);
}

static void *thread_main(void *unused)
{
	(void)unused;
	idle_live(&how);
}

/* All of these: 0 or -errno, the pid in *pid. */
static int create_thread(pid_t *pid)
{
	pthread_t thread;

	*pid = 0;
	return -pthread_create(&thread, &attr, thread_main, NULL);
}

/* The child writes to no page that it need not have. */
static int create_process(pid_t *pid)
{
	pid_t got = fork();

	if (got == 0)
		idle_live(&how);
	*pid = got;
	return got < 0 ? -errno : 0;
}

static int create_program(pid_t *pid)
{
	char *argv[] = {path, numbers[0], numbers[1], numbers[2], NULL};

	return -posix_spawn(pid, path, NULL, NULL, argv, environ);
}

/* A stack as libc makes one: address space with a guard below. */
static char *map_stack(void)
{
	const size_t guard = (size_t)sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, guard + stack_size, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return NULL;
	return mprotect(at + guard, stack_size, PROT_READ | PROT_WRITE) < 0 ? NULL
									    : at + guard;
}

static int create_clone(pid_t *pid)
{
	struct clone_args args = {
		.flags = flags,
		.exit_signal = is_thread() ? 0 : SIGCHLD,
	};
	long got;

	if (flags & CLONE_VM) {
		const char *at = map_stack();

		if (!at)
			return -errno;
		args.stack = (uintptr_t)at;
		args.stack_size = stack_size;
		got = arch_clone3(&args, live, NULL);
	} else {
		got = arch_call(SYS_clone3, (long)&args, sizeof(args), 0, 0);
		if (got == 0)
			idle_live(&how);
	}
	*pid = (pid_t)got;
	return got < 0 ? (int)got : 0;
}

/* Whether one of them has come to an untimely end. */
static int check_alive(struct run *run)
{
	siginfo_t ended = {0};

	if (is_thread()) {
		uint64_t n = text_field("/proc/self/status", "Threads:");

		return n == threads_before + made
			       ? 0
			       : bench_fail(run, "a thread ended before its time", 0);
	}
	if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 &&
	    errno != ECHILD)
		return bench_fail(run, "waitid", errno);
	/* Who leaves says why by an errno. */
	return ended.si_pid == 0
		       ? 0
		       : bench_fail(run, "a process ended before its time",
				    ended.si_code == CLD_EXITED ? ended.si_status : 0);
}

/* Takes the bytes of n tasks. */
static int await(struct run *run, uint64_t n)
{
	struct pollfd in = {.fd = ready, .events = POLLIN};
	char bytes[256];

	while (n) {
		int some = poll(&in, 1, PATIENCE_MS);

		if (some < 0 && errno == EINTR)
			continue;
		ssize_t len = some > 0 ? read(ready, bytes,
					      n < sizeof(bytes) ? n : sizeof(bytes))
				       : -1;
		if (len <= 0) {
			int err = some ? errno : ETIMEDOUT, dead = check_alive(run);
			const char *what = some < 0   ? "poll"
					   : some > 0 ? "read of a pipe"
						      : "a task did not begin";

			return dead ? dead : bench_fail(run, what, err);
		}
		n -= (uint64_t)len;
	}
	return 0;
}

/* A refusal ends the ladder. */
static int refused(struct run *run, int err)
{
	const char *call = kind & TASK_THREAD  ? "pthread_create"
			   : kind & TASK_SPAWN ? "posix_spawn"
			   : kind & TASK_CLONE ? "clone3"
					       : "fork";

	if (kind & TASK_CLONE && (err == ENOSYS || err == EINVAL))
		return bench_skip(
			run, "task: this kernel or sandbox does not know the set", err);
	if (err != EAGAIN && err != ENOMEM)
		return bench_fail(run, call, err);
	text_put(text_put(limit, call), err == ENOMEM ? ": ENOMEM" : ": EAGAIN");
	full = true;
	return 0;
}

/* Others take memory, too, and so may tasks that weigh more than those on the first rung
 * did. */
static void look_at_room(void)
{
	if (room_taken(&memory_room)) {
		text_put(limit, memory_room.limit);
		full = true;
	} else if (bench_now() - began > LADDER_S * UINT64_C(1000000000)) {
		text_put(text_put_uint(text_put(limit, "made in "), LADDER_S), " s");
		full = true;
	}
}

/* The number of tasks on the next rung. */
static uint64_t target(void)
{
	uint64_t rungs = top - first < RUNGS ? top - first : RUNGS;

	return rung ? first + (top - first) * rung / rungs : first;
}

/* What the creator writes to between two forks the first child keeps a copy of: nothing
 * but its stack. */
static int op(struct run *run, uint64_t unused)
{
	int (*create)(pid_t *) = kind & TASK_THREAD  ? create_thread
				 : kind & TASK_SPAWN ? create_program
				 : kind & TASK_CLONE ? create_clone
						     : create_process;
	uint64_t n = made, goal = target();
	int err = 0;

	(void)unused; /* 1, always */
	while (n < goal && !full && !err) {
		err = create(&pids[n]);
		if (err)
			err = refused(run, -err);
		else if (++n % STRIDE == 0)
			look_at_room();
	}
	uint64_t more = n - made;
	made = n;
	return err ? err : await(run, more);
}

/* ---- what they weigh */

/* In a text of lines "KEY: NUMBER kB", in bytes; 0: this kernel has no such count. */
static uint64_t kib_field(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? text_number(at + strlen(key)) * 1024 : 0;
}

/* Pages that each CPU holds ready for itself, which are no longer counted as free: a
 * line "count: N" for each zone and CPU. */
static uint64_t count_ready(void)
{
	static const char key[] = " count:";
	uint64_t pages = 0;

	if (text_read("/proc/zoneinfo", zones, ZONES_SIZE) < 0)
		return 0;
	for (const char *at = zones; (at = strstr(at, key));) {
		at += sizeof(key) - 1;
		pages += text_number(at);
	}
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/*
 * Of the whole machine: the kernel keeps no account of these by task. Page tables are
 * taken from here and not from each process's VmPTE, which counts the same pages but not
 * the topmost one. The rest leaves out page cache and anonymous pages by their own
 * counts, so that what other programs read or allocate is not taken for the tasks'
 * weight: it is what drivers and the allocator itself hold.
 */
static int count_kernel(struct run *run, struct kernel_counts *c)
{
	static const char *const others[] = {
		"\nMemFree:", "\nBuffers:", "\nCached:", "\nSwapCached:", "\nAnonPages:"};
	char text[8192];
	int err = text_read("/proc/meminfo", text, sizeof(text));

	if (err)
		return bench_fail(run, "/proc/meminfo", -err);
	*c = (struct kernel_counts){
		.tables = kib_field(text, "\nPageTables:"),
		.stack = kib_field(text, "\nKernelStack:"),
		.slab = kib_field(text, "\nSlab:"),
		.percpu = kib_field(text, "\nPercpu:"),
	};
	uint64_t total = kib_field(text, "MemTotal:");
	uint64_t known = c->tables + c->stack + c->slab + c->percpu + count_ready();
	for (unsigned i = 0; i < countof(others); i++)
		known += kib_field(text, others[i]);
	/* Counts that contradict each other leave no rest. */
	c->rest = total > known ? total - known : JOB_NO_STAMP;
	return 0;
}

/*
 * Counts are made on each CPU and added up now and then, and what is no longer used is
 * given back later, once no CPU can still be looking at it: that of our own creating, and
 * that of whatever ended before we began, be it another 10,000 threads.
 */
static int settle(struct run *run, struct kernel_counts *c)
{
	const struct timespec t = {.tv_nsec = SETTLE_NS};
	uint64_t last, now = 0;
	char unused[8];
	unsigned tries = 0;

	/* Where either is refused, there is only the waiting. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	do {
		last = now;
		if (nanosleep(&t, NULL) < 0 && errno != EINTR)
			return bench_fail(run, "nanosleep", errno);
		text_read("/proc/sys/vm/stat_refresh", unused, sizeof(unused));
		int err = count_kernel(run, c);
		if (err)
			return err;
		now = c->tables + c->stack + c->slab + c->percpu;
	} while (++tries < SETTLES &&
		 (now > last ? now - last : last - now) > SETTLE_BYTES);
	return 0;
}

static int add_user(struct run *run, pid_t pid, struct user_counts *c)
{
	char name[64], text[4096];
	char *end = text_put_uint(text_put(name, "/proc/"), (uint64_t)pid);
	int err;

	text_put(end, "/statm");
	err = text_read(name, text, sizeof(text));
	if (!err) {
		c->virtual += text_number(text) * (uint64_t)sysconf(_SC_PAGESIZE);
		text_put(end, "/smaps_rollup");
		err = text_read(name, text, sizeof(text));
	}
	if (err) {
		int dead = check_alive(run);

		return dead ? dead : bench_skip(run, "/proc/PID/smaps_rollup", -err);
	}
	c->user += kib_field(text, "\nPss:") + kib_field(text, "\nSwapPss:");
	c->huge += kib_field(text, "\nAnonHugePages:");
	return 0;
}

/*
 * What the creator and its tasks map. Of processes so many of all stand for them, which
 * are alike: whoever is asked has a folder and files in /proc from then on, and these
 * would soon be a part of what is weighed.
 */
static int count_user(struct run *run, uint64_t some, struct user_counts *c)
{
	struct user_counts sum = {0};
	int err = 0;

	*c = sum;
	if (!shares_memory())
		for (uint64_t i = 0; i < some && !err; i++)
			err = add_user(run,
				       pids[some > 1 ? i * (made - 1) / (some - 1) : 0],
				       &sum);
	if (!err)
		err = add_user(run, getpid(), c);
	if (some) {
		c->user += sum.user / some * made;
		c->huge += sum.huge / some * made;
		c->virtual += sum.virtual / some * made;
	}
	return err;
}

static uint64_t cgroup_usage(void)
{
	char name[ROOM_PATH + 64], text[NUMBER];

	if (!in_cgroup)
		return JOB_NO_STAMP;
	text_put(text_put(name, cgroup.dir),
		 cgroup.v2 ? "/memory.current" : "/memory.usage_in_bytes");
	return text_read(name, text, sizeof(text)) < 0 ? JOB_NO_STAMP : text_number(text);
}

/* All tasks of the machine, as it has them: "running/all". */
static uint64_t count_all(void)
{
	return text_field("/proc/loadavg", "/");
}

static void set_gauges(struct run *run, const struct kernel_counts *k,
		       const struct user_counts *u, uint64_t charged)
{
	uint64_t all = count_all();
	const uint64_t values[] = {
		[TASKS] = made,
		[MEMORY] = u->user + k->tables + k->stack + k->slab + k->percpu,
		[USER] = u->user,
		[TABLES] = k->tables,
		[STACK] = k->stack,
		[SLAB] = k->slab,
		[PERCPU] = k->percpu,
		[REST] = k->rest,
		[VIRTUAL] = u->virtual,
		[CGROUP] = charged,
		[HUGE] = u->huge,
		[COUNTED] = all > strangers ? all - strangers : 0,
	};

	for (unsigned i = 0; i < countof(values); i++)
		bench_gauge(run, &gauges[i], values[i]);
}

/* ---- the ladder */

static void lower(uint64_t n, const char *why)
{
	if (n >= top)
		return;
	top = n;
	text_put(limit, why);
}

/* So that tasks of that many bytes each take no more than our share. */
static void lower_by_weight(uint64_t bytes)
{
	if (memory_room.n != UINT64_MAX)
		lower(memory_room.n / bytes, memory_room.limit);
}

/* What a task takes of the kernel at the least: of a copied process also the tables. */
static uint64_t kernel_part(void)
{
	char text[4096];

	if (shares_memory() || kind & TASK_SPAWN ||
	    text_read("/proc/self/status", text, sizeof(text)) < 0)
		return KERNEL_LEAST;
	return KERNEL_LEAST + kib_field(text, "\nVmPTE:");
}

static int skip_short(struct run *run)
{
	char what[JOB_TEXT], *end = text_put(what, "tasks: room for only ");

	end = text_put_uint(end, full ? made : top);
	text_put(text_put(text_put(end, " "), noun()), full ? ": " : " by ");
	strncat(what, limit, sizeof(what) - strlen(what) - 1);
	return bench_skip(run, what, 0);
}

/* Tasks of others, beside ours. */
static uint64_t count_strangers(void)
{
	uint64_t all = count_all();

	return all > made ? all - made : 0;
}

static void watch_strangers(void)
{
	uint64_t now = count_strangers();
	uint64_t change = now > strangers ? now - strangers : strangers - now;

	if (change > disturbance)
		disturbance = change;
}

/* That there are fewer tasks than was asked for, and that the kernel's counts are not of
 * ours alone. */
static void note(struct run *run)
{
	char what[JOB_TEXT], *end = what;

	*end = 0;
	if (made < want) {
		end = text_put(text_put(text_put_uint(end, made), " "), noun());
		end = text_put_uint(text_put(end, " instead of "), want);
		end = text_put(text_put(end, ": "), limit);
	}
	if (disturbance > made / STRANGE) {
		end = text_put_uint(text_put(end, *what ? "; " : ""), disturbance);
		text_put(end, " tasks of others came or went meanwhile");
	}
	if (*what)
		bench_note(run, what);
}

/* On the first rung, when it is known what the tasks map. */
static void plan(const struct user_counts *before, const struct user_counts *now)
{
	uint64_t more = now->user > before->user ? now->user - before->user : 0;

	lower_by_weight(kernel_part() + more / made);
	if (top < first)
		top = first;
}

static int reset(struct run *run)
{
	struct kernel_counts kernel = {0};
	struct user_counts user;
	int err = check_alive(run);

	if (!err)
		err = settle(run, &kernel);
	watch_strangers();
	uint64_t charged = cgroup_usage();
	if (!err)
		err = count_user(run, made < FEW ? made : FEW, &user);
	if (err)
		return err;
	/* None: the first was refused. */
	if (rung++ == 0 && made)
		plan(&user_before, &user);
	if (full || made >= top) {
		if (rung < 2 || made <= first)
			return skip_short(run);
		note(run);
		bench_last(run);
		/* Nothing is weighed after this one: all can be asked. */
		err = count_user(run, made, &user);
	}
	/* Who has ended meanwhile was not weighed, or not all of it. */
	if (!err)
		err = check_alive(run);
	set_gauges(run, &kernel, &user, charged);
	return err;
}

/* ---- */

static int check(struct run *run)
{
	uint64_t task = bench_param(run, "task"), size = bench_param(run, "stack");
	uint64_t set = task & TASK_CLONE ? task & ~TASK_CLONE : 0;

	if (bench_param(run, "target") != TARGET_STATIC && !(task & TASK_SPAWN))
		return bench_fail(run, "target: only a task=spawn runs a program", 0);
	if (size && !(task & TASK_THREAD) && !(set & CLONE_VM))
		return bench_fail(run,
				  "stack: only a thread or a task=clone with VM has one "
				  "that can be asked for; for others see ulimit -s",
				  0);
	if (size && size < bench_param(run, "touch") + STACK_SPARE)
		return bench_fail(
			run, "stack: no more than touch writes to; 16K more is enough",
			0);
	if (bench_param(run, "tasks") == 1)
		return bench_fail(run, "tasks: a slope needs two rungs, use 2 or more",
				  0);
	return flags_check(run, "task", set);
}

/* How large a stack is, unless stack= says so. */
static int find_stack(struct run *run)
{
	struct rlimit most;
	uint64_t asked = bench_param(run, "stack");
	int err = pthread_attr_init(&attr);

	if (!err && asked)
		err = pthread_attr_setstacksize(&attr, asked);
	if (!err)
		err = pthread_attr_getstacksize(&attr, &stack_size);
	if (err)
		return bench_fail(run, "stack: less than a thread needs", err);
	if (getrlimit(RLIMIT_STACK, &most) < 0)
		return bench_fail(run, "getrlimit", errno);
	uint64_t size = shares_memory() ? stack_size : most.rlim_cur;
	if (size < how.touch + STACK_SPARE)
		return bench_fail(
			run, "touch: more than a stack has; see stack= and ulimit -s", 0);
	return 0;
}

static int find_program(struct run *run)
{
	static const char *const names[] = {
		[TARGET_STATIC] = "targets/idle-static",
		[TARGET_DYNAMIC] = "targets/idle-dynamic",
	};
	int err = bench_path(names[bench_param(run, "target")], path, sizeof(path));

	if (err)
		return bench_fail(run, "path of the target", -err);
	text_put_uint(numbers[0], (uint64_t)how.ready);
	text_put_uint(numbers[1], (uint64_t)how.creator);
	text_put_uint(numbers[2], how.touch);
	return 0;
}

/* Programs inherit the end to write to. */
static int open_pipe(struct run *run)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return bench_fail(run, "pipe2", errno);
	if (fcntl(ends[1], F_SETFD, 0) < 0)
		return bench_fail(run, "fcntl", errno);
	ready = ends[0];
	how.ready = ends[1];
	return 0;
}

/* Nothing that a child has. It is to be written to before there is anything to weigh. */
static void *map(struct run *run, uint64_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	if (at != MAP_FAILED && madvise(at, size, MADV_DONTFORK) == 0)
		return at;
	bench_fail(run, at == MAP_FAILED ? "mmap" : "madvise", errno);
	return NULL;
}

/* How long a ladder there is room for. A tenth of the room for tasks is for others. */
static int find_top(struct run *run)
{
	struct room tasks;

	want = bench_param(run, "tasks");
	if (!want)
		want = shares_memory() ? THREADS : PROCESSES;
	top = want;
	room_memory(&memory_room);
	room_tasks(shares_memory(), &tasks);
	if (tasks.n != UINT64_MAX)
		lower(tasks.n - tasks.n / 10, tasks.limit);
	lower_by_weight(kernel_part() + how.touch);
	if (top < 2)
		return skip_short(run);
	first = top / (RUNGS + 1);
	first = first < 1 ? 1 : first > FIRST ? FIRST : first;
	pids = map(run, want * sizeof(*pids));
	if (!pids)
		return -ENOMEM;
	memset(pids, 0, want * sizeof(*pids));
	return 0;
}

static int setup(struct run *run)
{
	struct kernel_counts unused = {0};

	kind = bench_param(run, "task");
	flags = kind & TASK_CLONE ? kind & ~TASK_CLONE : 0;
	how.creator = is_thread() ? 0 : getpid();
	how.touch = bench_param(run, "touch");
	if (flags & CLONE_VM && !arch_thread_pointer())
		return bench_skip(run, "task: VM is not written for this architecture",
				  0);
	in_cgroup = room_cgroup("memory", &cgroup) && strlen(cgroup.dir) > cgroup.top;
	threads_before = text_field("/proc/self/status", "Threads:");
	began = bench_now();
	zones = map(run, ZONES_SIZE);
	int err = zones ? open_pipe(run) : -ENOMEM;
	if (!err)
		err = find_stack(run);
	if (!err && kind & TASK_SPAWN)
		err = find_program(run);
	if (!err)
		err = settle(run, &unused);
	if (!err)
		err = find_top(run);
	strangers = count_strangers();
	return err ? err : count_user(run, 0, &user_before);
}

/* Threads end with this process. */
static void teardown(struct run *run)
{
	if (is_thread())
		return;
	/* Without the kill there is nothing to wait for; whoever watches us kills them.
	 */
	for (uint64_t i = 0; i < made; i++)
		if (kill(pids[i], SIGKILL) < 0) {
			bench_fail(run, "kill", errno);
			return;
		}
	for (uint64_t i = 0; i < made; i++)
		while (waitpid(pids[i], NULL, __WALL) < 0)
			if (errno != EINTR) {
				bench_fail(run, "waitpid", errno);
				break;
			}
}

/* With VFORK the creator would wait for its task's end. */
static const struct choice kinds[] = {
	{"process", TASK_PROCESS},
	{"thread", TASK_THREAD},
	{"spawn", TASK_SPAWN},
	{"clone:", TASK_CLONE},
	{"none", 0},
	{"lwp", LWP},
	{"VM", CLONE_VM},
	{"FS", CLONE_FS},
	{"FILES", CLONE_FILES},
	{"SIGHAND", CLONE_SIGHAND},
	{"THREAD", CLONE_THREAD},
	{"SYSVSEM", CLONE_SYSVSEM},
	{"IO", CLONE_IO},
	{0},
};

static const struct param params[] = {
	{.name = "task",
	 .brief = "the kind of task: fork, pthread_create, posix_spawn, or clone3 with "
		  "what they share",
	 .type = PARAM_SET,
	 .def = "process",
	 .choices = kinds},
	{.name = "tasks",
	 .brief = "how many there are in the end; 0: 10000 that share memory, 2000 of "
		  "others",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "tasks",
	 .max = MANY},
	{.name = "stack",
	 .brief = "size of each task's stack; 0 is libc's default",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "bytes",
	 .max = INT64_C(1) << 40},
	{.name = "touch",
	 .brief = "how much of its stack each task writes to",
	 .type = PARAM_INT,
	 .def = "0",
	 .unit = "bytes",
	 .max = INT64_C(1) << 40},
	{.name = "target",
	 .brief = "the program of task=spawn: it sleeps; linked so",
	 .type = PARAM_CHOICE,
	 .def = "static",
	 .choices = (const struct choice[]){{"static", TARGET_STATIC},
					    {"dynamic", TARGET_DYNAMIC},
					    {0}}},
	{0},
};

const struct bench bench = {
	.name = "weight",
	.brief = "memory of an idle task, user's and kernel's",
	.family = "memory",
	.unit = "bytes/task",
	.batch = 1,
	.params = params,
	.parts = (const struct part *const[]){&parent_part, NULL},
	.gauges = gauges,
	.check = check,
	.setup = setup,
	.op = op,
	.reset = reset,
	.teardown = teardown,
};
