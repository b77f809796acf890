/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzzers share: each is a file with one LLVMFuzzerTestOneInput, which libFuzzer
 * calls as `make fuzz` builds it, and tests/fuzz/replay.c with the corpus. */
#ifndef LWP_FUZZ_H
#define LWP_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../harness/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as a text that ends; caller frees. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	return xstrndup((const char *)data, size);
}

/* The input as a file, whose descriptor the caller closes; its path in *path, which the
 * caller frees. */
static inline int fuzz_file(const uint8_t *data, size_t size, char **path)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	*path = xformat("/proc/self/fd/%d", fd);
	return fd;
}

#endif
