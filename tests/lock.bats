#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Locks: every kind, between every kind of task, and proof that they lock.

load tasks

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	BROKEN=$(dirname "$LWPBENCH")/tests/broken
	cd "$BATS_TEST_TMPDIR" || exit
	all=(mutex spin rwlock sem sysv_sem futex futex_call atomic flock fcntl barrier cond)
	# Those that leave one task alone with the counter, each with what makes it compete.
	exclusive=(mutex 'mutex type=recursive robust=yes' spin 'rwlock writes=50' sem futex
		flock fcntl 'fcntl how=posix')
	libc=' rwlock sem barrier cond '
	began=()
	ipcs -s | sort >semaphores
}

teardown() {
	local pid
	for pid in "${began[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	# No peer outlives its creator, and no semaphore its benchmark.
	run pgrep -f "$BENCHES/lock_|$BROKEN/lock_"
	[ "$status" -ne 0 ]
	diff semaphores <(ipcs -s | sort)
}

@test "each lock describes itself, with the case as it was typed" {
	for name in "${all[@]}"; do
		run "$BENCHES/lock_$name" --describe tasks=2 task=thread
		[ "$status" = 0 ]
		[[ $output == *"family	lock"* ]]
		for gauge in cpu voluntary involuntary least most; do
			[[ $output == *"gauge	$gauge	"* ]]
		done
	done
	run "$BENCHES/lock_mutex" --describe type=adaptive robust=yes tasks=4
	[[ $output == *"case	lock_mutex/type=adaptive/robust=yes/tasks=4"* ]]
	[[ $output == *"base	lock_mutex/tasks=1/"*"/type=adaptive/robust=yes/"* ]]
	[[ $output == *"floor	lock_atomic"$'\n'* ]]
}

@test "every lock between every kind of task, by hand" {
	for name in "${all[@]}"; do
		for kind in process thread clone:VM+FS+FILES; do
			for tasks in 1 2 4; do
				[ "$name/$tasks" != barrier/1 ] || continue
				if [[ $kind == clone:* && $libc == *" $name "* ]]; then
					run "$BENCHES/lock_$name" "task=$kind" "tasks=$tasks" 300
					[ "$status" = 2 ]
					[[ $output == *"has no identity in libc"* ]]
				else
					silent "$BENCHES/lock_$name" "task=$kind" "tasks=$tasks" 300
				fi
			done
		done
	done
}

@test "every variant, on any CPU" {
	local mutexes=()
	for type in normal adaptive recursive errorcheck; do
		for rest in '' robust=yes 'protocol=inherit robust=yes' 'scope=private task=thread'; do
			mutexes+=("mutex type=$type $rest")
		done
	done
	for how in "${mutexes[@]}" 'rwlock writes=0' 'rwlock writes=7' 'rwlock writes=100' \
		'sysv_sem undo=yes' 'futex_call how=wait' 'futex scope=private task=clone:VM' \
		'futex_call scope=private task=thread' 'atomic line=private' 'sem hold=100 pause=100' \
		'rwlock scope=private task=thread' 'barrier scope=private task=thread' \
		'cond scope=private task=thread' 'fcntl how=posix task=clone:VM'; do
		# shellcheck disable=SC2086 # words
		silent "$BENCHES/"lock_$how tasks=3 place=any 300
	done
	"$BENCHES/lock_mutex" protocol=inherit scope=private 100
	"$BENCHES/lock_fcntl" how=posix task=thread 100
}

@test "an op is one acquisition and one release" {
	command -v strace || skip "needs strace"
	for how in flock 'fcntl how=posix' fcntl sysv_sem; do
		case $how in flock) call=flock ;; fcntl*) call=fcntl ;; *) call=semtimedop ;; esac
		# shellcheck disable=SC2086 # words
		strace -c -o counts -e "trace=$call" "$BENCHES/"lock_$how 50
		cat counts
		awk -v call="$call" '$NF == call { n = $4 } END { exit n != 100 }' counts
	done
	strace -o calls -e trace=futex "$BENCHES/lock_futex_call" how=wait 50
	[ "$(grep -c 'FUTEX_WAIT, 1.*EAGAIN' calls)" = 50 ]
	strace -o calls -e trace=futex "$BENCHES/lock_futex_call" scope=private 50
	[ "$(grep -c 'FUTEX_WAKE_PRIVATE, 1.*= 0$' calls)" = 50 ]
}

