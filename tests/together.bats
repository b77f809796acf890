#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Many tasks at the same work: every kind of work by every kind of task, and proof that it was done.

load tasks

setup() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	BROKEN=$(dirname "$LWPBENCH")/tests/broken
	cd "$BATS_TEST_TMPDIR" || exit
	all=(many_fork many_spawn many_thread many_fault many_mmap switch_crowd)
	# Several CPUs are the default; where there is but one, it has to be named.
	where=place=any
	(($(nproc) > 1)) || where=place=same
	libc=' many_fork many_spawn many_thread '
	began=()
}

teardown() {
	local pid
	for pid in "${began[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	# No peer outlives its creator, and no child either.
	gone "$BENCHES/(many_|switch_crowd|targets/exit)|$BROKEN/(many_|switch_crowd)"
}

@test "each describes itself, with the case as it was typed" {
	for name in many_fork many_spawn many_thread many_fault many_mmap; do
		run "$BENCHES/$name" --describe tasks=2 task=thread
		[ "$status" = 0 ]
		[[ $output == *"family	together"* ]]
		[[ $output == *"param	place	"*"	core	core	"* ]]
		for gauge in cpu least most; do
			[[ $output == *"gauge	$gauge	"* ]]
		done
	done
	run "$BENCHES/many_mmap" --describe touch=0 tasks=4
	[[ $output == *"case	many_mmap/touch=0/tasks=4"* ]]
}

@test "all work by all kinds of task, alone, on several CPUs and on one" {
	for name in "${all[@]}"; do
		for kind in process thread clone:VM+FS+FILES; do
			for how in tasks=1 tasks=3 'tasks=2 place=same'; do
				[[ $name == switch* || $how == *place* ]] || how+=" $where"
				# shellcheck disable=SC2086 # words
				run "$BENCHES/$name" "task=$kind" $how 5
				echo "$name $kind $how: $output"
				if [[ $kind == clone:* && $libc == *" $name "* ]]; then
					[ "$status" = 2 ]
					[[ $output == *"has no identity in libc"* ]]
				else
					[ "$status" = 0 ]
					[ -z "$output" ]
				fi
			done
		done
	done
	for touch in 0 16; do
		"$BENCHES/many_mmap" "touch=$touch" tasks=2 task=thread "$where" 50
	done
	"$BENCHES/many_spawn" target=dynamic tasks=2 "$where" 5
	"$BENCHES/switch_crowd" tasks=64 20
}

@test "an operation is one of any task, and there are as many as were asked of each" {
	command -v strace || skip "needs strace"
	# One more clone each is a peer's.
	strace -f -qq -c -o counts -e trace=clone,wait4 "$BENCHES/many_fork" tasks=3 "$where" 20
	cat counts
	awk '$NF == "clone" { c = $4 } END { exit c != 62 }' counts
	strace -f -qq -o calls -e trace=mmap,munmap "$BENCHES/many_mmap" task=thread tasks=2 touch=0 "$where" 30
	[ "$(grep -c 'munmap([^,]*, 65536' calls)" = 60 ] || [ "$(getconf PAGESIZE)" != 4096 ]
	strace -qq -c -o counts -e trace=sched_yield "$BENCHES/switch_crowd" 70
	awk '$NF == "sched_yield" { c = $4 } END { exit c != 70 }' counts
}

@test "where there is one CPU only, several are not feigned" {
	local cpu
	cpu=$(taskset -cp $$ | sed 's/.*[ ,-]//')
	for name in many_fork many_mmap; do
		run taskset -c "$cpu" "$BENCHES/$name" tasks=2 5
		[ "$status" = 1 ]
		[ "$output" = "$name: place: there is only one CPU that may be used" ]
		run taskset -c "$cpu" "$BENCHES/$name" tasks=2 place=same 5
		[ "$status" = 0 ]
	done
	run "$BENCHES/switch_crowd" tasks=2 place=any 5
	[ "$status" = 2 ]
	[[ $output == *"only between tasks on one CPU; use place=same" ]]
}

@test "more pages than there is memory for are skipped with the limit" {
	unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
	sed 's/^MemAvailable:.*/MemAvailable: 65536 kB/' /proc/meminfo >meminfo
	# shellcheck disable=SC2016 # the shell's own $1
	run unshare -m sh -c 'mount --bind meminfo /proc/meminfo || exit 77; exec "$@"' \
		sh "$BENCHES/many_fault" tasks=2 "$where" 8
	echo "$output"
	[ "$status" -ne 77 ] || skip "nothing can be mounted here"
	[ "$status" = 1 ]
	[[ $output == "many_fault: tasks: their pages take more than a third of MemAvailable=64 MiB" ]]
}

