#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What tasks weigh: ladders of every kind of task, what limits them, and that nothing is left.
# Others on the machine take and give back memory meanwhile: hence medians, and room in what is
# compared.

bats_require_minimum_version 1.5.0

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	PLAIN=$(dirname "$LWPBENCH")/tests/plain_memory
	cd "$BATS_TEST_TMPDIR" || exit
}

teardown() {
	local folder
	# No task outlives its creator.
	run pgrep -f "$BENCHES/(weight|targets/idle)"
	[ "$status" -ne 0 ]
	for folder in $made; do
		rmdir "$folder"
	done
}

# Weighs cases, each for a second.
weigh() { # RESULT CASE...
	local cases=() case
	for case in "${@:2}"; do
		cases+=(-b "$case")
	done
	"$LWPBENCH" run -q --budget "$(($# - 1))s" --passes time -o "$1" "${cases[@]}"
}

# Evaluates Python on a result's cases: tops(i), the most tasks of each rep; slope(i, gauge);
# ci(i); note(i).
holds() { # RESULT EXPRESSION
	/usr/bin/python3 - "$@" <(cd "$BATS_TEST_TMPDIR" && "$LWPBENCH" show --json "$1") <<-'PY'
	import json, sys

	where, claim, shown = sys.argv[1:]
	cases = json.load(open(where + "/result.json"))["cases"]
	lines = [json.loads(line) for line in open(shown)]
	def tops(i): return [max(row[1] for row in rep["samples"]) for rep in cases[i]["reps"]]
	def rungs(i): return [row[1] for row in cases[i]["reps"][0]["samples"]]
	def slope(i, gauge): return lines[i]["gauges"][gauge]["median"]
	def ci(i): return lines[i]["ci"]
	def note(i): return cases[i]["note"]
	names = ("memory", "user", "tables", "stack", "slab", "percpu", "rest", "virtual")
	print([(c["case"], c["status"], c["reason"], c["note"], rungs(i), ci(i),
	    {n: slope(i, n) for n in names}) if c["reps"] else (c["case"], c["reason"])
	    for i, c in enumerate(cases)], claim)
	sys.exit(not eval(claim))
	PY
}

@test "every kind of task makes its ladder, by hand" {
	for task in process thread spawn clone:FS clone:lwp clone:lwp+THREAD; do
		run "$BENCHES/weight" "task=$task" tasks=40 9
		echo "$task: $output"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
	"$BENCHES/weight" task=spawn target=dynamic tasks=20 9
	"$BENCHES/weight" task=thread 4
}

# bats test_tags=alone
@test "a ladder ends where it was told to, and its rungs are as many tasks apart" {
	weigh r weight/task=thread/tasks=208 weight/tasks=48
	holds r 'rungs(0) == [8 + 25 * i for i in range(9)]'
	holds r 'rungs(1)[-1] == 48 and len(rungs(1)) == 9'
	# The kernel counts as many tasks as there are; those of others come and go.
	holds r 'abs(slope(0, "counted") - 1) < 0.2 and slope(0, "huge") == 0'
	# A process has an address space of its own.
	holds r 'slope(1, "user") > 2 * slope(0, "user") and slope(0, "virtual") > slope(1, "virtual")'
	"$LWPBENCH" show r >shown
	grep -q '^memory .* a task .*95 % interval .*× first row .*user .*tables .*tasks .*reps$' shown
	grep -q '^weight/task=thread/tasks=208 .* 208 ' shown
	grep -q '^  tables  *page tables$' shown
}

@test "what cannot be is refused before anything is made" {
	for wrong in stack=64K 'task=spawn stack=64K' 'task=clone:FS stack=64K' target=dynamic \
		'task=thread stack=64K touch=64K' task=clone:SIGHAND tasks=1; do
		run "$BENCHES/weight" $wrong 1
		echo "$wrong: $output"
		[ "$status" -eq 2 ]
		[ "$(wc -l <<<"$output")" -eq 1 ]
		[[ $output == weight:\ *:\ * ]]
	done
	for wrong in touch=1G 'task=thread touch=1G'; do
		run bash -c 'ulimit -s 8192; exec "$@"' bash "$BENCHES/weight" $wrong 1
		echo "$wrong: $output"
		[ "$status" -eq 1 ]
		[[ $output == *touch:*stack* ]]
	done
}

