#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A few commands of the driver under valgrind: no bad access, nothing leaked.

bats_require_minimum_version 1.5.0

# Of a few benchmarks: what each says of itself takes the same way through the driver.
setup() {
	BENCHES=${BENCHES:-$PWD/build/benches}
	cd "$BATS_TEST_TMPDIR" || exit
	mkdir few
	for name in getpid null fork msg_pipe weight; do
		ln -s "$BENCHES/$name" few/
	done
}

# valgrind's own complaints make the status 99, whatever the driver meant to say.
driver() {
	valgrind --quiet --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=definite,indirect,possible "$LWPBENCH" "$@"
}

@test "list" {
	driver list --benches few
	driver list -v --benches few
	driver list --json --benches few >list.json
}

@test "run, show and plot" {
	driver run -b getpid -b null --budget 2s -o result
	driver show result
	driver show --json result >show.json
	driver plot result
}

@test "wrong use" {
	run -2 driver run -b no-such-benchmark -o result
	run -2 driver show no-such-result
	run -2 driver no-such-command
}
