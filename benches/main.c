/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lean runtime: maps the job, pins, opens events, runs the hooks and the sample loop.
 */
#include <alloca.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"
#include "run.h"

/* A sample lasts this many times what one clock read costs and resolves: 0.4 % of error.
 */
enum { SAMPLE_CLOCKS = 250 };

/* By hand, so many operations go between two resets: detached tasks must not pile up. */
enum { HAND_CHUNK = 64 };

/* Frames begin this much below a page's end: room for what lies between alloca and the
 * next call. */
enum { STACK_PAGE = 4096, STACK_ROOM = 128 };

/* The variable that libc reads its tunables from. */
#define TUNABLES "GLIBC_TUNABLES="
#ifdef __GLIBC__
enum { HAVE_TUNABLES = 1 };
#else
enum { HAVE_TUNABLES = 0 };
#endif

static struct run the_run;

uint64_t bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t bench_param(const struct run *run, const char *name)
{
	for (unsigned i = 0; i < run->nparams; i++)
		if (strcmp(run->params[i]->name, name) == 0)
			return run->values[i];
	/* Asking for a parameter that no table has is a mistake in the benchmark. */
	args_complain("asked for a parameter that it does not declare", 0);
	_exit(2);
}

static int note(struct run *run, enum job_state state, const char *what, int err)
{
	struct job *job = run->job;

	/* What failed first explains the rest. */
	if (job->state != JOB_FAILED && job->state != JOB_SKIPPED) {
		strncpy(job->reason, what, sizeof(job->reason) - 1);
		job->error = err;
		job->state = state;
	}
	return err ? -err : -EINVAL;
}

int bench_fail(struct run *run, const char *what, int err)
{
	return note(run, JOB_FAILED, what, err);
}

int bench_skip(struct run *run, const char *what, int err)
{
	return note(run, JOB_SKIPPED, what, err);
}

int bench_stamping(const struct run *run)
{
	return run->stamping;
}

void bench_stamp_at(struct run *run, unsigned phase, uint64_t now, uint32_t cpu)
{
	if (!run->row) /* warming up */
		return;
	run->row[1 + 2 * phase] = now;
	run->row[2 + 2 * phase] = cpu;
}

void bench_stamp(struct run *run, unsigned phase)
{
	if (!run->stamping)
		return;
	uint64_t now = bench_now();
	unsigned cpu = 0;

	/* Not sched_getcpu(): it reads the creator's TLS in a task that shares it. */
	syscall(SYS_getcpu, &cpu, NULL, NULL);
	bench_stamp_at(run, phase, now, cpu);
}

void bench_child_fail(struct run *run, int err)
{
	run->job->child_error = err;
}

int bench_child_error(struct run *run)
{
	int err = run->job->child_error;

	run->job->child_error = 0;
	return err;
}

void bench_scale(struct run *run, uint32_t ops)
{
	run->job->scale = ops;
}

void bench_bytes(struct run *run, uint64_t bytes)
{
	run->job->bytes = bytes;
}

void bench_span(struct run *run, uint64_t ns)
{
	run->span_ns = ns;
}

void bench_last(struct run *run)
{
	run->last = true;
}

void bench_note(struct run *run, const char *what)
{
	strncpy(run->job->note, what, sizeof(run->job->note) - 1);
}

void bench_gauge(struct run *run, const struct gauge *gauge, uint64_t value)
{
	struct job *job = run->job;
	uint64_t *row = (uint64_t *)((char *)job + job->rows_at) +
			(uint64_t)job->nsamples * job->width;

	if (job->state != JOB_SAMPLING || job->pass != JOB_TIME)
		return;
	for (unsigned i = 0; i < run->ngauges; i++)
		if (run->gauges[i] == gauge)
			row[1 + i] = value;
}

void bench_give_up(struct run *run)
{
	if (run->by_hand)
		args_complain(run->job->reason, run->job->error);
	_exit(1);
}

