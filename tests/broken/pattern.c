/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pattern that is spoilt: LWP_BREAK=stamp changes a byte of each message's number. */
#include <stdlib.h>
#include <string.h>

#include "part_pattern.h"

void __real_pattern_stamp(void *buf, uint64_t size, uint64_t number);
void __wrap_pattern_stamp(void *buf, uint64_t size, uint64_t number);

void __wrap_pattern_stamp(void *buf, uint64_t size, uint64_t number)
{
	const char *what = getenv("LWP_BREAK");

	__real_pattern_stamp(buf, size, number);
	if (what && strcmp(what, "stamp") == 0)
		((uint8_t *)buf)[size - 1] ^= 1;
}
