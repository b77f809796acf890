/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of what spoils, limits or makes figures, each with the fact that tells. */
#include "doctor.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* How a fact's value is judged good. */
struct rule {
	const char *what, *fact;
	const char *good; /* patterns of fnmatch(3), "a|b*"; NULL: `fine` decides */
	bool (*fine)(const char *value);
	bool absent_is_fine;    /* a machine without the thing has nothing to spoil */
	enum finding_kind kind; /* if it is not good */
	const char *why, *mend;
};

#define CPUFREQ "/sys/devices/system/cpu/cpu*/cpufreq/"

/* Less than a tenth of a CPU at work on average over the last minute. */
static bool is_idle(const char *load)
{
	return strtod(load, NULL) < 0.1;
}

/* Some waited for a CPU for less than 1 % of the last ten seconds. */
static bool is_no_pressure(const char *psi)
{
	const char *avg = strstr(psi, "avg10=");

	return !avg || strtod(avg + strlen("avg10="), NULL) < 1;
}

/* Less than 0.1 % of the CPU time since boot: percent, as host.c says it. */
static bool is_little(const char *percent)
{
	return strtod(percent, NULL) < 0.1;
}

/* "N; hard M": what may be opened or made. */
static bool is_plenty(const char *limit)
{
	return strncmp(limit, "unlimited", 9) == 0 || strtod(limit, NULL) >= 4096;
}

/* The default that the kernel gives, 50 µs: more makes sleepers wake late. */
static bool is_default_slack(const char *ns)
{
	return strtod(ns, NULL) <= 50000;
}

static const struct rule rules[] = {
	{.what = "frequency governor",
	 .fact = "cpu.governor",
	 .good = "performance",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "the clock follows the load, so that short operations see another one "
		"than long ones",
	 .mend = "echo performance | tee " CPUFREQ "scaling_governor"},
	{.what = "turbo",
	 .fact = "cpu.boost",
	 .good = "off|0",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "how far a CPU boosts depends on heat and on what the others do",
	 .mend = "echo 0 > /sys/devices/system/cpu/cpufreq/boost, or "
		 "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo"},
	{.what = "SMT",
	 .fact = "cpu.smt_active",
	 .good = "0",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "whoever runs on a core's other thread takes half of its units and cache",
	 .mend = "echo off > /sys/devices/system/cpu/smt/control"},
	{.what = "load",
	 .fact = "load.average",
	 .fine = is_idle,
	 .kind = FINDING_SPOILS,
	 .why = "others take CPUs, caches and memory bandwidth away",
	 .mend = "stop what runs; `top` names it"},
	{.what = "pressure on CPUs",
	 .fact = "load.pressure_cpu",
	 .fine = is_no_pressure,
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "some tasks wait for a CPU",
	 .mend = "stop what runs; `top` names it"},
	{.what = "steal",
	 .fact = "load.steal",
	 .fine = is_little,
	 .kind = FINDING_SPOILS,
	 .why = "the hypervisor takes CPU time away in the midst of samples",
	 .mend = NULL},
	{.what = "CPU quota",
	 .fact = "cgroup.cpu",
	 .good = "no limit|no control groups*",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "once the quota of a period is used up, everything stands still for the "
		"rest of it",
	 .mend = "run outside of that control group, or raise its cpu.max"},
	{.what = "clock",
	 .fact = "kernel.clocksource",
	 .good = "tsc|kvm-clock|arch_sys_counter|hyperv_clocksource_tsc_page|riscv_*|"
		 "s390*|"
		 "timebase",
	 .kind = FINDING_SPOILS,
	 .why = "this one is slow to read: samples get longer, and the clock's own cost "
		"varies",
	 .mend = "echo tsc > /sys/devices/system/clocksource/clocksource0/"
		 "current_clocksource"},
	{.what = "timer slack",
	 .fact = "process.timer_slack",
	 .fine = is_default_slack,
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "tasks that sleep for a time wake late",
	 .mend = "start lwpbench from a shell with the default, 50000 ns (prctl(2), "
		 "PR_SET_TIMERSLACK)"},
	{.what = "NMI watchdog",
	 .fact = "kernel.nmi_watchdog",
	 .good = "0",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "it interrupts each CPU, and holds one of its counters",
	 .mend = "sysctl kernel.nmi_watchdog=0"},
	{.what = "NUMA balancing",
	 .fact = "kernel.numa_balancing",
	 .good = "0",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "it unmaps pages to see who uses them, which makes faults that are not "
		"the "
		"task's",
	 .mend = "sysctl kernel.numa_balancing=0"},
	{.what = "KSM",
	 .fact = "kernel.ksm",
	 .good = "0",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "it write-protects pages that look alike: writing to them faults",
	 .mend = "echo 0 > /sys/kernel/mm/ksm/run"},
	{.what = "autogroup",
	 .fact = "kernel.autogroup",
	 .good = "0",
	 .absent_is_fine = true,
	 .kind = FINDING_MATTERS,
	 .why = "who shares a terminal shares a scheduling group: a run started from "
		"another place may be scheduled otherwise",
	 .mend = "sysctl kernel.sched_autogroup_enabled=0"},
	{.what = "address randomisation",
	 .fact = "kernel.aslr",
	 .good = "0",
	 .kind = FINDING_MATTERS,
	 .why = "each process lies elsewhere in caches and tables; fresh processes "
		"average "
		"over that, which is what a user sees",
	 .mend = NULL},
	{.what = "transparent huge pages",
	 .fact = "kernel.thp",
	 .good = "madvise|never",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "whether a parent's memory is huge pages or small ones is left to "
		"chance, "
		"and fork copies 512 times fewer entries then",
	 .mend = "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"},
	{.what = "LD_PRELOAD",
	 .fact = "env.LD_PRELOAD",
	 .good = "not set",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "the library is loaded into every dynamic program that is measured",
	 .mend = "unset LD_PRELOAD"},
	{.what = "GLIBC_TUNABLES",
	 .fact = "env.GLIBC_TUNABLES",
	 .good = "not set",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "the measured programs' glibc runs with other settings",
	 .mend = "unset GLIBC_TUNABLES"},
	{.what = "tracer",
	 .fact = "process.tracer",
	 .good = "0",
	 .absent_is_fine = true,
	 .kind = FINDING_SPOILS,
	 .why = "a debugger or strace stops tasks at each event",
	 .mend = "run lwpbench without it"},
	{.what = "seccomp",
	 .fact = "process.seccomp",
	 .good = "0",
	 .absent_is_fine = true,
	 .kind = FINDING_MATTERS,
	 .why = "every system call runs through a filter first, and some may be refused",
	 .mend = NULL},
	{.what = "hypervisor",
	 .fact = "host.hypervisor",
	 .good = "none*",
	 .absent_is_fine = true,
	 .kind = FINDING_MATTERS,
	 .why = "page tables, wake-ups of other CPUs and timers may cost what the "
		"hypervisor makes of them",
	 .mend = NULL},
	{.what = "page-table isolation",
	 .fact = "kernel.pti",
	 .good = "off*",
	 .absent_is_fine = true,
	 .kind = FINDING_MATTERS,
	 .why = "every system call switches page tables twice",
	 .mend = NULL},
	{.what = "PCID",
	 .fact = "kernel.pcid",
	 .good = "on*",
	 .absent_is_fine = true,
	 .kind = FINDING_MATTERS,
	 .why = "without it each switch of page tables empties the TLB",
	 .mend = NULL},
	{.what = "CPUs that may be used",
	 .fact = "cgroup.cpuset",
	 .good = NULL,
	 .fine = NULL,
	 .absent_is_fine = true,
	 .kind = FINDING_MATTERS,
	 .why = "placements beyond these are skipped",
	 .mend = NULL},
	{.what = "isolated CPUs",
	 .fact = "cpu.isolated",
	 .good = "none",
	 .absent_is_fine = true,
	 .kind = FINDING_MATTERS,
	 .why = "the scheduler does not balance onto these: place=any never gets there",
	 .mend = NULL},
	{.what = "open files",
	 .fact = "limit.nofile",
	 .fine = is_plenty,
	 .kind = FINDING_LIMITS,
	 .why = "cases with many descriptors are skipped",
	 .mend = "ulimit -n 4096"},
	{.what = "processes",
	 .fact = "limit.nproc",
	 .fine = is_plenty,
	 .kind = FINDING_LIMITS,
	 .why = "cases with many tasks are skipped",
	 .mend = "ulimit -u 4096"},
	{.what = "tasks in the control group",
	 .fact = "cgroup.pids",
	 .fine = NULL,
	 .good = "no limit|no control groups*|[0-9][0-9][0-9][0-9]*",
	 .absent_is_fine = true,
	 .kind = FINDING_LIMITS,
	 .why = "cases with many tasks are skipped",
	 .mend = "raise its pids.max"},
};

