/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A benchmark's command line: typed parameters, the table that the driver reads,
 * complaints. */
#include <string.h>
#include <unistd.h>

#include "part_text.h"
#include "run.h"

static const struct choice places[] = {
	{"same", PLACE_SAME},
	{"any", PLACE_ANY},
	{"sibling", PLACE_DRIVER},
	{"core", PLACE_DRIVER + 1},
	{"node", PLACE_DRIVER + 2},
	{"package", PLACE_DRIVER + 3},
	{0},
};

static const struct choice links[] = {
	{"static", LINK_STATIC},
	{"dynamic", LINK_DYNAMIC},
	{0},
};

/* What every benchmark has; of place= each may have a default of its own. */
static const struct param place_param = {
	.name = "place",
	.brief = "CPUs of creator and peers: one, any, threads of one core, cores of one "
		 "NUMA node, nodes of one package, packages",
	.type = PARAM_CHOICE,
	.def = "same",
	.choices = places,
};

static const struct param link_param[] = {
	{.name = "link",
	 .brief = "how the measuring program itself is linked",
	 .type = PARAM_CHOICE,
	 .def = "static",
	 .choices = links},
	{0},
};

static const struct param tunable_param[] = {
	{.name = "tunable",
	 .brief = "a setting of the measuring program's glibc, which takes no notice of "
		  "those that it does not know",
	 .type = PARAM_PAIR,
	 .def = "none",
	 .unit = "NAME:VALUE, as pthread.rseq:0"},
	{0},
};

/* Text gathered without stdio, which would weigh on the process that is measured. It
 * lives on the stack of calls that end before anything is measured. */
struct text {
	unsigned len;
	char buf[12288];
};

static void put(struct text *t, const char *s)
{
	while (*s && t->len < sizeof(t->buf))
		t->buf[t->len++] = *s++;
}

static void put_uint(struct text *t, uint64_t x)
{
	char digits[24];
	char *p = digits + sizeof(digits) - 1;

	*p = 0;
	do
		*--p = (char)('0' + x % 10);
	while (x /= 10);
	put(t, p);
}

static void flush(const struct text *t, int fd)
{
	for (unsigned at = 0; at < t->len;) {
		ssize_t n = write(fd, t->buf + at, t->len - at);

		if (n <= 0)
			_exit(1);
		at += (unsigned)n;
	}
}

void args_complain(const char *text, int err)
{
	struct text t;

	t.len = 0;
	put(&t, bench.name);
	put(&t, ": ");
	put(&t, text);
	if (err) {
		put(&t, ": ");
		put(&t, text_error(err));
	}
	put(&t, "\n");
	flush(&t, STDERR_FILENO);
}

/* Complains in the words that `t` holds and ends the process. */
_Noreturn static void refuse_text(struct text *t)
{
	t->buf[t->len < sizeof(t->buf) ? t->len : sizeof(t->buf) - 1] = 0;
	args_complain(t->buf, 0);
	_exit(2);
}

_Noreturn static void refuse(const char *before, const char *word, const char *after)
{
	struct text t;

	t.len = 0;
	put(&t, before);
	put(&t, word);
	put(&t, after);
	refuse_text(&t);
}

static bool parse_uint(const char *s, uint64_t *out)
{
	uint64_t x = 0;
	unsigned shift = 0;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(x, 10, &x) ||
		    __builtin_add_overflow(x, (uint64_t)(*s - '0'), &x))
			return false;
	if (*s == 'K')
		shift = 10;
	else if (*s == 'M')
		shift = 20;
	else if (*s == 'G')
		shift = 30;
	if (shift && x > UINT64_MAX >> shift)
		return false;
	*out = x << shift;
	return s[shift != 0] == 0;
}

/* "none", 0, or NAME:VALUE, which stays where it was typed. Neither has a character that
 * would part it from what follows it in a case, a list or the environment. */
