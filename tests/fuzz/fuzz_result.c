/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results: read, all figures made of them, compared with themselves, and exported. */
#include "fuzz.h"

#include "../../harness/compare.h"
#include "../../harness/export.h"
#include "../../harness/figures.h"
#include "../../harness/result.h"

static void make_figures(const struct record *r)
{
	for (size_t i = 0; i < r->ncases; i++) {
		struct figures f;

		figures_of(r, &r->cases[i], &f);
		for (size_t p = 0; p < r->cases[i].nphases; p++)
			figures_phase(&r->cases[i], p);
		for (size_t e = 0; e < r->cases[i].nevents; e++)
			figures_event(&r->cases[i], e);
	}
}

static void hand_on(const struct record *r)
{
	const struct compare_rule rule = {.alpha = 0.5, .margin = 0.02};
	const struct export_job job = {.records = r, .n = 1};
	struct answers answers = {0};

	for (size_t i = 0; export_formats[i]; i++) {
		char *text = NULL;
		size_t size;
		FILE *to = xmemstream(&text, &size);

		export_formats[i]->write(to, &job);
		fclose(to);
		free(text);
	}
	compare(r, 1, r, 1, &rule, &answers);
	answers_free(&answers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path, *error = NULL;
	int fd = fuzz_file(data, size, &path);
	struct record r;

	if (result_read(path, &r, &error) == 0) {
		make_figures(&r);
		hand_on(&r);
		record_free(&r);
	}
	free(error);
	free(path);
	close(fd);
	return 0;
}
