/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with units, read and written. */
#ifndef LWP_UNITS_H
#define LWP_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "90", "5m", "1.5h", "500ms" (default seconds) to seconds; 0 or -EINVAL, -ERANGE. */
int units_duration(const char *text, double *seconds);
/* "2%" or "0.02" to 0.02; 0 or -EINVAL, -ERANGE above 100 %. */
int units_percent(const char *text, double *fraction);
/* Unsigned decimal or 0x...; 0 or -EINVAL, -ERANGE. */
int units_uint(const char *text, uint64_t *value);
/* "2000", or with a suffix K, M, G, T, those being 1024s, which *suffixed then tells; 0
 * or -EINVAL, -ERANGE. */
int units_size(const char *text, uint64_t *value, bool *suffixed);
/* "50", "50/s", "0.5/s", "3000/m", "10/h" to 50 and so on each second; 0 or -EINVAL,
 * -ERANGE. */
int units_rate(const char *text, double *per_second);
/* A value of `unit` for people, three digits: 1234567 "ns/op" is "1.23 ms"; NAN is "n/a";
 * returns buf. */
char *units_format(double value, const char *unit, char *buf, size_t size);
/* Two values of one unit, "4.20 / 1.30 µs" where `between` is " / "; returns buf. */
char *units_two(double a, double b, const char *unit, const char *between, char *buf,
		size_t size);
/* A plain number for people: three digits, no exponent; NAN is "n/a"; returns buf. */
char *units_number(double value, char *buf, size_t size);
/* Seconds for people: "4m05s", "12s"; returns buf. */
char *units_seconds(double seconds, char *buf, size_t size);

#endif
