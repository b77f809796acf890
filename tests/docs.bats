#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The README says what is so: its example is a file, its commands and options exist.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
}

@test "the README's example is benches/getpid.c to the letter" {
	sed -n '/^```c$/,/^```$/p' README.md | sed '1d;$d' | cmp - benches/getpid.c
}

@test "commands, options and suites of the README exist" {
	mentioned=$(grep -oE -- '--[a-z]+' README.md | sort -u)
	known=$("$LWPBENCH" --help; for c in list run apps show plot predict; do "$LWPBENCH" $c --help; done)
	# What a whole program answers to, as the guide to writing one has it.
	known+=$(sed -n '/^ \* A program tells/,/\*\/$/p' harness/apps.h)
	for option in $mentioned; do
		echo "$option"
		[[ $known == *"$option"* ]]
	done
	for command in $(grep -oE '^build/lwpbench [a-z]+' README.md | cut -d' ' -f2 | sort -u); do
		echo "$command"
		"$LWPBENCH" "$command" --help >/dev/null
	done
}

@test "files that the README and the guide point at are there" {
	for file in $(grep -ohE '\]\([^)#:]+\)' README.md CONTRIBUTING.md | tr -d '()]'); do
		echo "$file"
		[ -e "$file" ]
	done
	for file in $(grep -ohE '`(tests|scripts|harness|benches)/[^` ]+`' README.md CONTRIBUTING.md | tr -d '`' | grep -v NAME); do
		echo "$file"
		[ -e "$file" ]
	done
}
