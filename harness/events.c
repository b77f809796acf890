/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Perf events by name: encoded by libpfm4 or from tracefs, then tried on this process. */
#include "events.h"

#include <ctype.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "units.h"
#include "util.h"

const char *const events_default =
	"minor-faults,major-faults,context-switches,cpu-migrations,task-clock,"
	"instructions:u,instructions:k,cycles:u,cycles:k,"
	"dTLB-load-misses:u,dTLB-load-misses:k,LLC-load-misses:u,LLC-load-misses:k";

enum { USER = PFM_PLM3, KERNEL = PFM_PLM0 };

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"

static const char *const tracefs[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};

/* The kernel's own counters, and what getrusage knows of the same. */
struct software {
	const char *name;
	uint64_t config;
	const char *rusage;
	bool kernel_only; /* with exclude_kernel it would read 0 */
};

static const struct software softwares[] = {
	{"minor-faults", PERF_COUNT_SW_PAGE_FAULTS_MIN, "minor", false},
	{"major-faults", PERF_COUNT_SW_PAGE_FAULTS_MAJ, "major", false},
	{"page-faults", PERF_COUNT_SW_PAGE_FAULTS, "minor+major", false},
	{"task-clock", PERF_COUNT_SW_TASK_CLOCK, "user+system", false},
	{"context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES, "voluntary+involuntary",
	 true},
	{"cpu-migrations", PERF_COUNT_SW_CPU_MIGRATIONS, NULL, true},
};

static const struct software *software_of(const struct perf_event_attr *attr)
{
	for (size_t i = 0; i < countof(softwares); i++) {
		if (attr->type == PERF_TYPE_SOFTWARE &&
		    attr->config == softwares[i].config)
			return &softwares[i];
	}
	return NULL;
}

/* Cuts ":u", ":k" and ":uk" off the end; returns the levels to count at. */
static unsigned cut_modifiers(char *name)
{
	unsigned levels = 0;
	char *colon;

	while ((colon = strrchr(name, ':')) && colon[1] &&
	       !colon[1 + strspn(colon + 1, "uk")]) {
		levels |= strchr(colon, 'u') ? USER : 0;
		levels |= strchr(colon, 'k') ? KERNEL : 0;
		*colon = '\0';
	}
	return levels ? levels : USER | KERNEL;
}

/* The kernel's generic names go first: they mean the same on every machine. */
static int encode_by_library(const char *name, unsigned levels,
			     struct perf_event_attr *attr)
{
	static const char *const prefixes[] = {"perf::", ""};

	for (size_t i = 0; i < countof(prefixes); i++) {
		pfm_perf_encode_arg_t arg = {
			.attr = attr, .size = sizeof(arg), .cpu = -1};
		char *full = xformat("%s%s", prefixes[i], name);
		int err = pfm_get_os_event_encoding(full, (int)levels,
						    PFM_OS_PERF_EVENT_EXT, &arg);

		free(full);
		if (!err)
			return 0;
	}
	return -EINVAL;
}

/* Without perf in the kernel libpfm4 knows no generic name, but getrusage still counts.
 */
static int encode_without_perf(const char *name, struct event_code *ev)
{
	for (size_t i = 0; i < countof(softwares); i++) {
		if (strcmp(name, softwares[i].name) == 0) {
			ev->attr.type = PERF_TYPE_SOFTWARE;
			ev->attr.config = softwares[i].config;
			return 0;
		}
	}
	ev->reason = xstrdup(events_reason(ENOSYS));
	return 0;
}

static bool perf_in_kernel(void)
{
	pfm_pmu_info_t info = {.size = sizeof(info)};

	return pfm_get_pmu_info(PFM_PMU_PERF_EVENT, &info) == PFM_SUCCESS &&
	       info.is_present;
}

/* The files are root's: for others a mount must also let their group in. */
static char *tracefs_reason(const char *unreadable)
{
	char *opening = geteuid() ? xformat(",mode=755,gid=%u", getegid()) : xstrdup("");
	char *reason;

	if (unreadable)
		reason = xformat(
			"a tracepoint, and this user may not read tracefs; as root: "
			"mount -o remount%s %s",
			opening, unreadable);
	else
		reason = xformat("a tracepoint, and tracefs is not mounted; as root: "
				 "mount -t tracefs -o rw%s tracefs %s",
				 opening, tracefs[0]);
	free(opening);
	return reason;
}

static bool is_word(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '-')
			return false;
	}
	return len > 0;
}

/* "SYS:NAME" or "SYS/NAME"; where tracefs cannot be read, nobody can say whether it
 * exists. */
static int encode_tracepoint(const char *name, struct event_code *ev)
{
	size_t len = strcspn(name, ":/");
	const char *event = name + len + 1, *unreadable = NULL;

	if (!name[len] || !is_word(name, len) || !is_word(event, strlen(event)))
		return -EINVAL;
	ev->attr.type = PERF_TYPE_TRACEPOINT;
	for (size_t i = 0; i < countof(tracefs); i++) {
		char *events = xformat("%s/events", tracefs[i]);
		char *path = xformat("%s/%.*s/%s/id", events, (int)len, name, event);
		char *line = read_line(path);
		bool forbidden = !line && errno == EACCES && !access(tracefs[i], F_OK);
		bool mounted = !access(events, F_OK);
		uint64_t id = 0;
		int err = line ? units_uint(line, &id) : -ENOENT;

		ev->attr.config = id;
		free(line);
		free(path);
		free(events);
		if (forbidden)
			unreadable = tracefs[i];
		else if (!err || mounted)
			return err ? -EINVAL : 0;
	}
	ev->reason = tracefs_reason(unreadable);
	return 0;
}