@test "what would not lock is refused" {
	for name in mutex rwlock sem futex barrier cond; do
		for kind in process clone:FS; do
			run "$BENCHES/lock_$name" scope=private tasks=2 "task=$kind"
			[ "$status" = 2 ]
			[ "$output" = "lock_$name: scope: a private lock does not lock out other processes; use scope=shared" ]
		done
	done
	for kind in thread clone:FILES; do
		run "$BENCHES/lock_fcntl" how=posix tasks=2 "task=$kind"
		[ "$status" = 2 ]
		[ "$output" = "lock_fcntl: how: POSIX locks belong to the process and do not lock out its threads; use how=ofd" ]
	done
	for how in type=recursive type=errorcheck robust=yes scope=private; do
		run "$BENCHES/lock_mutex" "$how" task=clone:VM
		[ "$status" = 2 ]
		[[ $output == *"has no identity in libc"* ]]
	done
	run "$BENCHES/lock_mutex" protocol=inherit tasks=2
	[ "$status" = 2 ]
	[[ $output == "lock_mutex: protocol: libc aborts "* ]]
	run "$BENCHES/lock_barrier" tasks=1
	[ "$status" = 2 ]
}

@test "under the driver: all is measured, and the gauges can be true" {
	run "$LWPBENCH" run -q --benches "$BENCHES" --budget 4s --precision 50% -o r --events none \
		-b lock_mutex/tasks=1,3/task=process,thread -b lock_atomic/line=shared,private/tasks=2/place=core \
		-b lock_futex/task=clone:VM+FS+FILES/tasks=2 -b lock_rwlock/tasks=2/writes=10/place=core \
		-b lock_sysv_sem/undo=no,yes -b lock_flock/tasks=2/place=any -b lock_fcntl -b lock_spin \
		-b lock_sem -b lock_futex_call/how=wake,wait -b lock_barrier/tasks=3 -b lock_cond/tasks=2
	echo "$output"
	[ "$status" = 0 ]
	/usr/bin/python3 - r/result.json <<-'PY'
		import json, statistics, sys
		cases = [c for c in json.load(open(sys.argv[1]))["cases"] if c["bench"].startswith("lock_")]
		assert len(cases) >= 16
		for c in cases:
		    if c["status"] == "skipped" and "place" in c["reason"]:
		        continue # one CPU
		    assert c["status"] == "ok", c
		    at = {g["name"]: i + 1 for i, g in enumerate(c["gauges"])}
		    tasks = int(c["params"]["tasks"])
		    for rep in c["reps"]:
		        for s in rep["samples"]:
		            least, most = s[at["least"]], s[at["most"]]
		            assert least <= 1000000 <= most <= tasks * 1000000, (c["case"], s)
		            if tasks == 1 or c["bench"] == "lock_barrier":
		                assert least == most == 1000000, (c["case"], s)
		        # Of one sample the clocks' own time may weigh; of most it does not.
		        median = lambda column: statistics.median(s[column] for s in rep["samples"])
		        assert 0 < median(at["cpu"]) <= median(0) * tasks * 1.5, (c["case"], rep["samples"])
		        # Who waits at a barrier or for a turn of the other's sleeps.
		        if c["bench"] in ("lock_barrier", "lock_cond") and tasks > 1:
		            both = median(at["voluntary"]) + median(at["involuntary"])
		            assert both > rep["batch"] / 2, (c["case"], rep["samples"])
	PY
}

@test "a lock of which each process has its own is found out" {
	for how in "${exclusive[@]}"; do
		# shellcheck disable=SC2086 # words
		LWP_BREAK=unshared run "$BROKEN/"lock_$how tasks=2 hold=1000000 place=any 256
		echo "$how: $output"
		[ "$status" = 1 ]
		[[ $output =~ "the counter is at "[0-9]+", the tasks counted "[0-9]+", "[0-9]+" out of order: the lock did not lock"$ ]]
		# shellcheck disable=SC2086 # words
		run "$BROKEN/"lock_$how tasks=2 hold=1000000 place=any 64
		echo "whole $how: $output"
		[ "$status" = 0 ]
	done
}

