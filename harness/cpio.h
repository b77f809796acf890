/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An archive as the kernel unpacks it into its first root: cpio's "newc", the same bytes
 * for the same contents. Source: Documentation/driver-api/early-userspace/buffer-format.
 */
#ifndef LWP_CPIO_H
#define LWP_CPIO_H

#include <stddef.h>
#include <stdio.h>

struct cpio {
	FILE *to; /* the caller's, to close and to look at for errors */
	unsigned inode;
};

/* Entries of root, time 0. Folders come before what is in them. */
void cpio_folder(struct cpio *c, const char *name);
void cpio_file(struct cpio *c, const char *name, unsigned mode, const void *bytes,
	       size_t size);
/* The contents of a file of the host and so many zeros; 0 or -errno. */
int cpio_copy(struct cpio *c, const char *name, unsigned mode, const char *path,
	      size_t zeros);
/* Ends the archive. */
void cpio_end(struct cpio *c);

#endif
