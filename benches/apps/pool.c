/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Items of computing, one after the other or shared out among as many tasks as CPUs. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "app.h"

enum { TASKS = 1024 };

/* Primes below powers of ten: the prime counting function at 10^0, 10^1, ..., OEIS
 * A006880. */
static const uint64_t known[] = {
	0, 4, 25, 168, 1229, 9592, 78498, 664579, 5761455, 50847534,
};

/* In memory that all tasks share. */
struct pool {
	uint64_t taken;   /* items that a task has begun, or is about to */
	uint64_t found[]; /* primes, by item */
};

static struct pool *pool;
static uint64_t limit, items;

static char *new_flags(uint64_t n)
{
	char *flags = calloc(n + 1, 1);

	if (!flags)
		app_fail(errno, "calloc");
	return flags;
}

/* Marks multiples of p, from its square on, in flags of the numbers from `from` to before
 * `to`. */
static void strike(char *flags, uint64_t p, uint64_t from, uint64_t to)
{
	uint64_t first = p * p > from ? p * p : (from + p - 1) / p * p;

	for (uint64_t i = first; i < to; i += p)
		flags[i - from] = 1;
}

/* A sieve of Eratosthenes over a part of the numbers, after one that finds the primes up
 * to the root of its end. */
static uint64_t count_primes(uint64_t from, uint64_t to)
{
	uint64_t root = 0, count = 0;
	char *small, *flags = new_flags(to - from);

	while ((root + 1) * (root + 1) < to)
		root++;
	small = new_flags(root + 1);
	for (uint64_t p = 2; p <= root; p++) {
		if (small[p])
			continue;
		strike(small, p, 0, root + 1);
		strike(flags, p, from, to);
	}
	for (uint64_t i = from < 2 ? 2 : from; i < to; i++)
		count += !flags[i - from];
	free(small);
	free(flags);
	return count;
}

static void *worker(void *unused)
{
	uint64_t i;

	(void)unused;
	while ((i = __atomic_fetch_add(&pool->taken, 1, __ATOMIC_RELAXED)) < items)
		pool->found[i] = count_primes(limit * i / items, limit * (i + 1) / items);
	return NULL;
}

static void serial(void)
{
	worker(NULL);
}

static uint64_t count_cpus(void)
{
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		app_fail(errno, "sched_getaffinity");
	return (uint64_t)CPU_COUNT(&cpus);
}

static void by_tasks(void)
{
	uint64_t tasks = app_value("tasks");

	if (!tasks)
		tasks = count_cpus();
	for (uint64_t i = 0; i < tasks; i++)
		app_start(worker, NULL);
	app_join();
}

static void run(void (*work)(void))
{
	uint64_t power = app_value("power"), found = 0;
	size_t size;

	limit = 1;
	for (uint64_t i = 0; i < power; i++)
		limit *= 10;
	items = app_value("items");
	size = sizeof(*pool) + items * sizeof(pool->found[0]);
	pool = app_map(size);
	work();
	for (uint64_t i = 0; i < items; i++)
		found += pool->found[i];
	if (found != known[power])
		app_fail(0, "primes: %ju instead of %ju", (uintmax_t)found,
			 (uintmax_t)known[power]);
	app_unmap(pool, size);
}

static const struct app_way ways[] = {
	{"serial", "one task does all", serial, 0},
	{"threads", "a thread a CPU", by_tasks, APP_THREAD},
	{"processes", "a process a CPU, results in shared memory", by_tasks, APP_PROCESS},
	{0},
};

static const struct app_param params[] = {
	{"power", "counts the primes below 10 to this power", "7", NULL, 1,
	 sizeof(known) / sizeof(known[0]) - 1},
	{"items", "parts that the numbers are cut into", "64", NULL, 1, 1 << 20},
	{"tasks", "threads or processes; 0: as many as CPUs", "0", NULL, 0, TASKS},
	{0},
};

static const struct app_setting settings[] = {{"", ""}, {0}};

static const struct app app = {
	.name = "pool",
	.brief = "Counts primes, by items that tasks take as they get to it",
	.ways = ways,
	.params = params,
	.settings = settings,
	.run = run,
};

int main(int argc, char **argv)
{
	return app_main(&app, argc, argv);
}
