/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What machine this is, from /proc, /sys and a few system calls. */
#include "host.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <gnu/libc-version.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

/* The build passes both; empty is what it could not find out. */
#ifndef LWP_COMPILER_FLAGS
#define LWP_COMPILER_FLAGS ""
#endif
#ifndef LWP_REVISION
#define LWP_REVISION ""
#endif

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

enum { LONGEST = 1024 }; /* bytes of a value: room for a kernel command line */

/* A fact that a file tells. */
struct source {
	const char *name;
	const char *file; /* with a *: the different first lines of all that match */
	const char *keys; /* "model|cpu": its line; "": all of it; NULL: its first line */
	const char *chosen;  /* "[]": marks of the word in force */
	unsigned words;      /* so many words of it; 0: all */
	const char *unit;    /* put behind */
	const char *empty;   /* what an empty text means */
	const char *missing; /* what it means that there is no such file */
};

#define CPUS "/sys/devices/system/cpu/"
#define FREQ CPUS "cpu[0-9]*/cpufreq/"
#define DMI "/sys/class/dmi/id/"
#define CLOCK "/sys/devices/system/clocksource/clocksource0/"
#define THP "/sys/kernel/mm/transparent_hugepage/"
#define SYSCTL "/proc/sys/"

static const char no_cpufreq[] = "the kernel does not govern frequencies here";
static const char no_dmi[] = "the firmware gives no DMI";
static const char no_smt[] = "the kernel has no SMT control";
static const char no_thp[] = "the kernel has no transparent huge pages";

