/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text without stdio: reasons, paths, and the numbers that /proc prints. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "part_text.h"

char *text_put(char *at, const char *s)
{
	return stpcpy(at, s);
}

char *text_put_uint(char *at, uint64_t x)
{
	char digits[21], *p = digits + sizeof(digits) - 1;

	*p = 0;
	do
		*--p = (char)('0' + x % 10);
	while (x /= 10);
	return stpcpy(at, p);
}

int text_read(const char *path, char *buf, uint64_t size)
{
	uint64_t len = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	while ((got = read(fd, buf + len, size - 1 - len)) > 0 ||
	       (got < 0 && errno == EINTR))
		len += got > 0 ? (uint64_t)got : 0;
	int err = got < 0 ? -errno : 0;
	close(fd);
	buf[len] = 0;
	return err;
}

uint64_t text_number(const char *s)
{
	return strtoull(s, NULL, 10);
}

const char *text_error(int err)
{
#ifdef __GLIBC__
	/* Its strerror(3) looks for a translation, and may take memory for that. */
	const char *why = strerrordesc_np(err);
#else
	const char *why = strerror(err);
#endif

	return why ? why : "unknown error";
}

int text_find(const char *path, const char *key, uint64_t *number)
{
	char buf[4096];
	int err = text_read(path, buf, sizeof(buf));

	if (err < 0)
		return err;
	const char *at = strstr(buf, key);
	if (!at)
		return -ENODATA;
	*number = text_number(at + strlen(key));
	return 0;
}

uint64_t text_field(const char *path, const char *key)
{
	uint64_t number;

	return text_find(path, key, &number) < 0 ? 0 : number;
}
