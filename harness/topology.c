/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which CPUs share what: the only file that knows hwloc. */
#include "topology.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <hwloc.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

struct topology {
	hwloc_topology_t hwloc;
	hwloc_obj_t *cpus; /* by descending number: interrupts favour CPU 0 */
	size_t n;
};

static int load(hwloc_topology_t hwloc, const char *synthetic)
{
	int err;

	if (synthetic)
		err = hwloc_topology_set_synthetic(hwloc, synthetic);
	else
		err = hwloc_topology_set_flags(
			hwloc, HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM |
				       HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING);
	return err < 0 ? err : hwloc_topology_load(hwloc);
}

static int compare_descending(const void *a, const void *b)
{
	unsigned x = (*(const hwloc_obj_t *)a)->os_index;
	unsigned y = (*(const hwloc_obj_t *)b)->os_index;

	return (x < y) - (x > y);
}

/* hwloc asks with ever larger sets until the kernel has answered, and so for ever. */
static bool can_ask_affinity(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 || errno == EINVAL;
}

struct topology *topology_new(const char *synthetic)
{
	hwloc_topology_t hwloc;

	if (!synthetic && !can_ask_affinity())
		return NULL;
	if (hwloc_topology_init(&hwloc) < 0)
		return NULL;
	if (load(hwloc, synthetic) < 0) {
		int err = errno;

		hwloc_topology_destroy(hwloc);
		errno = err;
		return NULL;
	}
	struct topology *t = xcalloc(1, sizeof(*t));
	t->hwloc = hwloc;
	t->n = (size_t)hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_PU);
	t->cpus = xcalloc(t->n, sizeof(hwloc_obj_t));
	for (size_t i = 0; i < t->n; i++)
		t->cpus[i] = hwloc_get_obj_by_type(hwloc, HWLOC_OBJ_PU, (unsigned)i);
	qsort(t->cpus, t->n, sizeof(hwloc_obj_t), compare_descending);
	return t;
}

void topology_free(struct topology *t)
{
	if (!t)
		return;
	hwloc_topology_destroy(t->hwloc);
	free(t->cpus);
	free(t);
}

/* NULL where the machine does not tell, as some virtual ones. */
static hwloc_obj_t core_of(hwloc_obj_t cpu)
{
	hwloc_obj_t o = cpu;

	while (o && o->type != HWLOC_OBJ_CORE)
		o = o->parent;
	return o;
}

/* Where no cores are told of, each CPU counts as one. */
static hwloc_obj_t core_or_self(hwloc_obj_t cpu)
{
	hwloc_obj_t core = core_of(cpu);

	return core ? core : cpu;
}

static hwloc_obj_t self_of(hwloc_obj_t cpu)
{
	return cpu;
}

static hwloc_obj_t machine_of(hwloc_obj_t cpu)
{
	hwloc_obj_t o = cpu;

	while (o->parent)
		o = o->parent;
	return o;
}

/* Where no packages are told of, the machine counts as one. */
static hwloc_obj_t package_of(hwloc_obj_t cpu)
{
	hwloc_obj_t o = cpu;

	while (o->parent && o->type != HWLOC_OBJ_PACKAGE)
		o = o->parent;
	return o;
}

/* What of a NUMA node lies in one package: memory may be that of several. */
static hwloc_obj_t node_of(hwloc_obj_t cpu)
{
	hwloc_obj_t o = cpu;

	while (o->parent && o->type != HWLOC_OBJ_PACKAGE && !o->memory_arity)
		o = o->parent;
	return o;
}

/* The last within the package; NULL where there is none. */
static hwloc_obj_t cache_of(hwloc_obj_t cpu)
{
	hwloc_obj_t last = NULL;

	for (hwloc_obj_t o = cpu; o && o->type != HWLOC_OBJ_PACKAGE; o = o->parent)
		if (hwloc_obj_type_is_dcache(o->type))
			last = o;
	return last;
}

static const struct place {
	const char *name;
	size_t least, most;                /* CPUs that make such a place */
	hwloc_obj_t (*of)(hwloc_obj_t);    /* of which each CPU needs one of its own, */
	hwloc_obj_t (*in[3])(hwloc_obj_t); /* while all lie in one of these: the narrowest
					      that has enough */
	const char *reason;                /* why a machine may lack it */
} places[] = {
	{.name = "any"},
	{
		.name = "same",
		.least = 1,
		.most = 1,
		.of = self_of,
		.in = {machine_of},
		.reason = "no CPU may be used here",
	},
	{
		.name = "sibling",
		.least = 2,
		.most = JOB_CPUS,
		.of = self_of,
		.in = {core_of},
		.reason = "no core here has two threads that may be used",
	},
	{
		.name = "core",
		.least = 2,
		.most = JOB_CPUS,
		.of = core_or_self,
		.in = {cache_of, node_of, package_of},
		.reason = "no package here has two cores that may be used",
	},
	{
		.name = "node",
		.least = 2,
		.most = JOB_CPUS,
		.of = node_of,
		.in = {package_of},
		.reason = "no package here has two NUMA nodes with CPUs that may be used",
	},
	{
		.name = "package",
		.least = 2,
		.most = JOB_CPUS,
		.of = package_of,
		.in = {machine_of},
		.reason = "only one package here has CPUs that may be used",
	},
};

