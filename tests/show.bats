#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What show makes of results written by hand: processes and threads side by side.

setup() {
	load result
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	cd "$BATS_TEST_TMPDIR" || exit
}

# A family with everything: its lines are what the next tests look at.
write_switches() {
	write_result <<-'PY'
	def switch(text, ns, task, **more):
	    case(text, "switch", [ns] * 10, task, "switch_pipe/switch=no", "getpid",
	        [("cpu", "ns/op", 10 * ns + 1000), ("wakes", "switches/op", 5)], **more)
	switch("switch_pipe", 6800, "process")
	case("switch_pipe/switch=no", "switch", [2600] * 10, "process", None, "getpid")
	switch("switch_pipe/task=thread", 3900, "thread")
	switch("switch_pipe/task=clone:VM+FS", 5100, "clone:VM+FS")
	switch("switch_pipe/task=thread/ws=65536", 4900, "thread")
	switch("switch_pipe/ws=4096", 7000, "process")
	case("switch_user", "switch", [200] * 10)
	case("getpid", "floor", [1000] * 10)
	PY
}

# The line that begins with a case, its blanks squeezed.
row() {
	"$LWPBENCH" show r | grep "^$1  " | tr -s ' '
}

@test "a row says what the process, the thread, their ratio and the switch itself cost" {
	write_switches
	run row switch_pipe
	# CPU time: 100 ns more than the time; 6800 - 2600 and 3900 - 2600; 1000 is the floor.
	[ "$output" = "switch_pipe 6.80 µs 3.90 µs 0.574 [0.574, 0.574] 4.20 / 1.30 µs 6.90 / 4.00 µs 6.8 / 3.9 10" ]
	run row switch
	[ "$output" = "switch process thread thread/process own cost CPU time × getpid reps" ]
}

@test "the ratio and the own cost are paired within blocks" {
	write_result <<-'PY'
	pace = [2 ** i for i in range(10)]
	case("switch_pipe", "switch", [40 * p for p in pace], "process", "switch_pipe/switch=no")
	case("switch_pipe/task=thread", "switch", [20 * p for p in pace][3:], "thread")
	case("switch_pipe/switch=no", "switch", [30 * p for p in pace], "process")
	PY
	"$LWPBENCH" show --json r >all
	/usr/bin/python3 - <<-'PY'
	import json
	all = {o["case"]: o for o in map(json.loads, open("all"))}
	thread = all["switch_pipe/task=thread"]
	# The thread's block i had the pace of the process's block i + 3: 20 * 8 / 40.
	assert thread["pair"]["with"] == "switch_pipe"
	assert all["switch_pipe"]["pair"] is None
	assert max(abs(x - 4) for x in thread["pair"]["ratio"]) < 1e-9, thread
	# 10 * 2^i: half way between i = 4 and 5. The medians differ by as much.
	assert all["switch_pipe"]["own"]["median"] == 240, all["switch_pipe"]
	low, high = all["switch_pipe"]["own"]["ci"]
	assert 20 <= low < 240 < high <= 2560
	assert thread["own"] is None and thread["base"] is None
	PY
}

@test "what only one kind has, other kinds, bases and cases without tasks are all there" {
	write_switches
	[ "$(row switch_pipe/ws=4096)" = "switch_pipe/ws=4096 7.00 µs – – 4.40 µs / – 7.10 µs / – 7 / – 10 / –" ]
	[ "$(row switch_pipe/task=thread/ws=65536)" = \
		"switch_pipe/task=thread/ws=65536 – 4.90 µs – – / 2.30 µs – / 5.00 µs – / 4.9 – / 10" ]
	[ "$(row switch_pipe/task=clone:VM+FS)" = \
		"switch_pipe/task=clone:VM+FS 5.10 µs 5.10 – 5.10 µs 0.75 [0.75, 0.75] 2.50 µs 5.20 µs 5.1 10" ]
	[ "$(row switch_pipe/switch=no)" = "switch_pipe/switch=no 2.60 µs – – – – 2.6 / – 10 / –" ]
	[ "$(row switch_user)" = "switch_user 200 ns 200 – 200 ns – – – – 10" ]
	# The thread of a pair has no row of its own, and bases come last.
	run "$LWPBENCH" show r
	[ "$(grep -c '^switch_pipe/task=thread ' <<<"$output")" = 0 ]
	[[ $output == *ws=65536*switch_pipe/switch=no*"switch: further cases"*clone:VM* ]]
}

