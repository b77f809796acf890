/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the doctor makes of facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka wants the four above. */
#include <cmocka.h>

#include "doctor.h"
#include "util.h"

static const struct finding *find(const struct findings *f, const char *what)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].what, what) == 0)
			return &f->v[i];
	fail_msg("no finding about %s", what);
	return NULL;
}

/* A fact of each, with what it has to be called. */
static const struct {
	const char *what, *fact, *value;
	enum finding_kind kind;
} told[] = {
	{"frequency governor", "cpu.governor", "powersave", FINDING_SPOILS},
	{"frequency governor", "cpu.governor", "performance", FINDING_FINE},
	{"frequency governor", "cpu.governor", "performance, powersave", FINDING_SPOILS},
	{"turbo", "cpu.boost", "on", FINDING_SPOILS},
	{"turbo", "cpu.boost", "off", FINDING_FINE},
	{"SMT", "cpu.smt_active", "1", FINDING_SPOILS},
	{"load", "load.average", "0.05 0.80 2.00", FINDING_FINE},
	{"load", "load.average", "1.20 0.05 0.01", FINDING_SPOILS},
	{"pressure on CPUs", "load.pressure_cpu",
	 "some avg10=0.22 avg60=9.00 avg300=2.71 total=25484360", FINDING_FINE},
	{"pressure on CPUs", "load.pressure_cpu",
	 "some avg10=2.39 avg60=0.00 avg300=2.71 total=25484360", FINDING_SPOILS},
	{"steal", "load.steal", "0.004 %", FINDING_FINE},
	{"steal", "load.steal", "4.210 %", FINDING_SPOILS},
	{"CPU quota", "cgroup.cpu", "no limit", FINDING_FINE},
	{"CPU quota", "cgroup.cpu", "1.5 CPUs", FINDING_SPOILS},
	{"clock", "kernel.clocksource", "tsc", FINDING_FINE},
	{"clock", "kernel.clocksource", "hpet", FINDING_SPOILS},
	{"clock", "kernel.clocksource", "acpi_pm", FINDING_SPOILS},
	{"timer slack", "process.timer_slack", "50000 ns", FINDING_FINE},
	{"timer slack", "process.timer_slack", "50000000 ns", FINDING_SPOILS},
	{"NMI watchdog", "kernel.nmi_watchdog", "1", FINDING_SPOILS},
	{"transparent huge pages", "kernel.thp", "always", FINDING_SPOILS},
	{"transparent huge pages", "kernel.thp", "never", FINDING_FINE},
	{"LD_PRELOAD", "env.LD_PRELOAD", "libfast.so", FINDING_SPOILS},
	{"LD_PRELOAD", "env.LD_PRELOAD", "not set", FINDING_FINE},
	{"tracer", "process.tracer", "4711", FINDING_SPOILS},
	{"seccomp", "process.seccomp", "2", FINDING_MATTERS},
	{"hypervisor", "host.hypervisor", "KVM", FINDING_MATTERS},
	{"hypervisor", "host.hypervisor", "none", FINDING_FINE},
	{"isolated CPUs", "cpu.isolated", "2-3", FINDING_MATTERS},
	{"open files", "limit.nofile", "1024; hard 4096", FINDING_LIMITS},
	{"open files", "limit.nofile", "unlimited; hard unlimited", FINDING_FINE},
	{"tasks in the control group", "cgroup.pids", "100 tasks", FINDING_LIMITS},
	{"tasks in the control group", "cgroup.pids", "10000 tasks", FINDING_FINE},
};

static void each_fact_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(told); i++) {
		struct facts host = {0};
		struct findings f = {0};

		facts_add(&host, told[i].fact, told[i].value, NULL);
		doctor_judge(&host, &f);
		const struct finding *one = find(&f, told[i].what);
		if (one->kind != told[i].kind)
			fail_msg("%s %s: %s, not %s", told[i].fact, told[i].value,
				 finding_name(one->kind), finding_name(told[i].kind));
		assert_string_equal(one->is, told[i].value);
		findings_free(&f);
		facts_free(&host);
	}
}

/* What a machine does not tell is not called fine, unless that says that there is no such
 * thing; and it says why. */
static void what_is_not_told_is_unknown(void **state)
{
	struct facts host = {0};
	struct findings f = {0};

	(void)state;
	facts_add(&host, "load.average", NULL, "/proc is not mounted");
	facts_add(&host, "cpu.governor", NULL, "the kernel does not govern frequencies");
	doctor_judge(&host, &f);
	assert_int_equal(find(&f, "load")->kind, FINDING_UNKNOWN);
	assert_string_equal(find(&f, "load")->is, "/proc is not mounted");
	assert_int_equal(find(&f, "frequency governor")->kind, FINDING_FINE);
	assert_int_equal(findings_count(&f, FINDING_SPOILS), 0);
	findings_free(&f);
	facts_free(&host);
}

static void what_spoils_says_what_to_do(void **state)
{
	struct facts host = {0};
	struct findings f = {0};

	(void)state;
	for (size_t i = 0; i < countof(told); i++)
		if (told[i].kind == FINDING_SPOILS && !facts_find(&host, told[i].fact))
			facts_add(&host, told[i].fact, told[i].value, NULL);
	doctor_judge(&host, &f);
	assert_int_equal(findings_count(&f, FINDING_SPOILS), host.n);
	for (size_t i = 0; i < f.n; i++)
		if (f.v[i].kind == FINDING_SPOILS && strcmp(f.v[i].what, "steal") != 0)
			assert_non_null(f.v[i].mend);
	findings_free(&f);
	facts_free(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fact_is_judged),
		cmocka_unit_test(what_is_not_told_is_unknown),
		cmocka_unit_test(what_spoils_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
