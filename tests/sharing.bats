#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What tasks share, as tried: that it is what the manual pages say, that a flag changes what it is
# for and nothing else, what an ordinary user and a sandbox get to see, and that nothing is left.

# The answers of --json as lines: KIND, ROW, ANSWER, EVIDENCE, by tabs.
flatten() {
	/usr/bin/python3 -c '
import json, sys
for row in json.load(sys.stdin)["rows"]:
    for kind, a in row["answers"].items():
        print(kind, row["id"], a["answer"], a["evidence"], sep="\t")'
}

setup_file() {
	set -o pipefail
	export LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	PROBE=$(dirname "$LWPBENCH")/probes/sharing
	export PROBE
	# One run for all that is asked of it.
	export ANSWERS=$BATS_FILE_TMPDIR/answers
	name=$(uname -n)
	"$LWPBENCH" sharing --json fork vfork lwp pthread FS FILES VM VM+SIGHAND SYSVSEM IO NEWUTS \
		PARENT VFORK lwp+THREAD+SYSVSEM | flatten >"$ANSWERS"
	[ "$(uname -n)" = "$name" ]
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
}

teardown() {
	[ -z "${open:-}" ] || rm -rf "$open"
}

# Another user, whom nobody else here is, in a folder of its own.
as_other_user() {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to become another user"
	user=54322
	open=$(mktemp -d)
	chmod 755 "$open"
	mkdir "$open/probes"
	cp "$LWPBENCH" "$open"
	cp "$PROBE" "$open/probes"
	other=(setpriv --reuid="$user" --regid="$user" --clear-groups)
}

# "ROW ANSWER" of a kind.
answers_of() { # KIND [FILE]
	awk -F'\t' -v kind="$1" '$1 == kind { print $2, $3 }' "${2:-$ANSWERS}"
}

evidence() { # ROW KIND [FILE]
	awk -F'\t' -v row="$1" -v kind="$2" '$1 == kind && $2 == row { print $4 }' \
		"${3:-$ANSWERS}"
}

# The rows in which two kinds differ.
changed() { # KIND KIND
	awk -F'\t' -v a="$1" -v b="$2" '$1 == a { was[$2] = $3 } $1 == b { is[$2] = $3 }
		END { for (row in is) if (is[row] != was[row]) print row }' "$ANSWERS" | sort | xargs
}

# Whoever of a user still runs; a zombie is init's to reap, in its own time.
running() { # USER
	pgrep -r D,R,S,T -u "$1"
}

semaphores() { # USER
	awk -v user="$1" 'NR > 1 && $5 == user { n++ } END { print n + 0 }' /proc/sysvipc/sem
}

@test "fork, vfork, an lwp and a thread share what the manual pages say" {
	# clone(2) of VM, FILES, FS, SIGHAND, SYSVSEM, THREAD; fork(2) of what a child has of its
	# own; vfork(2); pthreads(7) of what all threads share and what is each one's, and of
	# nice, credentials(7) and setresuid(2) of where Linux differs; namespaces(7); fcntl(2);
	# semop(2); ioprio_set(2); execve(2); exit_group(2).
	while read -r id fork vfork lwp pthread; do
		echo "fork $id $fork"
		echo "vfork $id $vfork"
		echo "lwp $id $lwp"
		echo "pthread $id $pthread"
	done <<-'END' | sort >expected
		write            no  yes yes yes
		map              no  yes yes yes
		tls              no  yes yes no
		errno            no  yes yes no
		close            no  no  yes yes
		open             no  no  yes yes
		offset           yes yes yes yes
		lock             no  no  yes yes
		chdir            no  no  yes yes
		umask            no  no  yes yes
		chroot           no  no  yes yes
		handler          no  no  yes yes
		mask             no  no  no  no
		pending-process  no  no  no  yes
		pending-thread   no  no  no  no
		timer            no  no  no  yes
		pid              no  no  no  yes
		tid              no  no  no  no
		self             yes yes yes no
		ppid             no  no  no  yes
		ps               no  no  no  yes
		rlimit           no  no  no  yes
		nice             no  no  no  no
		ioprio           no  no  no  no
		keepcaps         no  no  no  no
		uid              no  no  no  no
		uid-libc         no  no  no  yes
		namespaces       yes yes yes yes
		hostname         yes yes yes yes
		unshare          no  no  no  no
		stands-still     no  yes no  no
		wait             yes yes yes no
		sigchld          yes yes yes no
		undo             no  no  no  yes
		exit             no  no  no  no
		exit-group       no  no  no  yes
		exec             no  no  no  yes
		kill             no  no  no  yes
	END
	for kind in fork vfork lwp pthread; do
		answers_of $kind | sed "s/^/$kind /"
	done | sort >seen
	# Not every user may try everything, but then it says n/a, not something else.
	if [ "$(id -u)" -ne 0 ]; then
		grep -v ' n/a$' seen >tried
		grep -Ff <(cut -d' ' -f1,2 tried | sed 's/$/ /') expected | diff - tried
	else
		diff expected seen
	fi
}

