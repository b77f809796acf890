/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a benchmark makes of its command line: the input's lines are its arguments. */
#include <setjmp.h>

#include "fuzz.h"

static jmp_buf left;

/* A benchmark would end, and say why. */
_Noreturn static void leave(void)
{
	longjmp(left, 1);
}

static ssize_t swallow(int fd, const char *text, size_t size)
{
	/* What was written is looked at by the sanitizers. */
	return fd < 0 || memchr(text, 0, size) ? -1 : (ssize_t)size;
}

// NOLINTNEXTLINE(bugprone-reserved-identifier) ; it stands in for that function
#define _exit(status) leave()
#define write(fd, text, size) swallow(fd, text, size)
// NOLINTNEXTLINE(bugprone-suspicious-include) ; its functions are static
#include "../../benches/part_text.c"
// NOLINTNEXTLINE(bugprone-suspicious-include) ; the same
#include "../../benches/args.c"
#undef _exit
#undef write

static const struct choice words[] = {{"none", 0}, {"of:", 1}, {"a", 2}, {"bc", 4}, {0}};
static const struct param table[] = {
	{.name = "n", .type = PARAM_INT, .def = "1", .min = 1, .max = 1 << 20},
	{.name = "most", .type = PARAM_INT, .def = "0"},
	{.name = "word", .type = PARAM_CHOICE, .def = "a", .choices = words},
	{.name = "set", .type = PARAM_SET, .def = "none", .choices = words},
	{.name = "pair", .type = PARAM_PAIR, .def = "none", .unit = "A:B"},
	{0},
};

const struct bench bench = {.name = "fuzz", .brief = "none", .params = table};

static void check(const struct run *run)
{
	for (unsigned i = 0; i < run->nparams; i++) {
		const struct param *p = run->params[i];
		int64_t x = (int64_t)run->values[i];

		if (p->type == PARAM_INT && (x < p->min || (p->max && x > p->max)))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { MOST = 30 };
	char *text = fuzz_text(data, size), *rest = text, *argv[MOST + 2];
	static char name[] = "fuzz";
	static struct run run;
	struct args args;
	int argc = 0;

	argv[argc++] = name;

	while (argc <= MOST && (argv[argc] = strsep(&rest, "\n")))
		argc++;
	argv[argc] = NULL;
	memset(&run, 0, sizeof(run));
	if (!setjmp(left)) {
		args_parse(&run, argc, argv, &args);
		check(&run);
		args_describe(&run);
	}
	free(text);
	return 0;
}
