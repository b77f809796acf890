/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What commands that measure into a result share: its folder's lock, its machine, its
 * end.
 */
#ifndef LWP_SESSION_H
#define LWP_SESSION_H

#include <stdio.h>

#include "record.h"

/* No other process may write into the folder until this one ends; 0 or -errno, of which
 * -EWOULDBLOCK says that another one does. */
int session_lock(const char *folder);
/* A signalfd of SIGINT and its like, for launches to wait on; -1 with errno. */
int session_signals(void);
/* Now, UTC, as strftime(3) writes it; caller frees. */
char *session_time(const char *format);
/* The command as typed; caller frees. */
char *session_command(int argc, char **argv);
/* A random seed. */
uint64_t session_seed(void);
/* Adds warnings if the hypervisor or others took much of the machine away. */
void session_warn_noise(struct record *r);
/* In what this machine differs from the record's, for whom half a result would be
 * neither; caller frees; NULL: it is the same. */
char *session_foreign(const struct record *r, const struct facts *now);
/* Tells on stderr which of the cases that `tool` timed (NULL: our own) have failed. */
void session_tell_failed(const struct record *r, const char *tool);
/* Tells how those cases fared. */
void session_tell_counts(FILE *to, const struct record *r, const char *tool,
			 double took_s, const char *folder);
/* The exit status that those cases deserve; `stopped` is a signal's number, or 0. */
int session_status(const struct record *r, const char *tool, int stopped);

#endif
