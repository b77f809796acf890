/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with units, and lists of events: what options take. */
#include "fuzz.h"

#include "../../harness/events.h"
#include "../../harness/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *bad = NULL, said[64];
	struct event_list events = {0};
	bool suffixed;
	uint64_t n;
	double x;

	if (units_duration(text, &x) == 0)
		units_seconds(x, said, sizeof(said));
	if (units_percent(text, &x) == 0)
		units_number(x, said, sizeof(said));
	if (units_uint(text, &n) == 0)
		units_format((double)n, "ns/op", said, sizeof(said));
	if (units_size(text, &n, &suffixed) == 0)
		units_format((double)n, "bytes/task", said, sizeof(said));
	if (units_rate(text, &x) == 0)
		units_number(x, said, sizeof(said));
	events_encode(text, &events, &bad);
	events_free(&events);
	free(bad);
	free(text);
	return 0;
}
