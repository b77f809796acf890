/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Peers of any kind, thread or process: the work is written once and run as either. */
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "part_arch.h"
#include "part_flags.h"
#include "part_task.h"
#include "part_text.h"

enum {
	STACK = 256 << 10, /* libc wants 128 KiB for a thread on some architectures */
	STATUS = 42,       /* how every peer leaves: no accident ends so */
	POLL_NS = 50000,
	BLAME_POLLS = 200, /* 10 ms and more */
	PATIENCE_S = 10,   /* for peers to begin, */
	MERCY_S = 2,       /* and to end before they are killed */
	SAID = -1,         /* no errno: the peer has said it in words */
};

#define TASK_PROCESS (UINT64_C(1) << 60)
#define TASK_THREAD (UINT64_C(1) << 61)
#define TASK_CLONE (UINT64_C(1) << 62)
#define LWP (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND)

/* What a peer says; each on a line of its own. */
struct slot {
	int tid;
	int ready;
	int error; /* errno of what failed; -1: `said` says it all */
	char said[JOB_TEXT];
} __attribute__((aligned(64)));

/* What all share, whatever they are. */
struct shared {
	int go, stop;
	struct slot slots[TASK_MAX];
};

/* What the creator knows of a peer. */
struct peer {
	unsigned self;
	bool made, gone;
	int pid;         /* of a process, else 0 */
	int status;      /* of a process that is gone */
	int counts;      /* its file of switches in /proc */
	cpu_set_t cpus;  /* where it may run */
	uint32_t in_use; /* of a raw thread: its stack; the kernel clears it */
	uint32_t parent_tid;
	pthread_t thread;
};

static struct shared *shared;
static uint64_t kind, flags;
static unsigned tasks;
static void (*run_body)(unsigned self);
static int creator_pid, creator_tid;
static char *stacks;
static struct peer peers[TASK_MAX];
static struct run *the_run;           /* for the handler of signals */
static volatile sig_atomic_t trouble; /* a peer may have ended */

unsigned task_count(void)
{
	return tasks;
}

