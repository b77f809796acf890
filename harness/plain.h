/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from anywhere, made harmless to a terminal and to whoever reads there. */
#ifndef LWP_PLAIN_H
#define LWP_PLAIN_H

#include <stddef.h>
#include <stdio.h>

/* Length of the UTF-8 character at text, or 0 with the bytes to replace in *bad: the
 * longest start of a character that could have become one. */
size_t utf8_length(const char *text, size_t *bad);
/* The code point of a character of that length. */
unsigned plain_code(const char *text, size_t length);
/* Length of the character at text, and in *as NULL if it may stand anywhere, else what
 * does in its place: U+FFFD for controls but blanks, for what turns text around, and for
 * what is no UTF-8. */
size_t plain_character(const char *text, const char **as);
/* The text as one line without any of these, blanks being spaces; caller frees. */
char *plain_line(const char *text);
/* The same, where newlines may stand. */
char *plain_lines(const char *text);
/* The line of a message: what it quotes may be as long as an argument can, and of that
 * both ends are telling. */
char *plain_message(const char *text);
/* Prints a line of it. */
void plain_print(FILE *to, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints a path by itself, as it is for programs to read, but plain on a terminal. */
void plain_path(const char *path);

#endif
