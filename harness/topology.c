/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which CPUs share what: the only file that knows hwloc. */
#include "topology.h"

#include <errno.h>
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

struct topology *topology_new(const char *synthetic)
{
	hwloc_topology_t hwloc;

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
static hwloc_obj_t above(hwloc_obj_t cpu, hwloc_obj_type_t type)
{
	hwloc_obj_t o = cpu;

	while (o && o->type != type)
		o = o->parent;
	return o;
}

static hwloc_obj_t last_cache(hwloc_obj_t cpu)
{
	hwloc_obj_t last = NULL;

	for (hwloc_obj_t o = cpu; o; o = o->parent)
		if (hwloc_obj_type_is_dcache(o->type))
			last = o;
	return last;
}

static bool identical(hwloc_obj_t a, hwloc_obj_t b)
{
	return a == b;
}

static bool of_one_core(hwloc_obj_t a, hwloc_obj_t b)
{
	hwloc_obj_t core = above(a, HWLOC_OBJ_CORE);

	return a != b && core && core == above(b, HWLOC_OBJ_CORE);
}

static bool of_one_package(hwloc_obj_t a, hwloc_obj_t b)
{
	return a != b && !of_one_core(a, b) &&
	       above(a, HWLOC_OBJ_PACKAGE) == above(b, HWLOC_OBJ_PACKAGE);
}

static bool of_one_cache(hwloc_obj_t a, hwloc_obj_t b)
{
	hwloc_obj_t cache = last_cache(a);

	return of_one_package(a, b) && cache && cache == last_cache(b);
}

static bool of_two_packages(hwloc_obj_t a, hwloc_obj_t b)
{
	return above(a, HWLOC_OBJ_PACKAGE) != above(b, HWLOC_OBJ_PACKAGE);
}

static const struct place {
	const char *name;
	size_t n;                                  /* CPUs it needs */
	bool (*fits[2])(hwloc_obj_t, hwloc_obj_t); /* what they must be, the best first */
	const char *reason;                        /* why a machine may lack it */
} places[] = {
	{.name = "any"},
	{
		.name = "same",
		.n = 1,
		.fits = {identical},
		.reason = "no CPU may be used here",
	},
	{
		.name = "sibling",
		.n = 2,
		.fits = {of_one_core},
		.reason = "no core here has two threads that may be used",
	},
	{
		.name = "core",
		.n = 2,
		.fits = {of_one_cache, of_one_package},
		.reason = "no package here has two cores that may be used",
	},
	{
		.name = "package",
		.n = 2,
		.fits = {of_two_packages},
		.reason = "only one package here has CPUs that may be used",
	},
};

static bool find_pair(const struct topology *t, bool (*fits)(hwloc_obj_t, hwloc_obj_t),
		      unsigned cpus[2])
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < t->n; k++)
			if (fits(t->cpus[i], t->cpus[k])) {
				cpus[0] = t->cpus[i]->os_index;
				cpus[1] = t->cpus[k]->os_index;
				return true;
			}
	return false;
}

int topology_place(const struct topology *t, const char *place, unsigned cpus[2],
		   size_t *n, const char **reason)
{
	const struct place *p = NULL;

	for (size_t i = 0; i < countof(places) && !p; i++)
		if (strcmp(places[i].name, place) == 0)
			p = &places[i];
	if (!p) {
		*reason = "place is one of any, same, sibling, core, package";
		return -EINVAL;
	}
	*n = p->n;
	if (p->n == 0)
		return 0;
	for (size_t i = 0; i < countof(p->fits) && p->fits[i]; i++)
		if (find_pair(t, p->fits[i], cpus))
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
	int total = hwloc_get_nbobjs_by_type(t->hwloc, type);
	char *text = xstrdup("");

	for (int i = 0, run; i < total; i += run) {
		hwloc_obj_t first = hwloc_get_obj_by_type(t->hwloc, type, (unsigned)i);
		char *before = text;

		for (run = 1; i + run < total; run++)
			if (!alike(first, hwloc_get_obj_by_type(t->hwloc, type,
								(unsigned)(i + run))))
				break;
		text = xformat("%s%s%d x %llu KiB, each for %d CPUs", before,
			       i ? "; " : "", run,
			       (unsigned long long)first->attr->cache.size / 1024,
			       hwloc_bitmap_weight(first->cpuset));
		free(before);
	}
	facts_add(out, name, total > 0 ? text : NULL,
		  total > 0 ? NULL : "the machine tells of no such cache");
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