static bool matches(const char *patterns, const char *value)
{
	char *copy = xstrdup(patterns), *save = NULL;
	bool is = false;

	for (char *p = strtok_r(copy, "|", &save); p && !is;
	     p = strtok_r(NULL, "|", &save))
		is = fnmatch(p, value, 0) == 0;
	free(copy);
	return is;
}

static bool is_good(const struct rule *rule, const char *value)
{
	if (rule->fine)
		return rule->fine(value);
	return rule->good && matches(rule->good, value);
}

void findings_add(struct findings *f, const struct finding *one)
{
	f->v = xrealloc(f->v, f->n + 1, sizeof(*f->v));
	f->v[f->n++] = *one;
}

void doctor_judge(const struct facts *host, struct findings *out)
{
	for (size_t i = 0; i < countof(rules); i++) {
		const struct rule *rule = &rules[i];
		const struct fact *fact = facts_find(host, rule->fact);
		const char *value = fact ? fact->value : NULL,
			   *reason = fact ? fact->reason : "not looked for";
		struct finding one = {.what = rule->what,
				      .why = rule->why,
				      .mend = rule->mend,
				      .is = xstrdup(value ? value : reason)};

		if (value)
			one.kind = is_good(rule, value) ? FINDING_FINE : rule->kind;
		else
			one.kind = rule->absent_is_fine ? FINDING_FINE : FINDING_UNKNOWN;
		findings_add(out, &one);
	}
}

size_t findings_count(const struct findings *f, enum finding_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->v[i].kind == kind;
	return n;
}

const char *finding_name(enum finding_kind kind)
{
	static const char *const names[] = {
		[FINDING_SPOILS] = "spoils",   [FINDING_LIMITS] = "limits",
		[FINDING_MATTERS] = "matters", [FINDING_UNKNOWN] = "unknown",
		[FINDING_FINE] = "fine",
	};

	return names[kind];
}

void findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].is);
	free(f->v);
	*f = (struct findings){0};
}
