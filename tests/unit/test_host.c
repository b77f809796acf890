/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fingerprint of machines that are planted as folders, and of this one. */
#include <ctype.h>
#include <ftw.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmocka.h>

#include "host.h"
#include "util.h"

struct file {
	const char *path, *text;
};

#define CPU "/sys/devices/system/cpu/"
#define CLOCK "/sys/devices/system/clocksource/clocksource0/"
#define GROUPS "/sys/fs/cgroup"

static char *make_root(void)
{
	const char *base = getenv("TMPDIR");
	char *root = xformat("%s/lwpbench-host-XXXXXX", base ? base : P_tmpdir);

	assert_non_null(mkdtemp(root));
	return root;
}

static void plant(const char *root, const char *path, const char *text)
{
	char *full = xformat("%s%s", root, path);
	char *dir = xstrndup(full, (size_t)(strrchr(full, '/') - full));

	assert_int_equal(make_dirs(dir), 0);
	assert_int_equal(write_file(full, text, strlen(text)), 0);
	free(dir);
	free(full);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* The facts of a machine made of these files alone. */
static struct facts facts_of(const struct file *files, size_t n)
{
	struct facts f = {0};
	char *root = make_root();

	for (size_t i = 0; i < n; i++)
		plant(root, files[i].path, files[i].text);
	host_collect(root, &f);
	assert_int_equal(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(root);
	return f;
}

static const struct fact *get(const struct facts *f, const char *name)
{
	const struct fact *fact = facts_find(f, name);

	if (!fact)
		fail_msg("no fact %s", name);
	return fact;
}

static void check_value(const struct facts *f, const char *name, const char *value)
{
	const struct fact *fact = get(f, name);

	if (!fact->value)
		fail_msg("%s has no value: %s", name, fact->reason);
	assert_string_equal(fact->value, value);
}

static void check_reason(const struct facts *f, const char *name, const char *part)
{
	const struct fact *fact = get(f, name);

	if (fact->value)
		fail_msg("%s has a value: %s", name, fact->value);
	if (!strstr(fact->reason, part))
		fail_msg("%s: \"%s\" does not say \"%s\"", name, fact->reason, part);
}

/* Each has a value or a reason, never both, in one line of honest text; each name once.
 */
static void check_all_told(const struct facts *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const char *text = f->v[i].value ? f->v[i].value : f->v[i].reason;

		if (!f->v[i].value == !f->v[i].reason)
			fail_msg("%s must have either value or reason", f->v[i].name);
		assert_true(text && *text);
		assert_string_not_equal(text, "unknown");
		for (const char *p = text; p && *p; p++)
			assert_false(iscntrl((unsigned char)*p));
		assert_ptr_equal(facts_find(f, f->v[i].name), &f->v[i]);
	}
}

/* A two-socket Xeon E5 v4, as its kernel shows it. */
static const struct file metal[] = {
	{"/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\n"
			  "model\t\t: 79\n"
			  "model name\t: Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz\n"
			  "stepping\t: 1\nmicrocode\t: 0xb000040\ncpu MHz\t\t: 2400.000\n"
			  "flags\t\t: fpu pse pcid erms invpcid pti ept vpid smep\n"
			  "bugs\t\t: cpu_meltdown\n\nprocessor\t: 1\n"
			  "model name\t: another\n"},
	{CPU "online", "0-3,8\n"},
	{CPU "isolated", "\n"},
	{CPU "smt/control", "on\n"},
	{CPU "smt/active", "1\n"},
	{CPU "cpu0/cpufreq/scaling_governor", "performance\n"},
	{CPU "cpu1/cpufreq/scaling_governor", "powersave\n"},
	{CPU "cpu2/cpufreq/scaling_governor", "performance\n"},
	{CPU "cpu0/cpufreq/scaling_max_freq", "3300000\n"},
	{CPU "cpu1/cpufreq/scaling_max_freq", "3300000\n"},
	{CPU "intel_pstate/no_turbo", "1\n"},
	{CPU "vulnerabilities/meltdown", "Mitigation: PTI\n"},
	{CPU "vulnerabilities/l1tf", "Not affected\n"},
	{CLOCK "current_clocksource", "tsc\n"},
	{CLOCK "available_clocksource", "tsc hpet acpi_pm \n"},
	{"/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"},
	{"/sys/kernel/mm/transparent_hugepage/defrag", "[always] defer never\n"},
	{"/sys/kernel/debug/sched/preempt", "none voluntary (full) lazy \n"},
	{"/sys/class/dmi/id/sys_vendor", "Amazon EC2\n"},
	{"/sys/class/dmi/id/product_name", "i3.metal\n"},
	{"/proc/sys/kernel/randomize_va_space", "2\n"},
	{"/proc/sys/kernel/perf_event_paranoid", "4\n"},
	{"/proc/loadavg", "0.52 0.58 0.59 1/389 12345\n"},
	{"/proc/stat",
	 "cpu  700 0 200 90 0 0 0 10 0 0\ncpu0 700 0 200 90 0 0 0 10 0 0\n"},
	{"/proc/pressure/cpu", "some avg10=1.50 avg60=0.00 avg300=0.00 total=5\n"},
	{"/proc/self/timerslack_ns", "50000\n"},
	{"/proc/sys/kernel/nmi_watchdog", "1\n"},
	{"/proc/uptime", "350735.47 234388.90\n"},
	{"/proc/meminfo", "MemTotal:       32780820 kB\nMemFree:        1 kB\n"
			  "SwapTotal:             0 kB\n"},
	{"/etc/os-release", "NAME=\"Debian GNU/Linux\"\n"
			    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"},
	{"/proc/self/status", "Name:\tx\nCapEff:\t0000000000200000\nSeccomp:\t2\n"},
};

static void knows_bare_metal(void **state)
{
	static const struct file told[] = {
		{"cpu.vendor", "GenuineIntel"},
		{"cpu.model", "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz"},
		{"cpu.family", "6"},
		{"cpu.model_number", "79"},
		{"cpu.stepping", "1"},
		{"cpu.microcode", "0xb000040"},
		{"cpu.frequency.now", "2400.000 MHz"},
		{"cpu.frequency.max", "3300000 kHz"},
		{"cpu.governor", "performance, powersave"},
		{"cpu.boost", "off"},
		{"cpu.smt", "on"},
		{"cpu.smt_active", "1"},
		{"cpu.online", "5"},
		{"cpu.isolated", "none"},
		{"cpu.flags", "pcid, invpcid, pti, ept, vpid, smep, erms"},
		{"kernel.pcid", "on"},
		{"kernel.pti", "on"},
		{"kernel.clocksource", "tsc"},
		{"kernel.thp", "madvise"},
		{"kernel.thp_defrag", "always"},
		{"kernel.preemption", "full"},
		{"kernel.aslr", "2"},
		{"kernel.perf_event_paranoid", "4"},
		{"mitigation.count", "2"},
		{"mitigation.meltdown", "Mitigation: PTI"},
		{"mitigation.l1tf", "Not affected"},
		{"load.average", "0.52 0.58 0.59"},
		{"load.steal", "1.000 %"},
		{"load.pressure_cpu", "some avg10=1.50 avg60=0.00 avg300=0.00 total=5"},
		{"process.timer_slack", "50000 ns"},
		{"kernel.nmi_watchdog", "1"},
		{"load.uptime", "350735.47 s"},
		{"memory.total", "32780820 kB"},
		{"memory.swap_total", "0 kB"},
		{"os.name", "Debian GNU/Linux 12 (bookworm)"},
		{"host.product", "i3.metal"},
		{"user.cap_sys_admin", "yes"},
		{"user.cap_perfmon", "no"},
		{"process.seccomp", "2"},
	};
	struct facts f = facts_of(metal, countof(metal));

	(void)state;
	check_all_told(&f);
	for (size_t i = 0; i < countof(told); i++)
		check_value(&f, told[i].path, told[i].text);
	/* The vendor also sells virtual machines; the CPU says that this is none. */
	assert_memory_equal(get(&f, "host.hypervisor")->value, "none found", 10);
	check_reason(&f, "cpu.frequency.min", "does not govern frequencies");
	check_reason(&f, "memory.available", "MemAvailable");
	facts_free(&f);
}

static const struct file guest[] = {
	{"/proc/cpuinfo", "vendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC\n"
			  "flags\t\t: fpu hypervisor invpcid\n"},
	{"/proc/cmdline", "console=ttyS0 -- --firecracker-init\n"},
	{CPU "cpufreq/boost", "1\n"},
	{CPU "vulnerabilities/meltdown", "Not affected\n"},
	{CLOCK "available_clocksource", "kvm-clock tsc \n"},
	{"/.dockerenv", ""},
	{"/proc/self/cgroup", "0::/kubepods/pod1\n"},
};

static void knows_a_guest(void **state)
{
	struct facts f = facts_of(guest, countof(guest));

	(void)state;
	check_all_told(&f);
	check_value(&f, "host.hypervisor", "KVM, Firecracker");
	check_value(&f, "host.container", "Docker, Kubernetes");
	check_value(&f, "cpu.boost", "on");
	check_value(&f, "kernel.pti", "off");
	/* invpcid alone is not pcid. */
	check_value(&f, "kernel.pcid", "off");
	check_reason(&f, "cpu.governor", "does not govern frequencies");
	check_reason(&f, "cpu.smt", "no SMT control");
	check_reason(&f, "cpu.microcode", "microcode");
	facts_free(&f);
}

static void knows_a_guest_without_a_name(void **state)
{
	static const struct file files[] = {
		{"/proc/cpuinfo", "flags\t\t: fpu hypervisor\n"},
	};
	struct facts f = facts_of(files, countof(files));
	char *title = host_title(&f);

	(void)state;
	assert_non_null(strstr(title, "virtual machine"));
	free(title);
	facts_free(&f);
}

/* No line of flags there: what the kernel says of meltdown decides. */
static void knows_an_arm(void **state)
{
	static const struct file files[] = {
		{"/proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 243.75\n"
				  "Features\t: fp asimd\nCPU implementer\t: 0x41\n"
				  "CPU architecture: 8\nCPU part\t: 0xd0c\n"},
		{CPU "vulnerabilities/meltdown", "Mitigation: PTI\n"},
		{"/sys/class/dmi/id/sys_vendor", "QEMU\n"},
	};
	struct facts f = facts_of(files, countof(files));

	(void)state;
	check_all_told(&f);
	check_value(&f, "cpu.vendor", "0x41");
	check_value(&f, "cpu.family", "8");
	check_value(&f, "kernel.pti", "on");
	check_value(&f, "host.hypervisor", "QEMU");
	check_reason(&f, "kernel.pcid", "no line \"flags\"");
	check_reason(&f, "cpu.model", "no line");
	facts_free(&f);
}

static void finds_the_tightest_unified_limit(void **state)
{
	static const struct file files[] = {
		{"/proc/self/cgroup", "0::/a/b/c\n"},
		{GROUPS "/cgroup.controllers", "cpuset cpu memory\n"},
		{GROUPS "/a/cpu.max", "150000 100000\n"},
		{GROUPS "/a/b/cpu.max", "20000 10000\n"},
		{GROUPS "/a/b/c/cpu.max", "max 100000\n"},
		/* As inside a container: the mount's own group has limits, too. */
		{GROUPS "/memory.max", "536870912\n"},
		{GROUPS "/a/memory.max", "max\n"},
		{GROUPS "/a/b/c/memory.max", "1073741824\n"},
		{GROUPS "/cpuset.cpus.effective", "0-7\n"},
		{GROUPS "/a/b/cpuset.cpus.effective", "2-3\n"},
	};
	struct facts f = facts_of(files, countof(files));

	(void)state;
	check_all_told(&f);
	check_value(&f, "cgroup.cpu", "1.5 CPUs; cpu.max of /a");
	check_value(&f, "cgroup.memory", "536870912 bytes; memory.max of /");
	check_value(&f, "cgroup.cpuset", "2-3");
	check_value(&f, "cgroup.groups", "0::/a/b/c");
	check_reason(&f, "cgroup.pids", "controller pids");
	facts_free(&f);
}

static void finds_the_tightest_legacy_limit(void **state)
{
	static const struct file files[] = {
		{"/proc/self/cgroup", "5:cpuset:/\n4:memory:/x\n3:cpu,cpuacct:/x/y\n"
				      "2:pids:/docker/abc\n0::/x\n"},
		{GROUPS "/cpu/cpu.cfs_quota_us", "-1\n"},
		{GROUPS "/cpu/cpu.cfs_period_us", "100000\n"},
		{GROUPS "/cpu/x/cpu.cfs_quota_us", "25000\n"},
		{GROUPS "/cpu/x/cpu.cfs_period_us", "50000\n"},
		{GROUPS "/cpu/x/y/cpu.cfs_quota_us", "-1\n"},
		{GROUPS "/cpu/x/y/cpu.cfs_period_us", "100000\n"},
		{GROUPS "/memory/memory.limit_in_bytes", "9223372036854771712\n"},
		{GROUPS "/memory/x/memory.limit_in_bytes", "9223372036854771712\n"},
		/* The path is the host's, the mount shows the container's group. */
		{GROUPS "/pids/pids.max", "100\n"},
		{GROUPS "/cpuset/cpuset.effective_cpus", "0,4\n"},
	};
	struct facts f = facts_of(files, countof(files));

	(void)state;
	check_all_told(&f);
	check_value(&f, "cgroup.cpu", "0.5 CPUs; cpu.cfs_quota_us of /x");
	check_value(&f, "cgroup.memory", "no limit");
	check_value(&f, "cgroup.pids", "100 tasks; pids.max of /");
	check_value(&f, "cgroup.cpuset", "0,4");
	check_value(&f, "host.container", "Docker");
	facts_free(&f);
}

/* v1 has some controllers, v2 beside it the others. */
static void finds_limits_in_both_hierarchies(void **state)
{
	static const struct file files[] = {
		{"/proc/self/cgroup", "2:pids:/x\n1:name=systemd:/x\n0::/x\n"},
		{GROUPS "/pids/x/pids.max", "max\n"},
		{GROUPS "/unified/cgroup.controllers", "cpu\n"},
		{GROUPS "/unified/x/cpu.max", "300000 100000\n"},
	};
	struct facts f = facts_of(files, countof(files));

	(void)state;
	check_value(&f, "cgroup.pids", "no limit");
	check_value(&f, "cgroup.cpu", "3 CPUs; cpu.max of /x");
	facts_free(&f);
}

static void survives_odd_text(void **state)
{
	char line[3000];
	struct file files[] = {
		{"/proc/cmdline", line},
		{"/proc/cpuinfo", "model name"},
		{"/proc/loadavg", "\n"},
		{"/proc/meminfo", "MemTotal:\t \n"},
		{"/proc/self/cgroup", "nonsense\n0:\n:::\n"},
		{"/proc/self/status", ""},
		{CPU "online", "3-1\n"},
		{"/sys/class/dmi/id/sys_vendor", " \t A\033[1mB\r\n"},
	};

	(void)state;
	/* An odd number of bytes, then characters of two: none may be cut in half. */
	memset(line, 0, sizeof(line));
	strcpy(line, "x");
	for (size_t i = 1; i + 3 < sizeof(line); i += 2) {
		line[i] = '\303';
		line[i + 1] = '\251';
	}
	struct facts f = facts_of(files, countof(files));

	check_all_told(&f);
	size_t len = strlen(get(&f, "kernel.command_line")->value);
	assert_in_range(len, 512, 2048);
	assert_int_equal(len % 2, 1);
	check_value(&f, "host.vendor", "A [1mB");
	check_reason(&f, "cpu.model", "no line");
	check_reason(&f, "load.average", "empty");
	check_reason(&f, "memory.total", "empty");
	check_reason(&f, "cpu.online", "no list");
	check_reason(&f, "user.cap_sys_admin", "CapEff");
	facts_free(&f);
}

/* Without /proc and /sys the same names are there, and say why they have no value. */
static void says_what_is_missing(void **state)
{
	struct facts none = facts_of(NULL, 0), here = {0};

	(void)state;
	host_collect("/", &here);
	check_all_told(&none);
	check_reason(&none, "cpu.model", "/proc/cpuinfo");
	check_reason(&none, "kernel.pti", "No such file");
	check_reason(&none, "host.hypervisor", "/sys/class/dmi/id/sys_vendor");
	check_reason(&none, "cgroup.memory", "controller memory");
	for (size_t i = 0; i < here.n; i++)
		if (strncmp(here.v[i].name, "mitigation.", 11) != 0)
			get(&none, here.v[i].name);
	facts_free(&none);
	facts_free(&here);
}

static void tells_of_this_machine(void **state)
{
	struct facts f = {0};
	struct utsname u;
	cpu_set_t set;

	(void)state;
	host_collect("/", &f);
	check_all_told(&f);
	assert_int_equal(uname(&u), 0);
	check_value(&f, "host.name", u.nodename);
	check_value(&f, "kernel.release", u.release);
	check_value(&f, "user.root", geteuid() == 0 ? "yes" : "no");
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	char *count = xformat("%d", CPU_COUNT(&set));
	check_value(&f, "cpu.usable", count);
	free(count);
	assert_non_null(get(&f, "glibc.version")->value);
	assert_non_null(strstr(get(&f, "build.compiler")->value, __VERSION__));
	facts_free(&f);
}

static void notes_the_environment(void **state)
{
	struct facts f = {0};

	(void)state;
	setenv("GLIBC_TUNABLES", "glibc.pthread.rseq=0", 1);
	setenv("LD_BIND_NOW", "", 1);
	unsetenv("LD_PRELOAD");
	setenv("MALLOC_ARENA_MAX", "1", 1);
	host_collect("/", &f);
	check_value(&f, "env.GLIBC_TUNABLES", "glibc.pthread.rseq=0");
	check_value(&f, "env.LD_BIND_NOW", "set, but empty");
	check_value(&f, "env.LD_PRELOAD", "not set");
	assert_non_null(strstr(get(&f, "env.MALLOC_*")->value, "MALLOC_ARENA_MAX=1"));
	unsetenv("GLIBC_TUNABLES");
	unsetenv("LD_BIND_NOW");
	unsetenv("MALLOC_ARENA_MAX");
	facts_free(&f);
}

static void check_title(const struct file *told, size_t n, const char *title)
{
	struct facts f = {0};

	for (size_t i = 0; i < n; i++)
		facts_add(&f, told[i].path, told[i].text, told[i].text ? NULL : "hidden");
	char *text = host_title(&f);
	assert_string_equal(text, title);
	free(text);
	facts_free(&f);
}

static void makes_a_title(void **state)
{
	static const struct file vm[] = {
		{"cpu.model", "AMD EPYC"},
		{"cpu.online", "2"},
		{"cpu.usable", "2"},
		{"kernel.name", "Linux"},
		{"kernel.release", "6.18.44"},
		{"host.hypervisor", "KVM"},
		{"host.container", "none found; looked at /.dockerenv"},
	};
	static const struct file box[] = {
		{"cpu.model", "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz"},
		{"cpu.online", "56"},
		{"cpu.usable", "1"},
		{"kernel.name", "Linux"},
		{"kernel.release", "6.1.0-18-amd64"},
		{"host.hypervisor", "none found; looked at /proc/cpuinfo"},
		{"host.container", "Docker"},
	};
	static const struct file bare[] = {
		{"cpu.model", NULL},         {"host.machine", "aarch64"},
		{"cpu.online", NULL},        {"cpu.usable", "1"},
		{"kernel.release", "6.6.1"}, {"host.hypervisor", NULL},
	};

	(void)state;
	check_title(vm, countof(vm),
		    "AMD EPYC, 2 CPUs, Linux 6.18.44, virtual machine (KVM)");
	check_title(box, countof(box),
		    "Intel Xeon E5-2680 v4, 1 of 56 CPUs, Linux 6.1.0-18-amd64, "
		    "container (Docker)");
	check_title(bare, countof(bare), "aarch64, 1 CPU, Linux 6.6.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_bare_metal),
		cmocka_unit_test(knows_a_guest),
		cmocka_unit_test(knows_a_guest_without_a_name),
		cmocka_unit_test(knows_an_arm),
		cmocka_unit_test(finds_the_tightest_unified_limit),
		cmocka_unit_test(finds_the_tightest_legacy_limit),
		cmocka_unit_test(finds_limits_in_both_hierarchies),
		cmocka_unit_test(survives_odd_text),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(tells_of_this_machine),
		cmocka_unit_test(notes_the_environment),
		cmocka_unit_test(makes_a_title),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