/* Folder of this program, or of the static twin if this is the dynamic one. */
static int own_folder(char *buf, uint64_t size)
{
	ssize_t len = readlink("/proc/self/exe", buf, size - 1);

	if (len < 0)
		return -errno;
	buf[len] = 0;
	char *slash = strrchr(buf, '/');
	if (!slash)
		return -ENOENT;
	*slash = 0;
	char *last = strrchr(buf, '/');
	if (last && strcmp(last, "/dynamic") == 0)
		*last = 0;
	return 0;
}

int bench_path(const char *name, char *buf, uint64_t size)
{
	int err = own_folder(buf, size);

	if (err)
		return err;
	if (strlen(buf) + 1 + strlen(name) >= size)
		return -ENAMETOOLONG;
	strcat(buf, "/");
	strcat(buf, name);
	return 0;
}

int bench_unpin(const struct run *run)
{
	return sched_setaffinity(0, sizeof(run->affinity), &run->affinity) < 0 ? -errno
									       : 0;
}

static cpu_set_t pinned; /* where the creator is to be */

int bench_pin(const struct run *run, int tid, unsigned self)
{
	const struct job *job = run->job;
	cpu_set_t set;

	if (!job->ncpus)
		return 0;
	CPU_ZERO(&set);
	CPU_SET(job->cpus[self % job->ncpus], &set);
	if (!tid && !self)
		pinned = set;
	return sched_setaffinity(tid, sizeof(set), &set) < 0 ? -errno : 0;
}

int bench_one_cpu(const struct run *run)
{
	bool set_up = run->job->state >= JOB_SETUP;

	return bench_param(run, "place") == PLACE_SAME ||
	       (set_up && CPU_COUNT(&run->affinity) == 1);
}

/* All of the job's CPUs: tasks that are made and gone take whichever is free. Those that
 * stay take sides, by bench_pin. */
static int pin(struct run *run)
{
	struct job *job = run->job;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(run->affinity), &run->affinity) < 0)
		return bench_fail(run, "sched_getaffinity", errno);
	CPU_ZERO(&set);
	for (uint32_t i = 0; i < job->ncpus && i < JOB_CPUS; i++)
		CPU_SET(job->cpus[i], &set);
	pinned = set;
	if (job->ncpus && sched_setaffinity(0, sizeof(set), &set) < 0)
		return bench_fail(run, "sched_setaffinity", errno);
	return 0;
}

/* What one clock read costs, and the smallest step that it shows. */
static void time_clock(struct job *job)
{
	enum { READS = 128 };
	uint64_t first = bench_now(), last = first, step = UINT64_MAX;
	unsigned still = 0;

	for (int i = 0; i < READS; i++) {
		uint64_t t = bench_now();

		if (t == last)
			still++;
		else if (t - last < step)
			step = t - last;
		last = t;
	}
	job->clock_cost = (uint32_t)((last - first) / READS);
	/* If each read sees another time, the clock is finer than a read is long. */
	job->clock_step = !still || step == UINT64_MAX ? 1 : (uint32_t)step;
}

static void open_events(struct run *run)
{
	struct job *job = run->job;

	if (run->events_open)
		return;
	run->events_open = true;
	for (uint32_t i = 0; i < job->nevents; i++) {
		long fd = syscall(SYS_perf_event_open, &job->events[i].attr, 0, -1, -1,
				  PERF_FLAG_FD_CLOEXEC);

		job->events[i].error = fd < 0 ? errno : 0;
		run->events[i] = (int)fd;
		if (fd >= 0 && ioctl((int)fd, PERF_EVENT_IOC_ENABLE, 0) < 0)
			job->events[i].error = errno;
	}
}

void bench_count_from_here(struct run *run)
{
	if (run->job->pass == JOB_EVENTS_PASS)
		open_events(run);
}

static void close_events(struct run *run)
{
	for (uint32_t i = 0; i < run->job->nevents; i++)
		if (run->events[i] >= 0)
			close(run->events[i]);
}

/* Adds the counters' state to the row, with the sign that turns two calls into a
 * difference. */
