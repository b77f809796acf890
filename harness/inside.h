/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a folder that came from elsewhere: no link in it leads out of it. */
#ifndef LWP_INSIDE_H
#define LWP_INSIDE_H

#include <stddef.h>

/* As read_file() and write_file(), of a plain file FOLDER/NAME; -EXDEV or -ELOOP where a
 * link leads out. What the folder itself is reached by may hold links. NAME may be in
 * folders below, of which writing makes the last. */
int inside_read(const char *folder, const char *name, char **text, size_t *size);
int inside_write(const char *folder, const char *name, const char *text, size_t size);
/* inside_read() of a path: its folder is all up to the last slash. */
int inside_read_path(const char *path, char **text, size_t *size);
/* What an error of these means, in words. */
const char *inside_error(int err);

#endif
