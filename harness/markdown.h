/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts from anywhere, as Markdown of the kind that GitHub and GitLab render. */
#ifndef LWP_MARKDOWN_H
#define LWP_MARKDOWN_H

#include <stdio.h>

/* One line of valid UTF-8, also fit for a cell of a table, in which nothing has a
 * meaning: no markup, no HTML, nobody mentioned, nothing linked. `Code` remains code. */
void markdown_text(FILE *to, const char *text);
/* The same where a paragraph begins: it is no list, heading, quotation or rule. */
void markdown_paragraph(FILE *to, const char *text);
/* As code where that can be said, else as text. */
void markdown_code(FILE *to, const char *text);

#endif