static const struct source sources[] = {
	{.name = "os.name", .file = "/etc/os-release", .keys = "PRETTY_NAME"},
	{.name = "host.vendor", .file = DMI "sys_vendor", .missing = no_dmi},
	{.name = "host.product", .file = DMI "product_name", .missing = no_dmi},
	{.name = "cpu.model",
	 .file = "/proc/cpuinfo",
	 .keys = "model name|cpu model|cpu|uarch"},
	{.name = "cpu.vendor",
	 .file = "/proc/cpuinfo",
	 .keys = "vendor_id|CPU implementer|mvendorid"},
	{.name = "cpu.family",
	 .file = "/proc/cpuinfo",
	 .keys = "cpu family|CPU architecture"},
	{.name = "cpu.model_number",
	 .file = "/proc/cpuinfo",
	 .keys = "model|CPU part|marchid"},
	{.name = "cpu.stepping",
	 .file = "/proc/cpuinfo",
	 .keys = "stepping|CPU revision|revision"},
	{.name = "cpu.microcode", .file = "/proc/cpuinfo", .keys = "microcode"},
	{.name = "cpu.bugs", .file = "/proc/cpuinfo", .keys = "bugs", .empty = "none"},
	{.name = "cpu.isolated", .file = CPUS "isolated", .empty = "none"},
	{.name = "cpu.smt", .file = CPUS "smt/control", .missing = no_smt},
	{.name = "cpu.smt_active", .file = CPUS "smt/active", .missing = no_smt},
	{.name = "cpu.frequency.now",
	 .file = "/proc/cpuinfo",
	 .keys = "cpu MHz",
	 .unit = " MHz"},
	{.name = "cpu.frequency.min",
	 .file = FREQ "scaling_min_freq",
	 .unit = " kHz",
	 .missing = no_cpufreq},
	{.name = "cpu.frequency.max",
	 .file = FREQ "scaling_max_freq",
	 .unit = " kHz",
	 .missing = no_cpufreq},
	{.name = "cpu.frequency.driver",
	 .file = FREQ "scaling_driver",
	 .missing = no_cpufreq},
	{.name = "cpu.governor", .file = FREQ "scaling_governor", .missing = no_cpufreq},
	{.name = "cpu.energy_preference",
	 .file = FREQ "energy_performance_preference",
	 .missing = "the frequency driver knows no preference"},
	{.name = "cpu.idle.driver", .file = CPUS "cpuidle/current_driver"},
	{.name = "cpu.idle.governor", .file = CPUS "cpuidle/current_governor_ro"},
	{.name = "kernel.command_line", .file = "/proc/cmdline", .empty = "none given"},
	{.name = "kernel.clocksource", .file = CLOCK "current_clocksource"},
	{.name = "kernel.clocksources", .file = CLOCK "available_clocksource"},
	{.name = "kernel.thp", .file = THP "enabled", .chosen = "[]", .missing = no_thp},
	{.name = "kernel.thp_defrag",
	 .file = THP "defrag",
	 .chosen = "[]",
	 .missing = no_thp},
	{.name = "kernel.ksm",
	 .file = "/sys/kernel/mm/ksm/run",
	 .missing = "the kernel has no KSM"},
	{.name = "kernel.lsm",
	 .file = "/sys/kernel/security/lsm",
	 .empty = "none",
	 .missing = "securityfs is not mounted"},
	{.name = "kernel.aslr", .file = SYSCTL "kernel/randomize_va_space"},
	{.name = "kernel.overcommit_memory", .file = SYSCTL "vm/overcommit_memory"},
	{.name = "kernel.max_map_count", .file = SYSCTL "vm/max_map_count"},
	{.name = "kernel.threads_max", .file = SYSCTL "kernel/threads-max"},
	{.name = "kernel.pid_max", .file = SYSCTL "kernel/pid_max"},
	{.name = "kernel.max_user_namespaces", .file = SYSCTL "user/max_user_namespaces"},
	{.name = "kernel.perf_event_paranoid",
	 .file = SYSCTL "kernel/perf_event_paranoid",
	 .missing = "the kernel has no perf events"},
	{.name = "kernel.autogroup",
	 .file = SYSCTL "kernel/sched_autogroup_enabled",
	 .missing = "the scheduler has no autogroups"},
	{.name = "kernel.nmi_watchdog",
	 .file = SYSCTL "kernel/nmi_watchdog",
	 .missing = "the kernel has no NMI watchdog"},
	{.name = "kernel.numa_balancing",
	 .file = SYSCTL "kernel/numa_balancing",
	 .missing = "the kernel has no NUMA balancing"},
	{.name = "memory.page_size",
	 .file = "/proc/self/smaps",
	 .keys = "KernelPageSize"},
	{.name = "memory.huge_page_size",
	 .file = THP "hpage_pmd_size",
	 .missing = no_thp},
	{.name = "memory.total", .file = "/proc/meminfo", .keys = "MemTotal"},
	{.name = "memory.available", .file = "/proc/meminfo", .keys = "MemAvailable"},
	{.name = "memory.swap_total", .file = "/proc/meminfo", .keys = "SwapTotal"},
	{.name = "memory.swap_free", .file = "/proc/meminfo", .keys = "SwapFree"},
	{.name = "load.average", .file = "/proc/loadavg", .words = 3},
	{.name = "load.pressure_cpu",
	 .file = "/proc/pressure/cpu",
	 .missing = "the kernel does not account for pressure"},
	{.name = "load.uptime", .file = "/proc/uptime", .words = 1, .unit = " s"},
	{.name = "cgroup.groups",
	 .file = "/proc/self/cgroup",
	 .keys = "",
	 .missing = "no control groups"},
	{.name = "process.seccomp", .file = "/proc/self/status", .keys = "Seccomp"},
	{.name = "process.no_new_privs",
	 .file = "/proc/self/status",
	 .keys = "NoNewPrivs"},
	{.name = "process.ssb",
	 .file = "/proc/self/status",
	 .keys = "Speculation_Store_Bypass"},
	{.name = "process.cpus",
	 .file = "/proc/self/status",
	 .keys = "Cpus_allowed_list"},
	{.name = "process.tracer", .file = "/proc/self/status", .keys = "TracerPid"},
	{.name = "process.timer_slack",
	 .file = "/proc/self/timerslack_ns",
	 .unit = " ns",
	 .missing = "the kernel does not tell a process its own"},
};

/* Fields of the first line of /proc/stat, proc_stat(5). */
enum { STAT_STEAL = 7, STAT_TIMES = 8 };

/* Of all that a CPU can do, what changes the price of a switch, a fault or a copy. */
static const char *const flags_that_matter[] = {
	"pcid",   "invpcid",       "pti",         "hypervisor",   "npt",  "ept",
	"vpid",   "smep",          "smap",        "fsgsbase",     "erms", "fsrm",
	"ibrs",   "ibrs_enhanced", "ibpb",        "stibp",        "ssbd", "invlpgb",
	"rdtscp", "constant_tsc",  "nonstop_tsc", "tsc_reliable", "la57", "pdpe1gb",
	"xsavec", "avx512f",       "amx_tile",    "user_shstk",   "fred", "lkgs",
};

/* A file that, should it hold this text, tells who is beneath or around. */
struct hint {
	const char *file, *text, *name;
};