void *task_share(uint64_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static int load(const int *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

// NOLINTNEXTLINE(readability-non-const-parameter) ; an atomic store is a write
static void store(int *word, int value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static void pause_a_little(void)
{
	const struct timespec t = {.tv_nsec = POLL_NS};

	arch_call(SYS_nanosleep, (long)&t, 0, 0, 0);
}

void task_ready(unsigned self)
{
	store(&shared->slots[self].ready, 1);
}

bool task_told(void)
{
	return trouble || load(&shared->stop);
}

/* A thread's end sends no signal of its own, so both kinds send one. */
void task_fail(unsigned self, const char *what, int err)
{
	strncpy(shared->slots[self].said, what, JOB_TEXT - 1);
	store(&shared->slots[self].error, err);
	arch_call(SYS_tgkill, creator_pid, creator_tid, SIGCHLD, 0);
}

void task_complain(unsigned self, const char *what)
{
	task_fail(self, what, SAID);
}

/*
 * For SIGCHLD and SIGALRM in the creator: its call ends with EINTR. If the signal came
 * right before that call, the alarm ends it a second later. Some of libc's calls go on
 * waiting after a signal, for what a dead peer will never do: at the second alarm that
 * task_alive was not asked for in between, there is nobody else to ask it.
 */
static void on_trouble(int sig)
{
	if (load(&shared->stop))
		return;
	trouble = sig == SIGALRM ? trouble + 1 : 1;
	if (trouble > 2 && task_alive(the_run) < 0)
		bench_give_up(the_run);
	alarm(1);
}

/* For SIGUSR1 in a peer: its call ends with EINTR. */
static void on_wake(int sig)
{
	(void)sig;
}

static bool is_thread(void)
{
	return kind & TASK_THREAD || flags & CLONE_THREAD;
}

/* All that a peer does. It may share its creator's TLS: only raw system calls. */
static void live(struct peer *p)
{
	struct slot *slot = &shared->slots[p->self];

	if (!is_thread()) {
		arch_call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
		if (arch_call(SYS_getppid, 0, 0, 0, 0) != creator_pid)
			return;
	}
	store(&slot->tid, (int)arch_call(SYS_gettid, 0, 0, 0, 0));
	/* Asleep: hundreds that poll would leave the creator no time to create more. */
	while (!load(&shared->go)) {
		if (load(&shared->stop))
			return;
		long ret = arch_call(SYS_futex, (long)&shared->go, FUTEX_WAIT, 0, 0);
		if (ret < 0 && ret != -EAGAIN && ret != -EINTR) {
			task_fail(p->self, "futex", (int)-ret);
			return;
		}
	}
	run_body(p->self);
}

static void *thread_main(void *p)
{
	live(p);
	return NULL;
}

/* Not _exit(), which would end the whole process if this is a thread. */
static void task_main(void *p)
{
	live(p);
	for (;;)
		arch_call(SYS_exit, STATUS, 0, 0, 0);
}

static int create_process(struct run *run, struct peer *p)
{
	p->pid = fork();
	if (p->pid == 0) {
		live(p);
		_exit(STATUS);
	}
	return p->pid < 0 ? bench_fail(run, "task: fork", errno) : 0;
}

static int create_thread(struct run *run, struct peer *p)
{
	pthread_attr_t attr;
	int err = pthread_attr_init(&attr);

	if (!err)
		err = pthread_attr_setstacksize(&attr, STACK);
	if (!err)
		err = pthread_create(&p->thread, &attr, thread_main, p);
	if (err)
		return bench_fail(run, "task: pthread_create", err);
	pthread_attr_destroy(&attr);
	return 0;
}

static int create_clone(struct run *run, struct peer *p)
{
	struct clone_args args = {
		.flags = flags,
		.child_tid = (uintptr_t)&p->in_use,
		.parent_tid = (uintptr_t)&p->parent_tid,
		.exit_signal = is_thread() ? 0 : SIGCHLD,
		.tls = arch_thread_pointer(),
	};
	long pid;

	p->in_use = 1;
	if (flags & CLONE_VM) {
		args.stack = (uintptr_t)stacks + (uintptr_t)p->self * STACK;
		args.stack_size = STACK;
		pid = arch_clone3(&args, task_main, p);
	} else {
		pid = arch_call(SYS_clone3, (long)&args, sizeof(args), 0, 0);
		if (pid == 0)
			task_main(p);
	}
	p->pid = pid < 0 || is_thread() ? 0 : (int)pid;
	if (pid == -ENOSYS || pid == -EINVAL)
		return bench_skip(run,
				  "task: this kernel or sandbox does not know the set",
				  (int)-pid);
	return pid < 0 ? bench_fail(run, "task: clone3", (int)-pid) : 0;
}

static int create(struct run *run, struct peer *p)
{
	int err = kind & TASK_PROCESS  ? create_process(run, p)
		  : kind & TASK_THREAD ? create_thread(run, p)
				       : create_clone(run, p);

	p->made = !err;
	return err;
}

/* Whether the peer has ended; if so, all that it used may be used again. One that cannot
 * be waited for counts as ended, or this would be asked for ever. */
static bool gone(struct peer *p)
{
	if (p->gone || !p->made)
		return true;
	if (kind & TASK_THREAD) {
		p->gone = pthread_tryjoin_np(p->thread, NULL) == 0;
	} else if (is_thread()) {
		p->gone = !__atomic_load_n(&p->in_use, __ATOMIC_ACQUIRE);
	} else {
		pid_t pid = waitpid(p->pid, &p->status, WNOHANG | __WALL);

		if (pid < 0 && errno != EINTR)
			bench_fail(the_run, "task: waitpid", errno);
		p->gone = pid == p->pid || (pid < 0 && errno != EINTR);
	}
	return p->gone;
}

/* How the peer came to its untimely end. */
static int note_end(struct run *run, const struct peer *p)
{
	char what[JOB_TEXT], *end = text_put_uint(text_put(what, "task "), p->self);
	int err = load(&shared->slots[p->self].error);

	if (err == SAID)
		return bench_fail(run, shared->slots[p->self].said, 0);
	if (err) {
		end = text_put(end, ": ");
		strncat(end, shared->slots[p->self].said,
			sizeof(what) - (size_t)(end - what) - 1);
	} else if (p->pid && WIFSIGNALED(p->status)) {
		end = text_put(end, " was killed by signal ");
		text_put_uint(end, (uint64_t)WTERMSIG(p->status));
	} else {
		text_put(end, " ended before its time");
	}
	return bench_fail(run, what, err);
}

/* Whether it ended for a reason of its own. Peers that share our memory share the word
 * that there is trouble as well, and may leave for that. */
static bool is_cause(const struct peer *p)
{
	return load(&shared->slots[p->self].error) || WIFSIGNALED(p->status);
}

int task_alive(struct run *run)
{
	const struct peer *ended = NULL;

	trouble = 0;
	for (unsigned i = 1; i < tasks && !(ended && is_cause(ended)); i++) {
		struct peer *p = &peers[i];

		if (!p->made || !(load(&shared->slots[i].error) || gone(p)))
			continue;
		if (!ended || is_cause(p))
			ended = p;
	}
	return ended ? note_end(run, ended) : 0;
}

int task_blame(struct run *run, const char *what, int err)
{
	int dead = 0;

	/* What it held is gone before it can be waited for. */
	for (int i = 0; i < BLAME_POLLS && !dead; i++) {
		dead = task_alive(run);
		if (!dead)
			pause_a_little();
	}
	return dead ? dead : bench_fail(run, what, err);
}

static int await(struct run *run, const int *word)
{
	uint64_t start = bench_now();
	int err = 0;

	while (!load(word) && !err) {
		pause_a_little();
		err = task_alive(run);
		if (!err && bench_now() - start > PATIENCE_S * UINT64_C(1000000000))
			err = bench_fail(run, "task: a peer did not begin", ETIMEDOUT);
	}
	return err;
}

/* Kept open: what is read between samples should disturb little. */
static int open_counts(struct run *run, struct peer *p)
{
	char path[80], *end = text_put(path, "/proc/");

	end = text_put_uint(end, (uint64_t)(p->pid ? p->pid : creator_pid));
	end = text_put(end, "/task/");
	end = text_put_uint(end, (uint64_t)shared->slots[p->self].tid);
	text_put(end, "/status");
	p->counts = open(path, O_RDONLY | O_CLOEXEC);
	return p->counts < 0 ? task_blame(run, "task: its status in /proc", errno) : 0;
}

static int place(struct run *run, struct peer *p)
{
	int err = await(run, &shared->slots[p->self].tid);

	if (err)
		return err;
	int tid = shared->slots[p->self].tid;
	err = bench_pin(run, tid, p->self);
	if (err)
		return task_blame(run, "task: sched_setaffinity", -err);
	if (sched_getaffinity(tid, sizeof(p->cpus), &p->cpus) < 0)
		return task_blame(run, "task: sched_getaffinity", errno);
	return open_counts(run, p);
}

static int map_stacks(struct run *run)
{
	if (!(flags & CLONE_VM))
		return 0;
	stacks = mmap(NULL, (size_t)tasks * STACK, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	return stacks == MAP_FAILED ? bench_fail(run, "task: mmap of stacks", errno) : 0;
}

static int let_go(struct run *run)
{
	store(&shared->go, 1);
	long ret = arch_call(SYS_futex, (long)&shared->go, FUTEX_WAKE, TASK_MAX, 0);
	return ret < 0 ? bench_fail(run, "task: futex", (int)-ret) : 0;
}

int task_start(struct run *run, void (*body)(unsigned self))
{
	bench_count_from_here(run);
	if (!body)
		return 0;
	run_body = body;
	int err = map_stacks(run);
	for (unsigned i = 1; i < tasks && !err; i++) {
		peers[i].self = i;
		err = create(run, &peers[i]);
	}
	for (unsigned i = 1; i < tasks && !err; i++)
		err = place(run, &peers[i]);
	if (!err)
		err = let_go(run);
	for (unsigned i = 1; i < tasks && !err; i++)
		err = await(run, &shared->slots[i].ready);
	return err;
}

static int add_switches(struct run *run, const struct peer *p, struct task_switches *sum)
{
	static const char key[] = "voluntary_ctxt_switches:";
	char buf[4096];
	ssize_t len = pread(p->counts, buf, sizeof(buf) - 1, 0);
	int err = errno;

	buf[len > 0 ? len : 0] = 0;
	/* The word is in "nonvoluntary..." as well, which comes second. */
	const char *first = strstr(buf, key);
	const char *second = first ? strstr(first + 1, key) : NULL;
	if (second) {
		sum->voluntary += text_number(first + sizeof(key) - 1);
		sum->involuntary += text_number(second + sizeof(key) - 1);
		return 0;
	}
	/* Of a task that has ended there is no status. */
	err = len < 0 ? err : 0;
	return task_blame(run, "task: its switches in /proc", err);
}

int task_switches(struct run *run, struct task_switches *sum)
{
	struct rusage own;
	int err = 0;

	if (getrusage(RUSAGE_THREAD, &own) < 0)
		return bench_fail(run, "getrusage", errno);
	sum->voluntary = (uint64_t)own.ru_nvcsw;
	sum->involuntary = (uint64_t)own.ru_nivcsw;
	for (unsigned i = 1; i < tasks && !err; i++)
		if (peers[i].made)
			err = add_switches(run, &peers[i], sum);
	return err;
}

/* Signals that a call should end for do not restart it. */
static int catch_signals(struct run *run)
{
	struct sigaction act = {.sa_handler = on_trouble, .sa_flags = SA_NOCLDSTOP};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGALRM);
	sigaddset(&set, SIGUSR1);
	if (sigaction(SIGCHLD, &act, NULL) < 0 || sigaction(SIGALRM, &act, NULL) < 0)
		return bench_fail(run, "task: sigaction", errno);
	act.sa_handler = on_wake;
	if (sigaction(SIGUSR1, &act, NULL) < 0)
		return bench_fail(run, "task: sigaction", errno);
	return sigprocmask(SIG_UNBLOCK, &set, NULL) < 0
		       ? bench_fail(run, "task: sigprocmask", errno)
		       : 0;
}

/*
 * The clock of another process stands still while that runs, but for the ticks; of 10 ms,
 * some. A new affinity brings it up to date: we let it run on our CPU as well, or no
 * longer, and undo that at once. It cannot be running here, where we do. 0 or -errno.
 */
static int settle_clock(const struct peer *p, int tid)
{
	cpu_set_t other = p->cpus;
	int here = sched_getcpu();

	if (here < 0)
		return -errno;
	if (is_thread())
		return 0;
	if (CPU_ISSET(here, &other))
		CPU_CLR(here, &other);
	else
		CPU_SET(here, &other);
	/* None left: both are on this CPU, and the peer does not run now. */
	if (CPU_COUNT(&other) > 0 &&
	    (sched_setaffinity(tid, sizeof(other), &other) < 0 ||
	     sched_setaffinity(tid, sizeof(p->cpus), &p->cpus) < 0))
		return -errno;
	return 0;
}

int task_cpu(struct run *run, uint64_t *ns)
{
	/* How the kernel numbers the clocks of a process and of a thread; clock_getres(2)
	 * and pthread_getcpuclockid(3) make the same. */
	enum { SCHED = 2, PER_THREAD = 4 };
	struct timespec t;

	*ns = 0;
	for (unsigned i = 0; i < tasks; i++) {
		int tid = i ? load(&shared->slots[i].tid) : creator_tid;
		int per_thread = i && !is_thread() ? 0 : PER_THREAD;
		clockid_t clock = (clockid_t)(~(unsigned)tid << 3) | SCHED | per_thread;

		if (i && !peers[i].made)
			continue;
		int err = i ? settle_clock(&peers[i], tid) : 0;
		if (err)
			return task_blame(run, "task: sched_setaffinity", -err);
		if (clock_gettime(clock, &t) < 0) {
			return task_blame(run, "task: its CPU clock", errno);
		}
		*ns += (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
	}
	return 0;
}

int task_known_to_libc(struct run *run)
{
	if (!(bench_param(run, "task") & TASK_CLONE))
		return 0;
	return bench_fail(
		run,
		"task: one of clone3 has no identity in libc, which this needs; "
		"use process or thread",
		0);
}

uint64_t task_shares(const struct run *run)
{
	uint64_t set = bench_param(run, "task");

	if (set & TASK_THREAD)
		return LWP | CLONE_THREAD | CLONE_SYSVSEM;
	return set & TASK_CLONE ? set & ~TASK_CLONE : 0;
}

static int check(struct run *run)
{
	uint64_t set = bench_param(run, "task");

	return set & TASK_CLONE ? flags_check(run, "task", set & ~TASK_CLONE) : 0;
}

static int setup(struct run *run)
{
	the_run = run;
	kind = bench_param(run, "task");
	flags = kind & TASK_CLONE ? kind & ~TASK_CLONE : 0;
	if (flags & CLONE_THREAD)
		flags |= CLONE_CHILD_CLEARTID;
	tasks = 2;
	creator_pid = getpid();
	creator_tid = gettid();
	if (flags & CLONE_VM && !arch_thread_pointer())
		return bench_skip(run, "task: VM is not written for this architecture",
				  0);
	shared = task_share(sizeof(*shared));
	if (!shared)
		return bench_fail(run, "task: mmap", errno);
	int err = catch_signals(run);
	if (err)
		return err;
	/* Here, for memory lies near the CPU that first writes to it. */
	err = bench_pin(run, 0, 0);
	return err ? bench_fail(run, "task: sched_setaffinity", -err) : 0;
}

static int set_count(struct run *run)
{
	tasks = (unsigned)bench_param(run, "tasks");
	return 0;
}

/* A signal that comes right before a call that waits is lost: it is sent until it works.
 */
static void end_peer(struct peer *p, uint64_t start)
{
	while (!gone(p)) {
		uint64_t waited = bench_now() - start;
		int tid = load(&shared->slots[p->self].tid);

		if (waited > MERCY_S * UINT64_C(1000000000)) {
			/* A thread cannot be killed alone; it ends with us, soon. */
			if (!p->pid)
				return;
			kill(p->pid, SIGKILL);
		} else if (tid) {
			arch_call(SYS_tgkill, p->pid ? p->pid : creator_pid, tid, SIGUSR1,
				  0);
		}
		pause_a_little();
	}
}

static void teardown(struct run *run)
{
	(void)run;
	if (!shared)
		return;
	store(&shared->stop, 1);
	alarm(0);
	uint64_t start = bench_now();
	for (unsigned i = 1; i < tasks; i++)
		end_peer(&peers[i], start);
}

/* Flags that share: what else a task may have does not concern a switch, and with VFORK
 * the creator would wait for its peer's end. */
static const struct choice kinds[] = {
	{"process", TASK_PROCESS},
	{"thread", TASK_THREAD},
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

static const struct param task_params[] = {
	{.name = "task",
	 .brief = "the kind of the other tasks: fork, pthread_create, or clone3 with "
		  "what they "
		  "share",
	 .type = PARAM_SET,
	 .def = "process",
	 .choices = kinds},
	{0},
};

static const struct param ring_params[] = {
	{.name = "tasks",
	 .brief = "how many tasks, the creator included",
	 .type = PARAM_INT,
	 .def = "2",
	 .unit = "tasks",
	 .min = 2,
	 .max = TASK_MAX},
	{0},
};

static const struct param crew_params[] = {
	{.name = "tasks",
	 .brief = "how many tasks, the creator included; 1: it is alone",
	 .type = PARAM_INT,
	 .def = "1",
	 .unit = "tasks",
	 .min = 1,
	 .max = TASK_MAX},
	{0},
};

const struct part task_part = {
	.params = task_params, .check = check, .setup = setup, .teardown = teardown};
const struct part task_ring_part = {.params = ring_params, .setup = set_count};
const struct part task_crew_part = {.params = crew_params, .setup = set_count};