# bats test_tags=alone
@test "what a task touches is its user's, how long its stack is costs no memory" {
	weigh r weight/task=thread/tasks=208 weight/task=thread/tasks=208/touch=64K \
		weight/task=thread/tasks=208/stack=1M
	holds r 'abs((slope(1, "user") - slope(0, "user")) / 65536 - 1) < 0.1'
	holds r 'abs(slope(2, "user") / slope(0, "user") - 1) < 0.1'
	# A stack and its guard.
	holds r 'abs(slope(2, "virtual") / (2 ** 20 + 4096) - 1) < 0.02'
	holds r 'slope(0, "virtual") > 2 * slope(2, "virtual")'
}

# Whether any of three attempts succeeds: the kernel's counts are of the whole machine, and others
# may have made or ended tasks meanwhile.
sometime() { # COMMAND...
	"$@" || "$@" || "$@"
}

agree() {
	rm -rf a b
	for result in a b; do
		"$LWPBENCH" run -q --budget 2s --passes time -o $result -b weight/task=thread/tasks=104
		"$LWPBENCH" show --json $result >$result.json
	done
	/usr/bin/python3 - <<-'PY'
	import json
	a, b = (json.load(open(f)) for f in ("a.json", "b.json"))
	print(a["median"], a["ci"], b["median"], b["ci"])
	# On a machine too slow for six reps there is no interval.
	overlap = None not in a["ci"] + b["ci"] and a["ci"][0] <= b["ci"][1] and b["ci"][0] <= a["ci"][1]
	assert overlap or abs(a["median"] / b["median"] - 1) < 0.05
	PY
}

# bats test_tags=alone
@test "two runs agree" {
	sometime agree
}

agree_with_subtraction() {
	local plain
	rm -rf r
	weigh r weight/task=thread/tasks=2000
	plain=$({ "$PLAIN" 2000; "$PLAIN" 2000; "$PLAIN" 2000; } | sort -n | sed -n 2p)
	holds r "abs(slope(0, 'memory') / $plain - 1) < 0.25"
}

# bats test_tags=alone
@test "a thread weighs what a plain subtraction says" {
	sometime agree_with_subtraction
}

@test "a user's limit makes the ladder shorter, and is named" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to become another user"
	open=$(mktemp -d)
	chmod 777 "$open"
	mkdir "$open/benches"
	cp "$LWPBENCH" "$open"
	cp "$BENCHES/weight" "$open/benches"
	cd "$open"
	run setpriv --reuid=54322 --regid=54322 --clear-groups prlimit --nproc=50 \
		./lwpbench run -q --benches benches --budget 1s --passes time -o r -b weight
	echo "$output"
	[ "$status" -eq 0 ]
	holds "$open/r" 'all(30 <= top < 50 for top in tops(0))'
	./lwpbench show r | grep -qE '^weight: [34][0-9] processes instead of 2000: RLIMIT_NPROC=50'
	run setpriv --reuid=54322 --regid=54322 --clear-groups prlimit --nproc=2 ./benches/weight 9
	cd /
	rm -r "$open"
	[ "$status" -eq 1 ]
	[[ $output == "weight: tasks: room for only "[01]" processes by RLIMIT_NPROC=2"* ]]
}

@test "a control group's limit makes the ladder shorter, and is named" {
	local own folder
	own=$(sed -n 's/^[0-9]*:pids://p' /proc/self/cgroup)
	folder=/sys/fs/cgroup/pids$own/lwpbench-test-$$
	[ -n "$own" ] || folder=/sys/fs/cgroup/lwpbench-test-$$
	mkdir "$folder" || skip "no control group can be made here"
	made=$folder
	[ -w "$folder/pids.max" ] || skip "no control group counts tasks here"
	echo 64 >"$folder/pids.max"
	bash -c 'echo $$ >"$1/cgroup.procs" || exit 77
		exec "$2" run -q --budget 1s --passes time -o r -b weight/task=thread' bash "$folder" "$LWPBENCH"
	holds r '40 <= tops(0)[0] < 64 and "pids.max=64" in note(0)'
}

@test "a parent's children take no more than a share of a control group's memory" {
	local own folder
	own=$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)
	folder=/sys/fs/cgroup/memory$own/lwpbench-test-$$
	limit=$folder/memory.limit_in_bytes
	[ -n "$own" ] || {
		folder=/sys/fs/cgroup/lwpbench-test-$$
		limit=$folder/memory.max
	}
	mkdir "$folder" || skip "no control group can be made here"
	made=$folder
	[ -w "$limit" ] || skip "no control group counts memory here"
	echo $((32 << 20)) >"$limit"
	run bash -c 'echo $$ >"$1/cgroup.procs" || exit 77
		exec "$2" procs=2000 1' bash "$folder" "$BENCHES/fork"
	echo "$output"
	[ "$status" -ne 77 ] || skip "no process can be moved here"
	[ "$status" -eq 1 ]
	[[ $output == "fork: procs: more than a third of "*"=32 MiB leaves room for" ]]
}

