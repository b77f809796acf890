/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the project, each with its one meaning: of the report and the manual. */
#ifndef LWP_WORDS_H
#define LWP_WORDS_H

struct word {
	const char *word, *meaning; /* "rep", "a fresh process that runs one case" */
};

extern const struct word words[]; /* in the order to read them; ends with {0} */

#endif
