#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# `lwpbench exact run`: what becomes of a guest that cannot be had, with a QEMU that only pretends; one
# short boot of a real one, and its result in all that reads results. More of these: tests/guests.

bats_require_minimum_version 1.5.0

load guest
load result

setup() {
	guest_folder
}

# The driver's whole answer to a guest that was not had.
refused() { # STATUS ARGUMENT...
	local wanted=$1
	shift
	run -"$wanted" own/lwpbench exact run -b getpid -o r "$@"
	echo "$output"
	[ "${#lines[@]}" -eq 1 ]
	[ ! -e r ]
	guest_gone
}

@test "no kernel and no QEMU: what gets them is named" {
	refused 2
	[ "$output" = 'lwpbench: no kernel to boot: scripts/exact gets one, or name an image by --kernel' ]
	refused 2 --kernel /nowhere/vmlinuz
	[ "$output" = 'lwpbench: --kernel /nowhere/vmlinuz: No such file or directory' ]
	refused 2 --kernel 9.9-test
	refused 2 --kernel .
	[[ $output == *'Is a directory' ]]
	guest_fake <<<'exit 0'
	refused 3 --qemu /nowhere/qemu
	[[ $output == *'cannot run /nowhere/qemu: No such file or directory; scripts/exact gets it'* ]]
}

@test "QEMU and kernels are taken from where scripts/exact leaves them" {
	guest_fake <<<'exit 0'
	refused 3
	grep -q -- "-kernel $PWD/own/exact/kernels/default/vmlinuz " asked
	refused 3 --kernel 9.9-test
	grep -q -- "-kernel $PWD/own/exact/kernels/9.9-test/vmlinuz " asked
	# A file goes before a release.
	echo image >9.9-test
	: >asked
	refused 3 --kernel 9.9-test
	grep -q -- '-kernel 9.9-test ' asked
	: >asked
	cp own/exact/qemu/qemu-system-x86_64 other
	refused 3 --qemu ./other
	[[ $output == *' ./other ended early'* ]]
	[ -s asked ]
}

@test "a QEMU that ends early: what it said" {
	guest_fake <<<'echo "qemu: could not load kernel"; exit 1'
	refused 3
	[[ $output == *'ended early: qemu: could not load kernel' ]]
}

@test "a guest that panics: its last words, and not those after them" {
	guest_fake <<-'END'
		printf 'Booting\r\nKernel panic - not syncing: No working init found.\r\nRebooting\r\n' >"$console"
	END
	refused 3
	[[ $output == *"the guest's kernel panicked; its last words: Kernel panic - not syncing: No working init found." ]]
}

@test "a guest that hangs is killed, and its last words are told" {
	guest_fake <<-'END'
		echo 'waiting for a disk' >"$console"
		exec sleep 60
	END
	refused 3 --limit 1s
	[[ $output == *'the guest has not ended after 1 s: killed; its last words: waiting for a disk' ]]
}

@test "a guest that says what no guest says is not believed" {
	guest_fake <<-'END'
		said=$(echo "$*" | sed -n 's/.*-debugcon file:\([^ ]*\).*/\1/p')
		head -c 4096 /dev/urandom >"$said"
	END
	refused 3
	[[ $output == *'ended early'* ]]
}

@test "a short boot, and its result in all that reads results" {
	guest_real
	run -0 own/lwpbench exact run -b getpid -b fork -b pthread_create --samples 8 -o r
	guest_gone
	[ "$(guest_counts r | wc -l)" -ge 6 ]
	jsonschema -i r/result.json "$BATS_TEST_DIRNAME/../results/schema.json"
	run -0 own/lwpbench show r
	echo "$output"
	[[ $output == *'1 CPU, Linux '* && $output == *'this is not time'* && $output == *'2 boots'* ]]
	run ! grep -E 'nan|\?|seed|n/a|[0-9] (ns|µs|ms)|interval' <<<"$output"
	# Which has times only, and says so.
	run -77 own/lwpbench export --to google-benchmark r
	[[ ${lines[-1]} == *'no times' ]]
	for format in bencher github-action-benchmark otava-csv go-bench csv openmetrics \
		markdown; do
		echo "$format"
		run -0 --separate-stderr own/lwpbench export --to "$format" r
		[[ $output == *[Ff]ork* && $output == *[Ii]nstructions* || $format == otava-csv ]]
		run ! grep -E 'nan|\? CPU|seconds\{' <<<"$output"
	done
	own/lwpbench plot r -o drawn --format svg,txt
	grep -q 'n = 2 boots' drawn/instructions.txt
	grep -q pthread_create drawn/instructions.svg
	own/lwpbench report r
	grep -q 'this is not time' r/report.html
	run ! grep -Ei 'nan |too few reps|times the time|of a budget' r/report.html
	run -2 own/lwpbench verdict r
	[[ $output == *'claims speak of time'* ]]
	# Beside times: those of another result, never as one.
	mv r counted
	write_result <<-'PY'
		case("getpid", "floor", [100, 100, 100])
		case("fork", "creation", [50000, 51000, 52000])
	PY
	own/lwpbench report --exact counted r
	grep -q 'Time and instructions' r/report.html
	instructions=$(own/lwpbench show --json counted | sed -n 's/^{"case":"getpid",.*"median":\([0-9]*\)\..*/\1/p')
	grep -q "<td[^>]*>$instructions</td>" r/report.html
	ns=$(awk -v n="$instructions" 'BEGIN { printf "%.3g", 100 * 1000 / n }')
	grep -q ">$ns ns</td>" r/report.html
	run -2 own/lwpbench report --exact r r
	[[ $output == *'has no instructions'* ]]
	run -2 own/lwpbench report --exact counted counted
}
