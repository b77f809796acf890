/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points of a history. */
#include "fuzz.h"

#include "../../harness/history_point.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path, *error = NULL;
	int fd = fuzz_file(data, size, &path);
	struct point p;

	if (point_read(path, &p, &error) == 0) {
		free(point_text(&p));
		point_free(&p);
	}
	free(error);
	free(path);
	close(fd);
	return 0;
}
