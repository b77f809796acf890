/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of what a selftest found out. */
#ifndef LWP_SHOW_SELFTEST_H
#define LWP_SHOW_SELFTEST_H

#include <stdio.h>

#include "selftest_report.h"
#include "sheet.h"

void show_selftest(const struct sheet *s, const struct selftest_report *t);
/* One JSON object. */
void show_selftest_json(FILE *to, const struct selftest_report *t);

#endif
