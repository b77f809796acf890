/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What neighbours do to figures: forks for two seconds, and what change could be seen. */
#ifndef LWP_DOCTOR_NOISE_H
#define LWP_DOCTOR_NOISE_H

#include "doctor.h"

/* Adds one finding: the smallest change of a fork that `lwpbench ab` would find in a
 * minute with noise such as there is now. Programs are those in `benches`. 0, or the
 * number of the signal, of signal_fd, that ended it. */
int doctor_noise(const char *benches, int signal_fd, struct findings *out);

#endif
