# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# For bats files about exact mode: guests, real ones and made-up ones.

# A folder with the driver alone, as it is built, beside what this test puts there; its results and
# what it works with land there, too.
guest_folder() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	build=$(dirname "$LWPBENCH")
	[ -x "$build/guest/init" ] || build=$build/.. # of a build with the sanitizers, say
	[ -x "$build/guest/init" ] || skip "exact mode is for x86-64"
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p own/guest tmp
	cp "$LWPBENCH" own/lwpbench
	cp "$build"/guest/* own/guest/
	ln -s "$BENCHES" own/benches
	ln -s "$build/suites" "$build/plots" "$build/claims" own/
	export TMPDIR=$PWD/tmp
}

# The QEMU and the kernel that scripts/exact got, or the one of PATH.
guest_real() {
	[ -e "$build/exact" ] || build=$build/..
	[ -e "$build/exact/kernels/default/vmlinuz" ] || skip "needs a kernel: scripts/exact gets one"
	[ -x "$build/exact/qemu/qemu-system-x86_64" ] || command -v qemu-system-x86_64 ||
		skip "needs QEMU: scripts/exact gets it"
	ln -s "$(readlink -f "$build/exact")" own/exact
}

# A QEMU that does what the standard input says, and knows where its console is, as $console.
guest_fake() {
	mkdir -p own/exact/qemu own/exact/kernels/default own/exact/kernels/9.9-test
	echo kernel | tee own/exact/kernels/default/vmlinuz >own/exact/kernels/9.9-test/vmlinuz
	# shellcheck disable=SC2016 # the script's own
	{
		printf '#!/bin/sh\n[ "$1" != --version ] || exec echo "QEMU emulator version 7.2.0"\n'
		printf 'echo "$*" >>%s/asked\n' "$PWD"
		printf '%s\n' 'console=$(echo "$*" | sed -n "s/.*-serial file:\([^ ]*\).*/\1/p")'
		cat
	} >own/exact/qemu/qemu-system-x86_64
	chmod +x own/exact/qemu/qemu-system-x86_64
}

# Nothing is left of a guest: neither files nor processes.
guest_gone() {
	[ -z "$(ls tmp)" ] && ! pgrep -f "$PWD/tmp"
}

# Every count of a result, in order.
guest_counts() { # RESULT
	/usr/bin/python3 -c '
import json, sys
for case in json.load(open(sys.argv[1] + "/result.json"))["cases"]:
    assert case["unit"] == "instructions/op" and case["status"] == "ok", case
    for rep in case["reps"]:
        print(case["case"], rep["samples"])' "$1"
}
