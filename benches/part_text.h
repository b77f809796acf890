/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text without stdio: reasons, paths, and the numbers that /proc prints. */
#ifndef LWP_PART_TEXT_H
#define LWP_PART_TEXT_H

#include <stdint.h>

/* Copies s or x, as decimal, to `at`; returns its final 0, where the next goes. */
char *text_put(char *at, const char *s);
char *text_put_uint(char *at, uint64_t x);
/* The decimal number at the head of s, spaces before it skipped. */
uint64_t text_number(const char *s);
/* The start of a file, as far as size - 1 bytes, ended by 0; 0 or -errno. */
int text_read(const char *path, char *buf, uint64_t size);
/* What an errno means, in words that need no memory. */
const char *text_error(int err);
/* The number after `key` ("MemAvailable:") in a file; 0, -errno, -ENODATA without one. */
int text_find(const char *path, const char *key, uint64_t *number);
/* The same for whoever can do without: 0 if there is none. */
uint64_t text_field(const char *path, const char *key);

#endif
