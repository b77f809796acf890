/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts from anywhere, as HTML or XML. */
#ifndef LWP_HTML_H
#define LWP_HTML_H

#include <stddef.h>
#include <stdio.h>

/* Length of the character, or of what is none, at text; *as: NULL if it may stand on a
 * page, else what takes its place. */
size_t html_character(const char *text, const char **as);
/* Valid UTF-8 in which nothing has a meaning, neither between tags nor in quotes. */
void html_text(FILE *to, const char *text);

#endif
