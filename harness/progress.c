/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws the progress of a run on stderr. */
#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plain.h"
#include "units.h"
#include "util.h"

enum { BAR = 20, LINE = 256 };

void progress_init(struct progress *p, FILE *to, bool quiet)
{
	*p = (struct progress){.to = to, .quiet = quiet, .terminal = isatty(fileno(to))};
}

static const char *left(const struct progress_state *s, char *buf, size_t size)
{
	return s->left_s < 0 ? "?" : units_seconds(s->left_s, buf, size);
}

void progress_step(struct progress *p, const struct progress_state *s)
{
	char line[LINE], time[32];
	char bar[BAR + 1];

	if (p->quiet || !p->terminal || (p->last_s > 0 && s->elapsed_s - p->last_s < 0.1))
		return;
	size_t columns = terminal_columns(p->to);
	p->last_s = s->elapsed_s;
	double total = s->elapsed_s + (s->left_s > 0 ? s->left_s : 0);
	int full = total > 0 && s->left_s >= 0 ? (int)(BAR * s->elapsed_s / total) : 0;
	memset(bar, '.', BAR);
	memset(bar, '#', (size_t)full);
	bar[BAR] = 0;
	snprintf(line, sizeof(line), "[%s] ETA %s  block %u (%s)  %zu of %zu %s  %s", bar,
		 left(s, time, sizeof(time)), s->block + 1, s->pass, s->done, s->goals,
		 s->goal, s->what);
	/* Cutting it may have cut a character. */
	if (columns && columns < LINE)
		line[columns - 1] = 0;
	char *clean = plain_line(line);
	fprintf(p->to, "\r\033[K%s", clean);
	free(clean);
	fflush(p->to);
}

void progress_block(struct progress *p, const struct progress_state *s)
{
	char past[32], time[32];

	if (p->quiet || p->terminal || (p->last_s > 0 && s->elapsed_s - p->last_s < 10))
		return;
	p->last_s = s->elapsed_s;
	fprintf(p->to, "block %u (%s) done after %s: %zu of %zu %s, ETA %s\n",
		s->block + 1, s->pass, units_seconds(s->elapsed_s, past, sizeof(past)),
		s->done, s->goals, s->goal, left(s, time, sizeof(time)));
	fflush(p->to);
}

void progress_clear(struct progress *p)
{
	if (p->quiet || !p->terminal)
		return;
	fputs("\r\033[K", p->to);
	fflush(p->to);
}
