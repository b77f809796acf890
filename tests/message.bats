#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Messages: every way, between every kind of task, proof that they came, and nothing left behind.

load tasks

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	BROKEN=$(dirname "$LWPBENCH")/tests/broken
	SCHEMA=$PWD/results/schema.json
	cd "$BATS_TEST_TMPDIR" || exit
	export TMPDIR=$PWD
	names=(pipe fifo unix tcp udp eventfd mq sysv sysv_sem sem futex spin cond signal vm)
	# Whole command lines, with a place that is known without the driver.
	ways=(msg_pipe msg_fifo msg_unix "msg_unix type=dgram" "msg_unix type=seqpacket" msg_tcp msg_udp
		msg_eventfd msg_mq msg_sysv msg_sysv_sem msg_sem msg_futex "msg_spin place=any"
		"msg_spin how=spin_futex place=same" msg_cond msg_signal "msg_signal how=signalfd" msg_vm)
	began=()
	ours="$BENCHES/(dynamic/)?msg_|$BROKEN/msg_"
}

teardown() {
	local pid
	for pid in "${began[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	# No peer outlives its creator, and no file is left.
	gone "$ours"
	! compgen -G "$TMPDIR/lwpbench-*"
}

# All objects that live on without a process.
objects() {
	ipcs -q -s -m | awk '/^0x/ { print $1, $2 }'
	ls -A /dev/shm
}

# Whether the names that a process may have given to message queues lead nowhere.
no_queues() { # PID
	python3 - "$1" <<-'PY'
	import ctypes, os, sys
	libc = ctypes.CDLL(None)
	for i in (0, 1):
	    queue = libc.mq_open(b"/lwpbench.%s.%d" % (sys.argv[1].encode(), i), os.O_RDONLY)
	    assert queue == -1, queue
	PY
}

# Whether libc's objects in it make it refuse the tasks of clone3.
needs_libc() { # NAME
	[[ $1 == msg_sem || $1 == msg_cond ]]
}

refused_for_libc() { # NAME COMMAND...
	local name=$1
	shift
	run "$@"
	[ "$status" = 2 ]
	[ "$output" = "$name: task: one of clone3 has no identity in libc, which this needs; use process or thread" ]
}

@test "each describes itself, with its floor and the case as it was typed" {
	for name in "${names[@]}"; do
		echo "$name"
		run "$BENCHES/msg_$name" --describe task=thread size=4K place=any
		[ "$status" = 0 ]
		[[ $output == *"family	message"* ]]
		[[ $output == *"unit	ns/op"* ]]
		[[ $output == *"case	msg_$name/task=thread/size=4096/place=any"* ]]
		[[ $output == *"gauge	cpu	ns/op	"* ]]
		if [ "$name" = spin ]; then
			[[ $output == *"floor	cacheline/place=any"* ]]
		else
			[[ $output == *"floor	getpid"* ]]
		fi
	done
}

@test "every way between every kind of task, of several sizes, by hand" {
	for way in "${ways[@]}"; do
		name=${way%% *}
		for line in "process 1" "process 4096" "thread 1" "thread 4096" "clone:VM+FS+FILES 7" \
			"clone:VM+FS+FILES 4096" "clone:lwp+THREAD+SYSVSEM 64" "clone:none 64"; do
			read -r kind size <<<"$line"
			if needs_libc "$name" && [[ $kind == clone:* ]]; then
				refused_for_libc "$name" "$BENCHES/$name" "task=$kind"
				continue
			fi
			# shellcheck disable=SC2086 # words
			silent timeout 20 "$BENCHES"/$way "task=$kind" "size=$size" 100
		done
	done
}