@test "a lock that lets all in is found out" {
	for how in 'mutex hold=1000000' 'spin hold=1000000' 'sem hold=1000000' 'sysv_sem hold=1000000' \
		'rwlock hold=1000000 writes=50' 'barrier'; do
		for kind in process thread; do
			# shellcheck disable=SC2086 # words
			LWP_BREAK=nolock run "$BROKEN/"lock_$how tasks=2 "task=$kind" place=any 256
			echo "$how $kind: $output"
			[ "$status" = 1 ]
			[[ $output == *": the lock did not lock" ]]
		done
	done
	LWP_BREAK=readers run "$BROKEN/lock_rwlock" writes=50 hold=1000000 tasks=2 place=any 256
	[ "$status" = 1 ]
}

@test "a peer that is killed ends the rep with the reason, whatever it held" {
	local hows=(mutex 'mutex robust=yes' 'mutex robust=yes protocol=inherit' spin 'rwlock writes=50' sem
		sysv_sem 'sysv_sem undo=yes' futex flock fcntl 'fcntl how=posix' barrier cond atomic
		futex_call) i status
	for how in "${hows[@]}"; do
		hold=hold=1000000
		[[ $how =~ ^(barrier|cond|atomic|futex_call)$ ]] && hold=
		# shellcheck disable=SC2086 # words
		timeout 20 "$BENCHES/"lock_$how $hold tasks=2 place=any 1000M 2>"said.${#began[@]}" 3>&- &
		began+=($!)
		# timeout's child is the creator.
		children "$(children $!)" >peer
		sleep 0.1
		kill -KILL "$(<peer)"
	done
	# Some look for their peers every other second only.
	for i in "${!hows[@]}"; do
		status=0
		wait "${began[i]}" || status=$?
		echo "${hows[i]}: status $status: $(<"said.$i")"
		[ "$status" = 1 ]
		[ "$(<"said.$i")" = "lock_${hows[i]%% *}: task 1 was killed by signal 9" ]
	done
}

@test "of many peers the one that was killed is named, not those that left for it" {
	for kind in process clone:VM+FS+FILES; do
		for i in 1 2 3; do
			timeout 10 "$BENCHES/lock_futex_call" "task=$kind" tasks=40 place=any 1000M 2>said 3>&- &
			began+=($!)
			local creator peer status=0
			creator=$(children $!)
			children "$creator" >/dev/null
			sleep 0.2
			peer=$(children "$creator" | tail -n 1)
			kill -KILL "$peer"
			wait $! || status=$?
			echo "$kind $i: $status $(cat said)"
			[ "$status" = 1 ]
			[[ $(cat said) =~ ^"lock_futex_call: task "[0-9]+" was killed by signal 9"$ ]]
		done
	done
}

@test "a creator that is killed takes its peers along" {
	for name in mutex spin futex flock barrier; do
		for kind in process thread; do
			"$BENCHES/lock_$name" "task=$kind" tasks=4 place=any 1000M 3>&- &
			began+=($!)
			sleep 0.05
			kill -KILL $!
			wait $! || true
			gone "$BENCHES/lock_$name"
		done
	done
}

@test "nothing is left of a semaphore whose benchmark is killed under the driver" {
	"$LWPBENCH" run -q --benches "$BENCHES" --budget 2s --precision 0.01% --limit 5s --events none \
		-b lock_sysv_sem/tasks=2 -o r 3>&- &
	local driver=$! keeper bench kids=()
	began+=("$driver")
	# Without a peer it has not begun, or is the other case, of one task.
	while kill -0 "$driver" 2>/dev/null; do
		find_kids "$driver"
		for keeper in "${kids[@]}"; do
			find_kids "$keeper"
			bench=${kids[*]}
			[ -z "$bench" ] || find_kids "$bench"
			((!${#kids[@]})) || kill -KILL "$bench" 2>/dev/null || true
		done
	done
	wait "$driver" || true
	"$LWPBENCH" show r | grep -F "killed by SIGKILL"
}
