/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the doctor found, for people and machines. */
#ifndef LWP_SHOW_DOCTOR_H
#define LWP_SHOW_DOCTOR_H

#include <stdio.h>

#include "doctor.h"
#include "sheet.h"

void show_doctor(const struct sheet *s, const struct findings *f);
/* One line on what spoils figures, or NULL; caller frees. */
char *show_doctor_short(const struct findings *f);
/* One JSON object. */
void show_doctor_json(FILE *to, const struct findings *f);

#endif
