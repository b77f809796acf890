#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The doctor on this machine; and scripts/quiet on a folder that stands for one.

bats_require_minimum_version 1.5.0

setup() {
	export LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	cd "$BATS_TEST_TMPDIR" || exit
}

# The status that its own findings ask for.
wants() { # JSON
	/usr/bin/python3 -c '
import json, sys
print(int(any(f["state"] == "spoils" for f in json.loads(sys.argv[1])["findings"])))' "$1"
}

@test "the doctor finds what was put in the way" {
	run --separate-stderr env LD_PRELOAD= GLIBC_TUNABLES=glibc.malloc.arena_max=1 "$LWPBENCH" doctor
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	[[ $output == *"Spoils figures:"*"GLIBC_TUNABLES"*"glibc.malloc.arena_max=1"*"unset GLIBC_TUNABLES"* ]]
	# Traced by one that has it in its name.
	run strace -f -qq -e trace=none -o /dev/null "$LWPBENCH" doctor
	[[ ${output%%Cannot*} == *tracer*"run lwpbench without it"* ]]
}

@test "a run names at its head what spoils it, unless it is to be quiet" {
	export GLIBC_TUNABLES=glibc.malloc.arena_max=1
	run -0 --separate-stderr "$LWPBENCH" run -b null --budget 0.2s --passes time -o told
	# shellcheck disable=SC2154 # set by run
	[[ ${stderr_lines[0]} == "lwpbench: what spoils figures here: "*GLIBC_TUNABLES*"lwpbench doctor"* ]]
	run -0 --separate-stderr "$LWPBENCH" run -q -b null --budget 0.2s --passes time -o quiet
	[[ $stderr != *"what spoils figures"* ]]
}

@test "the doctor looks for neighbours, and a signal ends that" {
	run "$LWPBENCH" doctor
	[[ $output == *"neighbours"* ]]
	run -143 timeout --preserve-status 0.7 "$LWPBENCH" doctor
	[ -z "$output" ]
}

@test "as JSON the doctor tells every finding, and the status fits" {
	run --separate-stderr "$LWPBENCH" doctor --json
	[ "$status" -eq "$(wants "$output")" ]
	/usr/bin/python3 -c '
import json, sys
found = json.loads(sys.argv[1])["findings"]
assert len(found) > 25 and len({f["what"] for f in found}) == len(found)
for f in found:
    assert f["state"] in ("spoils", "limits", "matters", "unknown", "fine") and f["is"] and f["why"], f' "$output"
}

@test "the doctor takes no arguments" {
	run -2 "$LWPBENCH" doctor results
	[[ $output == *"results: it takes no arguments"* ]]
}

machine() {
	export QUIET_ROOT=$PWD/machine
	local cpu
	for cpu in 0 1; do
		mkdir -p "machine/sys/devices/system/cpu/cpu$cpu/cpufreq"
		echo "powersave$cpu" >"machine/sys/devices/system/cpu/cpu$cpu/cpufreq/scaling_governor"
	done
	mkdir -p machine/sys/kernel/mm/transparent_hugepage machine/proc/sys/kernel
	echo 'always madvise [never]' >machine/sys/kernel/mm/transparent_hugepage/enabled
	echo 1 >machine/proc/sys/kernel/nmi_watchdog
	cp -r machine before
}

quiet=$BATS_TEST_DIRNAME/../scripts/quiet

@test "quiet sets what can be set while a command runs, and puts it back" {
	machine
	run -7 "$quiet" sh -c 'cp -r machine during; exit 7'
	[ "$(cat during/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor)" = performance ]
	[ "$(cat during/proc/sys/kernel/nmi_watchdog)" = 0 ]
	# It was as good as what would have been set.
	[[ $(cat during/sys/kernel/mm/transparent_hugepage/enabled) == *'[never]'* ]]
	diff -r before machine
}

@test "quiet puts everything back when it is killed" {
	machine
	for signal in KILL TERM INT; do
		# shellcheck disable=SC2016
		run "$quiet" sh -c 'cp -r machine during$0; kill -$0 $PPID; sleep 0.1' $signal
		[ "$(cat during$signal/proc/sys/kernel/nmi_watchdog)" = 0 ]
		for _ in {1..50}; do
			diff -r before machine >/dev/null && break
			sleep 0.1
		done
		diff -r before machine
	done
}

@test "without a command quiet changes nothing, and says what it would" {
	machine
	run -0 "$quiet" --dry-run true
	[[ $output == *"cpu0/cpufreq/scaling_governor: powersave0 -> performance"* ]]
	run -0 "$quiet"
	[[ $output == *"nmi_watchdog: 1 -> 0"* ]]
	diff -r before machine
	run -2 "$quiet" --loud
	[[ $output == *"unknown option --loud"* ]]
}
