/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads claims: fields by their indentation, each with the place of its mistakes. */
#include "claims.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "terms.h"
#include "util.h"

enum {
	CLAIMS_MOST = 1000, /* of all files together */
	RULES_MOST = 16,    /* of a claim, and facts that it needs */
	FIELD_MOST = 4000,  /* bytes of a field, and of a line */
	ID_MOST = 64,       /* bytes */
	TAB = 8,
};

static const char blank[] = " \t";

/* A field as it was written: lines that follow one another, a blank between two. */
struct field {
	char *text;
	size_t length;
	unsigned indent; /* of its first line: deeper ones belong to it... */
	bool goes_on;    /* ...and so does what follows a backslash */
	struct piece {
		size_t at; /* where in the text a line begins */
		unsigned line, column;
	} * pieces;
	size_t npieces;
};

struct reader {
	const char *name;
	struct claims *out;
	size_t before; /* claims that were there already */
	bool open;     /* the last of `out` is being read */
	struct field field;
	char **error;
};

static int complain(const struct reader *in, unsigned line, unsigned column, char *what)
{
	*in->error = xformat("%s:%u:%u: %s", in->name, line, column, what);
	free(what);
	return -EINVAL;
}

/* About the place `at` of the field's text. */
static int complain_at(const struct reader *in, size_t at, char *what)
{
	const struct field *f = &in->field;
	size_t i = f->npieces - 1;

	while (i && f->pieces[i].at > at)
		i--;
	return complain(in, f->pieces[i].line,
			f->pieces[i].column + (unsigned)(at - f->pieces[i].at), what);
}

static void claim_free(struct claim *c)
{
	for (size_t i = 0; i < c->nrules; i++)
		terms_rule_free(&c->rules[i]);
	for (size_t i = 0; i < c->nneeds; i++) {
		free(c->needs[i].fact);
		free(c->needs[i].value);
	}
	free(c->rules);
	free(c->needs);
	free(c->file);
	free(c->id);
	free(c->says);
	free(c->source);
	free(c->holds);
	free(c->fails);
}

static void shrink(struct claims *c, size_t n)
{
	while (c->n > n)
		claim_free(&c->v[--c->n]);
}

void claims_free(struct claims *c)
{
	shrink(c, 0);
	free(c->v);
	*c = (struct claims){0};
}

/* ---- fields; `at` is where in the field the value begins */

static struct claim *current(const struct reader *in)
{
	return &in->out->v[in->out->n - 1];
}

/* The claim that is being read must be whole by now. */
static int close_claim(struct reader *in)
{
	if (!in->open)
		return 0;
	const struct claim *c = current(in);
	const char *lacks = !c->says     ? "says"
			    : !c->source ? "source"
			    : !c->nrules ? "rule"
					 : NULL;

	in->open = false;
	if (!lacks)
		return 0;
	return complain(in, c->line, 1,
			xformat("claim %s has no %s; want says, source and rule in every "
				"claim",
				c->id, lacks));
}

/* "article" of "claims/article.claims". */
static char *family_of(const char *name)
{
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
	const char *dot = strrchr(base, '.');

	return xstrndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

static int open_claim(struct reader *in, size_t at)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *id = in->field.text + at;
	struct claims *all = in->out;
	int err = close_claim(in);

	if (err)
		return err;
	if (id[strspn(id, plain)])
		return complain_at(
			in, at + strspn(id, plain),
			xformat("a claim's name is of a-z, 0-9 and -; want one "
				"such as thread-create"));
	if (strlen(id) > ID_MOST)
		return complain_at(
			in, at,
			xformat("the name is too long; want at most %d bytes", ID_MOST));
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i].id, id) == 0)
			return complain_at(in, at,
					   xformat("claim %s is there already, in line "
						   "%u of %s; want another name",
						   id, all->v[i].line, all->v[i].file));
	if (all->n == CLAIMS_MOST)
		return complain_at(
			in, 0, xformat("too many claims; want at most %d", CLAIMS_MOST));
	all->v = xrealloc(all->v, all->n + 1, sizeof(*all->v));
	all->v[all->n++] = (struct claim){.file = family_of(in->name),
					  .line = in->field.pieces[0].line,
					  .id = xstrdup(id)};
	in->open = true;
	return 0;
}

static int add_rule(struct reader *in, size_t at)
{
	struct claim *c = current(in);
	struct claim_rule rule;
	size_t where;
	char *what;

	if (c->nrules == RULES_MOST)
		return complain_at(in, 0,
				   xformat("too many rules; want at most %d in a claim",
					   RULES_MOST));
	if (terms_rule(in->field.text + at, &rule, &where, &what) != 0)
		return complain_at(in, at + where, what);
	c->rules = xrealloc(c->rules, c->nrules + 1, sizeof(*c->rules));
	c->rules[c->nrules++] = rule;
	return 0;
}