static bool holds(hwloc_obj_t o, unsigned cpu)
{
	return hwloc_bitmap_isset(o->cpuset, cpu);
}

/* Up to `want` CPUs inside `group`, no two of one p->of; returns how many. */
static size_t gather(const struct topology *t, const struct place *p, hwloc_obj_t group,
		     size_t want, unsigned cpus[JOB_CPUS])
{
	size_t n = 0;

	for (size_t i = 0; i < t->n && n < want; i++) {
		size_t k = 0;

		if (!holds(group, t->cpus[i]->os_index))
			continue;
		while (k < n && !holds(p->of(t->cpus[i]), cpus[k]))
			k++;
		if (k == n)
			cpus[n++] = t->cpus[i]->os_index;
	}
	return n;
}

/* Whether a CPU before t->cpus[i] lies in the group, too; neighbours are the likeliest.
 */
static bool tried(const struct topology *t, hwloc_obj_t group, size_t i)
{
	while (i > 0)
		if (holds(group, t->cpus[--i]->os_index))
			return true;
	return false;
}

/* The first group that has `want` CPUs, else the one with the most of them; returns how
 * many. */
static size_t choose(const struct topology *t, const struct place *p, size_t want,
		     unsigned cpus[JOB_CPUS])
{
	unsigned found[JOB_CPUS];
	size_t best = 0;

	for (size_t in = 0; in < countof(p->in) && p->in[in]; in++) {
		for (size_t i = 0; i < t->n && best < want; i++) {
			hwloc_obj_t group = p->in[in](t->cpus[i]);

			if (!group || tried(t, group, i))
				continue;
			size_t n = gather(t, p, group, want, found);
			if (n > best) {
				best = n;
				memcpy(cpus, found, n * sizeof(*found));
			}
		}
	}
	return best;
}

int topology_place(const struct topology *t, const char *place, size_t want,
		   unsigned cpus[JOB_CPUS], size_t *n, const char **reason)
{
	const struct place *p = NULL;

	*n = 0;
	for (size_t i = 0; i < countof(places) && !p; i++)
		if (strcmp(places[i].name, place) == 0)
			p = &places[i];
	if (!p) {
		*reason = "place is one of any, same, sibling, core, node, package";
		return -EINVAL;
	}
	*n = choose(t, p, want < p->most ? want : p->most, cpus);
	if (*n >= p->least)
		return 0;
	*n = 0;
	*reason = p->reason;
	return -ENOTSUP;
}

static void add_count(const struct topology *t, struct facts *out, const char *name,
		      hwloc_obj_type_t type)
{
	int n = hwloc_get_nbobjs_by_type(t->hwloc, type);
	char *text = xformat("%d", n);

	facts_add(out, name, n > 0 ? text : NULL,
		  n > 0 ? NULL : "the machine does not tell");
	free(text);
}

static bool alike(hwloc_obj_t a, hwloc_obj_t b)
{
	return a->attr->cache.size == b->attr->cache.size &&
	       hwloc_bitmap_weight(a->cpuset) == hwloc_bitmap_weight(b->cpuset);
}

/* "4 x 2048 KiB, each for 2 CPUs; 2 x 4096 KiB, each for 4 CPUs": cores may differ. */
static void add_cache(const struct topology *t, struct facts *out, const char *name,
		      hwloc_obj_type_t type)
{
	hwloc_obj_t first = hwloc_get_obj_by_type(t->hwloc, type, 0);
	char *text = NULL;

	while (first) {
		hwloc_obj_t next = first->next_cousin;
		char *before = text;
		int run = 1;

		for (; next && alike(first, next); next = next->next_cousin)
			run++;
		text = xformat("%s%s%d x %llu KiB, each for %d CPUs",
			       before ? before : "", before ? "; " : "", run,
			       (unsigned long long)first->attr->cache.size / 1024,
			       hwloc_bitmap_weight(first->cpuset));
		free(before);
		first = next;
	}
	facts_add(out, name, text, text ? NULL : "the machine tells of no such cache");
	free(text);
}

static void add_synthetic(const struct topology *t, struct facts *out)
{
	char text[2048];
	int len = hwloc_topology_export_synthetic(t->hwloc, text, sizeof(text), 0);

	if (len > 0 && (size_t)len < sizeof(text))
		facts_add(out, "topology.synthetic", text, NULL);
	else
		facts_add(out, "topology.synthetic", NULL,
			  "too irregular for hwloc's synthetic notation");
}

void topology_facts(const struct topology *t, struct facts *out)
{
	add_count(t, out, "topology.packages", HWLOC_OBJ_PACKAGE);
	add_count(t, out, "topology.numa_nodes", HWLOC_OBJ_NUMANODE);
	add_count(t, out, "topology.cores", HWLOC_OBJ_CORE);
	add_count(t, out, "topology.threads", HWLOC_OBJ_PU);
	add_cache(t, out, "topology.cache.l1d", HWLOC_OBJ_L1CACHE);
	add_cache(t, out, "topology.cache.l2", HWLOC_OBJ_L2CACHE);
	add_cache(t, out, "topology.cache.l3", HWLOC_OBJ_L3CACHE);
	add_synthetic(t, out);
}
