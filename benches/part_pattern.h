/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What messages hold, so that one that is lost, repeated or spoilt is found out. */
#ifndef LWP_PART_PATTERN_H
#define LWP_PART_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

/* Fills buf: each byte tells where it lies. Once, untimed. */
void pattern_make(void *buf, uint64_t size);
/* Writes the message's number over its first and its last 8 bytes; of a shorter message,
 * over all of it. */
void pattern_stamp(void *buf, uint64_t size, uint64_t number);
/* Whether a message of that number begins and ends as it should: cheap, for each one. */
bool pattern_stamped(const void *buf, uint64_t size, uint64_t number);
/* Whether all of it is as made and stamped; for one message a sample, untimed. */
bool pattern_whole(const void *buf, uint64_t size, uint64_t number);

#endif
