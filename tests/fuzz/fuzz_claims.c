/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims: parsed, and judged on a record that has next to nothing. */
#include "fuzz.h"

#include "../../harness/claims.h"
#include "../../harness/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *error = NULL;
	struct claims claims = {0};

	if (claims_parse(text, "fuzz", &claims, &error) == 0) {
		struct judged *v = xcalloc(claims.n, sizeof(*v));
		struct record r = {0};

		judge(&r, &claims, v);
		judged_free(v, claims.n);
		free(v);
	}
	claims_free(&claims);
	free(error);
	free(text);
	return 0;
}
