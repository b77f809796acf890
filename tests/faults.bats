#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes wrong is reported as what it is: no number, no process, no leftover.

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	FAKES=$(dirname "$LWPBENCH")/tests/benches
	cd "$BATS_TEST_TMPDIR" || exit
	# Whoever is left of this test carries this in its command line.
	export MARK=$BATS_TEST_TMPDIR
}

# Nothing may be left that runs a program of ours.
teardown() {
	[ -z "${open:-}" ] || rm -rf "$open"
	ours="$FAKES/|$BENCHES/|${open:-$FAKES}/|^[.]/benches/"
	run pgrep -f "$ours"
	if [ "$status" -ne 1 ]; then # 1: looked, and found none
		pgrep -af "$ours" >&2
		pkill -9 -f "$ours"
		return 1
	fi
}

fake() {
	"$LWPBENCH" run -q --budget 1s --benches "$FAKES" "$@"
}

# Another user, who owns no other process, in a folder where that user may read what is tested, also
# if the checkout lies in somebody's closed home.
as_other_user() {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to become another user"
	open=$(mktemp -d)
	chmod 777 "$open"
	cp -r "$LWPBENCH" "$BENCHES" "$open"
	cd "$open" || exit
	other=(setpriv --reuid=54321 --regid=54321 --clear-groups)
}

# The only case of r is `status` for a reason that has the text, and has no number.
expect() {
	"$LWPBENCH" show --json r | /usr/bin/python3 -c '
import json, sys
o = json.loads(sys.stdin.read())
status, text = sys.argv[1:]
assert o["status"] == status, o
assert text in o["reason"], o
assert o["median"] is None and o["min"] is None and o["p99"] is None and o["reps"] == 0, o
' "$@"
	"$LWPBENCH" show r | grep -qF "$2"
}

@test "a child that ends with the wrong status fails the case" {
	run fake -b broken -o r
	[ "$status" -eq 1 ]
	expect failed "the child ended with the wrong status"
}

@test "a hang is killed with all descendants after the limit" {
	began=$SECONDS
	run fake -b hang --limit 1s -o r
	[ "$status" -eq 1 ]
	expect failed "still running after 1 s"
	[ $((SECONDS - began)) -lt 15 ]
}

@test "a crash names its signal" {
	run fake -b crash -o r
	[ "$status" -eq 1 ]
	expect failed "killed by SIGSEGV"
}

@test "a process left behind fails the case and is killed" {
	run fake -b stray -o r
	[ "$status" -eq 1 ]
	expect failed "left 1 task running"
}

@test "leaving early with status 0 is no result" {
	run fake -b quitter -o r
	[ "$status" -eq 1 ]
	expect failed "ended before it had measured anything"
}

@test "rows that cannot be right are refused" {
	run fake -b liar -o r
	[ "$status" -eq 1 ]
	expect failed "rows that cannot be right"
}

@test "what the machine lacks is skipped with the reason, and that is no failure" {
	run fake -b skips -o r
	[ "$status" -eq 3 ] # nothing could be measured
	expect skipped "three heads"
	run fake -b skips -b known -o r2
	[ "$status" -eq 0 ]
}

@test "one failed case does not spoil the others" {
	run fake -b known -b broken -o r
	[ "$status" -eq 1 ]
	"$LWPBENCH" show --json r | grep known | grep -q '"status": *"ok"'
}

