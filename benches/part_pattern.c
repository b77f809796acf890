/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What messages hold, so that one that is lost, repeated or spoilt is found out. */
#include <string.h>

#include "part_pattern.h"

enum { STAMP = 8 };

/* A prime stride: pages and powers of two do not look alike. */
static uint8_t byte_at(uint64_t i)
{
	return (uint8_t)(i % 251);
}

static uint64_t stamp_size(uint64_t size)
{
	return size < STAMP ? size : STAMP;
}

void pattern_make(void *buf, uint64_t size)
{
	uint8_t *at = buf;

	for (uint64_t i = 0; i < size; i++)
		at[i] = byte_at(i);
}

void pattern_stamp(void *buf, uint64_t size, uint64_t number)
{
	uint64_t n = stamp_size(size);

	memcpy(buf, &number, n);
	memcpy((uint8_t *)buf + size - n, &number, n);
}

bool pattern_stamped(const void *buf, uint64_t size, uint64_t number)
{
	uint64_t n = stamp_size(size), first = 0, last = 0, right = 0;

	memcpy(&first, buf, n);
	memcpy(&last, (const uint8_t *)buf + size - n, n);
	memcpy(&right, &number, n);
	/* The last stamp of a short message lies over the first. */
	return last == right && (first == right || size < UINT64_C(2) * STAMP);
}

bool pattern_whole(const void *buf, uint64_t size, uint64_t number)
{
	const uint8_t *at = buf;
	uint64_t n = stamp_size(size);

	for (uint64_t i = n; i + n < size; i++)
		if (at[i] != byte_at(i))
			return false;
	return pattern_stamped(buf, size, number);
}
