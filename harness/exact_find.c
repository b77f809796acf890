/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds QEMU and kernels: what is named goes before what scripts/exact got. */
#include "exact_find.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

static const char program[] = "qemu-system-x86_64";

char *exact_find_qemu(const char *named)
{
	if (named)
		return xstrdup(named);
	char *own = find_own("exact/qemu/qemu-system-x86_64");

	return own ? own : xstrdup(program);
}

static char *find_release(const char *release)
{
	char *name = xformat("exact/kernels/%s/vmlinuz", release), *path = find_own(name);

	free(name);
	return path;
}

/* A file that can be read, or an errno. */
static int look_at(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || access(path, R_OK) < 0)
		return errno;
	return S_ISDIR(st.st_mode) ? EISDIR : 0;
}

char *exact_find_kernel(const char *named, char **error)
{
	char *path = NULL;

	*error = NULL;
	if (!named) {
		path = find_release("default");
		if (!path)
			*error = xstrdup("no kernel to boot: scripts/exact gets one, "
					 "or name an image by --kernel");
		return path;
	}
	int err = look_at(named);
	if (!err)
		return xstrdup(named);
	if (!strchr(named, '/'))
		path = find_release(named);
	if (!path)
		*error = xformat("--kernel %s: %s", named, strerror(err));
	return path;
}
