/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file goes through a socket: reading and writing by turns, side by side, or in the
 * kernel. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app.h"
#include "copy_file.h"
#include "loopback.h"
#include "ring.h"

enum { CHUNK = 64 << 10, SLOTS = 8 };
enum { TCP, UNIX };

static int file, out, in; /* the file; the ends of the socket */
static struct ring *ring;

/* By shutdown, and not by close: other processes may have this end open, too. */
static void finish(void)
{
	if (shutdown(out, SHUT_WR) < 0)
		app_fail(errno, "shutdown");
}

static void relay(int from, int to)
{
	char *buffer = app_alloc(CHUNK);
	size_t got;

	while ((got = app_read(from, buffer, CHUNK)) > 0)
		app_write(to, buffer, got);
	free(buffer);
}

static void serial(void)
{
	relay(file, out);
	finish();
}

static void *fill_ring(void *unused)
{
	size_t got;

	(void)unused;
	do {
		got = app_read(file, ring_room(ring), CHUNK);
		ring_put(ring, got);
	} while (got > 0);
	return NULL;
}

static void *empty_ring(void *unused)
{
	const void *data;
	size_t got;

	(void)unused;
	while ((data = ring_take(ring, &got)), got > 0) {
		app_write(out, data, got);
		ring_done(ring);
	}
	finish();
	return NULL;
}

static void through_ring(void)
{
	ring = ring_new(SLOTS, CHUNK);
	app_start(fill_ring, NULL);
	app_start(empty_ring, NULL);
	app_join();
	ring_free(ring);
}

static int ends[2];

static void *fill_pipe(void *unused)
{
	(void)unused;
	close(ends[0]);
	relay(file, ends[1]);
	return NULL;
}

static void *empty_pipe(void *unused)
{
	(void)unused;
	close(ends[1]);
	relay(ends[0], out);
	finish();
	return NULL;
}

static void make_pipe(void)
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		app_fail(errno, "pipe");
}

static void through_pipe(void)
{
	make_pipe();
	app_start(fill_pipe, NULL);
	app_start(empty_pipe, NULL);
	close(ends[0]);
	close(ends[1]);
}

/* One call for all, as programs have it. Within a call the kernel sends 64 KiB at a time,
 * each but the last announced as to be continued: over loopback TCP that may be slower
 * than many short calls. */
static void by_sendfile(void)
{
	ssize_t n;

	do
		n = sendfile(out, file, NULL, app_value("size"));
	while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		app_fail(errno, "sendfile");
	finish();
}

/* What was moved; 0 at the end. */
static size_t move(int from, int to, size_t size)
{
	ssize_t n;

	do
		n = splice(from, NULL, to, NULL, size, SPLICE_F_MOVE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		app_fail(errno, "splice");
	return (size_t)n;
}

static void by_splice(void)
{
	size_t got;

	make_pipe();
	while ((got = move(file, ends[1], CHUNK)) > 0)
		for (size_t n; got > 0; got -= n) {
			n = move(ends[0], out, got);
			if (n == 0)
				app_fail(0, "splice: the pipe is empty too early");
		}
	finish();
	close(ends[0]);
	close(ends[1]);
}

/* Of all variants alike a process of its own, that looks at each byte. */
static void *receive(void *unused)
{
	uint64_t size = app_value("size"), total = 0;
	char *buffer = app_alloc(CHUNK);
	size_t got;

	(void)unused;
	close(out);
	do {
		got = app_read(in, buffer, CHUNK);
		if (!copy_file_holds(buffer, got, total))
			app_fail(0, "received: wrong bytes after the first %ju",
				 (uintmax_t)total);
		total += got;
	} while (got == CHUNK);
	if (total != size)
		app_fail(0, "received: %ju bytes instead of %ju", (uintmax_t)total,
			 (uintmax_t)size);
	free(buffer);
	return NULL;
}

static void open_socket(void)
{
	struct sockaddr_in address;
	int pair[2], listener;

	if (app_value("over") == UNIX) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			app_fail(errno, "socketpair");
		out = pair[0];
		in = pair[1];
		return;
	}
	listener = loopback_listen(&address);
	out = loopback_connect(&address);
	in = loopback_accept(listener);
	close(listener);
}

static void run(void (*work)(void))
{
	file = copy_file_open();
	open_socket();
	app_fork(receive, NULL);
	close(in);
	work();
	app_join();
	close(out);
	close(file);
}

static const struct app_way ways[] = {
	{"serial", "one task reads and writes by turns", serial, 0},
	{"threads", "a thread reads, another writes, a ring of buffers between",
	 through_ring, APP_THREAD},
	{"processes", "a process reads, another writes, a shared ring between",
	 through_ring, APP_PROCESS},
	{"pipe", "a process reads, another writes, a pipe between", through_pipe,
	 APP_PROCESS},
	{"sendfile", "one task, sendfile(2)", by_sendfile, 0},
	{"splice", "one task, splice(2) through a pipe", by_splice, 0},
	{0},
};

static const struct app_param params[] = {
	{"size", "bytes in the file", "32M", NULL, 1, UINT64_C(64) << 30},
	{"cache", "whether the file is in the page cache", "warm", copy_file_caches, 0,
	 0},
	{"over", "the socket", "tcp", (const char *const[]){"tcp", "unix", NULL}, 0, 0},
	{0},
};

static const struct app_setting settings[] = {
	{"cache=warm", "from the page cache"},
	{"cache=cold", "from the disk"},
	{0},
};

static const struct app app = {
	.name = "copy",
	.brief = "Sends a file through a local socket to a process that checks "
		 "it",
	.ways = ways,
	.params = params,
	.settings = settings,
	.prepare = copy_file_prepare,
	.before = copy_file_before,
	.run = run,
};

int main(int argc, char **argv)
{
	return app_main(&app, argc, argv);
}
