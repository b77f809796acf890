/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that copy sends: what it holds, where it is, whether it is in the page cache.
 */
#ifndef LWP_APP_COPY_FILE_H
#define LWP_APP_COPY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The choices of cache=; ends with NULL. */
extern const char *const copy_file_caches[];

/* Makes the file in $LWPBENCH_APP_DIR, if that is set, and brings it into the state that
 * cache= asks for; skips if that cannot be. */
void copy_file_prepare(void);
/* The state alone, which a run spoils. */
void copy_file_before(void);
/* The prepared file, or a nameless one of its own; fails if it is not as cache= says. */
int copy_file_open(void);
/* Whether these are its bytes from offset `at` on, a multiple of 8. */
bool copy_file_holds(const void *data, size_t size, uint64_t at);

#endif
