/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hyperfine exports. */
#include "fuzz.h"

#include "../../harness/hyperfine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct timings t = {0};
	char *error = NULL;

	if (hyperfine_read((const char *)data, size, &t, &error) == 0) {
		struct record r = {0};

		for (size_t i = 0; i < t.n; i++) {
			struct kase *k = hyperfine_case(&r, t.v[i].command);

			if (k)
				hyperfine_take(k, &t.v[i]);
		}
		record_free(&r);
	}
	timings_free(&t);
	free(error);
	return 0;
}
