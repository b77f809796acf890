/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placement on machines whose right answer is known, and on this one. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <hwloc.h>

#include "topology.h"
#include "util.h"

/* Which CPUs two tasks get. In hwloc's synthetic notation CPUs are numbered along the
 * tree unless indexes are given. */
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
	{"package:1 numa:4 core:4 pu:1", "node", 2, {15, 11}, NULL},
	{"package:2 numa:2 core:2 pu:1", "node", 2, {7, 5}, NULL},
	/* One memory of both packages, one node in each package, two memories of the same
	 * cores: nowhere two nodes of one package. */
	{"[numa] package:2 core:2 pu:1", "node", 0, {0}, "no package here has two NUMA"},
	{"package:2 [numa] core:2 pu:1", "node", 0, {0}, "no package here has two NUMA"},
	{"package:2 [numa] [numa] core:2 pu:1",
	 "node",
	 0,
	 {0},
	 "no package here has two NUMA"},
	/* A virtual machine with nodes but without packages. */
	{"numa:2 pu:2", "node", 2, {3, 1}, NULL},
	{"[numa] pu:2", "node", 0, {0}, "no package here has two NUMA"},
	{"[numa] l3:1 package:2 core:1 pu:1",
	 "core",
	 0,
	 {0},
	 "no package here has two cores"},
	{"[numa] pu:2", "sibling", 0, {0}, "no core here has two threads"},
	{"[numa] pu:2", "package", 0, {0}, "only one package here"},
};

static void check_answer(const struct answer *a)
{
	struct topology *t = topology_new(a->machine);
	unsigned cpus[JOB_CPUS];
	size_t n = 999;
	const char *reason = NULL;

	assert_non_null(t);
	int err = topology_place(t, a->place, 2, cpus, &n, &reason);
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

enum { NOTHING = -1 }; /* no hwloc_obj_type_t */

/* What the CPUs of many tasks share, all of them, and what no two share. */
static const struct crowd {
	const char *machine, *place;
	size_t want, n;
	int shared, apart; /* hwloc_obj_type_t */
} crowds[] = {
	{"[numa] package:1 core:4 pu:2", "same", 8, 1, HWLOC_OBJ_PU, NOTHING},
	{"[numa] package:1 core:4 pu:2", "any", 8, 0, NOTHING, NOTHING},
	{"[numa] package:1 core:4 pu:2", "sibling", 4, 2, HWLOC_OBJ_CORE, HWLOC_OBJ_PU},
	{"[numa] package:1 core:4 pu:4", "sibling", 3, 3, HWLOC_OBJ_CORE, HWLOC_OBJ_PU},
	{"[numa] package:1 core:4 pu:2", "core", 3, 3, HWLOC_OBJ_PACKAGE, HWLOC_OBJ_CORE},
	{"[numa] package:1 core:4 pu:2", "core", 8, 4, HWLOC_OBJ_PACKAGE, HWLOC_OBJ_CORE},
	/* Two packages, each a node with a cache of its own. */
	{"package:2 [numa] l3:1 core:4 pu:2", "core", 4, 4, HWLOC_OBJ_L3CACHE,
	 HWLOC_OBJ_CORE},
	{"package:2 [numa] l3:1 core:4 pu:2", "core", 6, 4, HWLOC_OBJ_PACKAGE,
	 HWLOC_OBJ_CORE},
	{"package:2 [numa] l3:1 core:4 pu:2", "package", 4, 2, NOTHING,
	 HWLOC_OBJ_PACKAGE},
	/* Four nodes in a package, no cache that cores share. */
	{"package:1 numa:4 core:4 pu:1", "core", 4, 4, HWLOC_OBJ_NUMANODE,
	 HWLOC_OBJ_CORE},
	{"package:1 numa:4 core:4 pu:1", "core", 6, 6, HWLOC_OBJ_PACKAGE, HWLOC_OBJ_CORE},
	{"package:1 numa:4 core:4 pu:1", "node", 3, 3, HWLOC_OBJ_PACKAGE,
	 HWLOC_OBJ_NUMANODE},
	{"package:2 numa:4 core:4 pu:1", "node", 8, 4, HWLOC_OBJ_PACKAGE,
	 HWLOC_OBJ_NUMANODE},
	/* The same with CPUs numbered across the nodes. */
	{"package:1 numa:2 core:2 pu:1(indexes=0,2,1,3)", "core", 2, 2,
	 HWLOC_OBJ_NUMANODE, HWLOC_OBJ_CORE},
	/* Several caches in each node, several nodes in each package, as AMD builds them:
	 * the narrowest that has enough. */
	{"package:2 numa:2 l3:3 l2:4 core:1 pu:2", "core", 4, 4, HWLOC_OBJ_L3CACHE,
	 HWLOC_OBJ_L2CACHE},
	{"package:2 numa:2 l3:3 l2:4 core:1 pu:2", "core", 5, 5, HWLOC_OBJ_NUMANODE,
	 HWLOC_OBJ_CORE},
	{"package:2 numa:2 l3:3 l2:4 core:1 pu:2", "core", 12, 12, HWLOC_OBJ_NUMANODE,
	 HWLOC_OBJ_CORE},
	{"package:2 numa:2 l3:3 l2:4 core:1 pu:2", "core", 13, 13, HWLOC_OBJ_PACKAGE,
	 HWLOC_OBJ_CORE},
	{"package:2 numa:2 l3:3 l2:4 core:1 pu:2", "core", 30, 24, HWLOC_OBJ_PACKAGE,
	 HWLOC_OBJ_CORE},
	/* Nothing is told but CPUs. */
	{"[numa] pu:2", "core", 9, 2, HWLOC_OBJ_MACHINE, HWLOC_OBJ_PU},
	{"[numa] pu:8", "core", 5, 5, HWLOC_OBJ_MACHINE, HWLOC_OBJ_PU},
	/* More than a job can name. */
	{"package:1 [numa] l3:1 core:256 pu:1", "core", 64, 64, HWLOC_OBJ_L3CACHE,
	 HWLOC_OBJ_CORE},
	{"package:1 [numa] l3:1 core:256 pu:1", "core", 100, JOB_CPUS, HWLOC_OBJ_L3CACHE,
	 HWLOC_OBJ_CORE},
	{"package:100 [numa] core:1 pu:1", "package", 100, JOB_CPUS, NOTHING,
	 HWLOC_OBJ_PACKAGE},
};

/* Whether an object of that type has both, by hwloc's own lists of objects. */
static bool share(hwloc_topology_t machine, int type, unsigned a, unsigned b)
{
	hwloc_obj_t o = NULL;

	while ((o = hwloc_get_next_obj_by_type(machine, (hwloc_obj_type_t)type, o)))
		if (hwloc_bitmap_isset(o->cpuset, a) && hwloc_bitmap_isset(o->cpuset, b))
			return true;
	return false;
}

static void check_sharing(const struct crowd *c, const unsigned *cpus, size_t n)
{
	hwloc_topology_t machine;

	assert_int_equal(hwloc_topology_init(&machine), 0);
	assert_int_equal(hwloc_topology_set_synthetic(machine, c->machine), 0);
	assert_int_equal(hwloc_topology_load(machine), 0);
	/* Interrupts favour low numbers: the highest one is always among them. */
	if (n)
		assert_int_equal(cpus[0],
				 hwloc_get_nbobjs_by_type(machine, HWLOC_OBJ_PU) - 1);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(hwloc_get_pu_obj_by_os_index(machine, cpus[i]));
		for (size_t k = 0; k < i; k++) {
			if (c->shared != NOTHING)
				assert_true(share(machine, c->shared, cpus[i], cpus[k]));
			if (c->apart != NOTHING)
				assert_false(share(machine, c->apart, cpus[i], cpus[k]));
		}
	}
	hwloc_topology_destroy(machine);
}