@test "under the driver: all is measured, and the gauges can be true" {
	run "$LWPBENCH" run -q --benches "$BENCHES" --budget 1s -o r --events none \
		-b many_fork/tasks=1,2/task=process,thread -b many_thread/tasks=2/task=process,thread \
		-b many_fault/tasks=2 -b many_mmap/tasks=2/task=thread -b many_spawn \
		-b switch_crowd/tasks=3
	echo "$output"
	[ "$status" = 0 ]
	/usr/bin/python3 - r/result.json <<-'PY'
		import json, sys
		cases = json.load(open(sys.argv[1]))["cases"]
		assert len(cases) == 11, [c["case"] for c in cases]
		for c in cases:
		    if c["status"] == "skipped" and "place" in c["reason"]:
		        continue # one CPU
		    assert c["status"] in ("ok", "pending"), c
		    at = {g["name"]: i + 1 for i, g in enumerate(c["gauges"])}
		    tasks = int(c["params"]["tasks"])
		    for rep in c["reps"]:
		        assert rep["burst"] == tasks, c["case"]
		        for s in rep["samples"]:
		            least, most = s[at["least"]], s[at["most"]]
		            assert least <= 1000000 <= most <= tasks * 1000000, (c["case"], s)
		            # Of two CPUs that are busy from the first to the last moment; a microsecond
		            # is what these clocks show.
		            assert 0 < s[at["cpu"]] <= 2.2 * s[0] + 10000, (c["case"], s)
		assert any(c["reps"] for c in cases)
	PY
}

@test "work that was not done is found out" {
	# The targets lie beside the program.
	cp "$BROKEN"/many_spawn .
	ln -s "$BENCHES/targets" targets
	for tasks in 1 3; do
		how=("tasks=$tasks" task=thread "$where")
		for name in many_fork many_thread many_mmap; do
			run "$BROKEN/$name" "${how[@]}" 20
			[ "$status" = 0 ]
			LWP_BREAK=lost run "$BROKEN/$name" "${how[@]}" 20
			echo "lost $name ${how[*]}: $output"
			[ "$status" = 1 ]
			[[ $output =~ ^"$name: the tasks did "[0-9]+" operations instead of "$((20 * tasks))$ ]]
		done
		LWP_BREAK=idle run "$BROKEN/many_fork" "${how[@]}" 20
		[ "$output" = "many_fork: the child ended with exit status 0 instead of 42" ]
		LWP_BREAK=killed run "$BROKEN/many_fork" "${how[@]}" 20
		[ "$output" = "many_fork: the child was killed by signal 9" ]
		LWP_BREAK=idle run ./many_spawn "${how[@]}" 5
		[ "$output" = "many_spawn: the child ended with exit status 0 instead of 42" ]
		LWP_BREAK=idle run "$BROKEN/many_thread" "${how[@]}" 20
		[ "$output" = "many_thread: the thread did not run to its end" ]
		LWP_BREAK=kept run "$BROKEN/many_mmap" "${how[@]}" 20
		[ "$output" = "many_mmap: the memory was not fresh" ]
		LWP_BREAK=kept run "$BROKEN/many_fault" "${how[@]}" 8192
		echo "$output"
		[[ $output =~ ^"many_fault: "[0-9]+" pages were touched for the first time, but the kernel counted "[0-9]+" page faults"$ ]]
	done
	"$BROKEN/many_fault" tasks=2 "$where" 8192
	# A process tells its creator as well as a thread does.
	LWP_BREAK=lost run "$BROKEN/many_mmap" tasks=3 "$where" 20
	[ "$status" = 1 ]
	LWP_BREAK=killed run "$BROKEN/many_fork" tasks=3 "$where" 20
	[ "$output" = "many_fork: the child was killed by signal 9" ]
	LWP_BREAK=kept run "$BROKEN/switch_crowd" tasks=3 200
	echo "$output"
	[[ $output =~ ^"switch_crowd: of "[0-9]+" yields the kernel counted only "[0-9]+" as switches"$ ]]
}

@test "a peer that is killed ends the rep with the reason, whatever it does" {
	for name in "${all[@]}"; do
		[ "$name" != switch_crowd ] || where=place=same
		"$BENCHES/$name" tasks=2 "$where" 1000M 2>said 3>&- &
		began+=($!)
		local peer status=0 start
		peer=$(children $! | head -n 1)
		sleep 0.1
		start=$SECONDS
		kill -KILL "$peer"
		wait $! || status=$?
		((SECONDS - start < 5))
		echo "$name: $status $(cat said)"
		[ "$status" = 1 ]
		[ "$(cat said)" = "$name: task 1 was killed by signal 9" ]
	done
}

@test "a creator that is killed takes its peers along, and theirs" {
	for name in "${all[@]}"; do
		[ "$name" != switch_crowd ] || where=place=same
		for kind in process thread; do
			"$BENCHES/$name" "task=$kind" tasks=3 "$where" 1000M 3>&- &
			began+=($!)
			sleep 0.05
			kill -KILL $!
			wait $! || true
			gone "$BENCHES/$name"
		done
	done
}