static int encode(const char *name, struct event_code *ev, unsigned levels)
{
	int err;

	ev->attr.size = sizeof(ev->attr);
	if (!perf_in_kernel())
		err = encode_without_perf(name, ev);
	else if (encode_by_library(name, levels, &ev->attr) == 0)
		err = 0;
	else
		err = encode_tracepoint(name, ev);
	/* Only now: the library sets some of these itself, and differently for each kind.
	 */
	ev->attr.disabled = 1;
	ev->attr.inherit = 1;
	ev->attr.read_format =
		PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	ev->attr.exclude_user = !(levels & USER);
	ev->attr.exclude_kernel = !(levels & KERNEL);
	return err;
}

/* 0, or the errno of opening it on this process. */
static int try_open(struct perf_event_attr *attr)
{
	int fd;

	if (!perf_in_kernel())
		return ENOSYS;
	fd = (int)syscall(SYS_perf_event_open, attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* Rights are checked before the event: more of them are no help where counters are
 * missing. */
static int cause(int err, const struct perf_event_attr *attr)
{
	struct perf_event_attr user = *attr;

	user.exclude_user = 0;
	user.exclude_kernel = 1;
	return err == EACCES && try_open(&user) == ENOENT ? ENOENT : err;
}

static char *refusal(int err)
{
	char *level, *reason;

	if (err != EACCES && err != EPERM)
		return xstrdup(events_reason(err));
	level = read_line(PARANOID);
	if (!level)
		return xstrdup(events_reason(err));
	/* The kernel does not tell which of the two it was. */
	if (strtol(level, NULL, 10) >= 2 && prctl(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER)
		reason = xformat("refused by the seccomp filter that is on here, or as "
				 "kernel.perf_event_paranoid is %s; in a container "
				 "grant CAP_PERFMON",
				 level);
	else if (strtol(level, NULL, 10) >= 2)
		reason = xformat(
			"refused, as kernel.perf_event_paranoid is %s; as root: "
			"sysctl kernel.perf_event_paranoid=1, or grant CAP_PERFMON",
			level);
	else
		reason = xformat(
			"refused although kernel.perf_event_paranoid is %s: by a seccomp "
			"filter or security module; in a container grant CAP_PERFMON",
			level);
	free(level);
	return reason;
}

/*
 * Where perf refuses to count the kernel, exclude_kernel would be accepted, but read 0
 * switches and miss the kernel's own faults on user pages: getrusage has all of them.
 */
static void probe(struct event_code *ev, unsigned levels)
{
	const struct software *software = software_of(&ev->attr);
	int err = try_open(&ev->attr);

	if (software && software->kernel_only && !(levels & KERNEL))
		ev->reason =
			xstrdup("it happens in the kernel only: ask for it without :u");
	else if (err && software && software->rusage && levels == (USER | KERNEL))
		ev->rusage = software->rusage;
	else if (err)
		ev->reason = refusal(cause(err, &ev->attr));
}

static int append(struct event_list *list, const char *name, size_t len)
{
	struct event_code *ev;
	char *plain = xstrndup(name, len);
	unsigned levels = cut_modifiers(plain);
	int err;

	list->v = xrealloc(list->v, list->n + 1, sizeof(*list->v));
	ev = &list->v[list->n++];
	*ev = (struct event_code){.name = xstrndup(name, len)};
	err = encode(plain, ev, levels);
	if (!err && !ev->reason)
		probe(ev, levels);
	free(plain);
	return err;
}

int events_encode(const char *names, struct event_list *out, char **bad)
{
	int err = 0;

	*out = (struct event_list){0};
	*bad = NULL;
	pfm_initialize(); /* should it fail, perf_in_kernel() says no */
	for (const char *name = names;;) {
		size_t len = strcspn(name, ",");

		err = append(out, name, len);
		if (err)
			*bad = xstrndup(name, len);
		if (err || !name[len])
			break;
		name += len + 1;
	}
	pfm_terminate();
	if (err)
		events_free(out);
	return err;
}

void events_free(struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].name);
		free(list->v[i].reason);
	}
	free(list->v);
	*list = (struct event_list){0};
}

const char *events_reason(int err)
{
	switch (err) {
	case ENOENT:
		return "this machine has no such counter (its CPU lacks it, or there is "
		       "no PMU, as in most virtual machines)";
	case EACCES:
	case EPERM:
		return "refused: lower kernel.perf_event_paranoid or grant CAP_PERFMON";
	case ENOSYS:
		return "this kernel or container offers no perf_event_open";
	case EOPNOTSUPP:
		return "this machine's counter cannot count that";
	case ENODEV:
		return "this machine's CPU lacks the counter";
	case EMFILE:
	case ENFILE:
		return "too many open files: raise the limit (ulimit -n) or ask for "
		       "fewer events";
	case EBUSY:
		return "the counter is in use by something else, such as perf or the NMI "
		       "watchdog";
	case EINVAL:
	case E2BIG:
		return "this kernel does not know the event or cannot attach it to a "
		       "task";
	case ENOMEM:
	case ENOSPC:
		return "no counters or memory for them are left: ask for fewer events";
	default:
		return "perf_event_open failed";
	}
}
