#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The test that fails system calls finds what it is there for: a few benchmarks of it, the rest is
# `make faults`.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	INJECT=$(dirname "$LWPBENCH")/tests/inject
	FAKES=$(dirname "$LWPBENCH")/tests/benches
	command -v strace >/dev/null || skip "strace is not installed"
	strace -qq -o /dev/null true || skip "nothing can be traced here"
	cd "$BATS_TEST_TMPDIR" || exit
}

@test "whatever call fails, a benchmark fails by name or may do without it" {
	run "$INJECT" -q "$BENCHES" getpid fork msg_fifo
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"fork "*"clone "*"failed, named: fork: Function not implemented (ENOSYS)"* ]]
	[[ $output == *"msg_fifo "*"read "*"child "*"failed, named: task 1: passing a message"* ]]
	[[ $output == *"wait4 "*"EINTR "*"measured, as it may"* ]]
	[[ $output == *"system calls that failed, 0 that must not end so"* ]]
}

@test "a benchmark that takes no notice of a failed operation is found" {
	run "$INJECT" -q "$FAKES" heedless
	[ "$status" -eq 1 ]
	[[ $output == *"heedless "*"getpgid "*"ENOSYS "*"! a number although it failed"* ]]
}

@test "a benchmark that does not exist is told" {
	run "$INJECT" "$FAKES" nobody
	[ "$status" -ne 0 ]
	[[ $output == *"there is no benchmark nobody"* ]]
}
