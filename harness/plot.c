/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures: writes each one's data, has gnuplot draw it by its template in every format,
 * and puts it where it is wanted. */
#include "plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gnuplot.h"
#include "host.h"
#include "inside.h"
#include "plot_data.h"
#include "plot_tidy.h"
#include "units.h"
#include "util.h"

static const struct format {
	const char *name;
	/* NULL: it is fit for use as gnuplot drew it. */
	char *(*tidy)(char *text, size_t *size, const struct origin *from);
} format_table[] = {
	{"svg", plot_tidy_svg},
	{"png", NULL},
	{"pdf", plot_tidy_pdf},
	{"txt", plot_tidy_txt},
};

enum { FORMATS = countof(format_table) };

/* What is the same for all pictures of one call. */
struct drawing {
	const struct record *r;
	const struct plot_order *order;
	bool wanted[FORMATS];
	char *style; /* path of the shared style */
	char *machine, *when;
	char **error;
};

/* What is the same for all formats of one picture. */
struct sketch {
	const struct picture *p;
	char *template; /* its path */
	char *resting;  /* "n = 11-12 reps" */
	int data;
};

static int fail(char **error, int err, char *text)
{
	*error = text;
	return err;
}

/* Whether a row ends with what its figure rests on: "\t12 reps\n". */
static bool rests(const char *end, const char *of, size_t *n)
{
	char *rest;

	*n = strtoul(end + 1, &rest, 10);
	return *n && *rest++ == ' ' && strncmp(rest, of, strlen(of)) == 0 &&
	       rest[strlen(of)] == '\n';
}

/* "; 109 sets of flags left out", or nothing; caller frees. */
static char *left_out(const char *data)
{
	const char *what = strstr(data, "\n" PLOT_LEFT_OUT);

	if (!what)
		return xstrdup("");
	what += strlen("\n" PLOT_LEFT_OUT);
	return xformat("; %.*s left out", (int)strcspn(what, "\n"), what);
}

/* What a row's figure rests on, or NULL. */
static const char *resting(const char *end, size_t *n)
{
	static const char *const kinds[] = {"reps", "blocks", "boots"};

	for (size_t i = 0; i < countof(kinds); i++)
		if (rests(end, kinds[i], n))
			return kinds[i];
	return NULL;
}

/* What the figures of all rows rest on, after their last column, and which rows there are
 * not; caller frees. */
