/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has gnuplot draw, without any shell and without files: what it reads and what it makes
 * live in memory. */
#ifndef LWP_GNUPLOT_H
#define LWP_GNUPLOT_H

#include <stddef.h>
#include <sys/types.h>

/* A picture that is being drawn. */
struct gnuplot {
	pid_t pid;
	int out, errors; /* what it makes, what it says */
};

/* Paths of a memory file for gnuplot's arguments. */
enum { GNUPLOT_PATH = 32 };

/* A memory file of that text, that only a gnuplot started with it inherits; or -errno. */
int gnuplot_file(const char *text, size_t size);
/* Its path inside gnuplot; returns buf. */
char *gnuplot_path(int fd, char buf[GNUPLOT_PATH]);
/* Starts `gnuplot -d -c args...` (ends with NULL), which reads the file `data` and writes
 * g->out, both from gnuplot_file; takes over g->out, whatever it returns. 0, or -errno
 * with *error (caller frees). */
int gnuplot_start(struct gnuplot *g, const char *const args[], int data, char **error);
/* Waits for its end: what it made in *text (caller frees), followed by a 0, and *size; or
 * -errno with *error. */
int gnuplot_finish(struct gnuplot *g, char **text, size_t *size, char **error);

#endif
