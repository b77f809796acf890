/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts from anywhere, as HTML or XML. */
#ifndef LWP_HTML_H
#define LWP_HTML_H

#include <stdio.h>

/* Valid UTF-8 in which nothing has a meaning, neither between tags nor in quotes. */
void html_text(FILE *to, const char *text);

#endif