@test "a flag changes what it is for and nothing else" {
	[ "$(changed fork FS)" = "chdir chroot umask" ] || [ "$(id -u)" -ne 0 ]
	[ "$(changed fork FILES)" = "close lock open" ]
	[ "$(changed fork VM)" = "errno map tls write" ]
	[ "$(changed VM VM+SIGHAND)" = "handler" ]
	[ "$(changed fork SYSVSEM)" = "undo" ]
	[ "$(changed fork IO)" = "ioprio" ]
	[ "$(changed fork VFORK)" = "stands-still" ]
	# The creator's parent is then the one to reap it.
	[ "$(changed fork PARENT)" = "ppid sigchld wait" ]
	# What libc adds to a thread; and what an administrator is needed for.
	if [ "$(id -u)" -ne 0 ]; then
		[ "$(changed pthread lwp+THREAD+SYSVSEM)" = "errno self tls" ]
	else
		[ "$(changed pthread lwp+THREAD+SYSVSEM)" = "errno self tls uid-libc" ]
		[ "$(changed fork NEWUTS)" = "hostname namespaces" ]
		[[ $(evidence namespaces NEWUTS) == "of "*" namespaces these differ: uts" ]]
	fi
}

@test "answers come with what was seen" {
	[ "$(evidence write lwp)" = "the creator read 42 after the task wrote 42" ]
	[ "$(evidence write fork)" = "the creator read 1 after the task wrote 42" ]
	[[ $(evidence close lwp) == *"Bad file descriptor" ]]
	[[ $(evidence close fork) == *"1 byte written" ]]
	[[ $(evidence wait pthread) == *"No child processes"*"__WALL"*"No child processes" ]]
	[[ $(evidence undo pthread) == *"was 1 after the task's end, and 0 after the creator's" ]]
	[[ $(evidence undo lwp) == *"was 0 after the task's end"* ]]
	[[ $(evidence exit-group pthread) == *"status, 42"* ]]
}

@test "the table has the answers, -v also what was seen" {
	run "$LWPBENCH" sharing -v VM+FILES pthread
	[ "$status" -eq 0 ]
	grep -qE '^ +VM\+FILES +pthread$' <<<"$output"
	grep -qE '^  the task.s close\(\) closes the creator.s descriptor +yes +yes$' <<<"$output"
	grep -qE '^  the task.s chdir\(\) moves the creator +no +yes$' <<<"$output"
	grep -qE '^  VM\+FILES: no: the creator, in / before, was in / after' <<<"$output"
	grep -qE '^  pthread: yes: the creator, in / before, was in /proc after' <<<"$output"
	grep -qx 'VM+FILES: made by clone(VM+FILES+SIGCHLD)' <<<"$output"
}

# The creator as C, the task's PID, LWP and NLWP as T, L and N, while they are there.
hold() { # KIND
	mkfifo in out
	"$PROBE" --hold "$1" <in >out 3>&- &
	held=$!
	exec 8>in 9<out
	read -r -t 10 _ C <&9
	read -r -t 10 _ T L N <&9
}

let_go() {
	exec 8>&- 9<&-
	wait "$held"
	rm in out
}

@test "ps -L sees the same tasks" {
	for kind in fork vfork lwp pthread; do
		hold $kind
		# Columns of ps: PID LWP NLWP.
		ps -L -o pid=,lwp=,nlwp= -p "$C,$T" | awk '{ $1 = $1; print }' >seen
		let_go
		cat seen
		grep -qx "$T $L $N" seen
		if [ $kind = pthread ]; then
			[ "$T" -eq "$C" ] && [ "$L" -ne "$C" ] && [ "$N" -eq 2 ]
			grep -qx "$C $C 2" seen
		else
			[ "$T" -ne "$C" ] && [ "$L" -eq "$T" ] && [ "$N" -eq 1 ]
			grep -qx "$C $C 1" seen
		fi
		[ "$(wc -l <seen)" -eq 2 ]
	done
}

# Status 2 and one line with this in it.
refuses() { # TEXT KIND...
	local text=$1
	shift
	run "$LWPBENCH" sharing "$@"
	echo "$output"
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"$text"* ]]
}

@test "flags that do not go together are refused by the rule that they break" {
	refuses "SIGHAND: SIGHAND needs VM" SIGHAND
	refuses "VM+THREAD: THREAD needs SIGHAND" VM+THREAD
	refuses "FS excludes NEWNS" fork FS+NEWNS
	refuses "no such kind of task" spoon
	refuses "no such kind of task" VM+
	refuses "no such kind of task" SETTLS
	refuses "given twice" VM VM
	run "$LWPBENCH" sharing -- --hold lwp
	[ "$status" -eq 2 ]
}

