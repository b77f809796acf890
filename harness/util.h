/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small things that every module may use: messages, memory, text, whole files. */
#ifndef LWP_UTIL_H
#define LWP_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define countof(a) (sizeof(a) / sizeof((a)[0]))

/* Exit statuses of the command line. */
enum {
	EXIT_OK = 0,
	EXIT_REGRESSION = 1,
	EXIT_USAGE = 2,
	EXIT_UNMEASURED = 3,
	EXIT_UNREPEATABLE = 4,
	EXIT_UNJUDGED = 77
};

/* "lwpbench: ..." on stderr; a trailing colon appends strerror(errno). */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same, then exits with EXIT_USAGE; only in cmd_* and main. */
_Noreturn void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Out of memory ends the program; none returns NULL. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xformat(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvformat(const char *fmt, va_list ap);
FILE *xmemstream(char **text, size_t *size);

enum { READ_MOST = 256 << 20 }; /* bytes of a file: /dev/zero never ends */

/* The whole of a file as text ended by 0 in *text (caller frees), *size may be NULL; 0 or
 * -errno, -EFBIG above READ_MOST. */
int read_file(const char *path, char **text, size_t *size);
/* The same of an open file, from where it is. */
int read_open(int fd, char **text, size_t *size);
/* The first line of a file without its newline (caller frees), or NULL with errno set. */
char *read_line(const char *path);
/* Writes all of it to a temporary name, syncs, renames: whole or not at all; 0 or -errno.
 */
int write_file(const char *path, const char *text, size_t size);
/* The same of a path below an open folder. */
int write_at(int dir, const char *path, const char *text, size_t size);
/* Whether a path is written to as it is: a pipe, a device, or an open file's place in
 * /dev. */
bool path_is_stream(const char *path);
/* The same for a path that a user gave: to a stream, behind what it has. */
int put_file(const char *path, const char *text, size_t size);
/* Makes a folder and its parents; 0 or -errno. */
int make_dirs(const char *path);
/* Path of one of the program's own files ("benches/fork", "suites/quick.suite", "plots"),
 * in the build tree or where it was installed; caller frees; NULL if there is none. */
char *find_own(const char *name);
/* CLOCK_MONOTONIC in seconds. */
double clock_seconds(void);
/* Whether output to f should be coloured: a terminal, and no NO_COLOR. */
bool use_colour(FILE *f);
/* Columns of the terminal that f is, 80 if it does not tell; 0: it is none. */
size_t terminal_columns(FILE *f);

#endif