static int add_need(struct reader *in, size_t at)
{
	struct claim *c = current(in);
	const char *text = in->field.text + at, *equals = strchr(text, '=');
	size_t fact = strcspn(text, " \t=");
	const char *value = equals ? equals + 1 + strspn(equals + 1, blank) : "";

	if (!fact || !*value || text + fact + strspn(text + fact, blank) != equals)
		return complain_at(in, at,
				   xformat("no fact and value; want FACT = VALUE as a "
					   "result's host has them"));
	if (c->nneeds == RULES_MOST)
		return complain_at(in, 0,
				   xformat("too many needs; want at most %d in a claim",
					   RULES_MOST));
	c->needs = xrealloc(c->needs, c->nneeds + 1, sizeof(*c->needs));
	c->needs[c->nneeds++] = (struct claim_need){xstrndup(text, fact), xstrdup(value)};
	return 0;
}

/* A field that is a sentence, once in a claim. */
static int set_text(struct reader *in, size_t at, char **text)
{
	if (*text)
		return complain_at(in, 0,
				   xformat("\"%.*s\" for the second time; want it once",
					   (int)strcspn(in->field.text, blank),
					   in->field.text));
	*text = xstrdup(in->field.text + at);
	return 0;
}

static int set_says(struct reader *in, size_t at)
{
	return set_text(in, at, &current(in)->says);
}

static int set_source(struct reader *in, size_t at)
{
	return set_text(in, at, &current(in)->source);
}

static int set_holds(struct reader *in, size_t at)
{
	return set_text(in, at, &current(in)->holds);
}

static int set_fails(struct reader *in, size_t at)
{
	return set_text(in, at, &current(in)->fails);
}

static const struct key {
	const char *name;
	int (*set)(struct reader *in, size_t at);
} keys[] = {
	{"claim", open_claim}, {"says", set_says},   {"source", set_source},
	{"rule", add_rule},    {"holds", set_holds}, {"fails", set_fails},
	{"needs", add_need},
};

static const struct key *find_key(const char *word, size_t length)
{
	for (size_t i = 0; i < countof(keys); i++)
		if (strlen(keys[i].name) == length &&
		    strncmp(keys[i].name, word, length) == 0)
			return &keys[i];
	return NULL;
}

/* What the field is, by its first word and by where it stands. */
static int read_field(struct reader *in)
{
	const struct field *f = &in->field;
	size_t length = strcspn(f->text, blank);
	size_t at = length + strspn(f->text + length, blank);
	const struct key *key = find_key(f->text, length);
	bool is_claim = key && key->set == open_claim;

	if (f->indent == 0 && !is_claim)
		return complain_at(
			in, 0,
			xformat("a line that begins at its margin; want `claim "
				"NAME` there, and its fields indented"));
	if (f->indent > 0 && is_claim)
		return complain_at(in, 0,
				   xformat("an indented claim; want it at the margin"));
	if (!key)
		return complain_at(in, 0,
				   xformat("no field \"%.*s\"; want one of says source "
					   "rule holds fails needs",
					   length < ID_MOST ? (int)length : ID_MOST,
					   f->text));
	if (!is_claim && !in->open)
		return complain_at(in, 0,
				   xformat("a field of no claim; want `claim NAME` above "
					   "it"));
	if (!f->text[at])
		return complain_at(
			in, f->length,
			xformat("nothing after \"%s\"; want what it is", key->name));
	return key->set(in, at);
}

/* ---- lines */

static int close_field(struct reader *in)
{
	int err = in->field.npieces ? read_field(in) : 0;

	free(in->field.text);
	free(in->field.pieces);
	in->field = (struct field){0};
	return err;
}

/* Adds a line, without the blanks around it, to the field. */
static int add_piece(struct reader *in, const char *text, size_t length, unsigned line,
		     unsigned column)
{
	struct field *f = &in->field;
	size_t gap = f->npieces > 0;

	if (f->length + gap + length > FIELD_MOST)
		return complain(in, line, column,
				xformat("the text is too long; want at most %d bytes",
					FIELD_MOST));
	f->pieces = xrealloc(f->pieces, f->npieces + 1, sizeof(*f->pieces));
	f->text = xrealloc(f->text, FIELD_MOST + 1, 1);
	if (gap)
		f->text[f->length++] = ' ';
	f->pieces[f->npieces++] =
		(struct piece){.at = f->length, .line = line, .column = column};
	memcpy(f->text + f->length, text, length);
	f->length += length;
	f->text[f->length] = 0;
	return 0;
}

static unsigned indentation(const char *line, size_t bytes)
{
	unsigned columns = 0;

	for (size_t i = 0; i < bytes; i++)
		columns += line[i] == '\t' ? TAB - columns % TAB : 1;
	return columns;
}

static size_t trimmed(const char *line, size_t length)
{
	while (length && strchr(" \t\r", line[length - 1]))
		length--;
	return length;
}