@test "an ordinary user sees the same, and n/a for what is forbidden" {
	as_other_user
	"${other[@]}" "$open/lwpbench" sharing --json lwp pthread NEWUTS >json
	flatten <json >mine
	for kind in lwp pthread; do
		diff <(answers_of $kind) <(answers_of $kind mine) | grep '^>' >differs || :
		cat differs
		[ -z "$(grep -v ' n/a$' differs)" ]
		[ "$(evidence uid $kind mine)" = "setresuid: Operation not permitted" ]
		# Where user namespaces are allowed, the rest can be tried.
		if "${other[@]}" unshare -U true; then
			[ "$(wc -l <differs)" -eq 2 ]
		fi
	done
	[[ $(evidence write NEWUTS mine) == "NEWUTS needs CAP_SYS_ADMIN"* ]]
	# A reason stands once: for most rows of a kind, for all kinds of a row.
	"${other[@]}" "$open/lwpbench" sharing NEWUTS fork lwp | grep '^n/a' >reasons
	cat reasons
	[ "$(grep -c '^n/a: NEWUTS: [0-9]* of .*NEWUTS needs CAP_SYS_ADMIN' reasons)" -eq 1 ]
	[ "$(grep -c '^n/a: fork, lwp: the task.s setresuid(), raw, changes the creator: ' reasons)" -eq 1 ]
}

@test "in a sandbox what it forbids is n/a, with the reason" {
	# A filter that says EPERM to chroot, unshare, sethostname, ioprio_set and semget.
	cat >sandbox.py <<-'END'
		import ctypes, os, platform, struct, sys
		calls = {"x86_64": (161, 272, 170, 251, 64), "aarch64": (51, 97, 161, 30, 190)}
		code = [(0x20, 0, 0, 0)]
		for n in calls[platform.machine()]:
		    code += [(0x15, 0, 1, n), (0x06, 0, 0, 0x00050001)]
		code += [(0x06, 0, 0, 0x7fff0000)]
		packed = b"".join(struct.pack("HBBI", *c) for c in code)
		text = ctypes.create_string_buffer(packed)
		program = struct.pack("HxxxxxxP", len(code), ctypes.addressof(text))
		libc = ctypes.CDLL(None, use_errno=True)
		if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
		    sys.exit(77)
		os.execv(sys.argv[1], sys.argv[1:])
	END
	run /usr/bin/python3 sandbox.py /bin/true
	[ "$status" -eq 0 ] || skip "no seccomp filters here"
	/usr/bin/python3 sandbox.py "$LWPBENCH" sharing --json lwp >json
	flatten <json >forbidden
	forbidden=$(answers_of lwp forbidden | sed -n 's, n/a$,,p' | grep -v '^uid' | sort | xargs)
	[ "$forbidden" = "chroot hostname ioprio undo unshare" ]
	[ "$(evidence ioprio lwp forbidden)" = "ioprio_set: Operation not permitted" ]
	[ "$(evidence undo lwp forbidden)" = "semget: Operation not permitted" ]
}

@test "nothing is left, neither after the end nor after a kill in the middle" {
	as_other_user
	"${other[@]}" "$open/lwpbench" sharing fork >/dev/null
	[ "$(semaphores $user)" -eq 0 ]
	run running $user
	[ "$status" -eq 1 ]
	# Right when there is a semaphore.
	caught=no
	for _ in 1 2 3 4 5; do
		"${other[@]}" "$open/lwpbench" sharing fork lwp >/dev/null 2>&1 3>&- &
		driver=$!
		while [ -d /proc/$driver ]; do
			while read -r _ _ _ _ owner _; do
				[ "$owner" != $user ] || caught=yes
			done </proc/sysvipc/sem
			[ $caught = no ] || break
		done
		# The task that made it has to say so first: between the two nobody else knows of it.
		sleep 0.002
		kill -KILL $driver || :
		wait $driver || :
		[ $caught = no ] || break
	done
	[ $caught = yes ]
	for _ in $(seq 100); do
		running $user || break
		sleep 0.05
	done
	run running $user
	[ "$status" -eq 1 ]
	[ "$(semaphores $user)" -eq 0 ]
}

@test "told to stop, it stops and says so" {
	as_other_user
	"${other[@]}" "$open/lwpbench" sharing fork vfork lwp pthread none 2>said 3>&- &
	driver=$!
	until pgrep -u $user -x sharing >/dev/null; do
		sleep 0.01
	done
	kill -TERM $driver
	status=0
	wait $driver || status=$?
	[ $status -eq 143 ]
	grep -q SIGTERM said
	run running $user
	[ "$status" -eq 1 ]
	[ "$(semaphores $user)" -eq 0 ]
}
