/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three stages, each working on what the one before has made: numbers are generated,
 * transformed and checked. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "app.h"
#include "ring.h"

enum { SLOTS = 8, LINKS = 2 };

/* Between two stages: a ring, or else a pipe with a buffer at each end. */
struct link {
	struct ring *ring;
	int in, out;
	uint64_t *made, *taken;
};

static struct link links[LINKS];
static size_t words; /* in a block; the last one may be shorter */

/* Words of the block that begins with number `at`. */
static size_t block_at(uint64_t at)
{
	uint64_t left = app_value("numbers") - at;

	return left < words ? left : words;
}

static void generate(uint64_t *to, size_t n, uint64_t at)
{
	for (size_t i = 0; i < n; i++)
		to[i] = at + i;
}

static void transform(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = 3 * from[i] + 1;
}

/* The one place that knows what must come out: the numbers 1, 4, 7, ... in this order. */
static void check(const uint64_t *from, size_t n, uint64_t at)
{
	uint64_t wrong = 0;

	for (size_t i = 0; i < n; i++)
		wrong |= from[i] ^ (3 * (at + i) + 1);
	if (wrong)
		app_fail(0, "output: wrong numbers after the first %ju", (uintmax_t)at);
}

static uint64_t *room(struct link *link)
{
	return link->ring ? ring_room(link->ring) : link->made;
}

static void pass_on(struct link *link, size_t n)
{
	if (link->ring)
		ring_put(link->ring, n * sizeof(uint64_t));
	else
		app_write(link->in, link->made, n * sizeof(uint64_t));
}

static const uint64_t *take(struct link *link, size_t n)
{
	const uint64_t *data = link->taken;
	size_t got;

	if (link->ring)
		data = ring_take(link->ring, &got);
	else
		got = app_read(link->out, link->taken, n * sizeof(uint64_t));
	if (got != n * sizeof(uint64_t))
		app_fail(0, "between stages: %zu bytes instead of %zu", got,
			 n * sizeof(uint64_t));
	return data;
}

static void done(struct link *link)
{
	if (link->ring)
		ring_done(link->ring);
}

static void *generator(void *unused)
{
	(void)unused;
	for (uint64_t at = 0, n; (n = block_at(at)) > 0; at += n) {
		generate(room(&links[0]), n, at);
		pass_on(&links[0], n);
	}
	return NULL;
}

static void *transformer(void *unused)
{
	(void)unused;
	for (uint64_t at = 0, n; (n = block_at(at)) > 0; at += n) {
		const uint64_t *from = take(&links[0], n);

		transform(room(&links[1]), from, n);
		done(&links[0]);
		pass_on(&links[1], n);
	}
	return NULL;
}

static void *checker(void *unused)
{
	(void)unused;
	for (uint64_t at = 0, n; (n = block_at(at)) > 0; at += n) {
		check(take(&links[1], n), n, at);
		done(&links[1]);
	}
	return NULL;
}

static void three_tasks(void)
{
	app_start(generator, NULL);
	app_start(transformer, NULL);
	app_start(checker, NULL);
	app_join();
}

static void serial(void)
{
	uint64_t *made = app_alloc(words * sizeof(uint64_t));
	uint64_t *changed = app_alloc(words * sizeof(uint64_t));

	for (uint64_t at = 0, n; (n = block_at(at)) > 0; at += n) {
		generate(made, n, at);
		transform(changed, made, n);
		check(changed, n, at);
	}
	free(made);
	free(changed);
}

static void by_rings(void)
{
	for (size_t i = 0; i < LINKS; i++)
		links[i].ring = ring_new(SLOTS, words * sizeof(uint64_t));
	three_tasks();
	for (size_t i = 0; i < LINKS; i++)
		ring_free(links[i].ring);
}

/* All tasks know how many numbers there are: nobody waits for the end of a pipe, so that
 * processes may keep the ends of others open, as threads do anyway. */
static void by_pipes(void)
{
	int ends[2];

	for (size_t i = 0; i < LINKS; i++) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			app_fail(errno, "pipe");
		links[i].out = ends[0];
		links[i].in = ends[1];
		links[i].made = app_alloc(words * sizeof(uint64_t));
		links[i].taken = app_alloc(words * sizeof(uint64_t));
	}
	three_tasks();
	for (size_t i = 0; i < LINKS; i++) {
		close(links[i].out);
		close(links[i].in);
		free(links[i].made);
		free(links[i].taken);
	}
}

static void run(void (*work)(void))
{
	words = app_value("block") / sizeof(uint64_t);
	work();
}

static const struct app_way ways[] = {
	{"serial", "one task does all stages, block by block", serial, 0},
	{"thread_pipes", "three threads, pipes between", by_pipes, APP_THREAD},
	{"process_pipes", "three processes, pipes between", by_pipes, APP_PROCESS},
	{"thread_rings", "three threads, rings of buffers between", by_rings, APP_THREAD},
	{"process_rings", "three processes, rings in shared memory between", by_rings,
	 APP_PROCESS},
	{0},
};

static const struct app_param params[] = {
	{"numbers", "numbers that go through", "4M", NULL, 1, UINT32_MAX},
	{"block", "bytes that are passed on at once, 8 a number", "64K", NULL, 8,
	 1 << 30},
	{0},
};

static const struct app_setting settings[] = {{"", ""}, {0}};

static const struct app app = {
	.name = "pipeline",
	.brief = "Generates, transforms and checks numbers in three stages",
	.ways = ways,
	.params = params,
	.settings = settings,
	.run = run,
};

int main(int argc, char **argv)
{
	return app_main(&app, argc, argv);
}
