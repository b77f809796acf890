/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suites, and cases as the command line has them. */
#include "fuzz.h"

#include "../../harness/suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *error = NULL;
	struct suite s = {0};

	suite_parse(text, "fuzz", &s, &error);
	suite_free(&s);
	free(error);
	error = NULL;
	struct suite one = {.name = xstrdup("")};
	suite_add(&one, text, &error);
	suite_free(&one);
	free(error);
	free(text);
	return 0;
}
