/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An echo server on loopback, whose connections are served in turn, by threads, by
 * processes, or by an event loop. */
#include <errno.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app.h"
#include "echo_client.h"
#include "loopback.h"

enum { EVENTS = 64 };

static int listener;
static uint64_t *taken; /* connections that a worker has accepted, or is about to */

/* Sends back what one read got; false at the end of the connection. */
static bool answer(int fd)
{
	char buffer[ECHO_SIZE];
	ssize_t n;

	do
		n = read(fd, buffer, sizeof(buffer));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		app_fail(errno, "server: read");
	app_write(fd, buffer, (size_t)n);
	return n > 0;
}

static void serve(int fd)
{
	while (answer(fd))
		continue;
	close(fd);
}

static void *handler(void *fd)
{
	serve((int)(intptr_t)fd);
	return NULL;
}

static void task_a_connection(void)
{
	for (uint64_t i = 0; i < app_value("connections"); i++) {
		int fd = loopback_accept(listener);

		app_start(handler, (void *)(intptr_t)fd);
		/* A thread closes it itself; a process has a copy of its own. */
		if (app_kind() == APP_PROCESS)
			close(fd);
	}
	app_join();
}

static void *worker(void *unused)
{
	(void)unused;
	while (__atomic_fetch_add(taken, 1, __ATOMIC_RELAXED) < app_value("connections"))
		serve(loopback_accept(listener));
	return NULL;
}

static void serial(void)
{
	taken = app_map(sizeof(*taken));
	worker(NULL);
	app_unmap(taken, sizeof(*taken));
}

static void workers(void)
{
	taken = app_map(sizeof(*taken));
	for (uint64_t i = 0; i < app_value("workers"); i++)
		app_start(worker, NULL);
	app_join();
	app_unmap(taken, sizeof(*taken));
}

static void watch(int poll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0)
		app_fail(errno, "epoll_ctl");
}

/* Returns how many connections ended. */
static uint64_t react(int poll, const struct epoll_event *events, int n)
{
	uint64_t ended = 0;

	for (int i = 0; i < n; i++) {
		int fd = events[i].data.fd;

		if (fd == listener) {
			watch(poll, loopback_accept(listener));
		} else if (!answer(fd)) {
			close(fd);
			ended++;
		}
	}
	return ended;
}

static void event_loop(void)
{
	struct epoll_event events[EVENTS];
	int poll = epoll_create1(EPOLL_CLOEXEC);

	if (poll < 0)
		app_fail(errno, "epoll_create1");
	watch(poll, listener);
	for (uint64_t ended = 0; ended < app_value("connections");) {
		int n = epoll_wait(poll, events, EVENTS, -1);

		if (n < 0 && errno != EINTR)
			app_fail(errno, "epoll_wait");
		ended += react(poll, events, n);
	}
	close(poll);
}

static void (*serve_all)(void);

static void *server(void *unused)
{
	(void)unused;
	serve_all();
	return NULL;
}

/* The server is a process of its own, so that the client is the same in all variants. */
static void run(void (*work)(void))
{
	struct sockaddr_in address;

	listener = loopback_listen(&address);
	serve_all = work;
	app_fork(server, NULL);
	close(listener);
	echo_client(&address);
	app_join();
}

static const struct app_way ways[] = {
	{"serial", "one task, a connection after the other", serial, 0},
	{"thread", "a thread for each connection", task_a_connection, APP_THREAD},
	{"process", "a process for each connection", task_a_connection, APP_PROCESS},
	{"pool", "threads that are there before and accept", workers, APP_THREAD},
	{"prefork", "processes that are there before and accept", workers, APP_PROCESS},
	{"epoll", "one task, all connections by epoll(7)", event_loop, 0},
	{0},
};

static const struct app_param params[] = {
	{"connections", "connections, all in all", "32", NULL, 1, 1024},
	{"clients", "connections at a time", "4", NULL, 1, ECHO_CLIENTS},
	{"requests", "requests of each connection", "16", NULL, 1, 1 << 30},
	{"size", "bytes of a request", "64", NULL, 1, ECHO_SIZE},
	{"workers", "tasks of how=pool and prefork", "4", NULL, 1, 1024},
	{0},
};

static const struct app_setting settings[] = {{"", ""}, {0}};

static const struct app app = {
	.name = "echo",
	.brief = "Serves connections that send requests and check each reply",
	.ways = ways,
	.params = params,
	.settings = settings,
	.run = run,
};

int main(int argc, char **argv)
{
	return app_main(&app, argc, argv);
}