/* Ends the field before this line, unless the line belongs to it. */
static int begin_line(struct reader *in, const char *line, size_t start, unsigned number)
{
	unsigned indent = indentation(line, start);
	int err;

	if (in->field.npieces && in->field.goes_on)
		return 0;
	/* What stands at the margin begins anew, and so does what is no deeper. */
	if (!in->field.npieces || in->field.indent == 0 || indent <= in->field.indent) {
		err = close_field(in);
		in->field.indent = indent;
		return err;
	}
	/* Else a slip of indentation would swallow a rule. */
	if (find_key(line + start, strcspn(line + start, " \t\r\n")))
		return complain(in, number, (unsigned)start + 1,
				xformat("a field deeper than the one above it; want it "
					"below that, or another word to go on with"));
	return 0;
}

static int add_line(struct reader *in, const char *line, size_t length, unsigned number)
{
	size_t start = strspn(line, blank);

	length = trimmed(line, length);
	for (size_t i = 0; i < length; i++)
		if (iscntrl((unsigned char)line[i]) && line[i] != '\t')
			return complain(in, number, (unsigned)i + 1,
					xformat("a control character; want plain text"));
	if (start >= length || line[start] == '#')
		return 0;
	int err = begin_line(in, line, start, number);

	if (err)
		return err;
	in->field.goes_on = line[length - 1] == '\\';
	if (in->field.goes_on)
		length = trimmed(line, length - 1);
	return start < length ? add_piece(in, line + start, length - start, number,
					  (unsigned)start + 1)
			      : 0;
}

int claims_parse(const char *text, const char *name, struct claims *out, char **error)
{
	struct reader in = {.name = name, .out = out, .before = out->n, .error = error};
	unsigned number = 0;
	int err = 0;

	while (*text && !err) {
		size_t length = strcspn(text, "\n");

		err = add_line(&in, text, length, ++number);
		text += length + (text[length] == '\n');
	}
	if (!err)
		err = close_field(&in);
	if (!err)
		err = close_claim(&in);
	if (!err && out->n == in.before)
		err = complain(&in, 1, 1,
			       xformat("no claim in it; want `claim NAME` and its "
				       "fields"));
	free(in.field.text);
	free(in.field.pieces);
	if (err)
		shrink(out, in.before);
	return err;
}

/* ---- files */

static int load_file(const char *path, struct claims *out, char **error)
{
	char *text;
	size_t size;
	int err = read_file(path, &text, &size);

	if (err) {
		*error = xformat("%s: %s; want a file of claims", path, strerror(-err));
		return err;
	}
	if (strlen(text) == size) {
		err = claims_parse(text, path, out, error);
	} else {
		*error = xformat("%s: a byte 0 in it; want plain text", path);
		err = -EINVAL;
	}
	free(text);
	return err;
}

static int is_claims(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot && dot != d->d_name && strcmp(dot, ".claims") == 0;
}

/* The article comes first: the others go on from there. */
static int by_family(const struct dirent **a, const struct dirent **b)
{
	static const char first[] = "article.claims";
	int later =
		(strcmp((*a)->d_name, first) != 0) - (strcmp((*b)->d_name, first) != 0);

	return later ? later : strcmp((*a)->d_name, (*b)->d_name);
}

static int load_folder(const char *folder, struct claims *out, char **error)
{
	struct dirent **files;
	int n = scandir(folder, &files, is_claims, by_family), err = 0;

	if (n <= 0) {
		err = n < 0 ? -errno : -ENOENT;
		*error = xformat("%s: no claims there: %s", folder, strerror(-err));
	}
	for (int i = 0; i < n; i++) {
		char *path = xformat("%s/%s", folder, files[i]->d_name);

		if (!err)
			err = load_file(path, out, error);
		free(path);
		free(files[i]);
	}
	if (n >= 0)
		free(files);
	return err;
}

int claims_load(const char *path, struct claims *out, char **error)
{
	if (path)
		return load_file(path, out, error);
	char *folder = find_own("claims");

	if (!folder) {
		*error = xformat("no folder of claims of our own; `make` puts one beside "
				 "lwpbench");
		return -ENOENT;
	}
	size_t before = out->n;
	int err = load_folder(folder, out, error);

	if (err)
		shrink(out, before);
	free(folder);
	return err;
}

static void tell_cases(const struct claim_term *t, bool phases,
		       void (*tell)(void *to, const struct claim_case *k), void *to)
{
	phases |= t->kind == TERM_PHASE;
	for (size_t i = 0; i < t->ncases; i++)
		tell(to, &(struct claim_case){.text = t->cases[i], .phases = phases});
	for (size_t i = 0; i < t->nargs; i++)
		tell_cases(t->args[i], phases, tell, to);
}

void claims_each_case(const struct claim *c,
		      void (*tell)(void *to, const struct claim_case *k), void *to)
{
	for (size_t i = 0; i < c->nrules; i++)
		tell_cases(c->rules[i].term, false, tell, to);
}
