#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Tasks in namespaces of their own and in other cgroups: that they are there, and leave nothing.

load tasks

setup() {
	before=$(cgroups)
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	BROKEN=$(dirname "$LWPBENCH")/tests/broken
	cd "$BATS_TEST_TMPDIR" || exit
	container=NEWNS+NEWUTS+NEWIPC+NEWPID+NEWNET+NEWCGROUP
}

teardown() {
	[ -z "${open:-}" ] || rm -rf "$open"
	cgroups_gone "$before"
}

may_unshare() {
	unshare -m true 2>/dev/null || skip "this user may not make namespaces"
}

has_cgroup() {
	run "$BENCHES/fork_cgroup" 1
	[ "$status" = 0 ] || skip "$output"
}

as_other_user() {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to become another user"
	open=$(mktemp -d)
	chmod 755 "$open"
	cp "$BENCHES/clone3" "$BENCHES/fork_cgroup" "$open"
	other=(setpriv --reuid=54321 --regid=54321 --clear-groups)
}

@test "a container's namespaces and a thread's, with the proof that they are new" {
	may_unshare
	for set in $container NEWUSER+$container VM+NEWUTS+NEWNET lwp+THREAD+NEWNET+NEWCGROUP; do
		run "$BENCHES/clone3" flags="$set" burst=2 2
		echo "$set: $output"
		[ "$status" = 0 ] || [[ $output == *"does not know the set"* ]]
	done
}

@test "a task that was not set apart is no figure" {
	may_unshare
	for set in NEWUTS NEWNET+NEWUTS VM+NEWUTS; do
		LWP_BREAK=here run "$BROKEN/clone3" flags="$set" 2
		echo "$set: $output"
		[ "$status" = 1 ]
		[[ $output == "clone3: a task has no namespace of its own: /proc/"*/ns/uts ]]
		run "$BROKEN/clone3" flags="$set" 2
		[ "$status" = 0 ]
	done
	has_cgroup
	for case in fork_cgroup "clone3 flags=INTO_CGROUP"; do
		# shellcheck disable=SC2086 # words
		LWP_BREAK=here run "$BROKEN/"$case 2
		echo "$case: $output"
		[ "$status" = 1 ]
		[ "$output" = "${case%% *}: a task is not in the cgroup that it was made for" ]
	done
}

@test "an ordinary user's are skipped with the reason, or made in a user namespace" {
	as_other_user
	run "${other[@]}" "$open/clone3" flags="$container"
	[ "$status" = 1 ]
	[[ $output == "clone3: flags: NEW"*" needs CAP_SYS_ADMIN: Operation not permitted" ]]
	run "${other[@]}" "$open/clone3" flags=NEWUSER+"$container" 2
	echo "$output"
	[ "$status" = 0 ] || [[ $output == *"may not make user namespaces"* || $output == *"does not know the set"* ]]
	run "${other[@]}" "$open/fork_cgroup"
	[ "$status" = 1 ]
	[[ $output == "fork_cgroup: cgroup: "* ]]
}

@test "one write moves each child, and the cgroup is removed" {
	command -v strace || skip "needs strace"
	has_cgroup
	strace -f -o calls -e trace=write,mkdir,rmdir "$BENCHES/fork_cgroup" burst=3 5
	cat calls
	[ "$(grep -c 'write([0-9]*, "0", 1' calls)" = 15 ]
	[ "$(grep -c 'mkdir(.*lwpbench-' calls)" = 1 ]
	[ "$(grep -c 'rmdir(.*lwpbench-.* = 0' calls)" = 1 ]
}

@test "the cgroup is removed whatever ends the benchmark" {
	has_cgroup
	for case in fork_cgroup "clone3 flags=INTO_CGROUP"; do
		for signal in INT TERM; do
			for _ in 1 2 3; do
				# shellcheck disable=SC2086 # words
				env --default-signal=INT "$BENCHES/"$case 1M 3>&- &
				pid=$!
				until [ -n "$(find /sys/fs/cgroup -name "lwpbench-$pid")" ]; do
					kill -0 "$pid"
				done
				sleep 0.0$((RANDOM % 10))
				kill -"$signal" "$pid"
				wait $pid || true
				[ -z "$(find /sys/fs/cgroup -name "lwpbench-$pid")" ]
			done
		done
	done
	# Under the driver, which is told to stop.
	env --default-signal=INT "$LWPBENCH" run -q --budget 60s --precision 0.01% --events none \
		-b fork_cgroup -o r 3>&- &
	pid=$!
	for _ in $(seq 200); do
		[ -s r/result.json ] && break
		sleep 0.05
	done
	kill -INT $pid
	wait $pid || true
	cgroups_gone "$before"
}

@test "the table holds the move against fork and against the kernel's own way" {
	has_cgroup
	run "$BENCHES/fork_cgroup" --describe burst=4
	[[ $output == *"base	fork/pages=0/"*"/burst=4/place=same/link=static"* ]]
	[[ $output == *"floor	clone3/flags=INTO_CGROUP/pages=0/"*"/burst=4/place=same/link=static"* ]]
}
