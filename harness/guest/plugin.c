/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plugin of QEMU's that counts the instructions of samples, block by block of code, as
 * its clock does. Arguments: to=PATH, and blocks=on for more than two sums a sample. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../benches/mark.h"
#include "profile.h"

/*
 * Of QEMU's interface, which not every distribution ships a header of, what is used here.
 * Source: include/qemu/qemu-plugin.h of QEMU 7.2, version 1 of it.
 */
enum { QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_INLINE_ADD_U64 = 0 };
typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;
typedef void (*tb_callback)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*exec_callback)(unsigned vcpu, void *data);
typedef void (*exit_callback)(qemu_plugin_id_t id, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_callback call);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, exec_callback call,
					  int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    exec_callback call, int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op,
						void *to, uint64_t value);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, exit_callback call, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb,
						 size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
			char **argv);

extern int qemu_plugin_version;
int qemu_plugin_version = 1;

/* Code at one address. Programs share addresses: theirs differ by their bytes. */
struct block {
	uint64_t address, bytes;
	uint64_t count; /* of the sample under way */
	uint32_t number;
	bool written;
	struct block *next;      /* of the same hash */
	struct block *next_used; /* in the sample under way */
};

enum { BUCKETS = 1 << 16 };

/* QEMU calls back without a word about whose plugin it is. */
static struct {
	FILE *to;
	bool blocks;     /* wanted one by one */
	bool sampling;   /* between two marks */
	bool fault_next; /* the mark that says so was executed */
	uint64_t fault;  /* where the kernel takes faults; 0: not known yet */
	uint64_t steps;  /* instructions begun since the block `last` was entered */
	struct block *last, *used;
	uint32_t n; /* blocks written down */
	struct block *buckets[BUCKETS];
} state;

static bool is_kernel(const struct block *b)
{
	return b->address >= PROFILE_KERNEL;
}

static void put(enum profile_kind kind, uint32_t n, uint64_t a, uint64_t b)
{
	const struct profile_entry e = {kind, n, a, b};

	fwrite(&e, sizeof(e), 1, state.to);
}

static struct block *find_block(uint64_t address, uint64_t bytes)
{
	uint64_t hash = (address ^ bytes) * UINT64_C(0x9e3779b97f4a7c15);
	struct block **at = &state.buckets[hash >> 48];

	for (struct block *b = *at; b; b = b->next)
		if (b->address == address && b->bytes == bytes)
			return b;
	struct block *b = calloc(1, sizeof(*b));
	if (!b) {
		fprintf(stderr, "plugin: out of memory\n");
		exit(1);
	}
	*b = (struct block){.address = address, .bytes = bytes, .next = *at};
	return *at = b;
}

/* What was executed since the last block was entered is that one's. */
static void settle(uint64_t steps)
{
	struct block *b = state.last;

	if (!steps || !b)
		return;
	if (!b->count) {
		b->next_used = state.used;
		state.used = b;
	}
	b->count += steps;
}

/* A block may be left before its end, by a fault: so each instruction adds a step. That
 * which faulted is begun again later; the clock counts it once. */
static void enter(unsigned vcpu, void *data)
{
	struct block *b = data;
	uint64_t steps = state.steps;

	(void)vcpu;
	/* The mark itself is no step; behind it there was but the one that faulted. */
	if (state.fault_next && is_kernel(b) && steps == 1)
		state.fault = b->address;
	state.fault_next = false;
	if (state.sampling)
		settle(steps && b->address == state.fault ? steps - 1 : steps);
	state.steps = 0;
	state.last = b;
}

static void write_block(struct block *b)
{
	if (!b->written) {
		b->number = state.n++;
		b->written = true;
		put(PROFILE_BLOCK, b->number, b->address, b->bytes);
	}
	put(PROFILE_COUNT, b->number, b->count, 0);
}

static void end_sample(void)
{
	uint64_t sums[2] = {0, 0};

	for (struct block *b = state.used; b; b = b->next_used) {
		sums[is_kernel(b)] += b->count;
		if (state.blocks)
			write_block(b);
		b->count = 0;
	}
	state.used = NULL;
	put(PROFILE_SAMPLE, 0, sums[0], sums[1]);
}

static void pass_mark(unsigned vcpu, void *data)
{
	(void)vcpu;
	switch ((enum mark)(uintptr_t)data) {
	case MARK_BEGIN:
		state.sampling = true;
		break;
	case MARK_END:
		if (state.sampling) {
			settle(state.steps);
			end_sample();
		}
		state.sampling = false;
		break;
	case MARK_JOB:
		state.sampling = false;
		put(PROFILE_JOB, 0, 0, 0);
		break;
	case MARK_FAULT:
		state.fault_next = true;
		break;
	}
	state.steps = 0;
}

/* The mark that an instruction is, or 0. */
static uint32_t mark_of(const struct qemu_plugin_insn *insn)
{
	const size_t n = sizeof(MARK_BYTES) - 1;
	const char *data = qemu_plugin_insn_data(insn);
	uint32_t m = 0;

	if (qemu_plugin_insn_size(insn) == n + sizeof(m) &&
	    memcmp(data, MARK_BYTES, n) == 0)
		memcpy(&m, data + n, sizeof(m));
	return m >= MARK_BEGIN && m <= MARK_FAULT ? m : 0;
}

static uint64_t first_bytes(const struct qemu_plugin_tb *tb)
{
	uint64_t bytes = 0;
	size_t have = 0, n = qemu_plugin_tb_n_insns(tb);

	for (size_t i = 0; i < n && have < sizeof(bytes); i++) {
		const struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		size_t size = qemu_plugin_insn_size(insn);

		if (size > sizeof(bytes) - have)
			size = sizeof(bytes) - have;
		memcpy((char *)&bytes + have, qemu_plugin_insn_data(insn), size);
		have += size;
	}
	return bytes;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	struct qemu_plugin_insn *insn = n ? qemu_plugin_tb_get_insn(tb, 0) : NULL;

	(void)id;
	if (!insn)
		return;
	struct block *b = find_block(qemu_plugin_insn_vaddr(insn), first_bytes(tb));
	qemu_plugin_register_vcpu_tb_exec_cb(tb, enter, QEMU_PLUGIN_CB_NO_REGS, b);
	for (size_t i = 0; i < n; i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		uint32_t m = mark_of(insn);

		if (m)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, pass_mark,
							       QEMU_PLUGIN_CB_NO_REGS,
							       (void *)(uintptr_t)m);
		else
			qemu_plugin_register_vcpu_insn_exec_inline(
				insn, QEMU_PLUGIN_INLINE_ADD_U64, &state.steps, 1);
	}
}

static void finish(qemu_plugin_id_t id, void *data)
{
	(void)id, (void)data;
	put(PROFILE_END, 0, 0, 0);
	if (fclose(state.to) != 0)
		perror("plugin: writing its file");
}

/* As a function of a library that others load it is exported. */
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
			char **argv)
{
	const char *path = NULL;

	(void)info;
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "to=", 3) == 0)
			path = argv[i] + 3;
		else if (strcmp(argv[i], "blocks=on") == 0)
			state.blocks = true;
	}
	state.to = path ? fopen(path, "we") : NULL;
	if (!state.to) {
		perror(path ? path : "plugin: no to=");
		return 1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
