#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Counters, in an emulated arm64 machine that has a PMU: what is counted there can be known to the digit.
#
# `make pmu` builds what it boots ($ARM64). Two boots of the same, and one of a machine without a PMU.

# Operations a sample, samples, events, words for encode, program, parameters: see tests/pmu/count.c.
uk=instructions:u,instructions:k
many=$uk,cycles:u,cycles:k,$uk,cycles:u,cycles:k,$uk
all=minor-faults,major-faults,context-switches,cpu-migrations,task-clock,$uk,cycles:u,cycles:k
all+=,dTLB-load-misses:u,dTLB-load-misses:k,LLC-load-misses:u,LLC-load-misses:k
rights=$uk,context-switches,cpu-migrations,minor-faults,minor-faults:k

jobs() {
	local who n
	cat <<-END
		null 1000 20 $uk,instructions benches/null
		getpid 1000 20 $uk,instructions benches/getpid
		getpid-many 1000 100 $many benches/getpid
		fork 1 50 $uk,minor-faults benches/fork
		pthread_create 1 50 $uk benches/pthread_create
		switch_pipe 10 20 $uk,context-switches benches/switch_pipe place=same
		default 1 10 $all benches/fork
		native 1 4 INST_RETIRED:u,arm_ac57::INST_RETIRED:u,r08:u tests/benches/loop instructions=1000000
		nobody-1 100 4 $rights paranoid=1 nobody benches/getpid
		nobody-2 100 4 $rights paranoid=2 nobody benches/getpid
		nobody-3 100 4 $rights paranoid=3 nobody benches/getpid
	END
	for n in 1 3; do
		for who in self child thread; do
			echo "$who-$n 1 4 $uk tests/benches/loop who=$who instructions=${n}000000"
		done
		echo "alone-$n 1 4 $uk alone tests/benches/loop who=child instructions=${n}000000"
	done
}

boot() { # FOLDER CPU; jobs come on standard input
	mkdir -p "$BATS_FILE_TMPDIR/$1"
	"$COUNT" "$ARM64/debian/kernel" "$2" "$ARM64" "$BATS_FILE_TMPDIR/$1" >"$BATS_FILE_TMPDIR/$1.tsv"
}

# What there is not, or nothing.
lacking() {
	command -v qemu-system-aarch64 >/dev/null || echo "no qemu-system-aarch64"
	[ -e "$ARM64/debian/kernel" ] || echo "no arm64 kernel: make pmu fetches it"
	[ -x "$ARM64/tests/pmu/encode" ] || echo "no arm64 programs: make pmu builds them with aarch64-linux-gnu-gcc"
}

setup() {
	[ -z "$(lacking)" ] || skip "$(lacking | head -n 1)"
}

setup_file() {
	export LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench} ARM64=${ARM64:-$PWD/build/arm64}
	export COUNT=${COUNT:-$(dirname "$LWPBENCH")/tests/pmu/count}
	[ -z "$(lacking)" ] || return 0
	jobs | boot one cortex-a57
	jobs | boot two cortex-a57
	jobs | grep -E '^(default|nobody-2) ' | boot none cortex-a57,pmu=off
}

# The figure of a case's event, or of the Nth of that name; "nan" where it has none.
figure() { # CASE EVENT [N]
	awk -F'\t' -v c="$1" -v e="$2" -v n="${3:-1}" \
		'$1 == c && $2 == e && !--n { print $3; found = 1 } END { exit !found }' "$BATS_FILE_TMPDIR/one.tsv"
}

reason() { # BOOT CASE EVENT
	awk -F'\t' -v c="$2" -v e="$3" '$1 == c && $2 == e { print $3, $4 }' "$BATS_FILE_TMPDIR/$1.tsv"
}

# Whether an expression of awk holds.
holds() {
	awk "BEGIN { exit !($1) }" || { echo "not so: $1"; return 1; }
}

@test "no program fails in the guest, and two boots are the same to the digit" {
	[ "$(grep -cP "\t(failed|skipped)\t" "$BATS_FILE_TMPDIR/one.tsv")" -eq 0 ]
	cmp "$BATS_FILE_TMPDIR/one.tsv" "$BATS_FILE_TMPDIR/two.tsv"
	cmp "$BATS_FILE_TMPDIR/one/result.json" "$BATS_FILE_TMPDIR/two/result.json"
}

@test "two million instructions more are counted as two million, to the digit" {
	holds "$(figure self-3 instructions:u) - $(figure self-1 instructions:u) == 2000000"
	holds "$(figure self-1 instructions:u) >= 1000000 && $(figure self-1 instructions:u) < 1001000"
}

