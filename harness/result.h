/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record as result.json, schema lwpbench-result/1 (results/schema.json). */
#ifndef LWP_RESULT_H
#define LWP_RESULT_H

#include "record.h"

#define RESULT_SCHEMA "lwpbench-result/1"

/* Writes FOLDER/result.json whole or not at all; 0 or -errno. */
int result_write(const char *folder, const struct record *r);
/* Reads a folder's result.json, or the file itself, or standard input for "-"; 0, or
 * -errno with one line in *error, which the caller frees. */
int result_read(const char *path, struct record *out, char **error);
/* The same of its text; in *error no path. */
int result_parse(const char *text, size_t size, struct record *out, char **error);
/* The result's folder, or that of its file; caller frees. */
char *result_folder(const char *path);
/* Path of `name` in the result's folder, or beside its file; caller frees. */
char *result_beside(const char *path, const char *name);

#endif
