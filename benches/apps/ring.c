/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two semaphores count the empty and the full slots: alike for threads and processes. */
#include <errno.h>
#include <semaphore.h>

#include "app.h"
#include "ring.h"

enum { ALIGN = 64 };

struct slot {
	size_t used;
	char data[] __attribute__((aligned(ALIGN)));
};

struct ring {
	sem_t empty, full;
	size_t mapped, stride;
	unsigned slots;
	unsigned in __attribute__((aligned(ALIGN)));  /* the filling task's */
	unsigned out __attribute__((aligned(ALIGN))); /* the emptying task's */
	char first[] __attribute__((aligned(ALIGN)));
};

struct ring *ring_new(unsigned slots, size_t size)
{
	size_t stride = sizeof(struct slot) + (size + ALIGN - 1) / ALIGN * ALIGN;
	size_t mapped = sizeof(struct ring) + slots * stride;
	struct ring *ring = app_map(mapped);

	ring->mapped = mapped;
	ring->stride = stride;
	ring->slots = slots;
	if (sem_init(&ring->empty, app_kind() == APP_PROCESS, slots) < 0 ||
	    sem_init(&ring->full, app_kind() == APP_PROCESS, 0) < 0)
		app_fail(errno, "sem_init");
	return ring;
}

void ring_free(struct ring *ring)
{
	sem_destroy(&ring->empty);
	sem_destroy(&ring->full);
	app_unmap(ring, ring->mapped);
}

static struct slot *slot_at(struct ring *ring, unsigned i)
{
	return (struct slot *)(void *)(ring->first + i % ring->slots * ring->stride);
}

static void wait_for(sem_t *sem)
{
	while (sem_wait(sem) < 0)
		if (errno != EINTR)
			app_fail(errno, "sem_wait");
}

static void post(sem_t *sem)
{
	if (sem_post(sem) < 0)
		app_fail(errno, "sem_post");
}

void *ring_room(struct ring *ring)
{
	wait_for(&ring->empty);
	return slot_at(ring, ring->in)->data;
}

void ring_put(struct ring *ring, size_t size)
{
	slot_at(ring, ring->in++)->used = size;
	post(&ring->full);
}

const void *ring_take(struct ring *ring, size_t *size)
{
	const struct slot *slot;

	wait_for(&ring->full);
	slot = slot_at(ring, ring->out);
	*size = slot->used;
	return slot->data;
}

void ring_done(struct ring *ring)
{
	ring->out++;
	post(&ring->empty);
}
