/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a page, drawn without a file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plot.h"
#include "plot_data.h"
#include "report_parts.h"
#include "util.h"

/* One picture, NULL if the record has nothing for it; 0 or -errno with *error. */
static int draw(const struct record *r, const char *name, char **svg, char **error)
{
	const char *const names[] = {name, NULL};
	char *text = NULL;
	size_t size;
	const struct plot_order order = {
		.formats = "svg", .names = names, .to = xmemstream(&text, &size)};
	int err = plot_draw(r, &order, error);

	if (fclose(order.to) != 0 && !err) {
		err = -errno;
		*error = xformat("picture %s: %s", name, strerror(-err));
	}
	if (!err) {
		*svg = text;
		return 0;
	}
	free(text);
	if (err != -ENODATA)
		return err;
	free(*error);
	*error = NULL;
	return 0;
}

int pictures_draw(const struct record *r, struct pictures *out, char **error)
{
	int err = 0;

	*out = (struct pictures){0};
	while (plot_pictures[out->n].name)
		out->n++;
	out->svg = xcalloc(out->n, sizeof(*out->svg));
	for (size_t i = 0; i < out->n && !err; i++)
		err = draw(r, plot_pictures[i].name, &out->svg[i], error);
	if (err == -ENOENT) {
		out->why = *error;
		*error = NULL;
		err = 0;
	}
	if (err)
		pictures_free(out);
	return err;
}

void pictures_free(struct pictures *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->svg[i]);
	free(p->svg);
	free(p->why);
	*p = (struct pictures){0};
}