@test "the largest size passes, one byte more is refused" {
	queue=$(cat /proc/sys/fs/mqueue/msgsize_max 2>/dev/null) || queue=
	limits=("msg_pipe 4096" "msg_fifo 4096" "msg_udp 65507"
		"msg_sysv $(cat /proc/sys/kernel/msgmax)" ${queue:+"msg_mq $queue"})
	for line in "${limits[@]}"; do
		read -r name limit <<<"$line"
		for kind in process thread; do
			silent timeout 20 "$BENCHES/$name" "task=$kind" "size=$limit" 20
		done
		run "$BENCHES/$name" "size=$((limit + 1))"
		echo "$output"
		[ "$status" -ne 0 ]
		[[ $output =~ ^"$name: size: a "[^$'\n']*" takes at most $limit bytes"$ ]]
	done
	for way in msg_unix msg_tcp msg_eventfd msg_sysv_sem msg_sem msg_futex "msg_spin place=any" \
		msg_cond msg_signal msg_vm; do
		for kind in process thread; do
			# shellcheck disable=SC2086 # words
			silent timeout 20 "$BENCHES"/$way "task=$kind" size=1M 20
		done
	done
	run "$BENCHES/msg_futex" size=0
	[ "$status" = 2 ]
	[[ $output == "msg_futex: size=0: want "* ]]
}

@test "a message that no queue may hold is refused, not waited for" {
	unshare -r --ipc sh -c 'echo 100000 >/proc/sys/kernel/msgmax' 2>/dev/null ||
		skip "needs unshare of IPC"
	most=$(unshare -r --ipc cat /proc/sys/kernel/msgmnb)
	run unshare -r --ipc sh -c "echo $((most + 1)) >/proc/sys/kernel/msgmax
		timeout -s KILL 10 '$BENCHES/msg_sysv' size=$((most + 1)) 10"
	echo "$output"
	[ "$status" = 1 ]
	[ "$output" = "msg_sysv: size: a System V message queue (/proc/sys/kernel/msgmnb) takes at most $most bytes" ]
}

@test "two CPUs or any, another link" {
	for kind in process thread; do
		for params in place=any link=dynamic; do
			for name in pipe tcp mq cond signal vm; do
				silent timeout 20 "$BENCHES/msg_$name" "task=$kind" "$params" 200
			done
		done
	done
}

@test "a message is one call to send it and one to receive it" {
	command -v strace || skip "needs strace"
	# After the last message the peer waits once more; sockets are read and written, too.
	for line in "msg_pipe write" "msg_fifo write" "msg_tcp write" "msg_udp write" \
		"msg_unix write" "msg_eventfd write" "msg_mq mq_timedsend" "msg_sysv msgsnd" \
		"msg_signal rt_tgsigqueueinfo" "msg_vm process_vm_writev"; do
		read -r name call <<<"$line"
		for kind in process thread; do
			strace -f -c -o counts -e "trace=$call" "$BENCHES/$name" "task=$kind" 50
			cat counts
			# msg_vm tries once whether it may.
			awk -v call="$call" -v try="$([ "$name" = msg_vm ] && echo 1)" \
				'$NF == call { n = $4 } END { exit n != 100 + try }' counts
		done
	done
	strace -f -c -o counts -e trace=semop "$BENCHES/msg_sysv_sem" 50
	awk '$NF == "semop" { n = $4 } END { exit !(n >= 200 && n <= 202) }' counts
}

@test "spinning on one CPU is refused, spinning and sleeping is not" {
	run "$BENCHES/msg_spin" place=same
	[ "$status" = 2 ]
	[ "$output" = "msg_spin: place: on one CPU who spins keeps the other from running; use place=core or how=spin_futex" ]
	run timeout 20 "$BENCHES/msg_spin" place=same how=spin_futex 50
	[ "$status" = 0 ]
}