static const struct hint hypervisors[] = {
	{"/sys/hypervisor/type", "xen", "Xen"},
	{"/sys/hypervisor/type", "kvm", "KVM"},
	{CLOCK "available_clocksource", "kvm-clock", "KVM"},
	{CLOCK "available_clocksource", "hyperv", "Hyper-V"},
	{CLOCK "available_clocksource", "xen", "Xen"},
	{DMI "sys_vendor", "QEMU", "QEMU"},
	{DMI "product_name", "KVM", "KVM"},
	{DMI "product_name", "Google Compute Engine", "Google Compute Engine"},
	{DMI "sys_vendor", "Amazon EC2", "Amazon EC2"},
	{DMI "product_name", "Virtual Machine", "Hyper-V"},
	{DMI "sys_vendor", "VMware", "VMware"},
	{DMI "sys_vendor", "innotek", "VirtualBox"},
	{DMI "sys_vendor", "Xen", "Xen"},
	{DMI "sys_vendor", "Parallels", "Parallels"},
	{DMI "product_name", "Apple Virtualization", "Apple Virtualization"},
	{DMI "bios_vendor", "BHYVE", "bhyve"},
	{"/proc/device-tree/hypervisor/compatible", "kvm", "KVM"},
	{"/proc/device-tree/hypervisor/compatible", "xen", "Xen"},
	{"/proc/cmdline", "firecracker", "Firecracker"},
	{"/proc/cmdline", "pvm_", "PVM"},
};

static const struct hint containers[] = {
	{"/.dockerenv", "", "Docker"},
	{"/run/.containerenv", "", "Podman"},
	{"/run/systemd/container", "nspawn", "systemd-nspawn"},
	{"/run/systemd/container", "docker", "Docker"},
	{"/run/systemd/container", "podman", "Podman"},
	{"/run/systemd/container", "lxc", "LXC"},
	{"/proc/self/cgroup", "kubepods", "Kubernetes"},
	{"/proc/self/cgroup", "/docker", "Docker"},
	{"/proc/self/cgroup", "/libpod", "Podman"},
	{"/proc/self/cgroup", "/lxc", "LXC"},
};

/* A limit that a control group or any above it may set. */
struct limit {
	const char *name, *controller;
	const char *file, *legacy, *legacy_period; /* of cgroup v2, of v1 */
	const char *unit;
};

static const struct limit limits[] = {
	{"cgroup.cpu", "cpu", "cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us", "CPUs"},
	{"cgroup.memory", "memory", "memory.max", "memory.limit_in_bytes", NULL, "bytes"},
	{"cgroup.pids", "pids", "pids.max", "pids.max", NULL, "tasks"},
};

static const struct {
	const char *name;
	__rlimit_resource_t which;
} rlimits[] = {
	{"limit.nproc", RLIMIT_NPROC},     {"limit.nofile", RLIMIT_NOFILE},
	{"limit.stack", RLIMIT_STACK},     {"limit.as", RLIMIT_AS},
	{"limit.memlock", RLIMIT_MEMLOCK},
};

static const struct {
	const char *name;
	unsigned bit;
} capabilities[] = {
	{"user.cap_sys_admin", CAP_SYS_ADMIN},
	{"user.cap_sys_nice", CAP_SYS_NICE},
	{"user.cap_perfmon", CAP_PERFMON},
};

/* What the dynamic linker and malloc of the measured programs listen to. */
static const char *const variables[] = {
	"GLIBC_TUNABLES",
	"LD_PRELOAD",
	"LD_LIBRARY_PATH",
	"LD_BIND_NOW",
};