static int count_events(struct run *run, uint64_t *row, bool end)
{
	for (uint32_t i = 0; i < run->job->nevents; i++) {
		uint64_t now[3] = {0, 0, 0};

		if (run->job->events[i].error)
			continue;
		if (read(run->events[i], now, sizeof(now)) != sizeof(now))
			return bench_fail(run, "reading a perf event", errno);
		for (int c = 0; c < 3; c++)
			row[3 * i + c] = end ? now[c] - row[3 * i + c] : now[c];
	}
	return 0;
}

static int call_op(struct run *run, uint64_t n)
{
	int err = bench.op ? bench.op(run, n) : 0;

	return err < 0 ? bench_fail(run, "op", -err) : 0;
}

static int call_reset(struct run *run)
{
	int err = bench.reset ? bench.reset(run) : 0;

	return err < 0 ? bench_fail(run, "reset", -err) : 0;
}

/* Spins until the time since `start`, and to `end`, has grown by the share that the job
 * asks for; returns when. What ended the spin is the sample's end too: a read more would
 * make short samples longer by one. The clock is read in steps: half of one early, on
 * average none. */
static uint64_t draw_out(const struct job *job, uint64_t start, uint64_t end)
{
	uint64_t until = end + (end - start) * job->inject / 1000000;

	for (until -= job->clock_cost / 2; end < until;)
		end = bench_now();
	return end;
}

/* One sample of n ops: when it began, and its length. Neither is kept among our own
 * variables: the first write to a page of these after a fork would cost a page fault, and
 * the sample pay for it. */
static int sample(struct run *run, uint64_t n, uint64_t *start, uint64_t *ns)
{
	uint64_t began = bench_now();
	mark(MARK_BEGIN);
	int err = call_op(run, n);
	mark(MARK_END);
	uint64_t end = bench_now();

	if (run->job->inject)
		end = draw_out(run->job, began, end);
	*start = began;
	*ns = end - began;
	return err ? err : call_reset(run);
}

static int timed(struct run *run, uint64_t n, uint64_t *ns)
{
	uint64_t start;

	return sample(run, n, &start, ns);
}

static int sample_time(struct run *run, uint64_t *row)
{
	for (uint32_t i = 1; i < run->job->width; i++)
		row[i] = JOB_NO_STAMP;
	return timed(run, run->job->batch, &row[0]);
}

static int sample_events(struct run *run, uint64_t *row)
{
	int err = count_events(run, row, false);

	if (!err)
		err = call_op(run, run->job->batch);
	if (!err)
		err = count_events(run, row, true);
	return err ? err : call_reset(run);
}

static int sample_phases(struct run *run, uint64_t *row)
{
	for (uint32_t i = 0; i < run->job->width; i++)
		row[i] = JOB_NO_STAMP;
	uint64_t start;

	run->row = row;
	int err = sample(run, 1, &start, &row[0]);
	run->row = NULL;
	for (uint32_t i = 1; i < run->job->width; i += 2)
		if (row[i] != JOB_NO_STAMP)
			row[i] -= start;
	return err;
}

/* Finds the batch that makes a sample long against the clock; two in a row must be, since
 * one may have been interrupted. */
static int pilot(struct run *run)
{
	struct job *job = run->job;
	uint64_t goal = (uint64_t)SAMPLE_CLOCKS * (job->clock_cost + job->clock_step);

	if (goal < run->span_ns)
		goal = run->span_ns;

	job->batch = 1;
	for (int enough = 0;;) {
		uint64_t ns;
		int err = timed(run, job->batch, &ns);

		enough = ns >= goal ? enough + 1 : 0;
		if (err || enough == 2 || job->batch >= 1000000000u)
			return err;
		if (enough)
			continue;
		uint64_t grow = ns ? goal / ns + 1 : 16;
		job->batch *= grow < 2 ? 2 : grow > 16 ? 16 : grow;
	}
}

/* Caches, branch predictors, libc's stack cache and lazily made kernel objects. */
static int warm_up(struct run *run)
{
	uint64_t until = bench_now() + run->job->rep_ns / 8, ns;
	uint64_t n = run->job->batch ? run->job->batch : 1;
	unsigned done = 0;

	do {
		int err = timed(run, n, &ns);

		if (err)
			return err;
	} while (++done < 2 || bench_now() < until);
	return 0;
}