@test "failed and missing sides say so, with the reason below" {
	write_result <<-'PY'
	case("lock_spin", "lock", [], "process", reason="task 1 was killed by signal 9")
	case("lock_spin/task=thread", "lock", [50] * 6, "thread")
	PY
	[ "$(row lock_spin)" = "lock_spin failed 50.0 ns – – / 6" ]
	run "$LWPBENCH" show r
	[[ $output == *"lock_spin failed: task 1 was killed by signal 9"* ]]
}

@test "columns are there only where a case has something for them" {
	write_result <<-'PY'
	case("lock_mutex", "lock", [50] * 6, "process", gauges=[("least", "ppm", 970000), ("most", "ppm", 1030000)])
	case("lock_mutex/task=thread", "lock", [100] * 6, "thread", gauges=[("least", "ppm", 952000), ("most", "ppm", 1)])
	case("message_pipe", "message", [50] * 6, "process")
	PY
	[ "$(row lock)" = "lock process thread thread/process least share reps" ]
	[ "$(row lock_mutex)" = "lock_mutex 50.0 ns 100 ns 2 [2, 2] 97.0 / 95.2 % 6" ]
	[ "$(row message)" = "message process thread thread/process reps" ]
	run "$LWPBENCH" show r
	[[ $output == *"least share: "* ]]
	[[ $output != *"× floor"* ]]
	[[ $output != *"own cost: "* ]]
	[[ $output != *"CPU time: "* ]]
}

@test "bytes per second: more is better, and the floor is what is faster" {
	# 1 MiB in 100 us, in 50 us by threads, in 25 us by memcpy.
	write_result <<-'PY'
	def bw(text, us, task=None, family="bandwidth"):
	    case(text, family, [1000 * us] * 6, task, None, "memcpy", bytes=1 << 20)
	bw("bw_pipe", 100, "process")
	bw("bw_pipe/task=thread", 50, "thread")
	bw("memcpy", 25, family="floor")
	PY
	[ "$(row bw_pipe)" = "bw_pipe 9.77 GiB/s 19.5 GiB/s 2 [2, 2] 4 / 2 6" ]
	"$LWPBENCH" show --json r | head -n 1 | /usr/bin/python3 -c '
import json, sys
o = json.load(sys.stdin)
assert o["median"] == o["min"] == o["p99"] == 2**20 * 1e4, o
assert o["floor_ratio"] == 4 and o["unit"] == "bytes/s" and o["better"] == "higher", o'
}

@test "--gauges shows all that was taken beside the time, --json too" {
	write_switches
	run "$LWPBENCH" show r
	[[ $output != *wakes* ]]
	run "$LWPBENCH" show --gauges r
	line=$(grep -A 1 '^switch: beside the time' <<<"$output" | tr -s ' ')
	[ "$line" = $'switch: beside the time cpu wakes\nswitch_pipe 6.90 µs 0.5 switches/op' ]
	"$LWPBENCH" show --json r | head -n 1 | /usr/bin/python3 -c '
import json, sys
o = json.load(sys.stdin)
assert o["gauges"] == {"cpu": {"unit": "ns/op", "median": 6900, "ci": [6900, 6900]},
    "wakes": {"unit": "switches/op", "median": .5, "ci": [.5, .5]}}, o
assert o["base"] == "switch_pipe/switch=no", o
assert o["own"] == {"median": 4200, "ci": [4200, 4200]}, o'
}

@test "a terminal's width is kept, a file gets every text whole" {
	write_switches
	"$LWPBENCH" show r >file
	grep -q '^switch_pipe/task=thread/ws=65536 .* – / 10$' file
	[ "$(grep -c '…\|no room' file)" = 0 ]
	for columns in 120 80 60; do
		script -qec "stty cols $columns; NO_COLOR=1 '$LWPBENCH' show r" /dev/null | tr -d '\r' >"seen.$columns"
		# The tables: all but the sentences below them.
		while read -r line; do
			echo "$columns: ${#line}: $line"
			[ "${#line}" -le "$columns" ]
		done < <(grep 'switch\|getpid\|room' "seen.$columns" | grep -v '^own cost\|^as ')
		grep -q '^switch_pipe .*6.80 µs  3.90 µs  0.574 \[0.574, 0.574\]' "seen.$columns"
	done
	grep -q '^(no room for: .*reps)$' seen.80
	grep -q '^switch_pi….*=65536 ' seen.60
}
