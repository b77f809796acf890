/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring of buffers between one task that fills them and one that empties them. */
#ifndef LWP_APP_RING_H
#define LWP_APP_RING_H

#include <stddef.h>

struct ring;

/* For tasks of the way's kind, started later; each of the slots holds `size` bytes. */
struct ring *ring_new(unsigned slots, size_t size);
void ring_free(struct ring *ring);
/* Waits for an empty slot: where to put the next bytes. */
void *ring_room(struct ring *ring);
/* The slot that ring_room gave holds so many bytes. */
void ring_put(struct ring *ring, size_t size);
/* Waits for a full slot: its bytes, and how many. */
const void *ring_take(struct ring *ring, size_t *size);
/* The slot that ring_take gave is empty again. */
void ring_done(struct ring *ring);

#endif