static bool parse_pair(const char *s, uint64_t *out)
{
	static const char in_name[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";
	static const char in_value[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-+";
	size_t name = strspn(s, in_name), len = strlen(s);

	*out = 0;
	if (strcmp(s, "none") == 0)
		return true;
	if (!name || s[name] != ':' || len - name == 1 || len > RUN_PAIR)
		return false;
	*out = (uintptr_t)s;
	return strspn(s + name + 1, in_value) == len - name - 1;
}

static const struct choice *find_choice(const struct param *p, const char *s, size_t len)
{
	for (const struct choice *c = p->choices; c->name; c++)
		if (strlen(c->name) == len && memcmp(c->name, s, len) == 0)
			return c;
	return NULL;
}

/* A choice such as "clone:" is the prefix of a set of those that follow it in the table;
 * those before it stand alone. NULL if the parameter has none. */
static const struct choice *find_prefix(const struct param *p)
{
	for (const struct choice *c = p->choices; c->name; c++)
		if (c->name[strlen(c->name) - 1] == ':')
			return c;
	return NULL;
}

/* The choice that stands alone, or the prefix at the head of `*s`, which it skips. */
static const struct choice *parse_head(const struct param *p, const char **s)
{
	const struct choice *prefix = find_prefix(p);
	const struct choice *c = find_choice(p, *s, strlen(*s));

	if (!prefix)
		return NULL;
	if (strncmp(*s, prefix->name, strlen(prefix->name)) == 0) {
		*s += strlen(prefix->name);
		return prefix;
	}
	return c && c < prefix ? c : NULL;
}

static bool parse_set(const struct param *p, const char *s, uint64_t *out)
{
	const struct choice *prefix = find_prefix(p), *head = parse_head(p, &s);

	*out = head ? head->value : 0;
	if (prefix && head != prefix)
		return head != NULL;
	for (;;) {
		size_t len = strcspn(s, "+");
		const struct choice *c = find_choice(p, s, len);

		if (!c || (prefix && c <= prefix))
			return false;
		*out |= c->value;
		if (!s[len])
			return true;
		s += len + 1;
	}
}

static bool parse_value(const struct param *p, const char *s, uint64_t *out)
{
	const struct choice *c;

	switch (p->type) {
	case PARAM_INT:
		return parse_uint(s, out);
	case PARAM_CHOICE:
		c = find_choice(p, s, strlen(s));
		*out = c ? c->value : 0;
		return c != NULL;
	case PARAM_SET:
		return parse_set(p, s, out);
	case PARAM_PAIR:
		return parse_pair(s, out);
	}
	return false;
}

static void put_choices(struct text *t, const struct param *p)
{
	for (const struct choice *c = p->choices; c && c->name; c++) {
		if (c != p->choices)
			put(t, " ");
		put(t, c->name);
	}
}

_Noreturn static void refuse_value(const struct param *p, const char *value)
{
	struct text t;

	t.len = 0;
	put(&t, p->name);
	put(&t, "=");
	put(&t, value);
	put(&t, ": want ");
	if (p->type == PARAM_INT) {
		put(&t, "a whole number (K, M, G may follow) from ");
		put_uint(&t, (uint64_t)p->min);
		if (p->max > 0) {
			put(&t, " to ");
			put_uint(&t, (uint64_t)p->max);
		}
	} else if (p->type == PARAM_PAIR) {
		put(&t, "none or ");
		put(&t, p->unit);
	} else {
		put(&t, p->type == PARAM_SET ? "names joined by + out of: " : "one of: ");
		put_choices(&t, p);
	}
	refuse_text(&t);
}

static void set_value(struct run *run, unsigned i, const char *text)
{
	const struct param *p = run->params[i];
	uint64_t x;

	if (!parse_value(p, text, &x) || (p->type == PARAM_INT && x > INT64_MAX) ||
	    (p->type == PARAM_INT &&
	     ((int64_t)x < p->min || (p->max > 0 && (int64_t)x > p->max))))
		refuse_value(p, text);
	run->values[i] = x;
}

static void add_param(struct run *run, const struct param *p)
{
	if (run->nparams == RUN_PARAMS)
		refuse("too many parameters: ", p->name, "");
	run->params[run->nparams] = p;
	set_value(run, run->nparams++, p->def);
}

static void add_params(struct run *run, const struct param *table)
{
	for (const struct param *p = table; p && p->name; p++)
		add_param(run, p);
}

static void add_gauges(struct run *run, const struct gauge *table)
{
	for (const struct gauge *g = table; g && g->name; g++) {
		if (run->ngauges == JOB_GAUGES)
			refuse("too many gauges: ", g->name, "");
		run->gauges[run->ngauges++] = g;
	}
}

/* All that the benchmark and its parts declare. */
static void declare(struct run *run)
{
	add_params(run, bench.params);
	add_gauges(run, bench.gauges);
	for (const struct part *const *p = bench.parts; p && *p; p++) {
		add_params(run, (*p)->params);
		add_gauges(run, (*p)->gauges);
	}
	run->place = place_param;
	if (bench.place)
		run->place.def = bench.place;
	add_param(run, &run->place);
	add_params(run, link_param);
	add_params(run, tunable_param);
}

static void set_param(struct run *run, const char *arg)
{
	size_t len = strcspn(arg, "=");

	for (unsigned i = 0; i < run->nparams; i++) {
		if (strlen(run->params[i]->name) == len &&
		    memcmp(run->params[i]->name, arg, len) == 0) {
			set_value(run, i, arg + len + 1);
			run->placed |= run->params[i] == &run->place;
			return;
		}
	}
	refuse("no such parameter: ", arg, "; --describe lists them");
}

static void usage(void)
{
	struct text t;

	t.len = 0;
	put(&t, "Usage: ");
	put(&t, bench.name);
	put(&t, " [PARAM=VALUE]... [OPS]\n");
	put(&t, bench.brief);
	put(&t,
	    "\n\nDoes OPS operations (default 1; whole rounds, where one is a part of "
	    "a round)\nand prints nothing: for hyperfine, perf stat, strace and gdb. To "
	    "measure, use\nlwpbench run.\n\n"
	    "  --describe   print name, parameters and phases, tab separated\n"
	    "  --stop       stop (SIGSTOP) right before the first operation\n");
	flush(&t, STDOUT_FILENO);
	_exit(0);
}

void args_parse(struct run *run, int argc, char **argv, struct args *args)
{
	uint64_t x;

	*args = (struct args){.job_fd = -1, .ops = 1};
	declare(run);
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];

		if (strcmp(arg, "--describe") == 0) {
			args->describe = true;
		} else if (strcmp(arg, "--stop") == 0) {
			args->stop = true;
		} else if (strcmp(arg, "--help") == 0) {
			usage();
		} else if (strncmp(arg, "--job=", 6) == 0 && parse_uint(arg + 6, &x) &&
			   x < 1024) {
			args->job_fd = (int)x;
		} else if (*arg != '-' && strchr(arg, '=')) {
			set_param(run, arg);
		} else if (!parse_uint(arg, &args->ops)) {
			refuse("not PARAM=VALUE nor a number of operations: ", arg, "");
		}
	}
}

