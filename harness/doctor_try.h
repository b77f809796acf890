/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a doctor has to try, for no file tells it. */
#ifndef LWP_DOCTOR_TRY_H
#define LWP_DOCTOR_TRY_H

#include "doctor.h"

/* Reads the clock, opens counters, looks for tracepoints: adds what it finds. */
void doctor_try(struct findings *out);

#endif
