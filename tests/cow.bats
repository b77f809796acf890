#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The bill after fork: every way to a page's first write, and proof of what the kernel did.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	BROKEN=$(dirname "$LWPBENCH")/tests/broken
	cd "$BATS_TEST_TMPDIR" || exit
	ways=(fork fork_exit fork_exec vfork_exec posix_spawn none)
}

teardown() {
	run pgrep -f "$BENCHES/(cow|first_touch)|$BROKEN/(cow|first_touch)"
	[ "$status" -ne 0 ]
}

@test "every way, by hand" {
	for way in "${ways[@]}"; do
		echo "$way"
		run "$BENCHES/cow" way="$way" pages=600 2
		[ "$status" = 0 ]
		[ -z "$output" ]
	done
	for case in "cow by=child" "cow order=scattered" first_touch "first_touch order=scattered" "first_touch link=dynamic"; do
		# shellcheck disable=SC2086
		run "$BENCHES/"$case pages=600 2
		echo "$case: $output"
		[ "$status" = 0 ]
		[ -z "$output" ]
	done
}

@test "only a child that lives can write" {
	for way in fork_exit fork_exec vfork_exec posix_spawn none; do
		run "$BENCHES/cow" by=child way="$way"
		[ "$status" = 2 ]
		[ "$output" = "cow: by=child: only of way=fork is there a child to write" ]
	done
}

# By two counts of the kernel: what the writer asks for around its walk, and the events pass.
@test "a copy takes one fault a page, fresh memory too, and after posix_spawn there is none" {
	run "$LWPBENCH" run -q --budget 2s --events minor-faults -o r -b first_touch/pages=512 \
		-b cow/pages=512/by=parent,child -b cow/pages=512/way=fork_exit,fork_exec,posix_spawn
	echo "$output"
	[ "$status" = 0 ]
	/usr/bin/python3 - <<-'PY'
	import json
	cases = json.load(open("r/result.json"))["cases"]
	assert len(cases) == 7 and any(c["case"] == "cow/way=none/pages=512" for c in cases)
	for c in cases:
	    params, want = c["params"], 1
	    if params.get("way") in ("posix_spawn", "none"):
	        want = 0
	    at = 1 + [g["name"] for g in c["gauges"]].index("faults")
	    for rep in c["reps"]:
	        assert rep["batch"] == 512
	        for sample in rep["samples"]:
	            assert want <= sample[at] / 512 <= want * 1.01 + 0.01, (c["case"], sample)
	    for rep in c["events"]["reps"]:
	        for sample in rep["samples"]:
	            counts = sample[0] if isinstance(sample[0], list) else sample
	            assert want <= counts[0] / 512 <= want * 1.05 + 0.05, (c["case"], sample)
	PY
}

@test "a region that is a huge page takes one fault, if the kernel gives any" {
	huge=$(cat /sys/kernel/mm/transparent_hugepage/hpage_pmd_size) || skip "no huge pages here"
	pages=$((huge / $(getconf PAGESIZE)))
	run "$BENCHES/first_touch" huge=yes pages="$pages" 2
	echo "$output"
	[ "$status" = 0 ] || skip "$output"
	# Small pages would be twice as many faults: the runtime has few of its own.
	faults=$(/usr/bin/python3 - "$BENCHES/first_touch" "pages=$pages" <<-'PY'
	import resource, subprocess, sys
	subprocess.run(sys.argv[1:] + ["huge=yes", "8"], check=True)
	print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt)
	PY
	)
	[ "$faults" -lt $((pages * 4)) ]
	for by in parent child; do
		run "$BENCHES/cow" huge=yes by="$by" pages="$pages" 2
		[ "$status" = 0 ]
	done
	run "$BENCHES/first_touch" huge=yes pages=$((pages + 1))
	[ "$output" = "first_touch: huge: pages is no multiple of what a huge page has" ]
}

@test "without huge pages they are skipped with the reason" {
	unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
	sys=/sys/kernel/mm/transparent_hugepage
	[ -d $sys ] || skip "no huge pages here"
	run unshare -m sh -c "mount -t tmpfs none $sys || exit 77; exec \"\$1\" huge=yes" sh "$BENCHES/cow"
	[ "$status" -ne 77 ] || skip "no tmpfs can be mounted here"
	[ "$output" = "cow: huge: this kernel has no transparent huge pages" ]
	# Of a process that may have none: PR_SET_THP_DISABLE is inherited.
	for name in cow first_touch; do
		run /usr/bin/python3 -c 'import ctypes, os, sys
assert ctypes.CDLL(None).prctl(41, 1, 0, 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])' "$BENCHES/$name" huge=yes
		echo "$output"
		[ "$status" = 1 ]
		[[ $output == "$name: huge: "* ]]
	done
}

@test "more pages than there is memory for are skipped with the limit" {
	unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
	sed 's/^MemAvailable:.*/MemAvailable:       4096 kB/' /proc/meminfo >meminfo
	# shellcheck disable=SC2016 # the shell's own $1
	run unshare -m sh -c 'mount --bind meminfo /proc/meminfo || exit 77; exec "$1" pages=1024' \
		sh "$BENCHES/cow"
	echo "$output"
	[ "$status" -ne 77 ] || skip "nothing can be mounted here"
	[ "$status" = 1 ]
	[[ $output == "cow: pages: they and a copy of them take more than "*MemAvailable* ]]
}

@test "what is not copied, not written or not private is no figure" {
	broken() { # HOW MESSAGE ARGUMENT...
		local how=$1 message=$2
		shift 2
		LWP_BREAK=$how run "$BROKEN/$1" pages=512 "${@:2}" 2
		echo "$how $*: $output"
		[ "$status" = 1 ]
		# shellcheck disable=SC2053 # a pattern
		[[ $output == "$1: "$message ]]
	}
	for more in by=parent by=child way=fork_exit; do
		broken unwritten "pages do not hold what was written to them" cow "$more"
		broken unwalked "the kernel counted * page faults for 512 pages" cow "$more"
		broken together "*" cow "$more"
		run "$BROKEN/cow" pages=512 "$more" 2
		[ "$status" = 0 ]
	done
	broken together "who did not write does not see what was there before" cow by=child
	broken unwritten "the kernel counted * page faults for 512 pages that need none" cow way=none
	broken unwalked "pages do not hold what was written to them" cow way=none
	broken unwalked "the kernel counted * page faults for 512 pages" first_touch
}

@test "a child that is killed ends it with the reason, and none outlives its creator" {
	for by in parent child; do
		"$BENCHES/cow" by="$by" pages=4096 1M 2>said 3>&- &
		local creator=$! child='' status=0
		for _ in $(seq 500); do
			child=$(pgrep -P $creator) && break
			sleep 0.01
		done
		kill -KILL "$child"
		wait $creator || status=$?
		cat said
		[ "$status" = 1 ]
		[ "$(cat said)" = "cow: the child was killed by signal 9" ]
	done
	"$BENCHES/cow" pages=512 1M 3>&- &
	creator=$!
	sleep 0.3
	kill -KILL $creator
	wait $creator || true
	for _ in $(seq 100); do
		pgrep -f "$BENCHES/cow" >/dev/null || break
		sleep 0.02
	done
}
