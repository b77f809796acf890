/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program answers to --describe. */
#include "fuzz.h"

#include "../../harness/catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct bench_info b;

	catalog_parse(text, &b);
	bench_info_free(&b);
	free(text);
	return 0;
}
