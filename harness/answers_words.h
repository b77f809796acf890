/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How answers are put for people. */
#ifndef LWP_ANSWERS_WORDS_H
#define LWP_ANSWERS_WORDS_H

#include "answers.h"

/* "regressed", "not measured", "~"... */
const char *answer_word(enum answer_kind kind);
/* Whether it is what people look for: failed, regressed or improved. */
bool answer_changed(enum answer_kind kind);
/* The ratio as a change, "+5.2 %", "× 22.8" or a dash; caller frees. */
char *answer_change(const struct answer *v);
/* The figures of both sides, "25.0 → 31.2 µs", or a dash; caller frees. */
char *answer_figures(const struct answer *v);
/* Its interval, "[4.1, 6.3]", or a dash; caller frees. */
char *answer_interval(const struct answer *v);
/* An answer with all its figures, "regressed: +5.2 % [4.1, 6.3], 24 blocks..."; caller
 * frees. */
char *answer_sentence(const struct answers *a, const struct answer *v);
/* "a → b" or "base → new". */
const char *answers_sides(const struct answers *a);
/* "change", and of what. */
const char *answers_change(const struct answers *a);
/* The unit of error: "blocks" or "runs". */
const char *answers_units(const struct answers *a);
/* A sign for all of it. */
const char *answers_mark(const struct answers *a);
/* All of it in a few words, without a full stop; caller frees. */
char *answers_verdict(const struct answers *a);
/* "1 regressed, 2 improved, 12 equivalent, 4 undecided (~)", or of this only what has not
 * changed; caller frees. */
char *answers_counts(const struct answers *a, bool all);

#endif