# As a container sees it: another mount's files take the place of those that tell of groups.
@test "limits of the unified hierarchy count, those of the groups above as well" {
	unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
	mkdir -p groups/a/b
	echo max >groups/a/b/memory.max
	echo 1048576 >groups/a/b/memory.current
	echo $((48 << 20)) >groups/a/memory.max
	echo $((20 << 20)) >groups/a/memory.current
	echo "inactive_file $((2 << 20))" >groups/a/memory.stat
	echo 34 >groups/a/b/pids.max
	echo 4 >groups/a/b/pids.current
	echo 0::/out/a/b >own
	echo "40 30 0:1 /out $PWD/groups rw - cgroup2 cgroup2 rw" >mounts
	run unshare -m bash -c 'mount --bind own /proc/$$/cgroup && mount --bind mounts /proc/$$/mountinfo || exit 77
		exec "$1" task=thread touch=2M 9' bash "$BENCHES/weight"
	[ "$status" -ne 77 ] || skip "no bind mount here"
	# A third of 48 - (20 - 2) MiB: 10 MiB, room for 4 threads of 2 MiB each.
	[ "$status" -eq 0 ]
	rm -f groups/a/b/pids.max
	echo $((22 << 20)) >groups/a/memory.high
	run unshare -m bash -c 'mount --bind own /proc/$$/cgroup && mount --bind mounts /proc/$$/mountinfo
		exec "$1" task=thread touch=2M 9' bash "$BENCHES/weight"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"room for only 0 threads by a third of memory.high=22 MiB"* ]]
	rm groups/a/memory.high
	echo 5 >groups/a/b/pids.max
	run unshare -m bash -c 'mount --bind own /proc/$$/cgroup && mount --bind mounts /proc/$$/mountinfo
		exec "$1" task=thread 9' bash "$BENCHES/weight"
	echo "$output"
	[[ $output == *"room for only 1 threads by pids.max=5"* ]]
}

@test "a ladder of which not even the first task can be made is skipped with the reason" {
	for task in thread clone:VM; do
		run bash -c 'ulimit -v 9000; exec "$@"' bash "$BENCHES/weight" "task=$task" 3
		echo "$task: $status $output"
		[ "$status" -eq 1 ]
		[[ $output == "weight: tasks: room for only 0 "*": "*": E"* ]]
	done
}

@test "little memory makes the ladder shorter, and is named" {
	unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
	sed 's/^MemAvailable:.*/MemAvailable: 524288 kB/' /proc/meminfo >meminfo
	run unshare -m bash -c 'mount --bind meminfo /proc/meminfo || exit 77
		exec "$1" run -q --budget 1s --passes time -o r -b weight/task=thread/touch=256K' bash "$LWPBENCH"
	[ "$status" -ne 77 ] || skip "no bind mount here"
	echo "$output"
	[ "$status" -eq 0 ]
	# A third of 512 MiB is room for fewer than 700 of 256 KiB each.
	holds r '400 < tops(0)[0] < 700 and " threads instead of 10000: a third of MemAvailable=512 MiB" in note(0)'
	"$LWPBENCH" show r | grep -q '^weight.*: [4-6][0-9]* threads instead of 10000: a third of'
}

# Tasks there are, the creator not counted.
tasks_of() { # PID
	local threads children
	threads=$(sed -n 's/^Threads:\t//p' "/proc/$1/status")
	children=$(wc -w <"/proc/$1/task/$1/children")
	echo $((threads - 1 + children))
}

@test "whatever ends the creator half-way ends all tasks" {
	for how in 'INT thread' 'INT process' 'KILL spawn' 'KILL clone:VM'; do
		read -r signal task <<<"$how"
		env --default-signal=INT "$BENCHES/weight" "task=$task" tasks=10000 9 3>&- &
		pid=$!
		tries=0
		until [ "$(tasks_of $pid)" -gt 100 ]; do
			((++tries < 500))
			sleep 0.01
		done
		kill -"$signal" $pid
		wait $pid && false
		tries=0
		while pgrep -f "$BENCHES/(weight|targets/idle)" >/dev/null; do
			((++tries < 500))
			sleep 0.01
		done
	done
}