static void places_many_tasks(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(crowds); i++) {
		const struct crowd *c = &crowds[i];
		struct topology *t = topology_new(c->machine);
		/* Nothing past the room is written to. */
		unsigned cpus[JOB_CPUS + 1] = {[JOB_CPUS] = 12345};
		const char *reason = NULL;
		size_t n = 999;

		print_message("%zu tasks, %s on %s\n", c->want, c->place, c->machine);
		assert_non_null(t);
		assert_int_equal(topology_place(t, c->place, c->want, cpus, &n, &reason),
				 0);
		assert_int_equal(n, c->n);
		assert_int_equal(cpus[JOB_CPUS], 12345);
		check_sharing(c, cpus, n);
		topology_free(t);
	}
}

static void refuses_bad_words(void **state)
{
	struct topology *t = topology_new("[numa] package:1 core:2 pu:1");
	unsigned cpus[JOB_CPUS];
	size_t n;
	const char *reason = NULL;

	(void)state;
	assert_int_equal(topology_place(t, "nearby", 2, cpus, &n, &reason), -EINVAL);
	assert_string_equal(reason,
			    "place is one of any, same, sibling, core, node, package");
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
	unsigned cpus[JOB_CPUS];
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
		assert_int_equal(topology_place(t, "same", 2, cpus, &n, &reason), 0);
		assert_int_equal(n, 1);
		assert_int_equal(cpus[0], cpu);
		assert_int_equal(topology_place(t, "core", 2, cpus, &n, &reason),
				 -ENOTSUP);
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
		cmocka_unit_test(places_many_tasks),
		cmocka_unit_test(refuses_bad_words),
		cmocka_unit_test(counts_what_is_there),
		cmocka_unit_test(describes_itself),
		cmocka_unit_test(tells_of_this_machine),
		cmocka_unit_test(keeps_to_the_affinity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