static int add_usage(struct run *run, struct job_usage *u, int who, bool end)
{
	struct rusage r;

	if (getrusage(who, &r) < 0)
		return bench_fail(run, "getrusage", errno);
	const uint64_t now[] = {
		(uint64_t)r.ru_nvcsw,
		(uint64_t)r.ru_nivcsw,
		(uint64_t)r.ru_minflt,
		(uint64_t)r.ru_majflt,
		(uint64_t)r.ru_utime.tv_sec * 1000000000u +
			(uint64_t)r.ru_utime.tv_usec * 1000u,
		(uint64_t)r.ru_stime.tv_sec * 1000000000u +
			(uint64_t)r.ru_stime.tv_usec * 1000u,
	};
	uint64_t *const to[] = {&u->voluntary, &u->involuntary, &u->minor,
				&u->major,     &u->user_ns,     &u->system_ns};
	for (unsigned i = 0; i < countof(now); i++)
		*to[i] = end ? now[i] - *to[i] : now[i];
	return 0;
}

static int add_usages(struct run *run, bool end)
{
	int err = add_usage(run, &run->job->self, RUSAGE_SELF, end);

	return err ? err : add_usage(run, &run->job->children, RUSAGE_CHILDREN, end);
}

static bool wants_sample(const struct run *run)
{
	const struct job *job = run->job;

	if (run->last || job->nsamples == job->max_samples)
		return false;
	return run->ladder || job->nsamples < job->min_samples ||
	       bench_now() - job->started < job->rep_ns;
}

static int take_samples(struct run *run)
{
	static int (*const samplers[])(struct run *, uint64_t *) = {
		[JOB_TIME] = sample_time,
		[JOB_PHASES_PASS] = sample_phases,
		[JOB_EVENTS_PASS] = sample_events,
	};
	struct job *job = run->job;
	uint64_t *row = (uint64_t *)((char *)job + job->rows_at);
	int err = add_usages(run, false);

	job->started = bench_now();
	while (!err && wants_sample(run)) {
		err = samplers[job->pass](run, row);
		row += job->width;
		job->nsamples += !err;
	}
	job->ended = bench_now();
	return err ? err : add_usages(run, true);
}

static uint32_t row_width(const struct run *run)
{
	uint32_t n = 0;

	if (run->job->pass == JOB_EVENTS_PASS)
		return 3 * run->job->nevents;
	if (run->job->pass == JOB_TIME)
		return 1 + run->ngauges;
	while (bench.phases && bench.phases[n])
		n++;
	return 1 + 2 * n;
}

/* Whoever moved it from outside has spoilt what it measured. */
static int still_pinned(struct run *run)
{
	cpu_set_t now;

	if (!run->job->ncpus)
		return 0;
	if (sched_getaffinity(0, sizeof(now), &now) < 0)
		return bench_fail(run, "sched_getaffinity", errno);
	return CPU_EQUAL(&now, &pinned)
		       ? 0
		       : bench_fail(run, "it was moved to another CPU than its own", 0);
}

static int measure(struct run *run)
{
	struct job *job = run->job;
	int err;

	job->width = row_width(run);
	time_clock(job);
	if (job->pass == JOB_EVENTS_PASS)
		open_events(run);
	if (!job->batch)
		job->batch = bench.batch;
	err = run->ladder ? 0 : warm_up(run);
	if (!err && (job->pass != JOB_TIME || run->ladder) && !job->batch)
		job->batch = 1;
	if (!err && !job->batch)
		err = pilot(run);
	if (!err) {
		job->state = JOB_SAMPLING;
		err = take_samples(run);
	}
	if (!err)
		err = still_pinned(run);
	if (job->pass == JOB_EVENTS_PASS)
		close_events(run);
	return err;
}

