/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sockets that nobody outside of this machine can reach. */
#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

#include "app.h"
#include "loopback.h"

static int open_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		app_fail(errno, "socket");
	return fd;
}

int loopback_listen(struct sockaddr_in *address)
{
	int fd = open_socket();
	socklen_t size = sizeof(*address);
	struct sockaddr *at = (struct sockaddr *)(void *)address;

	*address = (struct sockaddr_in){.sin_family = AF_INET,
					.sin_addr = {htonl(INADDR_LOOPBACK)}};
	if (bind(fd, at, size) < 0 || listen(fd, SOMAXCONN) < 0 ||
	    getsockname(fd, at, &size) < 0)
		app_fail(errno, "listening on 127.0.0.1");
	return fd;
}

int loopback_connect(const struct sockaddr_in *address)
{
	int fd = open_socket();

	if (connect(fd, (const struct sockaddr *)(const void *)address,
		    sizeof(*address)) < 0)
		app_fail(errno, "connect");
	return fd;
}

int loopback_accept(int listener)
{
	int fd;

	do
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (fd < 0)
		app_fail(errno, "accept");
	return fd;
}