@test "what a child or a thread executes is counted, and only if counters are inherited" {
	for who in child thread; do
		holds "$(figure $who-3 instructions:u) - $(figure $who-1 instructions:u) == 2000000"
	done
	holds "$(figure alone-3 instructions:u) == $(figure alone-1 instructions:u)"
	holds "$(figure alone-1 instructions:u) < 1000"
	for case in fork pthread_create switch_pipe; do
		holds "$(figure $case instructions:u) > 50 && $(figure $case instructions:k) > 1000"
	done
}

@test "user and kernel are counted apart, and are together what is counted of both" {
	local u k both bound
	u=$(figure getpid instructions:u) k=$(figure getpid instructions:k) both=$(figure getpid instructions)
	bound=$(figure null instructions)
	holds "$u > 5 && $u < 40 && $k > 100 && $k < 1000"
	# A sample's edges are not the same for each counter: an empty one shows how far they lie apart.
	holds "$u + $k - $both < $bound && $both - $u - $k < $bound && $bound < $both / 50"
	# A loop without system calls has next to nothing of the kernel.
	holds "$(figure self-3 instructions:k) < 0.01 * $(figure self-3 instructions:u)"
}

@test "more events than counters take turns, and each is scaled to within a percent" {
	local n u k
	u=$(figure getpid-many instructions:u) k=$(figure getpid-many instructions:k)
	for n in 1 2 3; do
		holds "$(figure getpid-many instructions:u $n) / $u - 1 < 0.01 && 1 - $(figure getpid-many instructions:u $n) / $u < 0.01"
		holds "$(figure getpid-many instructions:k $n) / $k - 1 < 0.01 && 1 - $(figure getpid-many instructions:k $n) / $k < 0.01"
	done
	python3 - "$BATS_FILE_TMPDIR/one/result.json" <<-'END'
		import json, sys
		case = next(c for c in json.load(open(sys.argv[1]))["cases"] if c["case"] == "getpid-many")
		rows = case["events"]["reps"][0]["samples"]
		# They did take turns: no counter ran through, and none never.
		for e in range(10):
		    enabled, running = (sum(row[3 * e + i] for row in rows) for i in (1, 2))
		    assert 0 < running < 0.95 * enabled, (e, enabled, running)
	END
}

@test "libpfm4's own names for this CPU count what the kernel's generic ones do" {
	local name
	for name in INST_RETIRED:u arm_ac57::INST_RETIRED:u r08:u; do
		holds "$(figure native $name) >= 1000000 && $(figure native $name) < 1001000"
	done
}

@test "a counter that this CPU lacks is n/a with its reason, the others are counted" {
	local name
	for name in dTLB-load-misses:u LLC-load-misses:k; do
		[[ $(reason one default "$name") == "nan this machine has no such counter"* ]]
	done
	for name in instructions:u instructions:k cycles:u cycles:k minor-faults task-clock; do
		holds "$(figure default $name) > 0"
	done
	run "$LWPBENCH" show --events "$BATS_FILE_TMPDIR/one"
	[[ $output == *"default"* ]]
}

@test "without a PMU every hardware counter is n/a with its reason, the kernel's own are counted" {
	local name
	for name in instructions:{u,k} cycles:{u,k} dTLB-load-misses:{u,k} LLC-load-misses:{u,k}; do
		[[ $(reason none default "$name") == "nan this machine has no such counter"*"no PMU"* ]]
	done
	[[ $(reason none default minor-faults) =~ ^1[0-9.]+\ $ ]]
	# More rights would not bring a counter.
	[[ $(reason none nobody-2 instructions:k) == "nan this machine has no such counter"* ]]
}

@test "what perf_event_paranoid refuses is n/a and says so, or comes from getrusage" {
	local name
	for name in instructions:u instructions:k cpu-migrations; do
		[[ $(reason one nobody-3 "$name") == "nan refused, as kernel.perf_event_paranoid is 3"* ]]
		holds "$(figure nobody-1 $name) >= 0"
	done
	holds "$(figure nobody-2 instructions:u) > 5"
	for name in instructions:k cpu-migrations minor-faults:k; do
		[[ $(reason one nobody-2 "$name") == "nan refused, as kernel.perf_event_paranoid is 2"* ]]
	done
	for name in context-switches minor-faults; do
		[[ $(reason one nobody-2 "$name") =~ ^[0-9.]+\ $ ]]
	done
	python3 - "$BATS_FILE_TMPDIR/one/result.json" <<-'END'
		import json, sys
		cases = {c["case"]: c for c in json.load(open(sys.argv[1]))["cases"]}
		def source(case, name):
		    return next(e["source"] for e in cases[case]["events"]["counters"] if e["name"] == name)
		assert source("nobody-2", "context-switches") == "getrusage"
		assert source("nobody-1", "context-switches") == "perf"
	END
}
