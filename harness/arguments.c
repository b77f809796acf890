/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts a stream in the place of stderr that lets no escape sequence of an argument
 * through: argp and getopt quote arguments as they are. */
#include "arguments.h"

#include <stdio.h>
#include <stdlib.h>

#include "plain.h"
#include "util.h"

/* What has come of a message so far. */
struct message {
	FILE *to;
	char *text;
};

/* A message comes in parts; only where it ends is a line end the last of one. */
static ssize_t put(void *cookie, const char *data, size_t size)
{
	struct message *m = cookie;
	size_t len = size && data[size - 1] == '\n' ? size - 1 : size;
	char *text = xformat("%s%.*s", m->text ? m->text : "", (int)len, data);

	free(m->text);
	m->text = text;
	if (len == size)
		return (ssize_t)size;
	char *line = plain_message(text);
	fprintf(m->to, "%s\n", line);
	free(line);
	free(text);
	m->text = NULL;
	return (ssize_t)size;
}

void arguments_parse(const struct argp *argp, int argc, char **argv, unsigned flags,
		     void *input)
{
	struct message m = {.to = stderr};
	FILE *plain = fopencookie(&m, "w", (cookie_io_functions_t){.write = put});

	if (plain) {
		setvbuf(plain, NULL, _IONBF, 0);
		stderr = plain;
	}
	argp_parse(argp, argc, argv, flags, NULL, input);
	stderr = m.to;
	if (plain)
		fclose(plain);
	free(m.text);
}
