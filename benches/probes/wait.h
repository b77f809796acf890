/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for each other without libc, whose errno tasks may share. */
#ifndef LWP_WAIT_H
#define LWP_WAIT_H

#include <stdint.h>

/* Waits until the word differs from `value`, however long: the runner has the clock. */
void wait_change(uint32_t *word, uint32_t value);
/* Sets a word that others wait for. */
void wait_set(uint32_t *word);
/* Lets some time pass. */
void wait_ms(unsigned ms);

#endif
