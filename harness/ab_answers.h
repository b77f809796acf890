/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two arms that were measured in turns answer. */
#ifndef LWP_AB_ANSWERS_H
#define LWP_AB_ANSWERS_H

#include "ab.h"
#include "answers.h"

/* Of the cases of `asked`, which ab's were made of, under the texts that these have
 * there. */
void ab_answers(const struct ab *ab, const struct record *asked, struct answers *out);

#endif
