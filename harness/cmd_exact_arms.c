/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two sides that `exact compare` and `exact explain` hold against each other. */
#include <stdlib.h>

#include "cmd_exact.h"
#include "util.h"

enum {
	KEY_KERNEL = 0x500,
	KEY_APPEND,
	KEY_A_KERNEL,
	KEY_B_KERNEL,
	KEY_A_APPEND,
	KEY_B_APPEND,
	KEY_A_BENCHES,
	KEY_B_BENCHES,
};

static const struct argp_option argp_options[] = {
	{"kernel", KEY_KERNEL, "VMLINUZ", 0,
	 "image to boot in both arms instead of the first of scripts/exact", 1},
	{"append", KEY_APPEND, "WORDS", 0, "to the kernel's command line in both", 1},
	{"a-kernel", KEY_A_KERNEL, "VMLINUZ", 0, "image of arm a, the base", 1},
	{"b-kernel", KEY_B_KERNEL, "VMLINUZ", 0, "image of arm b, the new one", 1},
	{"a-append", KEY_A_APPEND, "WORDS", 0, "to the command line of arm a", 1},
	{"b-append", KEY_B_APPEND, "WORDS", 0,
	 "to that of arm b: 'mitigations=off', 'init_on_alloc=0'", 1},
	{"a-benches", KEY_A_BENCHES, "DIR", 0,
	 "static benchmark programs of arm a instead of our own", 1},
	{"b-benches", KEY_B_BENCHES, "DIR", 0, "those of arm b", 1},
	{0},
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct exact_arms *o = state->input;
	struct exact_arm *a = &o->arm[EXACT_A], *b = &o->arm[EXACT_B];
	const struct {
		int key;
		const char **to;
	} places[] = {
		{KEY_KERNEL, &o->kernel},     {KEY_APPEND, &o->append},
		{KEY_A_KERNEL, &a->kernel},   {KEY_B_KERNEL, &b->kernel},
		{KEY_A_APPEND, &a->append},   {KEY_B_APPEND, &b->append},
		{KEY_A_BENCHES, &a->benches}, {KEY_B_BENCHES, &b->benches},
	};

	for (size_t i = 0; i < countof(places); i++) {
		if (places[i].key != key)
			continue;
		if (!*arg && key != KEY_APPEND && key != KEY_A_APPEND &&
		    key != KEY_B_APPEND)
			argp_error(state, "'%s': want a file or a folder", arg);
		*places[i].to = arg;
		o->differ |= key != KEY_KERNEL && key != KEY_APPEND;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp exact_arms_argp = {.options = argp_options, .parser = parse_option};

void exact_arms_complete(struct exact_arms *arms)
{
	const char *both = arms->append ? arms->append : "";

	for (size_t i = 0; i < EXACT_ARMS; i++) {
		struct exact_arm *arm = &arms->arm[i];
		const char *own = arm->append ? arm->append : "";

		if (!arm->kernel)
			arm->kernel = arms->kernel;
		arm->append = xformat("%s%s%s", both, *both && *own ? " " : "", own);
	}
}

void exact_arms_free(struct exact_arms *arms)
{
	for (size_t i = 0; i < EXACT_ARMS; i++)
		free((char *)arms->arm[i].append);
}

char *exact_arm_name(const struct record *r, const struct exact_arm *arm)
{
	const char *const names[] = {"kernel.release", "kernel.version", "kernel.append"};
	const char *v[countof(names)], *benches = arm ? arm->benches : NULL;

	for (size_t i = 0; i < countof(names); i++) {
		const struct fact *f = facts_find(&r->host, names[i]);

		v[i] = f && f->value ? f->value : "";
	}
	return xformat("Linux %s %s%s%s%s%s", v[0], v[1], *v[2] ? ", " : "", v[2],
		       benches ? ", programs of " : "", benches ? benches : "");
}
