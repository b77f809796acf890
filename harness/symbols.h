/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of functions, of a kernel and of static programs. */
#ifndef LWP_SYMBOLS_H
#define LWP_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
	uint64_t address;
	char *name;
};

struct symbols {
	struct symbol *v; /* by address */
	size_t n;
	char *image; /* of a program: the file as it is */
	size_t size;
};

/* Of lines "ADDRESS NAME"; what is no such line is passed over. */
void symbols_of_kernel(const char *text, struct symbols *out);
/* Of a 64-bit ELF file; 0 or -errno, -ENOEXEC if it is no such file. */
int symbols_of_program(const char *path, struct symbols *out);
void symbols_free(struct symbols *s);
/* The function that an address lies in, without what a compiler added (".isra.0"); or
 * NULL; caller frees. Of several names at one address the one with the fewest underscores
 * at its front. */
char *symbols_name(const struct symbols *s, uint64_t address);
/* Whether the program has these bytes of code at an address. */
bool symbols_have(const struct symbols *s, uint64_t address, uint64_t bytes);

#endif
