/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives files and the files of folders to a fuzzer once each: the corpus as a test. */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

static unsigned replay(const char *path)
{
	struct stat st;
	char *text = NULL;
	unsigned n = 0;
	size_t size;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		DIR *dir = opendir(path);
		const struct dirent *e;

		if (!dir)
			abort();
		while ((e = readdir(dir))) {
			char *inside = xformat("%s/%s", path, e->d_name);

			n += e->d_name[0] == '.' ? 0 : replay(inside);
			free(inside);
		}
		closedir(dir);
		return n;
	}
	if (read_file(path, &text, &size) < 0)
		abort();
	LLVMFuzzerTestOneInput((const uint8_t *)text, size);
	free(text);
	return 1;
}

int main(int argc, char **argv)
{
	unsigned n = 0;

	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	printf("%u inputs\n", n);
	return n ? 0 : 1;
}
