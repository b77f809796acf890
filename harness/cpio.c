/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the kernel's "newc" archives. */
#include "cpio.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util.h"

/* Headers with names, and contents, fill up words of so many bytes. */
enum { WORD = 4 };

static void fill_up(struct cpio *c, size_t n)
{
	for (; n % WORD; n++)
		fputc(0, c->to);
}

static void entry(struct cpio *c, const char *name, unsigned mode, const void *bytes,
		  size_t size)
{
	const size_t named = strlen(name) + 1;
	/* Magic, inode, mode, uid, gid, links, time, size, device (2), its own device
	 * (2), length of the name, checksum. */
	int header = fprintf(
		c->to, "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X",
		++c->inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, named, 0);

	fwrite(name, 1, named, c->to);
	fill_up(c, (size_t)header + named);
	if (size)
		fwrite(bytes, 1, size, c->to);
	fill_up(c, size);
}

void cpio_folder(struct cpio *c, const char *name)
{
	entry(c, name, S_IFDIR | 0755, NULL, 0);
}

void cpio_file(struct cpio *c, const char *name, unsigned mode, const void *bytes,
	       size_t size)
{
	entry(c, name, S_IFREG | mode, bytes, size);
}

int cpio_copy(struct cpio *c, const char *name, unsigned mode, const char *path,
	      size_t zeros)
{
	char *bytes = NULL;
	size_t size = 0;
	int err = read_file(path, &bytes, &size);

	if (!err && zeros) {
		bytes = xrealloc(bytes, size + zeros, 1);
		memset(bytes + size, 0, zeros);
	}
	if (!err)
		cpio_file(c, name, mode, bytes, size + zeros);
	free(bytes);
	return err;
}

void cpio_end(struct cpio *c)
{
	entry(c, "TRAILER!!!", 0, NULL, 0);
}