/* A set reads the same however it was typed: one name if one says it all, else bit by
 * bit. */
static void put_set(struct text *t, const struct param *p, uint64_t x)
{
	const struct choice *prefix = find_prefix(p), *first = p->choices;
	const char *join = "";

	if (prefix && (x & prefix->value)) {
		put(t, prefix->name);
		x &= ~prefix->value;
		first = prefix + 1;
	}
	for (const struct choice *c = first; c->name; c++) {
		if (c->value == x) {
			put(t, c->name);
			return;
		}
	}
	for (const struct choice *c = first; c->name; c++) {
		if (!c->value || (c->value & (c->value - 1)) || !(x & c->value))
			continue;
		put(t, join);
		put(t, c->name);
		join = "+";
	}
}

static void put_value(struct text *t, const struct param *p, uint64_t x)
{
	if (p->type == PARAM_INT)
		put_uint(t, x);
	else if (p->type == PARAM_PAIR)
		put(t, x ? (const char *)(uintptr_t)x : "none");
	else
		put_set(t, p, x);
}

static void put_line(struct text *t, const char *key, const char *value)
{
	put(t, key);
	put(t, "\t");
	put(t, value ? value : "");
	put(t, "\n");
}

static void put_param(struct text *t, const struct param *p, uint64_t x)
{
	static const char *const types[] = {
		[PARAM_INT] = "int",
		[PARAM_CHOICE] = "choice",
		[PARAM_SET] = "set",
		[PARAM_PAIR] = "pair",
	};
	uint64_t def = 0;

	put(t, "param\t");
	put(t, p->name);
	put(t, "\t");
	put(t, types[p->type]);
	put(t, "\t");
	if (parse_value(p, p->def, &def))
		put_value(t, p, def);
	put(t, "\t");
	put_value(t, p, x);
	put(t, "\t");
	put(t, p->unit ? p->unit : "");
	put(t, "\t");
	put_choices(t, p);
	put_line(t, "", p->brief);
}