/* Trims, makes one line of it and keeps it short. */
static void clean(char *text)
{
	for (char *p = text; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = ' ';
	const char *from = text + strspn(text, " ");
	size_t len = strlen(from);

	while (len && from[len - 1] == ' ')
		len--;
	if (len > 1 && from[0] == '"' && from[len - 1] == '"') {
		from++;
		len -= 2;
	}
	/* Not cut in the middle of a UTF-8 character. */
	if (len > LONGEST)
		for (len = LONGEST; len && (from[len] & 0xc0) == 0x80;)
			len--;
	memmove(text, from, len);
	text[len] = 0;
}

/* This and the next take over their text. */
static void tell(struct facts *out, const char *name, char *value)
{
	clean(value);
	facts_add(out, name, *value ? value : NULL,
		  *value ? NULL : "is there, but empty");
	free(value);
}

static void tell_not(struct facts *out, const char *name, char *reason)
{
	facts_add(out, name, NULL, reason);
	free(reason);
}

static bool has_word(const char *list, const char *word, const char *separators)
{
	size_t len = strlen(word);

	for (const char *p = list; *p; p += strspn(p, separators)) {
		size_t run = strcspn(p, separators);

		if (run == len && strncmp(p, word, len) == 0)
			return true;
		p += run;
	}
	return false;
}

/* Puts an item behind a list unless it is there already. */
static void join(char **list, const char *item)
{
	char *before = *list;
	size_t len = strlen(item);

	for (const char *p = before; p; p = strstr(p, ", ") ? strstr(p, ", ") + 2 : NULL)
		if (strncmp(p, item, len) == 0 &&
		    (!p[len] || strncmp(p + len, ", ", 2) == 0))
			return;
	*list = before ? xformat("%s, %s", before, item) : xstrdup(item);
	free(before);
}

static int read_below(const char *root, const char *file, char **text)
{
	char *path = xformat("%s%s", root, file);
	int err = read_file(path, text, NULL);

	free(path);
	return err;
}

static int read_all_matching(const char *root, const char *pattern, char **text)
{
	char *path = xformat("%s%s", root, pattern);
	glob_t found;
	int err = -ENOENT;

	*text = NULL;
	if (glob(path, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			char *line = read_line(found.gl_pathv[i]);

			if (!line) {
				err = -errno;
				continue;
			}
			clean(line);
			join(text, line);
			free(line);
		}
		globfree(&found);
	}
	free(path);
	return *text ? 0 : err;
}

/* What follows "KEY :" or "KEY=" on the first line that begins so, or NULL. */
static char *line_value(const char *text, const char *key, size_t len)
{
	for (const char *line = text; *line; line += *line == '\n') {
		if (strncmp(line, key, len) == 0) {
			const char *p = line + len + strspn(line + len, " \t");

			if (*p == ':' || *p == '=')
				return xstrndup(p + 1, strcspn(p + 1, "\n"));
		}
		line += strcspn(line, "\n");
	}
	return NULL;
}

/* The same of the first of several keys, "model name|cpu", that there is. */
static char *value_of(const char *text, const char *keys)
{
	char *value = NULL;

	while (*keys && !value) {
		size_t len = strcspn(keys, "|");

		value = line_value(text, keys, len);
		keys += len;
		keys += *keys == '|';
	}
	return value;
}

/* The word between the two marks, or all if there are none; takes over the text. */
static char *chosen_word(char *text, const char marks[3])
{
	char *open = strchr(text, marks[0]);

	if (!open)
		return text;
	char *word = xstrndup(open + 1, strcspn(open + 1, marks + 1));
	free(text);
	return word;
}

static void cut_after_words(char *text, unsigned words)
{
	char *p = text;

	for (unsigned i = 0; i < words; i++) {
		p += strspn(p, " ");
		p += strcspn(p, " ");
	}
	*p = 0;
}

/* The source's part of its file's text, or NULL if the line is missing. */
static char *extract(const struct source *s, const char *text)
{
	char *value;

	if (!s->keys)
		value = xstrndup(text, strcspn(text, "\n"));
	else if (*s->keys)
		value = value_of(text, s->keys);
	else
		value = xstrdup(text);
	if (value && s->chosen)
		value = chosen_word(value, s->chosen);
	if (value && s->words)
		cut_after_words(value, s->words);
	if (value)
		clean(value);
	return value;
}

static void add_source(const char *root, const struct source *s, struct facts *out)
{
	char *text = NULL;
	int err = strchr(s->file, '*') ? read_all_matching(root, s->file, &text)
				       : read_below(root, s->file, &text);

	if (!text && err == -ENOENT && s->missing) {
		tell_not(out, s->name, xformat("%s: no %s", s->missing, s->file));
		return;
	}
	if (!text) {
		tell_not(out, s->name, xformat("%s: %s", s->file, strerror(-err)));
		return;
	}
	char *value = extract(s, text);
	if (!value)
		tell_not(out, s->name,
			 xformat("%s has no line \"%s\"", s->file, s->keys));
	else if (!*value && !s->empty)
		tell_not(out, s->name, xformat("%s is empty", s->file));
	else
		tell(out, s->name,
		     xformat("%s%s", *value ? value : s->empty, s->unit ? s->unit : ""));
	free(value);
	free(text);
}

/* CPUs in a list such as "0-3,8"; 0 if it is none. */
static unsigned long count_list(const char *text)
{
	unsigned long n = 0;

	for (const char *p = text; isdigit((unsigned char)*p); p += *p == ',') {
		char *end;
		unsigned long from = strtoul(p, &end, 10), to = from;

		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		if (to < from)
			return 0;
		n += to - from + 1;
		p = end;
	}
	return n;
}

static void add_online(const char *root, struct facts *out)
{
	char *text = NULL;
	int err = read_below(root, CPUS "online", &text);
	unsigned long n = err ? 0 : count_list(text);

	if (n)
		tell(out, "cpu.online", xformat("%lu", n));
	else
		tell_not(out, "cpu.online",
			 xformat(CPUS "online: %s",
				 err ? strerror(-err) : "holds no list"));
	free(text);
}

static void add_usable(struct facts *out)
{
	int n = 0, err = EINVAL;

	/* The kernel refuses a set that is too small for all CPUs that it could have. */
	for (size_t size = sizeof(cpu_set_t); err == EINVAL && size < 1 << 16;
	     size *= 2) {
		cpu_set_t *set = xcalloc(1, size);

		err = sched_getaffinity(0, size, set) < 0 ? errno : 0;
		n = CPU_COUNT_S(size, set);
		free(set);
	}
	if (err)
		tell_not(out, "cpu.usable",
			 xformat("sched_getaffinity: %s", strerror(err)));
	else
		tell(out, "cpu.usable", xformat("%d", n));
}

/* The CPU's flags as /proc/cpuinfo lists them, or NULL: not an x86, or no such file. */
static char *read_flags(const char *root)
{
	char *text, *flags;

	if (read_below(root, "/proc/cpuinfo", &text))
		return NULL;
	flags = value_of(text, "flags");
	free(text);
	return flags;
}

static void add_flags(const char *flags, struct facts *out)
{
	static const char blank[] = " \t";
	static const char no_flags[] = "/proc/cpuinfo has no line \"flags\"";
	char *found = NULL;

	if (!flags) {
		facts_add(out, "cpu.flags", NULL, no_flags);
		facts_add(out, "kernel.pcid", NULL, no_flags);
		return;
	}
	for (size_t i = 0; i < countof(flags_that_matter); i++)
		if (has_word(flags, flags_that_matter[i], blank))
			join(&found, flags_that_matter[i]);
	tell(out, "cpu.flags", found ? found : xstrdup("none of those looked for"));
	/* The kernel hides the flag if it was told not to use it. */
	facts_add(out, "kernel.pcid", has_word(flags, "pcid", blank) ? "on" : "off",
		  NULL);
}

/* Page-table isolation can be on where the CPU would not need it: the flag knows best. */
static void add_pti(const char *root, const char *flags, struct facts *out)
{
	static const char file[] = CPUS "vulnerabilities/meltdown";
	char *text = NULL;
	int err = read_below(root, file, &text);

	if ((flags && has_word(flags, "pti", " \t")) || (!err && strstr(text, "PTI")))
		facts_add(out, "kernel.pti", "on", NULL);
	else if (flags || !err)
		facts_add(out, "kernel.pti", "off", NULL);
	else
		tell_not(out, "kernel.pti", xformat("%s: %s", file, strerror(-err)));
	free(text);
}

static void add_mitigations(const char *root, struct facts *out)
{
	static const char pattern[] = CPUS "vulnerabilities/*";
	char *path = xformat("%s%s", root, pattern);
	glob_t found = {0};
	int err = glob(path, 0, NULL, &found);

	if (err)
		facts_add(out, "mitigation.count", NULL,
			  "the kernel does not tell: no " CPUS "vulnerabilities");
	else
		tell(out, "mitigation.count", xformat("%zu", found.gl_pathc));
	for (size_t i = 0; !err && i < found.gl_pathc; i++) {
		char *name =
			xformat("mitigation.%s", strrchr(found.gl_pathv[i], '/') + 1);
		char *line = read_line(found.gl_pathv[i]);

		if (line)
			tell(out, name, line);
		else
			tell_not(out, name, xstrdup(strerror(errno)));
		free(name);
	}
	globfree(&found);
	free(path);
}

/* Drivers tell it in two ways, one of them the wrong way round. */
static void add_boost(const char *root, struct facts *out)
{
	char *text = NULL;

	if (read_below(root, CPUS "intel_pstate/no_turbo", &text) == 0)
		facts_add(out, "cpu.boost", *text == '0' ? "on" : "off", NULL);
	else if (read_below(root, CPUS "cpufreq/boost", &text) == 0)
		facts_add(out, "cpu.boost", *text == '0' ? "off" : "on", NULL);
	else
		facts_add(out, "cpu.boost", NULL,
			  "neither intel_pstate/no_turbo nor cpufreq/boost in " CPUS);
	free(text);
}

static void add_preemption(const char *root, const char *version, struct facts *out)
{
	static const char name[] = "kernel.preemption";
	static const char file[] = "/sys/kernel/debug/sched/preempt";
	char *text, *model = strstr(version, "PREEMPT");
	int err = read_below(root, file, &text);

	model = model ? xstrndup(model, strcspn(model, " "))
		      : xstrdup("none or voluntary");
	if (!err) /* "none voluntary (full)" */
		tell(out, name, chosen_word(text, "()"));
	else if (strcmp(model, "PREEMPT_DYNAMIC") == 0)
		tell(out, name,
		     xformat("%s; which: %s: %s", model, file, strerror(-err)));
	else
		facts_add(out, name, model, NULL);
	free(model);
}

static void add_kernel(const char *root, struct facts *out)
{
	struct utsname u;
	struct timespec tick;

	if (uname(&u) < 0) /* cannot fail with a valid buffer */
		memset(&u, 0, sizeof(u));
	tell(out, "host.name", xstrdup(u.nodename));
	tell(out, "host.machine", xstrdup(u.machine));
	tell(out, "kernel.name", xstrdup(u.sysname));
	tell(out, "kernel.release", xstrdup(u.release));
	tell(out, "kernel.version", xstrdup(u.version));
	add_preemption(root, u.version, out);
	/* The coarse clock steps once a tick. */
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) == 0 && !tick.tv_sec &&
	    tick.tv_nsec >= 100000)
		tell(out, "kernel.hz", xformat("%.0f", 1e9 / (double)tick.tv_nsec));
	else
		facts_add(out, "kernel.hz", NULL, "the coarse clock does not tell");
}