static int by_hand(struct run *run, const struct args *args)
{
	int err = 0;

	if (args->stop)
		raise(SIGSTOP);
	for (uint64_t left = args->ops; left && !err && !run->last;) {
		uint64_t chunk = run->ladder ? 1 : bench.batch ? bench.batch : HAND_CHUNK;
		uint64_t n = bench.reset && left > chunk ? chunk : left;

		err = call_op(run, n);
		if (!err)
			err = call_reset(run);
		left -= n;
	}
	return err;
}

static int set_up(struct run *run)
{
	int err = 0;

	run->job->state = JOB_SETUP;
	/* Whose tasks are on several CPUs by default cannot do with one, unless told to.
	 */
	if (bench.place && bench_param(run, "place") != PLACE_SAME && bench_one_cpu(run))
		err = bench_skip(run, "place: there is only one CPU that may be used", 0);
	for (const struct part *const *p = bench.parts; p && *p && !err; p++)
		err = (*p)->setup ? (*p)->setup(run) : 0;
	if (!err && bench.setup)
		err = bench.setup(run);
	return err < 0 ? bench_fail(run, "setup", -err) : 0;
}

/* Also after a failed setup: hooks must free what they find made. */
static void tear_down(struct run *run)
{
	unsigned n = 0;

	if (bench.teardown)
		bench.teardown(run);
	while (bench.parts && bench.parts[n])
		n++;
	while (n-- > 0)
		if (bench.parts[n]->teardown)
			bench.parts[n]->teardown(run);
}

/* Parameters alone, before anything is made. */
static void check(struct run *run)
{
	int err = 0;

	for (const struct part *const *p = bench.parts; p && *p && !err; p++)
		err = (*p)->check ? (*p)->check(run) : 0;
	if (!err && bench.check)
		err = bench.check(run);
	if (!err)
		return;
	args_complain(run->job->reason[0] ? run->job->reason : "check", run->job->error);
	_exit(2);
}

/* "GLIBC_TUNABLES=glibc.NAME=VALUE" of NAME:VALUE. */
static void put_tunable(const char *pair, char *text)
{
	char *value = stpcpy(stpcpy(text, TUNABLES "glibc."), pair) - strlen(pair);

	value[strcspn(value, ":")] = '=';
}

/* Where the environment has its tunables, or its end. */
static char **find_tunables(void)
{
	char **at = environ;

	while (*at && strncmp(*at, TUNABLES, strlen(TUNABLES)) != 0)
		at++;
	return at;
}

/* Runs the program at `path` with those tunables; -errno. */
static int exec_with(const char *path, char **argv, char *tunables)
{
	size_t n = 0;

	while (environ[n])
		n++;
	// cppcheck-suppress allocaCalled ; as long as the environment, and gone with it
	char **env = alloca((n + 2) * sizeof(*env));
	memcpy(env, environ, n * sizeof(*env));
	env[n] = env[n + 1] = NULL;
	env[find_tunables() - environ] = tunables;
	execve(path, argv, env);
	return -errno;
}

/* The other twin runs in our place if link= names it, and this one once more if tunable=
 * asks for what its libc, which looks but once, was not told. */
static int become_asked(struct run *run, char **argv)
{
	const char *pair = (const char *)(uintptr_t)bench_param(run, "tunable");
	bool dynamic = bench_param(run, "link") == LINK_DYNAMIC;
	bool other = dynamic != (strcmp(LWP_LINK, "dynamic") == 0);
	char path[RUN_PATH], wanted[RUN_PAIR + sizeof(TUNABLES "glibc.")];
	char *tunables = *find_tunables();

	if (pair && !HAVE_TUNABLES)
		return bench_skip(run, "tunable: this C library has no tunables", 0);
	if (pair) {
		put_tunable(pair, wanted);
		other |= !tunables || strcmp(tunables, wanted) != 0;
		tunables = wanted;
	}
	if (!other)
		return 0;
	int err = own_folder(path, sizeof(path));
	if (!err &&
	    strlen(path) + strlen(bench.name) + sizeof("/dynamic/") >= sizeof(path))
		err = -ENAMETOOLONG;
	if (!err) {
		strcat(path, dynamic ? "/dynamic/" : "/");
		strcat(path, bench.name);
		err = exec_with(path, argv, tunables);
	}
	return bench_fail(
		run, dynamic ? "exec of the dynamic twin" : "exec of the static twin",
		-err);
}

