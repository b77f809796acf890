/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of events, as --events takes them: each is named again, or has a reason. */
#include "fuzz.h"

#include "../../harness/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *bad = NULL;
	struct event_list events = {0};

	if (events_encode(text, &events, &bad) == 0) {
		for (size_t i = 0; i < events.n; i++)
			if (!events.v[i].name || !strstr(text, events.v[i].name))
				abort();
	} else if (!bad) {
		abort();
	}
	events_free(&events);
	free(bad);
	free(text);
	return 0;
}