static char *rest_on(const char *data)
{
	size_t least = SIZE_MAX, most = 0, n;
	const char *of = "reps";

	for (const char *tab = strchr(data, '\t'); tab; tab = strchr(tab + 1, '\t')) {
		const char *kind = resting(tab, &n);

		if (!kind)
			continue;
		of = kind;
		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	char *less = left_out(data), *text;
	if (least >= most)
		text = xformat("n = %zu %.*s%s", most, (int)strlen(of) - (most == 1), of,
			       less);
	else
		text = xformat("n = %zu-%zu %s%s", least, most, of, less);
	free(less);
	return text;
}

static void write_head(const struct drawing *d, const struct picture *p, FILE *out)
{
	fprintf(out, "# lwpbench: %s\n# %s\n# %s\n", p->title, d->machine, d->when);
	fprintf(out, "# columns, parted by tabs: %s\n", p->columns);
}

/* The picture's data in *text (caller frees); how many rows or lines, or -errno. */
static ssize_t collect(const struct drawing *d, const struct picture *p, char **text,
		       size_t *size)
{
	FILE *out = open_memstream(text, size);
	size_t rows;

	if (!out)
		return -errno;
	write_head(d, p, out);
	rows = p->write(d->r, out);
	return fclose(out) == 0 ? (ssize_t)rows : -errno;
}

/* Into the folder, under the picture's name, or to where all go. */
static int deliver(const struct drawing *d, const char *name, const char *ending,
		   const char *text, size_t size)
{
	const struct plot_order *o = d->order;

	if (!o->outdir) {
		/* An empty line parts pictures in text. */
		if (fwrite(text, 1, size, o->to) == size &&
		    (strcmp(ending, "txt") != 0 || fputc('\n', o->to) >= 0) &&
		    fflush(o->to) == 0)
			return 0;
		return fail(d->error, -errno, xformat("output: %s", strerror(errno)));
	}
	char *path = xformat("%s/%s.%s", o->outdir, name, ending);
	char *below = xformat("%s/%s.%s", basename(o->outdir), name, ending);
	int err = o->within ? inside_write(o->within, below, text, size)
			    : write_file(path, text, size);

	if (err)
		fail(d->error, err, xformat("%s: %s", path, inside_error(err)));
	free(below);
	free(path);
	return err;
}

static int start(const struct drawing *d, const struct sketch *s, const char *format,
		 struct gnuplot *g)
{
	char data[GNUPLOT_PATH], out[GNUPLOT_PATH], columns[24];

	g->out = gnuplot_file("", 0);
	if (g->out < 0)
		return fail(d->error, g->out, xformat("memory: %s", strerror(-g->out)));
	snprintf(columns, sizeof(columns), "%zu", d->order->columns);
	const char *const args[] = {d->style,
				    s->template,
				    format,
				    gnuplot_path(s->data, data),
				    gnuplot_path(g->out, out),
				    s->p->title,
				    d->machine,
				    d->when,
				    s->resting,
				    columns,
				    NULL};

	return gnuplot_start(g, args, s->data, d->error);
}

/* Takes what one gnuplot drew to its place. */
static int finish(const struct drawing *d, const struct sketch *s,
		  const struct format *format, struct gnuplot *g)
{
	const struct origin from = {s->p->name, d->when};
	const struct plot_order *o = d->order;
	char *text = NULL;
	size_t size;
	int err = gnuplot_finish(g, &text, &size, d->error);

	if (!err && format->tidy)
		text = format->tidy(text, &size, &from);
	if (!err)
		err = deliver(d, s->p->name, format->name, text, size);
	if (!err && o->made && o->outdir) {
		char *path = xformat("%s/%s.%s", o->outdir, s->p->name, format->name);

		o->made(path);
		free(path);
	}
	free(text);
	return err;
}

/* All formats at the same time; the first error is told. */
static int draw(const struct drawing *d, const struct sketch *s)
{
	struct gnuplot at_work[FORMATS];
	bool started[FORMATS] = {false};
	int err = 0;

	for (size_t i = 0; i < FORMATS && !err; i++) {
		if (!d->wanted[i])
			continue;
		err = start(d, s, format_table[i].name, &at_work[i]);
		started[i] = !err;
	}
	for (size_t i = 0; i < FORMATS; i++) {
		struct drawing rest = *d;
		char *ignored = NULL;

		if (!started[i])
			continue;
		rest.error = err ? &ignored : d->error;
		int one = finish(&rest, s, &format_table[i], &at_work[i]);
		err = err ? err : one;
		free(ignored);
	}
	return err;
}

static int draw_data(const struct drawing *d, const struct picture *p, const char *text,
		     size_t size, const char *resting)
{
	char *name = xformat("plots/%s.gp", p->name);
	struct sketch s = {
		.p = p, .template = find_own(name), .resting = xstrdup(resting)};
	int err = 0;

	s.data = gnuplot_file(text, size);
	if (s.data < 0)
		err = fail(d->error, s.data, xformat("memory: %s", strerror(-s.data)));
	else if (!s.template)
		err = fail(d->error, -EIO, xformat("%s is missing: install again", name));
	else
		err = draw(d, &s);
	if (s.data >= 0)
		close(s.data);
	free(s.resting);
	free(s.template);
	free(name);
	return err;
}

static int draw_rows(const struct drawing *d, const struct picture *p, const char *text,
		     size_t size)
{
	char *resting = rest_on(text);
	int err = draw_data(d, p, text, size, resting);

	free(resting);
	return err;
}

static int make_picture(const struct drawing *d, const struct picture *p)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t rows = collect(d, p, &text, &size);
	int err = 0;

	if (rows < 0)
		err = fail(d->error, (int)rows,
			   xformat("data of %s: %s", p->name, strerror((int)-rows)));
	else if (rows == 0 && d->order->names)
		err = fail(
			d->error, -ENODATA,
			xformat("%s: the result has no cases for this picture", p->name));
	if (rows > 0 && d->order->outdir)
		err = deliver(d, p->name, "dat", text, size);
	if (rows > 0 && !err)
		err = draw_rows(d, p, text, size);
	free(text);
	return err;
}

