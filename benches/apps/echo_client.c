/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A poll loop: whoever got its whole reply asks again. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "echo_client.h"
#include "loopback.h"

struct connection {
	uint64_t number, asked; /* which of connections=; its requests up to now */
	size_t got;             /* bytes of the reply */
	char *question, *reply;
};

struct client {
	const struct sockaddr_in *address;
	uint64_t begun; /* connections */
	unsigned open;
	struct connection connections[ECHO_CLIENTS];
	struct pollfd polls[ECHO_CLIENTS]; /* fd -1: this one is done */
};

/* The upper bits of a product: requests that are alike in number and place are not in
 * content. */
static char byte_of(const struct connection *c, size_t i)
{
	uint64_t id = (c->number << 32) + c->asked;

	return (char)((id * 1000003 + i) * UINT64_C(0x9e3779b97f4a7c15) >> 56);
}

static void ask(struct connection *c, int fd)
{
	size_t size = app_value("size");

	c->asked++;
	c->got = 0;
	for (size_t i = 0; i < size; i++)
		c->question[i] = byte_of(c, i);
	app_write(fd, c->question, size);
}

/* Whether there is another connection to make. */
static bool begin(struct client *client, size_t i)
{
	struct connection *c = &client->connections[i];

	if (client->begun == app_value("connections"))
		return false;
	c->number = client->begun++;
	c->asked = 0;
	client->polls[i].fd = loopback_connect(client->address);
	client->polls[i].events = POLLIN;
	ask(c, client->polls[i].fd);
	return true;
}

/* Takes what there is; whether the reply is whole, and then it is right. */
static bool hear(struct connection *c, int fd)
{
	size_t size = app_value("size");
	ssize_t n = read(fd, c->reply + c->got, size - c->got);

	if (n < 0 && errno != EINTR)
		app_fail(errno, "client: read");
	if (n == 0)
		app_fail(0, "client: the server closed the connection too early");
	c->got += n < 0 ? 0 : (size_t)n;
	if (c->got < size)
		return false;
	if (memcmp(c->reply, c->question, size) != 0)
		app_fail(0, "client: reply %ju of connection %ju: not what was sent",
			 (uintmax_t)c->asked, (uintmax_t)c->number + 1);
	return true;
}

static void advance(struct client *client, size_t i)
{
	struct connection *c = &client->connections[i];
	struct pollfd *poll = &client->polls[i];

	if (!hear(c, poll->fd))
		return;
	if (c->asked < app_value("requests")) {
		ask(c, poll->fd);
		return;
	}
	close(poll->fd);
	poll->fd = -1;
	if (!begin(client, i))
		client->open--;
}

void echo_client(const struct sockaddr_in *address)
{
	size_t n = app_value("clients"), size = app_value("size");
	char *buffers = app_alloc(n * 2 * size);
	struct client client = {.address = address};

	for (size_t i = 0; i < n; i++) {
		client.connections[i].question = buffers + 2 * i * size;
		client.connections[i].reply = buffers + (2 * i + 1) * size;
		client.polls[i].fd = -1;
		client.open += begin(&client, i);
	}
	while (client.open) {
		if (poll(client.polls, n, -1) < 0 && errno != EINTR)
			app_fail(errno, "poll");
		for (size_t i = 0; i < n; i++)
			if (client.polls[i].fd >= 0 && client.polls[i].revents)
				advance(&client, i);
	}
	free(buffers);
}
