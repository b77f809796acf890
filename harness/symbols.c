/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads symbols of kernels, as /proc/kallsyms has them, and of ELF files. */
#include "symbols.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static size_t underscores(const char *name)
{
	return strspn(name, "_");
}

/* By address; there the best name last, for the search finds the last one. */
static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;
	size_t i = underscores(x->name), j = underscores(y->name);

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return i != j ? (i < j) - (i > j) : -strcmp(x->name, y->name);
}

static void sort(struct symbols *s)
{
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), by_address);
}

static void add(struct symbols *s, size_t *room, uint64_t address, const char *name,
		size_t length)
{
	if (s->n == *room) {
		*room = *room ? 2 * *room : 1024;
		s->v = xrealloc(s->v, *room, sizeof(*s->v));
	}
	s->v[s->n++] = (struct symbol){address, xstrndup(name, length)};
}

void symbols_of_kernel(const char *text, struct symbols *out)
{
	size_t room = 0;

	*out = (struct symbols){0};
	for (const char *line = text; *line;) {
		char *name;
		size_t length = strcspn(line, "\n");
		uint64_t address = strtoull(line, &name, 16);

		if (name > line && name < line + length && *name == ' ')
			add(out, &room, address, name + 1,
			    (size_t)(line + length - name - 1));
		line += length + (line[length] == '\n');
	}
	sort(out);
}

/* `n` things of `size` bytes at an offset of the file, or NULL if it ends before them. */
static const void *inside(const struct symbols *s, uint64_t at, uint64_t n, size_t size)
{
	if (at > s->size || n > (s->size - at) / size)
		return NULL;
	return s->image + at;
}

static const Elf64_Ehdr *header(const struct symbols *s)
{
	const Elf64_Ehdr *h = inside(s, 0, 1, sizeof(*h));

	if (!h || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 ||
	    h->e_ident[EI_CLASS] != ELFCLASS64)
		return NULL;
	return h;
}

static void take_table(struct symbols *s, size_t *room, const Elf64_Shdr *table,
		       const Elf64_Shdr *names)
{
	const uint64_t n = table->sh_size / sizeof(Elf64_Sym);
	const Elf64_Sym *v = inside(s, table->sh_offset, n, sizeof(*v));
	const char *text = inside(s, names->sh_offset, names->sh_size, 1);

	for (uint64_t i = 0; v && text && i < n; i++) {
		unsigned type = ELF64_ST_TYPE(v[i].st_info);

		if ((type != STT_FUNC && type != STT_GNU_IFUNC) ||
		    v[i].st_shndx == SHN_UNDEF || v[i].st_name >= names->sh_size)
			continue;
		const char *name = text + v[i].st_name;
		add(s, room, v[i].st_value, name,
		    strnlen(name, names->sh_size - v[i].st_name));
	}
}

int symbols_of_program(const char *path, struct symbols *out)
{
	size_t room = 0;

	*out = (struct symbols){0};
	int err = read_file(path, &out->image, &out->size);
	const Elf64_Ehdr *h = err ? NULL : header(out);
	const Elf64_Shdr *sections =
		h ? inside(out, h->e_shoff, h->e_shnum, sizeof(*sections)) : NULL;

	if (!err && !sections)
		err = -ENOEXEC;
	for (unsigned i = 0; !err && i < h->e_shnum; i++)
		if (sections[i].sh_type == SHT_SYMTAB && sections[i].sh_link < h->e_shnum)
			take_table(out, &room, &sections[i],
				   &sections[sections[i].sh_link]);
	sort(out);
	if (err)
		symbols_free(out);
	return err;
}

void symbols_free(struct symbols *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i].name);
	free(s->v);
	free(s->image);
	*s = (struct symbols){0};
}

char *symbols_name(const struct symbols *s, uint64_t address)
{
	size_t from = 0, to = s->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (s->v[middle].address <= address)
			from = middle + 1;
		else
			to = middle;
	}
	if (!from)
		return NULL;
	const char *name = s->v[from - 1].name;
	size_t length = strcspn(name, ".");
	return xstrndup(name, length ? length : strlen(name));
}

bool symbols_have(const struct symbols *s, uint64_t address, uint64_t bytes)
{
	const Elf64_Ehdr *h = header(s);
	const Elf64_Phdr *v = h ? inside(s, h->e_phoff, h->e_phnum, sizeof(*v)) : NULL;

	for (unsigned i = 0; v && i < h->e_phnum; i++) {
		if (v[i].p_type != PT_LOAD || !(v[i].p_flags & PF_X) ||
		    address < v[i].p_vaddr || address - v[i].p_vaddr >= v[i].p_filesz)
			continue;
		const char *code =
			inside(s, v[i].p_offset + (address - v[i].p_vaddr), 1, 1);
		/* A short block ends in zeros. */
		for (size_t j = 0; code && j < sizeof(bytes) && bytes; j++, bytes >>= 8)
			if (!inside(s, (uint64_t)(code - s->image) + j, 1, 1) ||
			    (unsigned char)code[j] != (bytes & 0xff))
				return false;
		return code != NULL;
	}
	return false;
}