@test "under the driver: all are measured, and the result is valid" {
	cases=()
	for name in "${names[@]}"; do
		cases+=(-b "msg_$name/task=process,thread")
		[ "$name" = spin ] || cases+=(-b "msg_$name/place=core")
	done
	run "$LWPBENCH" run -q --budget 7s -o r --events none "${cases[@]}" \
		-b msg_pipe/task=clone:VM+FS+FILES -b msg_spin/how=spin_futex/place=same,core
	echo "$output"
	[ "$status" = 0 ]
	/usr/bin/python3 - r/result.json "$SCHEMA" <<-'PY'
	import json, sys
	import jsonschema
	result, schema = (json.load(open(f)) for f in sys.argv[1:])
	jsonschema.Draft202012Validator(schema).validate(result)
	assert len(result["cases"]) >= 47, len(result["cases"])
	for c in result["cases"]:
	    if not c["bench"].startswith("msg_"):
	        continue
	    lacks = ("place" in (c["reason"] or "") or "mq_open" in (c["reason"] or "")
	             or "process_vm" in (c["reason"] or ""))
	    assert c["status"] == "ok" or (c["status"] == "skipped" and lacks), c
	    if c["status"] == "ok":
	        # Two messages a round trip.
	        assert all(rep["burst"] == 2 for rep in c["reps"]), c["case"]
	        assert [g["name"] for g in c["gauges"]] == ["cpu", "voluntary", "involuntary"]
	PY
}

@test "messages that are spoilt are no figure" {
	for way in "${ways[@]}"; do
		name=${way%% *}
		for line in "process stamp" "thread middle"; do
			read -r kind what <<<"$line"
			echo "$way $kind $what"
			# shellcheck disable=SC2086 # words
			LWP_BREAK=$what run timeout 20 "$BROKEN"/$way "task=$kind" 100
			[ "$status" = 1 ]
			[[ $output =~ ^"$name: message "[0-9]+" came back as another: lost, repeated or spoilt"$ ]]
		done
		# The same program, with nothing broken.
		# shellcheck disable=SC2086 # words
		silent timeout 20 "$BROKEN"/$way 100
	done
}

@test "a message that is never sent is no figure: it is waited for" {
	local peers=() i status
	objects >before
	for way in "${ways[@]}"; do
		# shellcheck disable=SC2086 # words
		LWP_BREAK=lost "$BROKEN"/$way 1000 2>"said.${#began[@]}" 3>&- &
		began+=($!)
		peers+=("$(children $!)")
	done
	sleep 0.3
	# They end for want of a peer only.
	kill -KILL "${peers[@]}"
	for i in "${!ways[@]}"; do
		status=0
		wait "${began[i]}" || status=$?
		echo "${ways[i]}: status $status: $(<"said.$i")"
		[ "$status" = 1 ]
		[ "$(<"said.$i")" = "${ways[i]%% *}: task 1 was killed by signal 9" ]
	done
	objects | diff before -
}

@test "a peer that is killed ends the rep with the reason, and nothing is left" {
	local benches=() names=() i status
	objects >before
	for way in "${ways[@]}"; do
		name=${way%% *}
		for kind in process clone:VM+FS+FILES; do
			[[ $kind == clone:* && ! $name =~ (pipe|tcp|futex|spin|signal|vm)$ ]] && continue
			# shellcheck disable=SC2086 # words
			timeout -s KILL 20 "$BENCHES"/$way "task=$kind" 1000M 2>"said.${#began[@]}" 3>&- &
			began+=($!)
			names+=("$name")
			benches+=("$(children $!)")
			children "${benches[-1]}" >peer
			sleep 0.05
			kill -KILL "$(<peer)"
		done
	done
	# Some look for their peer every other second only.
	for i in "${!began[@]}"; do
		status=0
		wait "${began[i]}" || status=$?
		echo "${names[i]}: status $status: $(<"said.$i")"
		[ "$status" = 1 ]
		[ "$(<"said.$i")" = "${names[i]}: task 1 was killed by signal 9" ]
		[ "${names[i]}" != msg_mq ] || no_queues "${benches[i]}"
	done
	objects | diff before -
}