@test "a missing exec target is told as such" {
	cp -r "$BENCHES" mine
	rm mine/targets/*
	for case in fork_exec vfork_exec posix_spawn; do
		rm -rf r
		run "$LWPBENCH" run -q --budget 1s --benches mine -b $case -o r
		echo "$output"
		[ "$status" -eq 1 ]
		expect failed "ENOENT"
	done
	for case in sh system popen; do
		rm -rf r
		run "$LWPBENCH" run -q --budget 1s --benches mine -b $case -o r
		echo "$output"
		[ "$status" -eq 1 ]
		expect failed "127"
	done
}

@test "a fork that is refused (RLIMIT_NPROC) is told as such" {
	as_other_user
	# driver, keeper and benchmark: its child would be the fourth
	for case in fork clone3 pthread_create posix_spawn; do
		rm -rf r
		run "${other[@]}" prlimit --nproc=3 ./lwpbench run -q --budget 1s -b $case -o r
		echo "$output"
		[ "$status" -eq 1 ]
		expect failed "EAGAIN"
		expect failed "RLIMIT_NPROC"
	done
}

@test "an ordinary user measures; what needs rights is skipped with the reason" {
	as_other_user
	run "${other[@]}" ./lwpbench run -q --budget 1s \
		-b fork -b clone3/flags=NEWPID -b clone3/flags=INTO_CGROUP -o r
	echo "$output"
	[ "$status" -eq 0 ]
	/usr/bin/python3 - r/result.json <<-'PY'
	import json, sys
	cases = {c["case"]: c for c in json.load(open(sys.argv[1]))["cases"]}
	assert cases["fork"]["status"] == "ok"
	for name in "clone3/flags=NEWPID", "clone3/flags=INTO_CGROUP":
	    assert cases[name]["status"] == "skipped" and cases[name]["reason"], cases[name]
	PY
}

@test "Ctrl-C keeps what was measured, and --resume goes on with it" {
	# A shell starts what it puts in the background with SIGINT ignored.
	env --default-signal=INT "$LWPBENCH" run -q --budget 60s --precision 0.01% \
		-b fork -b getpid -o r 2>err &
	pid=$!
	for _ in $(seq 200); do
		sleep 0.1
		[ -s r/result.json ] && break
	done
	sleep 1
	kill -INT $pid
	status=0
	wait $pid || status=$?
	[ "$status" -eq 130 ]
	grep -q -- "--resume r" err
	reps() {
		/usr/bin/python3 -c '
import json
r = json.load(open("r/result.json"))
print(*[len(c["reps"]) for c in r["cases"]], r["run"]["complete"], r["run"]["seed"])'
	}
	read -r fork getpid complete seed < <(reps)
	[ "$fork" -ge 1 ]
	[ "$complete" = False ]
	run "$LWPBENCH" run -q --resume r --budget 1s
	[ "$status" -eq 0 ]
	read -r fork2 getpid2 complete seed2 < <(reps)
	[ "$fork2" -gt "$fork" ]
	[ "$getpid2" -ge "$getpid" ]
	[ "$complete" = True ]
	[ "$seed" = "$seed2" ]
}

@test "a driver that is killed leaves no process and no half-written result" {
	for case in hang keeps; do
		rm -rf r
		"$LWPBENCH" run -q --benches "$FAKES" -b $case --limit 60s -o r &
		pid=$!
		for _ in $(seq 50); do
			sleep 0.1
			pgrep -f "$FAKES/$case --job" >/dev/null && break
		done
		sleep 0.3
		kill -KILL $pid
		wait $pid || true
		for _ in $(seq 50); do
			pgrep -f "$FAKES/" >/dev/null || break
			sleep 0.1
		done
		! pgrep -f "$FAKES/"
		[ -z "$(find r -name '*.tmp')" ]
		/usr/bin/python3 -c 'import json; json.load(open("r/result.json"))'
	done
	sleep 0.2
	[ ! -e /tmp/lwpbench-test-keeps-file ]
	[ ! -e /tmp/lwpbench-test-keeps-folder ]
}

@test "things that a killed benchmark had made are removed" {
	before=$(ipcs -m)
	run fake -b keeps --limit 1s -o r
	expect failed "still running after 1 s"
	[ ! -e /tmp/lwpbench-test-keeps-file ]
	[ ! -e /tmp/lwpbench-test-keeps-folder ]
	[ "$before" = "$(ipcs -m)" ]
}

@test "a full disk is told, and leaves no half-written result" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to mount a small file system"
	unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
	run unshare -m sh -c '
		mkdir small && mount -t tmpfs -o size=16k none small || exit 77
		"$1" run -q --budget 2s -b fork -b getpid -o small/r
		status=$?
		ls -A small/r
		exit $status' sh "$LWPBENCH"
	[ "$status" -ne 77 ] || skip "no tmpfs can be mounted here"
	echo "$output"
	[ "$status" -eq 3 ]
	[[ $output == *"No space left on device"* ]]
	[[ $output != *.tmp* ]]
}

@test "a folder that cannot be written is told before the wait" {
	run "$LWPBENCH" run -q -b getpid -o /proc/nowhere
	[ "$status" -eq 2 ]
	[[ $output == *"/proc/nowhere"* ]]
}

@test "standard output that is full is told" {
	"$LWPBENCH" run -q --budget 300ms -b getpid -o r
	run sh -c '"$1" show r >/dev/full' sh "$LWPBENCH"
	[ "$status" -eq 3 ]
	[[ $output == *"No space left on device"* ]]
}

@test "nohup protects a run" {
	sh -c 'trap "" HUP; exec "$1" run -q --budget 1500ms --precision 0.01% -b getpid -o r' sh "$LWPBENCH" &
	pid=$!
	sleep 0.5
	kill -HUP $pid
	wait $pid
}

@test "children that the driver did not make are left alone" {
	run bash -c 'sleep 97 >/dev/null 2>&1 3>&- & echo $!; exec "$1" run -q --budget 300ms -b getpid -o r' bash "$LWPBENCH"
	[ "$status" -eq 0 ]
	grep -q '^State:	S' "/proc/${lines[0]}/status" # alive, not a zombie
	kill "${lines[0]}"
}

@test "two runs never write into one folder" {
	"$LWPBENCH" run -q --budget 2s --precision 0.01% -b getpid -o r &
	pid=$!
	for _ in $(seq 50); do
		[ -s r/result.json ] && break
		sleep 0.1
	done
	run "$LWPBENCH" run -q --resume r --budget 1s
	[ "$status" -eq 2 ]
	[[ $output == *"another run is writing there"* ]]
	wait $pid
	# Begun in the same second without -o: each has a folder of its own.
	for _ in 1 2 3; do
		"$LWPBENCH" run -q --budget 300ms -b getpid &
	done
	wait
	[ "$(find results -name result.json | wc -l)" -eq 3 ]
	"$LWPBENCH" show results/latest
}

@test "a resume that could not go on changes nothing" {
	cp -r "$BENCHES" mine
	"$LWPBENCH" run -q --benches mine --budget 300ms --precision 0.01% -b getpid -o r
	before=$(sha256sum r/result.json)
	run "$LWPBENCH" run -q --resume r
	[ "$status" -eq 2 ]
	[[ $output == *"budget is used up"* ]]
	rm mine/getpid
	run "$LWPBENCH" run -q --benches mine --resume r --budget 1s
	[ "$status" -eq 2 ]
	[[ $output == *'no benchmark "getpid"'* ]]
	run "$LWPBENCH" run -q --resume r --budget 1s --events minor-faults
	[ "$status" -eq 2 ]
	[ "$before" = "$(sha256sum r/result.json)" ]
}

@test "a resume refuses a benchmark that takes other gauges than it did" {
	"$LWPBENCH" run -q --budget 300ms --precision 0.01% -b msg_pipe -o r
	sed -i 's/"name": *"voluntary"/"name":"other"/' r/result.json
	before=$(sha256sum r/result.json)
	run "$LWPBENCH" run -q --resume r --budget 1s
	[ "$status" -eq 2 ]
	[[ $output == *"msg_pipe is another benchmark now than when it was measured"* ]]
	[ "$before" = "$(sha256sum r/result.json)" ]
}

@test "a rate without bytes fails" {
	run "$LWPBENCH" run -q --benches "$FAKES" --budget 1s -b no_bytes -o r
	[ "$status" -eq 1 ]
	[[ $output == *"no_bytes failed: its unit is bytes/s, but it moved no bytes"* ]]
}

@test "rungs in a case of time fail" {
	run "$LWPBENCH" run -q --benches "$FAKES" --budget 1s -b false_ladder -o r
	[ "$status" -eq 1 ]
	[[ $output == *"false_ladder failed: its unit is ns/op, but its samples are a ladder"* ]]
}

@test "results/latest still points at a folder after a resume through it" {
	"$LWPBENCH" run -q --budget 300ms --precision 0.01% -b getpid
	"$LWPBENCH" run -q --resume results/latest --budget 300ms
	"$LWPBENCH" show results/latest
}