/* What hints told: names, NULL if none; all files looked at; how many could be read. */
struct search {
	char *names, *files;
	size_t read;
};

static struct search find_hints(const char *root, const struct hint *hints, size_t n)
{
	struct search s = {0};

	for (size_t i = 0; i < n; i++) {
		char *text;

		join(&s.files, hints[i].file);
		if (read_below(root, hints[i].file, &text))
			continue;
		s.read++;
		if (strstr(text, hints[i].text))
			join(&s.names, hints[i].name);
		free(text);
	}
	return s;
}

static void free_search(struct search *s)
{
	free(s->names);
	free(s->files);
}

static void add_hypervisor(const char *root, const char *flags, struct facts *out)
{
	static const char name[] = "host.hypervisor";
	struct search s = find_hints(root, hypervisors, countof(hypervisors));

	/* Bare metal may bear the name of a cloud: an x86 knows better. */
	if (flags && !has_word(flags, "hypervisor", " \t"))
		facts_add(out, name,
			  "none found; /proc/cpuinfo has no flag \"hypervisor\"", NULL);
	else if (s.names)
		facts_add(out, name, s.names, NULL);
	else if (flags)
		facts_add(out, name, "one that does not tell its name", NULL);
	else if (s.read)
		tell(out, name, xformat("none found; looked at %s", s.files));
	else
		tell_not(out, name, xformat("cannot read any of %s", s.files));
	free_search(&s);
}

