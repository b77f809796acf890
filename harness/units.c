/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with units: strict when read, three digits when written. */
#include "units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* Plain decimals: strtod alone would also take signs, blanks, exponents, hex and "nan".
 */
static int decimal(const char *text, double *value, const char **rest)
{
	size_t len = strspn(text, "0123456789.");
	char *end;

	if (!strpbrk(text, "0123456789"))
		return -EINVAL;
	*value = strtod(text, &end);
	if (!len || end != text + len)
		return -EINVAL;
	*rest = end;
	return 0;
}

int units_duration(const char *text, double *seconds)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};
	const char *rest;
	double value;
	int err = decimal(text, &value, &rest);

	if (err)
		return err;
	for (size_t i = 0; i < countof(units); i++) {
		if (strcmp(rest, units[i].name) != 0)
			continue;
		value *= units[i].seconds;
		if (!isfinite(value))
			return -ERANGE;
		*seconds = value;
		return 0;
	}
	return -EINVAL;
}

int units_percent(const char *text, double *fraction)
{
	const char *rest;
	double value;
	int err = decimal(text, &value, &rest);

	if (err)
		return err;
	if (strcmp(rest, "%") == 0)
		value /= 100;
	else if (rest[0])
		return -EINVAL;
	if (value > 1)
		return -ERANGE;
	*fraction = value;
	return 0;
}

int units_uint(const char *text, uint64_t *value)
{
	bool hex = text[0] == '0' && tolower((unsigned char)text[1]) == 'x';
	const char *digits = hex ? text + 2 : text;
	unsigned long long x;

	if (!digits[0] ||
	    digits[strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789")])
		return -EINVAL;
	errno = 0;
	x = strtoull(digits, NULL, hex ? 16 : 10);
	if (errno)
		return -errno;
	*value = x;
	return 0;
}

int units_size(const char *text, uint64_t *value, bool *suffixed)
{
	static const char suffixes[] = "KMGT";
	size_t len = strlen(text);
	const char *suffix = len ? strchr(suffixes, text[len - 1]) : NULL;
	unsigned bits = suffix ? 10 * (unsigned)(suffix - suffixes + 1) : 0;
	char *digits = xstrndup(text, suffix ? len - 1 : len);
	uint64_t x = 0;
	int err = units_uint(digits, &x);

	free(digits);
	if (!err && x > UINT64_MAX >> bits)
		err = -ERANGE;
	if (err)
		return err;
	*value = x << bits;
	*suffixed = suffix != NULL;
	return 0;
}

int units_rate(const char *text, double *per_second)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {{"", 1}, {"/s", 1}, {"/m", 60}, {"/h", 3600}};
	const char *rest;
	double value;
	int err = decimal(text, &value, &rest);

	if (err)
		return err;
	if (!isfinite(value))
		return -ERANGE;
	for (size_t i = 0; i < countof(units); i++) {
		if (strcmp(rest, units[i].name) != 0)
			continue;
		*per_second = value / units[i].seconds;
		return 0;
	}
	return -EINVAL;
}

struct scale {
	const char *unit;
	double first, step;
	const char *names[6]; /* `first` units, and each `step` times the one before */
};

static const struct scale scales[] = {
	{"ns", 1, 1000, {"ns", "µs", "ms", "s"}},
	{"ns/op", 1, 1000, {"ns", "µs", "ms", "s"}},
	{"bytes", 1, 1024, {"B", "KiB", "MiB", "GiB", "TiB"}},
	{"bytes/task", 1, 1024, {"B", "KiB", "MiB", "GiB", "TiB"}},
	{"bytes/s", 1, 1024, {"B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s"}},
	{"instructions/op", 1, 1000, {"", "k", "M", "G"}},
	{"ppm", 1e4, 1000, {"%"}},
};

/* Rounds before the decimals and the unit are chosen, so that 999.9 ns is 1.00 µs. */
static double round_to_three_digits(double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.2e", value);
	return strtod(text, NULL);
}

static char *format_scaled(double value, const struct scale *scale, char *buf,
			   size_t size)
{
	const char *const *name = scale->names;
	double shown = round_to_three_digits(value /= scale->first);
	int decimals;

	while ((fabs(shown) >= scale->step || fabs(value) >= scale->step) && name[1]) {
		value /= scale->step;
		shown = round_to_three_digits(value);
		name++;
	}
	decimals = fabs(shown) >= 100 ? 0 : fabs(shown) >= 10 ? 1 : 2;
	if (fabs(shown) < 1)
		snprintf(buf, size, "%.3g %s", shown, *name);
	else
		snprintf(buf, size, "%.*f %s", decimals, shown, *name);
	return buf;
}

char *units_format(double value, const char *unit, char *buf, size_t size)
{
	if (isnan(value)) {
		snprintf(buf, size, "n/a");
		return buf;
	}
	for (size_t i = 0; i < countof(scales) && isfinite(value); i++) {
		if (strcmp(unit, scales[i].unit) == 0)
			return format_scaled(value, &scales[i], buf, size);
	}
	char number[32];

	snprintf(buf, size, "%s %s", units_number(value, number, sizeof(number)), unit);
	return buf;
}

char *units_two(double a, double b, const char *unit, const char *between, char *buf,
		size_t size)
{
	char first[64], second[64];

	units_format(a, unit, first, sizeof(first));
	units_format(b, unit, second, sizeof(second));
	char *of_first = strchr(first, ' '), *of_second = strchr(second, ' ');
	/* Once is enough where both have the same. */
	if (of_first && of_second && strcmp(of_first, of_second) == 0)
		*of_first = 0;
	snprintf(buf, size, "%s%s%s", first, between, second);
	return buf;
}

char *units_number(double value, char *buf, size_t size)
{
	if (isnan(value))
		snprintf(buf, size, "n/a");
	else
		snprintf(buf, size, fabs(value) < 999.5 ? "%.3g" : "%.0f", value);
	return buf;
}

char *units_seconds(double seconds, char *buf, size_t size)
{
	unsigned long s;

	if (!(seconds >= 0 && seconds < 1e9)) {
		snprintf(buf, size, "n/a");
		return buf;
	}
	s = (unsigned long)(seconds + 0.5);
	if (s >= 3600)
		snprintf(buf, size, "%luh%02lum%02lus", s / 3600, s / 60 % 60, s % 60);
	else if (s >= 60)
		snprintf(buf, size, "%lum%02lus", s / 60, s % 60);
	else
		snprintf(buf, size, "%lus", s);
	return buf;
}