static void put_gauge(struct text *t, const struct gauge *g)
{
	put(t, "gauge\t");
	put(t, g->name);
	put(t, "\t");
	put(t, g->unit);
	put_line(t, "", g->brief);
}

/* One step of a relation: a name, PARAM=VALUE, or a PARAM whose value is ours. */
static void put_step(struct text *t, const struct run *run, const char *step, size_t len)
{
	for (size_t i = 0; i < len && t->len < sizeof(t->buf); i++)
		t->buf[t->len++] = step[i];
	for (unsigned i = 0; i < run->nparams; i++) {
		const struct param *p = run->params[i];

		if (strlen(p->name) == len && memcmp(p->name, step, len) == 0) {
			put(t, "=");
			put_value(t, p, run->values[i]);
		}
	}
}

/* Another case, as bench.h has it, with our values in it. */
static void put_relation(struct text *t, const struct run *run, const char *key,
			 const char *relation)
{
	put(t, key);
	put(t, "\t");
	for (const char *at = relation; at; at = *at ? at + 1 : NULL) {
		size_t len = strcspn(at, "/");

		put_step(t, run, at, len);
		at += len;
		put(t, *at ? "/" : "");
	}
	put(t, "\n");
}

void args_describe(const struct run *run)
{
	struct text t;

	t.len = 0;
	put_line(&t, "bench", bench.name);
	put_line(&t, "brief", bench.brief);
	put_line(&t, "family", bench.family);
	put_line(&t, "unit", bench.unit ? bench.unit : "ns/op");
	put_relation(&t, run, "floor", bench.floor);
	put_relation(&t, run, "base", bench.base);
	put(&t, "case\t");
	put(&t, bench.name);
	for (unsigned i = 0; i < run->nparams; i++) {
		uint64_t def;

		if (parse_value(run->params[i], run->params[i]->def, &def) &&
		    def == run->values[i])
			continue;
		put(&t, "/");
		put(&t, run->params[i]->name);
		put(&t, "=");
		put_value(&t, run->params[i], run->values[i]);
	}
	put(&t, "\n");
	for (unsigned i = 0; i < run->nparams; i++)
		put_param(&t, run->params[i], run->values[i]);
	for (unsigned i = 0; i < run->ngauges; i++)
		put_gauge(&t, run->gauges[i]);
	for (const char *const *p = bench.phases; p && *p; p++)
		put_line(&t, "phase", *p);
	flush(&t, STDOUT_FILENO);
}