/* By hand it is shared, too: children leave errors in it. NULL, after it is said why. */
static struct job *map_job(int fd)
{
	struct stat st = {.st_size = sizeof(struct job)};
	int flags = fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED;

	if (fd >= 0 && fstat(fd, &st) < 0) {
		args_complain("fstat of the job", errno);
		return NULL;
	}
	struct job *job = MAP_FAILED;
	if ((size_t)st.st_size >= sizeof(struct job)) {
		job = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, flags, fd,
			   0);
		if (job == MAP_FAILED) {
			args_complain("mmap of the job", errno);
			return NULL;
		}
	}
	if (job == MAP_FAILED ||
	    (fd >= 0 && (job->magic != JOB_MAGIC || job->version != JOB_VERSION))) {
		args_complain("no job of this version of lwpbench could be mapped", 0);
		return NULL;
	}
	return job;
}

/* By hand there is no driver that knows which CPUs share what. */
static int place_by_hand(struct run *run)
{
	uint64_t place = bench_param(run, "place");

	/* A default that only the driver can give is the kernel's to choose by hand. */
	if (place >= PLACE_DRIVER && run->placed)
		return bench_fail(
			run, "place: by hand only same and any; use lwpbench run", 0);
	if (place == PLACE_SAME) {
		unsigned cpu = 0;

		syscall(SYS_getcpu, &cpu, NULL, NULL);
		run->job->cpus[0] = cpu;
		run->job->ncpus = 1;
	}
	return 0;
}

/* From the mapped job to the last hook; 0 or -errno with the job's reason filled in. */
__attribute__((noinline)) static int run_job(struct run *run, char **argv,
					     const struct args *args)
{
	bool hand = run->by_hand = args->job_fd < 0;
	int err = become_asked(run, argv);

	/* Whoever ignores it has the kernel reap our children before we can ask how they
	 * ended. */
	if (!err && signal(SIGCHLD, SIG_DFL) == SIG_ERR)
		err = bench_fail(run, "signal", errno);
	/* Descriptors are a parameter, never an accident. */
	if (!err && !hand && close(args->job_fd) < 0)
		err = bench_fail(run, "close of the job", errno);
	if (!err && hand)
		err = place_by_hand(run);
	if (!err)
		err = pin(run);
	if (err)
		return err;
	err = set_up(run);
	if (!err)
		err = hand ? by_hand(run, args) : measure(run);
	tear_down(run);
	return err;
}

/*
 * Calls run_job with its frames inside one page. Where the stack begins is random in each
 * process; if the few hundred bytes that an operation writes straddle two pages, each
 * fork has one more to copy.
 */
static int run_in_one_page(struct run *run, char **argv, const struct args *args)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	// cppcheck-suppress allocaCalled ; its purpose is where the stack goes on
	volatile char *pad = alloca(here % STACK_PAGE + STACK_ROOM);

	pad[0] = 0;
	return run_job(run, argv, args);
}

int main(int argc, char **argv)
{
	static struct job scratch; /* for complaints from before there is a job */
	struct run *run = &the_run;
	struct args args;

	run->job = &scratch;
	args_parse(run, argc, argv, &args);
	check(run);
	if (args.describe) {
		args_describe(run);
		return 0;
	}
	run->job = map_job(args.job_fd);
	if (!run->job)
		return 2;
	run->job->scale = 1;
	run->ladder = bench.unit && strcmp(bench.unit, "bytes/task") == 0;
	run->job->ladder = run->ladder;
	run->stamping = run->job->pass == JOB_PHASES_PASS;
	int err = run_in_one_page(run, argv, &args);
	/* Whoever noted that something failed, be it a thread or the end of a task. */
	if (!err && (run->job->state == JOB_FAILED || run->job->state == JOB_SKIPPED))
		err = -EINVAL;
	if (!err)
		run->job->state = JOB_DONE;
	else if (args.job_fd < 0)
		args_complain(run->job->reason, run->job->error);
	return err ? 1 : 0;
}
