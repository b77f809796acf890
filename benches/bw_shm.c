/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages copied into and out of a ring in shared memory: no call while both are busy.
 */
#include <string.h>
#include <sys/mman.h>

#include "bench.h"
#include "part_stream.h"
#include "part_tally.h"

/* What one side has done; it writes nothing else. */
struct side {
	struct tally done;
	uint64_t count; /* the same, but it never begins anew: slots go by it */
} __attribute__((aligned(64)));

static struct {
	struct side sender, receiver;
} * ring;
static char *room;
static uint64_t slots, slot;

static int open_ring(struct run *run, int ends[2])
{
	ends[0] = ends[1] = -1;
	slots = bench_param(run, "slots");
	slot = (stream_size() + 63) / 64 * 64;
	ring = task_share(sizeof(*ring));
	if (!ring)
		return bench_fail(run, "mmap", errno);
	room = stream_memory(run, slots * slot, MAP_SHARED | MAP_ANONYMOUS, -1);
	return room ? 0 : -ENOMEM;
}

static long copy_in(const char *buf, uint64_t size)
{
	struct side *me = &ring->sender;
	long ret = tally_await(&ring->receiver.done, (uint32_t)(me->count - slots));

	if (ret < 0)
		return ret;
	memcpy(room + me->count++ % slots * slot, buf, size);
	ret = tally_raise(&me->done);
	return ret < 0 ? ret : (long)size;
}

static long copy_out(char *buf, uint64_t size)
{
	struct side *me = &ring->receiver;
	long ret = tally_await(&ring->sender.done, (uint32_t)me->count);

	if (ret < 0)
		return ret;
	memcpy(buf, room + me->count++ % slots * slot, size);
	ret = tally_raise(&me->done);
	return ret < 0 ? ret : (long)size;
}

static int setup(struct run *run)
{
	static const struct stream shm = {
		.open = open_ring, .send = copy_in, .receive = copy_out};

	return stream_setup(run, &shm);
}

static const struct param params[] = {
	{.name = "slots",
	 .brief = "messages that the ring has room for",
	 .type = PARAM_INT,
	 .def = "4",
	 .unit = "messages",
	 .min = 1,
	 .max = 1024},
	{0},
};

const struct bench bench = {
	.name = "bw_shm",
	.brief = "messages copied into a ring in shared memory and out of it; who must "
		 "wait spins, then sleeps on a futex",
	.family = "bandwidth",
	.floor = "bw_memcpy/size",
	.unit = "bytes/s",
	.params = params,
	.parts = (const struct part *const[]){&task_part, &stream_part, NULL},
	.setup = setup,
	.op = stream_op,
	.reset = stream_reset,
};
