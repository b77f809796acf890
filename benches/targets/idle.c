/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that sleeps until its creator's end: for what a program weighs. */
#include <stdlib.h>
#include <unistd.h>

#include "../part_idle.h"
#include "../part_text.h"

/* Arguments: the numbers of struct idle. */
int main(int argc, char **argv)
{
	if (argc != 4)
		_exit(2);
	const struct idle how = {
		.ready = (int)text_number(argv[1]),
		.creator = (int)text_number(argv[2]),
		.touch = text_number(argv[3]),
	};
	idle_live(&how);
}
