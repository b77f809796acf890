/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placement on machines whose right answer is known, and on this one. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "topology.h"
#include "util.h"

/* In hwloc's synthetic notation CPUs are numbered along the tree unless indexes are
 * given. */
static const struct answer {
	const char *machine, *place;
	size_t n;
	unsigned cpus[2]; /* of n 1 and 2 */
	const char *reason;
} answers[] = {
	/* Two packages of four cores of two threads: core c has CPUs 2c and 2c + 1. */
	{"[numa] package:2 l3:1 core:4 pu:2", "any", 0, {0}, NULL},
	{"[numa] package:2 l3:1 core:4 pu:2", "same", 1, {15}, NULL},
	{"[numa] package:2 l3:1 core:4 pu:2", "sibling", 2, {15, 14}, NULL},
	{"[numa] package:2 l3:1 core:4 pu:2", "core", 2, {15, 13}, NULL},
	{"[numa] package:2 l3:1 core:4 pu:2", "package", 2, {15, 7}, NULL},
	/* Second threads numbered after the first ones: core c has CPUs c and c + 4. */
	{"[numa] package:1 l3:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)",
	 "same",
	 1,
	 {7},
	 NULL},
	{"[numa] package:1 l3:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)",
	 "sibling",
	 2,
	 {7, 3},
	 NULL},
	{"[numa] package:1 l3:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)",
	 "core",
	 2,
	 {7, 6},
	 NULL},
	/* CPUs numbered across two caches, 0 2 under one and 1 3 under the other. */
	{"[numa] package:1 l3:2 core:2 pu:1(indexes=0,2,1,3)", "core", 2, {3, 1}, NULL},
	/* No two cores share a cache: a package will do. */
	{"[numa] package:1 l2:2 core:1 pu:1", "core", 2, {1, 0}, NULL},
	{"[numa] package:1 core:2 pu:1", "core", 2, {1, 0}, NULL},
	{"package:4 [numa] core:2 pu:1", "package", 2, {7, 5}, NULL},
	{"package:4 [numa] core:2 pu:1", "core", 2, {7, 6}, NULL},
	{"[numa] package:2 core:1 pu:2", "sibling", 2, {3, 2}, NULL},
	{"[numa] package:2 core:1 pu:2", "package", 2, {3, 1}, NULL},
	/* A virtual machine may tell neither cores nor packages. */
	{"[numa] pu:2", "core", 2, {1, 0}, NULL},
	{"[numa] package:1 core:1 pu:1", "same", 1, {0}, NULL},
	{"[numa] package:1 core:1 pu:1", "any", 0, {0}, NULL},
	{"[numa] package:1 core:1 pu:1",
	 "sibling",
	 0,
	 {0},
	 "no core here has two threads"},
	{"[numa] package:1 core:1 pu:1", "core", 0, {0}, "no package here has two cores"},
	{"[numa] package:1 core:1 pu:1", "package", 0, {0}, "only one package here"},
	{"[numa] package:1 core:4 pu:1",
	 "sibling",
	 0,
	 {0},
	 "no core here has two threads"},
	{"[numa] package:2 core:1 pu:2", "core", 0, {0}, "no package here has two cores"},
	{"[numa] pu:2", "sibling", 0, {0}, "no core here has two threads"},
	{"[numa] pu:2", "package", 0, {0}, "only one package here"},
};

static void check_answer(const struct answer *a)
{
	struct topology *t = topology_new(a->machine);
	unsigned cpus[2] = {999, 999};
	size_t n = 999;
	const char *reason = NULL;

	assert_non_null(t);
	int err = topology_place(t, a->place, cpus, &n, &reason);
	if (a->reason) {
		assert_int_equal(err, -ENOTSUP);
		assert_non_null(strstr(reason, a->reason));
	} else {
		assert_int_equal(err, 0);
	}
	assert_int_equal(n, a->n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(cpus[i], a->cpus[i]);
	topology_free(t);
}

static void places_known_machines(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(answers); i++) {
		print_message("%s on %s\n", answers[i].place, answers[i].machine);
		check_answer(&answers[i]);
	}
}