static char *take_plain(char *text)
{
	char *s = plot_plain(text);

	free(text);
	return s;
}

static int parse_formats(struct drawing *d)
{
	char *copy = xstrdup(d->order->formats), *rest = copy, *one;
	int err = 0;

	while (!err && (one = strsep(&rest, ","))) {
		size_t i = 0;

		while (i < FORMATS && strcmp(one, format_table[i].name) != 0)
			i++;
		if (i < FORMATS)
			d->wanted[i] = true;
		else
			err = fail(d->error, -EINVAL,
				   xformat("format '%s': want any of svg, png, pdf, txt",
					   one));
	}
	free(copy);
	return err;
}

static const struct picture *find_picture(const char *name)
{
	const struct picture *p = plot_pictures;

	while (p->name && strcmp(p->name, name) != 0)
		p++;
	return p->name ? p : NULL;
}

static int check_names(const struct drawing *d)
{
	const char *const *name = d->order->names;

	while (name && *name && find_picture(*name))
		name++;
	if (!name || !*name)
		return 0;
	char *known = xstrdup("");

	for (const struct picture *p = plot_pictures; p->name; p++) {
		char *longer = xformat("%s%s%s", known, *known ? ", " : "", p->name);

		free(known);
		known = longer;
	}
	fail(d->error, -EINVAL, xformat("picture '%s': want one of %s", *name, known));
	free(known);
	return -EINVAL;
}

static int prepare(struct drawing *d)
{
	const char *outdir = d->order->outdir;
	int err = parse_formats(d);

	if (!err)
		err = check_names(d);
	if (err)
		return err;
	if (outdir && !d->order->within && (err = make_dirs(outdir)))
		return fail(d->error, err, xformat("%s: %s", outdir, strerror(-err)));
	d->style = find_own("plots/style.gp");
	if (!d->style)
		return fail(d->error, -EIO,
			    xstrdup("plots/style.gp is missing: install again"));
	return 0;
}

static void clean_up(struct drawing *d)
{
	free(d->style);
	free(d->machine);
	free(d->when);
}

int plot_draw(const struct record *r, const struct plot_order *order, char **error)
{
	struct drawing d = {.r = r, .order = order, .error = error};
	int err;

	*error = NULL;
	d.machine = take_plain(host_title(&r->host));
	d.when = plot_plain(r->started);
	err = prepare(&d);
	if (order->names)
		for (const char *const *name = order->names; *name && !err; name++)
			err = make_picture(&d, find_picture(*name));
	else
		for (const struct picture *p = plot_pictures; p->name && !err; p++)
			err = make_picture(&d, p);
	clean_up(&d);
	return err;
}

int plot_draw_given(const struct plot_given *g, const struct plot_order *order,
		    char **error)
{
	const struct picture p = {
		.name = g->name, .title = g->title, .columns = g->columns};
	struct drawing d = {.order = order, .error = error};
	char *text = NULL;
	size_t size;

	*error = NULL;
	d.machine = take_plain(host_title(g->host));
	d.when = plot_plain(g->when);
	int err = prepare(&d);
	FILE *out = xmemstream(&text, &size);
	write_head(&d, &p, out);
	fputs(g->rows, out);
	fclose(out);
	if (!err && order->outdir)
		err = deliver(&d, p.name, "dat", text, size);
	if (!err)
		err = draw_data(&d, &p, text, size, g->resting);
	free(text);
	clean_up(&d);
	return err;
}

size_t plot_columns(FILE *to)
{
	size_t columns = to ? terminal_columns(to) : 0;
	const char *told = getenv("COLUMNS");
	uint64_t n;

	if (to && !columns && told && units_uint(told, &n) == 0)
		columns = n < PLOT_COLUMNS_MAX ? n : PLOT_COLUMNS_MAX;
	if (!columns)
		return PLOT_COLUMNS;
	if (columns < PLOT_COLUMNS_MIN)
		return PLOT_COLUMNS_MIN;
	return columns < PLOT_COLUMNS_MAX ? columns : PLOT_COLUMNS_MAX;
}
