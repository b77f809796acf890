/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether results come from machines whose times can be compared. */
#ifndef LWP_COMPARE_HOSTS_H
#define LWP_COMPARE_HOSTS_H

#include "answers.h"
#include "record.h"

/* Why machines of two sides, or of one, can't be compared, or NULL; caller frees. */
char *compare_hosts_refuse(const struct record *base, size_t nbase,
			   const struct record *fresh, size_t nfresh);
/* A remark for everything in which they differ, that included. */
void compare_hosts_remark(const struct record *base, size_t nbase,
			  const struct record *fresh, size_t nfresh, struct answers *out);

#endif
