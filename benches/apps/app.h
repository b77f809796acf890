/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the whole programs share: their arguments, their tasks, and how they fail. */
#ifndef LWP_APP_H
#define LWP_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum app_kind { APP_THREAD, APP_PROCESS };

/* A way to do the work: a value of how=. */
struct app_way {
	const char *name, *brief;
	void (*work)(void);
	enum app_kind kind; /* of the tasks that app_start starts */
};

/* A parameter beside how=. */
struct app_param {
	const char *name, *brief;
	const char *def;            /* the default, as it would be typed */
	const char *const *choices; /* ends with NULL; or NULL: it is a number */
	uint64_t min, max;          /* of a number, both included */
};

/* Values for which --list names every way once. */
struct app_setting {
	const char *args, *brief; /* "cache=cold"; what that means in a few words */
};

/* Hooks return if all went well; else they leave by app_fail or app_skip. */
struct app {
	const char *name, *brief;
	const struct app_way *ways;         /* the first is the default; ends with {0} */
	const struct app_param *params;     /* ends with {0} */
	const struct app_setting *settings; /* ends with {0} */
	void (*prepare)(void);              /* --prepare: once before the runs, or NULL */
	void (*before)(void);               /* --before: before each run, or NULL */
	void (*run)(void (*work)(void));    /* the whole work, a part of it by the way */
};

/* All of main; returns its status. */
int app_main(const struct app *app, int argc, char **argv);
/* The value of a parameter: the number, or which of its choices, counted from 0. */
uint64_t app_value(const char *param);
/* The kind of task that the chosen way has. */
enum app_kind app_kind(void);

/* Prints "NAME: TEXT: why" once for all tasks of this program, ends those that this
 * process started, and leaves with status 1; err 0: the text says it all. */
_Noreturn void app_fail(int err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Prints "NAME: skipped: TEXT" and leaves with status 77. */
_Noreturn void app_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Zeroed memory that all tasks of the way's kind share, processes if they are started
 * later; app_unmap is its pair. */
void *app_map(size_t size);
void app_unmap(void *memory, size_t size);
/* A heap buffer, for free(3). */
void *app_alloc(size_t size);
/* Starts a task of the way's kind. */
void app_start(void *(*work)(void *), void *arg);
/* Starts a process, whatever the way's kind; it dies with the calling thread. */
void app_fork(void *(*work)(void *), void *arg);
/* Waits for all tasks that this process started; fails if one of them did. */
void app_join(void);

/* Writes it all. */
void app_write(int fd, const void *data, size_t size);
/* Reads until the buffer is full or the input ends; returns how many bytes. */
size_t app_read(int fd, void *buffer, size_t size);

#endif