@test "a peer that is asked to end removes nothing that the creator made" {
	for name in sysv sysv_sem; do
		"$BENCHES/msg_$name" 1000M 2>said 3>&- &
		began+=($!)
		local peer status=0
		peer=$(children $!)
		sleep 0.1
		kill -TERM "$peer"
		wait $! || status=$?
		cat said
		[ "$status" = 1 ]
		[ "$(cat said)" = "msg_$name: task 1 was killed by signal 15" ]
	done
}

@test "a creator that is killed takes its peer along and leaves nothing" {
	objects >before
	for way in "${ways[@]}"; do
		# What only a removal ends is removed by the driver: see below.
		[[ $way == msg_sysv* ]] && continue
		for kind in process thread; do
			echo "$way $kind"
			# shellcheck disable=SC2086 # words
			"$BENCHES"/$way "task=$kind" 1000M 3>&- &
			began+=($!)
			sleep 0.05
			kill -KILL $!
			wait $! || true
			gone "$ours"
			[ "$way" != msg_mq ] || no_queues $!
		done
	done
	objects | diff before -
}

# Runs all under the driver and kills each benchmark that it meets, or its peer.
hunt() { # benchmark|peer
	local driver keeper bench status=0 cases=() keepers benches
	[ -e "/proc/$$/task/$$/children" ] ||
		skip "needs /proc/PID/task/PID/children"
	for name in "${names[@]}"; do
		cases+=(-b "msg_$name")
	done
	"$LWPBENCH" run -q --budget 30s --precision 0.01% --limit 8s --events none "${cases[@]}" -o r 3>&- &
	driver=$!
	began+=("$driver")
	while kill -0 "$driver" 2>/dev/null; do
		find_kids "$driver"
		keepers=("${kids[@]}")
		for keeper in "${keepers[@]}"; do
			find_kids "$keeper"
			benches=("${kids[@]}")
			for bench in "${benches[@]}"; do
				find_kids "$bench"
				# Without a peer it has not begun.
				((${#kids[@]})) || continue
				[ "$1" = peer ] || kids=("$bench")
				kill -KILL "${kids[@]}" 2>/dev/null || true
			done
		done
	done
	wait "$driver" || status=$?
	[ "$status" = 1 ]
	"$LWPBENCH" show r
}

@test "by hand an interrupt leaves nothing either" {
	local name before sig status tries
	before=$(objects)
	for name in msg_sysv msg_sysv_sem lock_sysv_sem; do
		for sig in INT TERM; do
			status=0
			env --default-signal=INT "$BENCHES/$name" 1000M 3>&- &
			began+=($!)
			tries=0
			while [ "$(objects)" = "$before" ]; do
				((++tries < 100)) || return 1
				sleep 0.02
			done
			kill -"$sig" $!
			wait $! || status=$?
			[ "$status" = $((128 + $(kill -l "$sig"))) ]
			[ "$(objects)" = "$before" ]
		done
	done
}

@test "under the driver: peers are killed" {
	objects >before
	hunt peer >shown
	cat shown
	for name in "${names[@]}"; do
		grep -E "msg_$name .*(task 1 was killed by signal 9|skipped)" shown
	done
	objects | diff before -
}

@test "under the driver: creators are killed" {
	objects >before
	hunt benchmark >shown
	cat shown
	for name in "${names[@]}"; do
		grep -E "msg_$name .*(killed by|skipped)" shown
	done
	objects | diff before -
}

@test "without a way over the loopback the reason is said" {
	unshare -rn true 2>/dev/null || skip "needs unshare of the network"
	for name in tcp udp; do
		run unshare -rn "$BENCHES/msg_$name" 10
		echo "$output"
		[ "$status" = 1 ]
		[[ $output == "msg_$name: a "*"loopback: "* ]]
		run unshare -rn "$LWPBENCH" run -q --budget 1s -b "msg_$name" -o "r$name"
		"$LWPBENCH" show "r$name" | grep -F skipped
	done
}