static void add_container(const char *root, struct facts *out)
{
	struct search s = find_hints(root, containers, countof(containers));

	tell(out, "host.container",
	     s.names ? xstrdup(s.names) : xformat("none found; looked at %s", s.files));
	free_search(&s);
}

/* Our group in one hierarchy: its folder is mount + path. */
struct group {
	char *mount, *path;
	bool legacy; /* cgroup v1 */
};

/* v2's root is mounted one level lower where v1 is in use, too. */
static bool find_unified(const char *root, const char *controller, const char *path,
			 struct group *g)
{
	static const char *const mounts[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

	for (size_t i = 0; i < countof(mounts); i++) {
		char *mount = xformat("%s%s", root, mounts[i]);
		char *listed = NULL;
		bool found = read_below(mount, "/cgroup.controllers", &listed) == 0 &&
			     has_word(listed, controller, " \n");

		free(listed);
		if (found) {
			*g = (struct group){.mount = mount, .path = xstrdup(path)};
			return true;
		}
		free(mount);
	}
	return false;
}

/* Finds our group that has the controller; false if there is none. */
static bool find_group(const char *root, const char *controller, struct group *g)
{
	char *text, *save, *unified = NULL;
	bool found = false;

	*g = (struct group){0};
	if (read_below(root, "/proc/self/cgroup", &text))
		return false;
	/* Lines are "3:cpu,cpuacct:/path", that of v2 is "0::/path". */
	for (char *line = strtok_r(text, "\n", &save); line && !found;
	     line = strtok_r(NULL, "\n", &save)) {
		char *names = strchr(line, ':');
		char *path = names ? strchr(names + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = 0;
		if (!names[1])
			unified = path;
		if (!has_word(names + 1, controller, ","))
			continue;
		found = true;
		*g = (struct group){
			.mount = xformat("%s/sys/fs/cgroup/%s", root, controller),
			.path = xstrdup(path),
			.legacy = true,
		};
	}
	if (!found && unified)
		found = find_unified(root, controller, unified, g);
	free(text);
	return found;
}

static void free_group(struct group *g)
{
	free(g->mount);
	free(g->path);
}

/* Bytes of the path that lead to the parent group; the root is 0. */
static size_t parent(const char *path, size_t len)
{
	while (len && path[len - 1] != '/')
		len--;
	return len ? len - 1 : 0;
}

/* Bytes of our own group's path, without the slash that ends the root's. */
static size_t own(const char *path)
{
	size_t len = strlen(path);

	return len && path[len - 1] == '/' ? len - 1 : len;
}

/* The first line of a file of the group at path[0..len), or NULL. */
static char *group_line(const struct group *g, size_t len, const char *file)
{
	char *path = xformat("%s%.*s/%s", g->mount, (int)len, g->path, file);
	char *line = read_line(path);

	free(path);
	return line;
}

/* "max", "-1", an absent file and v1's huge default mean INFINITY; "150000 100000"
 * is 1.5. */
static double group_bound(const struct group *g, size_t len, const char *file)
{
	char *line = group_line(g, len, file), *end, *period;
	double x, divisor;

	if (!line)
		return INFINITY;
	x = strtod(line, &end);
	divisor = strtod(end, &period);
	if (end == line || x < 0 || x >= 0x1p62)
		x = INFINITY;
	if (period != end && divisor > 0)
		x /= divisor;
	free(line);
	return x;
}

/* The tightest of our group's limit and those of all groups above it. */
static void add_limit(const char *root, const struct limit *l, struct facts *out)
{
	struct group g;

	if (!find_group(root, l->controller, &g)) {
		tell_not(
			out, l->name,
			xformat("no control group has the controller %s", l->controller));
		return;
	}
	const char *file = g.legacy ? l->legacy : l->file;
	double tightest = INFINITY;
	size_t at = 0, len = own(g.path);

	for (bool more = true; more; len = parent(g.path, len)) {
		double x = group_bound(&g, len, file);

		if (x < INFINITY && g.legacy && l->legacy_period)
			x /= group_bound(&g, len, l->legacy_period);
		if (x < tightest) {
			tightest = x;
			at = len;
		}
		more = len > 0;
	}
	if (tightest < INFINITY)
		tell(out, l->name,
		     xformat("%.15g %s; %s of %.*s", tightest, l->unit, file,
			     at ? (int)at : 1, at ? g.path : "/"));
	else
		facts_add(out, l->name, "no limit", NULL);
	free_group(&g);
}

/* The nearest group that has a set tells ours: it lies within those above. */
static void add_cpuset(const char *root, struct facts *out)
{
	struct group g;
	char *line = NULL;

	if (find_group(root, "cpuset", &g)) {
		const char *file =
			g.legacy ? "cpuset.effective_cpus" : "cpuset.cpus.effective";
		size_t len = own(g.path);

		line = group_line(&g, len, file);
		while (!(line && *line) && len) {
			free(line);
			len = parent(g.path, len);
			line = group_line(&g, len, file);
		}
	}
	if (line)
		tell(out, "cgroup.cpuset", line);
	else
		facts_add(out, "cgroup.cpuset", NULL,
			  "no control group has the controller cpuset");
	free_group(&g);
}

/* What the hypervisor has taken away since boot, of all CPUs' time. */
static void add_steal(const char *root, struct facts *out)
{
	double times[STAT_TIMES], all = 0;
	char *text = NULL;
	size_t n = 0;

	if (read_below(root, "/proc/stat", &text) == 0 && strncmp(text, "cpu ", 4) == 0)
		for (char *at = text + 4, *next; n < STAT_TIMES; n++, at = next) {
			times[n] = strtod(at, &next);
			if (next == at)
				break;
			all += times[n];
		}
	if (n == STAT_TIMES && all > 0)
		tell(out, "load.steal",
		     xformat("%.3f %%", 100 * times[STAT_STEAL] / all));
	else
		facts_add(out, "load.steal", NULL, "/proc/stat does not tell");
	free(text);
}

static char *limit_text(rlim_t x)
{
	return x == RLIM_INFINITY ? xstrdup("unlimited")
				  : xformat("%" PRIuMAX, (uintmax_t)x);
}

static void add_rlimits(struct facts *out)
{
	for (size_t i = 0; i < countof(rlimits); i++) {
		struct rlimit r;

		if (getrlimit(rlimits[i].which, &r) < 0) {
			tell_not(out, rlimits[i].name, xstrdup(strerror(errno)));
			continue;
		}
		char *soft = limit_text(r.rlim_cur), *hard = limit_text(r.rlim_max);

		tell(out, rlimits[i].name, xformat("%s; hard %s", soft, hard));
		free(soft);
		free(hard);
	}
}

static void add_user(const char *root, struct facts *out)
{
	char *text = NULL, *hex = NULL;

	facts_add(out, "user.root", geteuid() == 0 ? "yes" : "no", NULL);
	if (read_below(root, "/proc/self/status", &text) == 0)
		hex = value_of(text, "CapEff");
	for (size_t i = 0; i < countof(capabilities); i++)
		if (hex)
			facts_add(out, capabilities[i].name,
				  strtoull(hex, NULL, 16) >> capabilities[i].bit & 1
					  ? "yes"
					  : "no",
				  NULL);
		else
			facts_add(out, capabilities[i].name, NULL,
				  "/proc/self/status has no line \"CapEff\"");
	free(hex);
	free(text);
}

static void add_environment(struct facts *out)
{
	char *found = NULL;

	for (size_t i = 0; i < countof(variables); i++) {
		const char *value = getenv(variables[i]);
		char *name = xformat("env.%s", variables[i]);

		if (value && !*value)
			value = "set, but empty";
		tell(out, name, xstrdup(value ? value : "not set"));
		free(name);
	}
	for (char **e = environ; e && *e; e++)
		if (strncmp(*e, "MALLOC_", 7) == 0)
			join(&found, *e);
	tell(out, "env.MALLOC_*", found ? found : xstrdup("not set"));
}

static void add_noted(struct facts *out, const char *name, const char *value)
{
	if (*value)
		tell(out, name, xstrdup(value));
	else
		facts_add(out, name, NULL, "the build did not note it");
}

static void add_build(struct facts *out)
{
	tell(out, "glibc.version", xstrdup(gnu_get_libc_version()));
	tell(out, "glibc.built_with", xformat("%d.%d", __GLIBC__, __GLIBC_MINOR__));
	facts_add(out, "build.compiler", COMPILER, NULL);
	add_noted(out, "build.flags", LWP_COMPILER_FLAGS);
	add_noted(out, "build.revision", LWP_REVISION);
}

void host_collect(const char *root, struct facts *out)
{
	char *flags = read_flags(root);

	for (size_t i = 0; i < countof(sources); i++)
		add_source(root, &sources[i], out);
	add_kernel(root, out);
	add_online(root, out);
	add_usable(out);
	add_flags(flags, out);
	add_boost(root, out);
	add_pti(root, flags, out);
	add_mitigations(root, out);
	add_hypervisor(root, flags, out);
	add_container(root, out);
	for (size_t i = 0; i < countof(limits); i++)
		add_limit(root, &limits[i], out);
	add_cpuset(root, out);
	add_steal(root, out);
	add_rlimits(out);
	add_user(root, out);
	add_environment(out);
	add_build(out);
	free(flags);
}

static const char *value_or(const struct facts *host, const char *name, const char *other)
{
	const struct fact *f = facts_find(host, name);

	return f && f->value ? f->value : other;
}

/* "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz" without what only its maker needs. */
static char *short_model(const char *model)
{
	static const char *const noise[] = {"(R)", "(TM)", "(tm)", " CPU", " Processor"};
	char *text = xstrndup(model, (size_t)(strchrnul(model, '@') - model));

	for (size_t i = 0; i < countof(noise); i++)
		for (char *p; (p = strstr(text, noise[i]));)
			memmove(p, p + strlen(noise[i]),
				strlen(p + strlen(noise[i])) + 1);
	clean(text);
	return text;
}

/* ", virtual machine (KVM)", or "" where none was found. */
static char *around(const struct facts *host, const char *name, const char *what)
{
	const char *value = value_or(host, name, "none");

	if (strncmp(value, "none", 4) == 0)
		return xstrdup("");
	return xformat(", %s (%s)", what, value);
}

char *host_title(const struct facts *host)
{
	char *model = short_model(value_or(
		host, "cpu.model", value_or(host, "host.machine", "unnamed CPU")));
	const char *online = value_or(host, "cpu.online", NULL);
	const char *usable = value_or(host, "cpu.usable", online ? online : "?");
	bool all = !online || strcmp(online, usable) == 0;
	char *machine = around(host, "host.hypervisor", "virtual machine");
	char *container = around(host, "host.container", "container");
	char *title = xformat("%s, %s%s%s CPU%s, %s %s%s%s", model, usable,
			      all ? "" : " of ", all ? "" : online,
			      strcmp(all ? usable : online, "1") == 0 ? "" : "s",
			      value_or(host, "kernel.name", "Linux"),
			      value_or(host, "kernel.release", "of unrecorded release"),
			      machine, container);

	free(model);
	free(machine);
	free(container);
	return title;
}
