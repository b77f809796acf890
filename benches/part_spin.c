/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks that spin for each other, as fast as they can look. */
#include "part_spin.h"
#include "part_task.h"

/* Between two questions whether to go on, so that they do not weigh: 10 us or so. */
enum { LOOKS = 16384 };

/* Without a pause between looks, which would add to what is measured. */
bool spin_until(const uint32_t *word, uint32_t value)
{
	do {
		for (unsigned i = 0; i < LOOKS; i++)
			if (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value)
				return true;
	} while (!task_told());
	return false;
}

int spin_alive_until(struct run *run, const uint32_t *word, uint32_t value)
{
	int err = 0;

	while (!err && !spin_until(word, value))
		err = task_alive(run);
	return err;
}