static void refuses_bad_words(void **state)
{
	struct topology *t = topology_new("[numa] package:1 core:2 pu:1");
	unsigned cpus[2];
	size_t n;
	const char *reason = NULL;

	(void)state;
	assert_int_equal(topology_place(t, "nearby", cpus, &n, &reason), -EINVAL);
	assert_non_null(strstr(reason, "sibling"));
	topology_free(t);

	errno = 0;
	assert_null(topology_new("package:two"));
	assert_int_not_equal(errno, 0);
}

static const char *value(const struct facts *f, const char *name)
{
	const struct fact *fact = facts_find(f, name);

	assert_non_null(fact);
	return fact->value;
}

static void check_all_told(const struct facts *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const char *text = f->v[i].value ? f->v[i].value : f->v[i].reason;

		assert_true(!f->v[i].value != !f->v[i].reason);
		assert_true(text && *text);
	}
}

static void counts_what_is_there(void **state)
{
	struct topology *t = topology_new("package:2 [numa] [numa] l3:2(size=33554432) "
					  "l2:4(size=1048576) core:1 pu:2");
	struct facts f = {0};

	(void)state;
	assert_non_null(t);
	topology_facts(t, &f);
	check_all_told(&f);
	assert_string_equal(value(&f, "topology.packages"), "2");
	assert_string_equal(value(&f, "topology.numa_nodes"), "4");
	assert_string_equal(value(&f, "topology.cores"), "16");
	assert_string_equal(value(&f, "topology.threads"), "32");
	assert_string_equal(value(&f, "topology.cache.l3"),
			    "4 x 32768 KiB, each for 8 CPUs");
	assert_string_equal(value(&f, "topology.cache.l2"),
			    "16 x 1024 KiB, each for 2 CPUs");
	assert_null(value(&f, "topology.cache.l1d"));
	facts_free(&f);
	topology_free(t);
}

/* The description must serve to build the same machine again, elsewhere. */
static void describes_itself(void **state)
{
	struct topology *t =
		topology_new("[numa] package:2 l3:2 core:2 "
			     "pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)");
	struct facts f = {0}, again = {0};

	(void)state;
	topology_facts(t, &f);
	topology_free(t);
	t = topology_new(value(&f, "topology.synthetic"));
	assert_non_null(t);
	topology_facts(t, &again);
	assert_int_equal(f.n, again.n);
	for (size_t i = 0; i < f.n; i++)
		if (f.v[i].value)
			assert_string_equal(f.v[i].value, value(&again, f.v[i].name));
	topology_free(t);
	facts_free(&f);
	facts_free(&again);
}

static void tells_of_this_machine(void **state)
{
	struct topology *t = topology_new(NULL);
	struct facts f = {0};
	cpu_set_t set;

	(void)state;
	assert_non_null(t);
	topology_facts(t, &f);
	check_all_told(&f);
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	char *count = xformat("%d", CPU_COUNT(&set));
	assert_string_equal(value(&f, "topology.threads"), count);
	free(count);
	facts_free(&f);
	topology_free(t);
}

static void keeps_to_the_affinity(void **state)
{
	cpu_set_t all, one, after;
	unsigned cpus[2];
	size_t n;
	const char *reason = NULL;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
		struct topology *t = topology_new(NULL);

		assert_non_null(t);
		assert_int_equal(topology_place(t, "same", cpus, &n, &reason), 0);
		assert_int_equal(n, 1);
		assert_int_equal(cpus[0], cpu);
		assert_int_equal(topology_place(t, "core", cpus, &n, &reason), -ENOTSUP);
		topology_free(t);
		/* Looking around must not have moved this process. */
		assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
		assert_true(CPU_EQUAL(&one, &after));
		assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_known_machines),
		cmocka_unit_test(refuses_bad_words),
		cmocka_unit_test(counts_what_is_there),
		cmocka_unit_test(describes_itself),
		cmocka_unit_test(tells_of_this_machine),
		cmocka_unit_test(keeps_to_the_affinity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
