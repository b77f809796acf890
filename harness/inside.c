/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has the kernel keep lookups beneath a folder: openat2(2), or no links at all where a
 * kernel or a sandbox lacks it. */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util.h"

/* Every part of the way must be no link. */
static int open_without_links(int dir, const char *name, int flags)
{
	size_t len = strcspn(name, "/");
	char *part = xstrndup(name, len);
	int fd = -1, err = 0;

	if (strcmp(part, "..") == 0 || !len) {
		err = -EXDEV;
	} else {
		fd = openat(dir, part,
			    O_NOFOLLOW | O_CLOEXEC |
				    (name[len] ? O_PATH | O_DIRECTORY : flags));
		err = fd < 0 ? -errno : 0;
	}
	free(part);
	/* O_PATH has a link opened, or refused for not being a folder. */
	if (err == -ENOTDIR)
		err = -ELOOP;
	if (err || !name[len])
		return err ? err : fd;
	int below = open_without_links(fd, name + len + 1, flags);
	close(fd);
	return below;
}

static int open_beneath(int dir, const char *name, int flags)
{
	enum { TRIES = 10 };
	const struct open_how how = {.flags = (unsigned)(flags | O_CLOEXEC),
				     .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	int fd = -1;

	/* Somebody may be renaming meanwhile. */
	errno = EAGAIN;
	for (int i = 0; i < TRIES && fd < 0 && errno == EAGAIN; i++)
		fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
	if (fd >= 0)
		return fd;
	/* A sandbox says EPERM of calls that it does not know. */
	if (errno == ENOSYS || errno == EPERM)
		return open_without_links(dir, name, flags);
	return -errno;
}

static int open_folder(const char *folder)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int inside_read(const char *folder, const char *name, char **text, size_t *size)
{
	int dir = open_folder(folder), fd, err;
	struct stat st;

	if (dir < 0)
		return dir;
	/* A pipe would have us wait, were it opened otherwise. */
	fd = open_beneath(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	close(dir);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	else
		err = S_ISREG(st.st_mode) ? read_open(fd, text, size) : -ENOTBLK;
	close(fd);
	return err;
}

int inside_read_path(const char *path, char **text, size_t *size)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	int err = inside_read(folder, slash ? slash + 1 : path, text, size);

	free(folder);
	return err;
}

/* Of "plots/fork.svg" the folder of that name in `dir`, made if it is not there. */
static int enter(int dir, const char *name, const char *slash)
{
	char *below = xstrndup(name, (size_t)(slash - name));
	int fd;

	if (mkdirat(dir, below, 0777) < 0 && errno != EEXIST)
		fd = -errno;
	else
		fd = open_beneath(dir, below, O_PATH | O_DIRECTORY);
	free(below);
	return fd;
}

int inside_write(const char *folder, const char *name, const char *text, size_t size)
{
	const char *slash = strrchr(name, '/');
	int dir = open_folder(folder);

	if (dir >= 0 && slash) {
		int below = enter(dir, name, slash);

		close(dir);
		dir = below;
	}
	if (dir < 0)
		return dir;
	int err = write_at(dir, slash ? slash + 1 : name, text, size);
	close(dir);
	return err;
}

const char *inside_error(int err)
{
	if (err == -EXDEV || err == -ELOOP)
		return "a link that leads out of its folder: not followed; name what it "
		       "leads to";
	return err == -ENOTBLK ? "no file: a pipe or a device" : strerror(-err);
}
