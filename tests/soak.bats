#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The soak test finds what grows: of a driver that is a stub, and that leaks as it is told to.

bats_require_minimum_version 1.5.0

setup() {
	soak=$BATS_TEST_DIRNAME/soak.py
	cd "$BATS_TEST_TMPDIR" || exit
	cat >driver <<-'END'
	#!/bin/bash
	folder() { while [ "$1" != -o ]; do shift; done; mkdir -p "$2"; echo '{}' >"$2/result.json"; }
	[ -z "$LEAK" ] || { mktemp && ipcmk -Q; } >/dev/null
	case "$*" in
	*--precision*)
		folder "$@"
		kept= fd=
		for _ in {1..30}; do
			[ -z "$LEAK" ] || { printf -v kept '%s%65536s' "$kept" '' && exec {fd}</dev/null; }
			sleep 0.02
		done
		;;
	run*) folder "$@" ;;
	'history add'*) : >"$3/$$" ;;
	esac
	END
	chmod +x driver
}

@test "what stays as it is passes" {
	run -0 /usr/bin/python3 "$soak" ./driver 1s
	[[ $output == *'nothing grew'* ]]
	[[ $output != *GROWS* ]]
}

@test "memory, descriptors, files and IPC objects that stay behind are found" {
	# Objects of others cannot be told apart, and these would stay.
	unshare --ipc --mount --pid --fork --map-root-user true || skip "no namespaces here"
	LEAK=yes run -1 /usr/bin/python3 "$soak" ./driver 1s
	[ "$(grep -c GROWS <<<"$output")" -eq 4 ]
	for series in 'long run: resident KiB' 'long run: descriptors' 'left: files in TMPDIR' \
		'left: IPC objects'; do
		grep "^$series .*GROWS" <<<"$output"
	done
}

@test "a command that fails, a driver that is none and a wrong time end it" {
	printf '#!/bin/sh\necho "cannot" >&2; exit 3\n' >driver
	run -3 /usr/bin/python3 "$soak" ./driver 1s
	[[ $output == *'ended with 3: cannot'* ]]
	run -2 /usr/bin/python3 "$soak" ./driver soon
	[[ $output == *"bad time 'soon': want 90s, 15m or 1h"* ]]
}
