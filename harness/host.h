/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What machine this is: everything that could explain a figure. */
#ifndef LWP_HOST_H
#define LWP_HOST_H

#include "record.h"

/* Collects the facts; `root` stands for "/" (tests give a folder with a fake /proc and
 * /sys). Every name is always there: with a value, or with the reason why it has none. */
void host_collect(const char *root, struct facts *out);
/* One line for titles: CPU, count, kernel, hypervisor; caller frees. */
char *host_title(const struct facts *host);

#endif
