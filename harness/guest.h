/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One boot of a kernel in QEMU, whose clock counts instructions, and what it told. */
#ifndef LWP_GUEST_H
#define LWP_GUEST_H

#include <stddef.h>

#include "guest/frame.h"

/* That have what the guest needs to say something, and QEMU to count its instructions. */
enum guest_machine { GUEST_X86_64, GUEST_AARCH64 };

struct guest {
	enum guest_machine machine;
	const char *cpu;      /* as of QEMU's -cpu, or NULL: as each result has it */
	const char *qemu;     /* the program, or its name in PATH */
	const char *variable; /* "NAME=VALUE" that it needs, or NULL */
	const char *kernel, *initrd;
	const char *append; /* to the kernel's command line, or NULL */
	const char *plugin; /* as of QEMU's -plugin, or NULL */
	unsigned seed;      /* of the guest's random numbers */
	const char *folder; /* for what it writes; the caller's to remove */
	double limit_s;     /* of the host's time */
	int signal_fd;      /* see launch.h */
};

struct guest_said {
	char *bytes; /* frames, as they came */
	size_t size;
	int signal; /* the driver was told to stop by it, or 0 */
};

/* Boots it until it has said goodbye. 0, or -EINVAL with one line in *error that ends
 * with the guest's last words; what it said is the caller's to free either way. */
int guest_boot(const struct guest *g, struct guest_said *said, char **error);
void guest_said_free(struct guest_said *said);
/* The frame at *at, of which nothing is believed, and its bytes; *at is then behind it.
 * 0; -ENOENT at the end; -EPROTO if what is there is no whole frame. */
int guest_frame(const struct guest_said *said, size_t *at, struct frame *frame,
		const char **bytes);

#endif
