/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Perf events: their encodings, one really counted, and what is said where counting is
 * refused. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "events.h"
#include "util.h"

enum { SKIPPED = 77 };

static struct event_list encode(const char *names)
{
	struct event_list list;
	char *bad;

	assert_int_equal(events_encode(names, &list, &bad), 0);
	assert_null(bad);
	return list;
}

/* In a child, as it gives up rights and mounts things: ends it with a word on what is not
 * so. */
static void need(bool so, const char *what)
{
	if (so)
		return;
	fprintf(stderr, "not so: %s\n", what);
	_exit(1);
}

/* The only event of `name`, in such a child. */
static struct event_code encode_one(const char *name)
{
	struct event_list list;
	struct event_code ev;
	char *bad;

	need(events_encode(name, &list, &bad) == 0, name);
	need(list.n == 1, "one event");
	ev = list.v[0];
	free(list.v);
	free(ev.name);
	return ev;
}

static void in_child(void (*body)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		body();
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void skip_child(const char *why)
{
	fprintf(stderr, "skipped: %s\n", why);
	_exit(SKIPPED);
}

static int paranoid(void)
{
	char *line = read_line("/proc/sys/kernel/perf_event_paranoid");
	int level = line ? (int)strtol(line, NULL, 10) : 99;

	free(line);
	return level;
}

/* Values from the kernel's interface, linux/perf_event.h; a cache event is id | op << 8 |
 * result << 16. */
static void test_encodings(void **state)
{
	static const struct {
		const char *name;
		uint32_t type;
		uint64_t config;
	} cases[] = {
		{"minor-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN},
		{"major-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MAJ},
		{"page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
		{"context-switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES},
		{"cpu-migrations", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS},
		{"task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
		{"perf::task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
		{"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
		{"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
		{"dTLB-load-misses", PERF_TYPE_HW_CACHE,
		 PERF_COUNT_HW_CACHE_DTLB | PERF_COUNT_HW_CACHE_OP_READ << 8 |
			 PERF_COUNT_HW_CACHE_RESULT_MISS << 16},
		{"LLC-load-misses:u", PERF_TYPE_HW_CACHE,
		 PERF_COUNT_HW_CACHE_LL | PERF_COUNT_HW_CACHE_OP_READ << 8 |
			 PERF_COUNT_HW_CACHE_RESULT_MISS << 16},
		{"r1a2:k", PERF_TYPE_RAW, 0x1a2},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct event_list list = encode(cases[i].name);
		const struct perf_event_attr *attr = &list.v[0].attr;

		assert_int_equal(list.n, 1);
		assert_string_equal(list.v[0].name, cases[i].name);
		assert_int_equal(attr->type, cases[i].type);
		assert_int_equal(attr->config, cases[i].config);
		assert_int_equal(attr->size, sizeof(*attr));
		assert_int_equal(attr->disabled, 1);
		assert_int_equal(attr->inherit, 1);
		assert_int_equal(attr->read_format,
				 PERF_FORMAT_TOTAL_TIME_ENABLED |
					 PERF_FORMAT_TOTAL_TIME_RUNNING);
		events_free(&list);
	}
}

static void test_modifiers(void **state)
{
	static const struct {
		const char *name;
		int exclude_user, exclude_kernel;
	} cases[] = {
		{"instructions", 0, 0},     {"instructions:u", 0, 1},
		{"instructions:k", 1, 0},   {"instructions:uk", 0, 0},
		{"instructions:u:k", 0, 0}, {"minor-faults", 0, 0},
		{"minor-faults:u", 0, 1},   {"minor-faults:k", 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct event_list list = encode(cases[i].name);

		assert_int_equal(list.v[0].attr.exclude_user, cases[i].exclude_user);
		assert_int_equal(list.v[0].attr.exclude_kernel, cases[i].exclude_kernel);
		events_free(&list);
	}
}

/* A switch happens in the kernel: without it the counter would read 0, which is no count.
 */
static void test_kernel_only_events_refuse_user(void **state)
{
	struct event_list list = encode("context-switches:u,cpu-migrations:u");

	(void)state;
	for (size_t i = 0; i < list.n; i++) {
		assert_non_null(list.v[i].reason);
		assert_non_null(strstr(list.v[i].reason, "without :u"));
		assert_null(list.v[i].rusage);
	}
	events_free(&list);
}

static void test_unknown_names(void **state)
{
	static const char *const cases[][2] = {
		{"no-such-event", "no-such-event"},
		{"minor-faults,nonsense:k,task-clock", "nonsense:k"},
		{"", ""},
		{"minor-faults,,task-clock", ""},
		{"minor-faults,", ""},
		{"perf::nonsense", "perf::nonsense"},
		{"../../../etc/passwd", "../../../etc/passwd"},
		{"sched:", "sched:"},
		{"sched/a/b", "sched/a/b"},
		{":k", ":k"},
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct event_list list;
		char *bad;

		assert_int_equal(events_encode(cases[i][0], &list, &bad), -EINVAL);
		assert_string_equal(bad, cases[i][1]);
		assert_int_equal(list.n, 0);
		assert_null(list.v);
		free(bad);
	}
}

/* Every default event is counted, taken from getrusage, or explained; and it fits a job.
 */
static void test_default_list(void **state)
{
	int before = dup(STDERR_FILENO), after;
	struct event_list list;

	(void)state;
	close(before);
	list = encode(events_default);
	after = dup(STDERR_FILENO);
	close(after);
	assert_int_equal(after, before); /* trying them leaves no file open */
	assert_true(list.n >= 9);
	assert_true(list.n <= 24);
	for (size_t i = 0; i < list.n; i++)
		assert_false(list.v[i].reason && list.v[i].rusage);
	events_free(&list);
}

/* Pages touched by a child made after the open: inherit brings its faults to the parent's
 * counter. */
static void test_faults_are_counted(void **state)
{
	enum { PAGES = 300 };
	struct event_list list = encode("minor-faults");
	struct event_code *ev = &list.v[0];
	uint64_t row[3] = {0};
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int fd, status;
	pid_t pid;

	(void)state;
	if (ev->reason || ev->rusage) {
		events_free(&list);
		skip();
	}
	fd = (int)syscall(SYS_perf_event_open, &ev->attr, 0, -1, -1, 0);
	assert_true(fd >= 0);
	events_free(&list);
	assert_int_equal(ioctl(fd, PERF_EVENT_IOC_ENABLE, 0), 0);
	pid = fork();
	if (pid == 0) {
		char *p = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED || madvise(p, PAGES * page, MADV_NOHUGEPAGE))
			_exit(1);
		for (size_t i = 0; i < PAGES; i++)
			p[i * page] = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(ioctl(fd, PERF_EVENT_IOC_DISABLE, 0), 0);
	assert_int_equal(read(fd, row, sizeof(row)), sizeof(row));
	close(fd);
	assert_int_equal(status, 0);
	assert_true(row[0] >= PAGES);
	assert_true(row[0] < 100L * PAGES);
	assert_true(row[1] > 0 && row[2] > 0);
}

/* Gives up every right; the rest of the child runs as nobody. */
static void become_nobody(void)
{
	if (geteuid() == 0) {
		need(setgid(65534) == 0, "setgid");
		need(setuid(65534) == 0, "setuid");
	}
}

static void unprivileged(void)
{
	static const struct {
		const char *name, *rusage;
	} cases[] = {
		{"context-switches", "voluntary+involuntary"},
		{"minor-faults", "minor"},
		{"major-faults", "major"},
		{"page-faults", "minor+major"},
		{"task-clock", "user+system"},
	};
	struct event_code ev;
	char *level = xformat("perf_event_paranoid is %d", paranoid());

	if (paranoid() < 2)
		skip_child("kernel.perf_event_paranoid is below 2");
	become_nobody();
	for (size_t i = 0; i < countof(cases); i++) {
		ev = encode_one(cases[i].name);
		need(!ev.reason, "no reason where getrusage has it");
		need(ev.rusage && !strcmp(ev.rusage, cases[i].rusage), cases[i].name);
	}
	/* getrusage does not tell user from kernel, and has no migrations. */
	ev = encode_one("minor-faults:k");
	need(!ev.rusage && ev.reason && strstr(ev.reason, level),
	     "minor-faults:k is refused");
	free(ev.reason);
	ev = encode_one("cpu-migrations");
	need(!ev.rusage && ev.reason && strstr(ev.reason, level),
	     "migrations are refused");
	need(strstr(ev.reason, "sysctl") != NULL, "a reason says what to do");
	free(ev.reason);
	/* More rights would not bring the counter that is missing. */
	ev = encode_one("instructions:u");
	if (ev.reason && !strcmp(ev.reason, events_reason(ENOENT))) {
		free(ev.reason);
		ev = encode_one("instructions:k");
		need(ev.reason && !strcmp(ev.reason, events_reason(ENOENT)),
		     "no PMU is told");
	}
	free(ev.reason);
	free(level);
}

static void test_unprivileged(void **state)
{
	(void)state;
	in_child(unprivileged);
}

static void unprivileged_user_only(void)
{
	struct event_code ev;

	if (paranoid() > 2)
		skip_child("kernel.perf_event_paranoid is above 2");
	become_nobody();
	ev = encode_one("minor-faults:u");
	need(!ev.reason && !ev.rusage, "user faults are counted by anybody");
}

static void test_unprivileged_user_only(void **state)
{
	(void)state;
	in_child(unprivileged_user_only);
}

static void no_files_left(void)
{
	struct rlimit limit;
	struct event_code ev;

	ev = encode_one("cpu-migrations");
	if (ev.reason)
		skip_child("cpu-migrations are not counted here");
	need(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	limit.rlim_cur = 0;
	need(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
	ev = encode_one("cpu-migrations");
	need(ev.reason && strstr(ev.reason, "ulimit -n"), "too many open files is told");
	free(ev.reason);
}

static void test_no_files_left(void **state)
{
	(void)state;
	in_child(no_files_left);
}

/* A mount namespace of its own, so that the machine's mounts stay as they are. */
static void own_mounts(void)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", "none", MS_REC | MS_PRIVATE, ""))
		skip_child("not root: no mount namespace of its own");
}

static void hide(const char *path)
{
	if (mount("none", path, "tmpfs", 0, "mode=755"))
		skip_child("cannot cover a folder");
}

static void tracepoint(void)
{
	static const char *const names[] = {"sched:sched_switch", "sched/sched_switch"};
	struct event_code ev;
	struct event_list list;
	uint64_t id;
	char *line, *bad;

	own_mounts();
	if (mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, ""))
		skip_child("this kernel has no tracefs to mount");
	line = read_line("/sys/kernel/tracing/events/sched/sched_switch/id");
	if (!line)
		skip_child("this kernel has no tracepoint sched:sched_switch");
	id = strtoull(line, NULL, 10);
	free(line);
	for (size_t i = 0; i < countof(names); i++) {
		ev = encode_one(names[i]);
		need(!ev.reason, "the tracepoint opens");
		need(ev.attr.type == PERF_TYPE_TRACEPOINT && ev.attr.config == id,
		     names[i]);
		need(ev.attr.inherit && ev.attr.read_format,
		     "it is counted like the others");
	}
	ev = encode_one("sched:sched_switch:k");
	need(ev.attr.config == id && ev.attr.exclude_user, "modifiers of a tracepoint");
	free(ev.reason);
	need(events_encode("sched:no_such_thing", &list, &bad) == -EINVAL,
	     "unknown tracepoint");
	need(!strcmp(bad, "sched:no_such_thing"), "its name");
	free(bad);
	ev = encode_one("sched:sched_switch:u");
	need(ev.attr.config == id && ev.attr.exclude_kernel, "modifiers of a tracepoint");
	free(ev.reason);
	become_nobody();
	ev = encode_one("sched:sched_switch");
	need(ev.reason != NULL, "nobody may not read tracefs");
	free(ev.reason);
}

static void test_tracepoint(void **state)
{
	(void)state;
	in_child(tracepoint);
}

static void no_tracefs(void)
{
	struct event_code ev;

	own_mounts();
	hide("/sys/kernel");
	ev = encode_one("sched:sched_switch");
	need(ev.reason && strstr(ev.reason, "tracefs is not mounted"), "what is missing");
	need(strstr(ev.reason, "mount -t tracefs -o rw tracefs /sys/kernel/tracing") !=
		     NULL,
	     "the command that mends it");
	free(ev.reason);
}

static void test_no_tracefs(void **state)
{
	(void)state;
	in_child(no_tracefs);
}

static void unreadable_tracefs(void)
{
	struct event_code ev;

	own_mounts();
	hide("/sys/kernel");
	need(!mkdir("/sys/kernel/tracing", 0700), "mkdir");
	need(!mkdir("/sys/kernel/tracing/events", 0755), "mkdir");
	become_nobody();
	ev = encode_one("sched:sched_switch");
	need(ev.reason && strstr(ev.reason, "may not read tracefs"), "what is wrong");
	need(strstr(ev.reason, "remount,mode=755,gid=65534 /sys/kernel/tracing") != NULL,
	     "the command that mends it");
	free(ev.reason);
}

static void test_unreadable_tracefs(void **state)
{
	(void)state;
	in_child(unreadable_tracefs);
}

/* A kernel without perf has no such file, which is how libpfm4 knows it too. */
static void without_perf(void)
{
	struct event_code ev;

	own_mounts();
	hide("/proc/sys/kernel");
	ev = encode_one("context-switches");
	need(!ev.reason && ev.rusage && !strcmp(ev.rusage, "voluntary+involuntary"),
	     "switches from getrusage");
	ev = encode_one("instructions:u");
	need(ev.reason && !strcmp(ev.reason, events_reason(ENOSYS)), "no counters");
	free(ev.reason);
	ev = encode_one("cpu-migrations");
	need(ev.reason && !strcmp(ev.reason, events_reason(ENOSYS)), "no migrations");
	free(ev.reason);
}

static void test_without_perf(void **state)
{
	(void)state;
	in_child(without_perf);
}

static void test_reasons(void **state)
{
	static const int errors[] = {ENOENT, EACCES, EPERM,  ENOSYS, EOPNOTSUPP, EMFILE,
				     EBUSY,  EINVAL, ENODEV, ENOMEM, 0,          4095};

	(void)state;
	for (size_t i = 0; i < countof(errors); i++) {
		assert_non_null(events_reason(errors[i]));
		assert_true(strlen(events_reason(errors[i])) <
			    192); /* fits a job's reason */
	}
	assert_non_null(strstr(events_reason(ENOENT), "no PMU"));
	assert_non_null(strstr(events_reason(EACCES), "perf_event_paranoid"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* The first, as libpfm4 looks for perf only once in a process. */
		cmocka_unit_test(test_without_perf),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_modifiers),
		cmocka_unit_test(test_kernel_only_events_refuse_user),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_default_list),
		cmocka_unit_test(test_faults_are_counted),
		cmocka_unit_test(test_unprivileged),
		cmocka_unit_test(test_unprivileged_user_only),
		cmocka_unit_test(test_no_files_left),
		cmocka_unit_test(test_tracepoint),
		cmocka_unit_test(test_no_tracefs),
		cmocka_unit_test(test_unreadable_tracefs),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
