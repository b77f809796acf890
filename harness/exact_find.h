/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where QEMU and the kernels of exact mode are: as scripts/exact leaves them. */
#ifndef LWP_EXACT_FIND_H
#define LWP_EXACT_FIND_H

/* The program that was named; else the one that scripts/exact got, else that of PATH, by
 * its name; caller frees. */
char *exact_find_qemu(const char *named);
/* An image: the file that was named, or the release of one that scripts/exact got; of
 * NULL its first. Caller frees; NULL with one line in *error. */
char *exact_find_kernel(const char *named, char **error);

#endif
