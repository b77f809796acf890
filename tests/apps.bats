#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Whole programs: every variant does its work, finds out when it is spoilt, and leaves nothing.

bats_require_minimum_version 1.5.0

setup() {
	APPS=$(dirname "${LWPBENCH:-$PWD/build/lwpbench}")/apps
	cd "$BATS_TEST_TMPDIR" || exit
	mkdir files
	export TMPDIR=$PWD/files
	began=()
	# Of each program, so little work that many runs are cheap.
	declare -gA small=(
		[copy]="size=100003" [echo]="connections=5 clients=2 requests=3 size=100"
		[pool]="power=4 items=5 tasks=3" [spawn]="count=2"
		[pipeline]="numbers=20000 block=8000")
	# And so much that it takes longer than any test.
	declare -gA endless=(
		[copy]="" [echo]="requests=1G" [pool]="power=9" [spawn]="count=1G"
		[pipeline]="numbers=3G")
}

# Neither a process nor a file is left.
teardown() {
	local pid
	for pid in "${began[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	alone
	[ -z "$(ls -A files)" ]
}

# Until no process runs one of these programs.
alone() {
	local tries=0
	while pgrep -f "^$APPS/|^$PWD/apps/" >/dev/null; do
		((++tries < 200)) || return 1
		sleep 0.02
	done
}

ways() { # PROGRAM
	"$APPS/$1" --list | sed 's/^how=\([a-z_]*\).*/\1/' | sort -u
}

# A status of 1, and one line that tells why.
fails() { # TEXT COMMAND...
	run "${@:2}"
	echo "${*:2}: status $status: $output"
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"$1"* ]]
}

# A library that stands before libc, with the C that stands on the standard input.
preload() {
	! grep -q __asan_init "$APPS/copy" || skip "the sanitizer must be the first library"
	"${CC:-cc}" -shared -fPIC -D_GNU_SOURCE -x c -o spoil.so - -ldl
}

spoilt() { # COMMAND...
	env LD_PRELOAD="$PWD/spoil.so" "$@"
}

@test "every variant does its work in silence" {
	export LWPBENCH_APP_DIR=$PWD/prepared
	mkdir prepared
	for name in copy echo pipeline pool spawn; do
		"$APPS/$name" --list >list
		[ "$(wc -l <list)" -ge 3 ]
		while IFS=$'\t' read -r variant brief; do
			[[ $variant =~ ^how=[a-z_]+(\ [a-z]+=[a-zA-Z0-9]+)*$ && -n $brief ]]
			again=
			[[ $variant != *cold* ]] || again=--before
			for step in --prepare "" $again ${again:+""}; do
				status=0
				# shellcheck disable=SC2086 # arguments
				"$APPS/$name" $step $variant ${small[$name]} >said 2>&1 || status=$?
				echo "$name $step $variant: status $status: $(<said)"
				if [[ $status -eq 77 && $variant == *cold* ]]; then
					[ "$(stat -f -c %T .)" = tmpfs ]
					break
				fi
				[[ $status -eq 0 && ! -s said ]]
			done
		done <list
	done
}

@test "without preparation, copy makes its own file, which has no name" {
	for how in $(ways copy); do
		run -0 "$APPS/copy" how="$how" ${small[copy]} over=unix
		[ -z "$output" ]
	done
}

# As an ordinary system call, as a thread, or as a process.
@test "each way is what it says" {
	export ASAN_OPTIONS=detect_leaks=0
	thread='clone3?\(.*CLONE_THREAD'
	process='clone\(.*SIGCHLD|[^v]fork\('
	while read -r name how pattern count; do
		# shellcheck disable=SC2086 # arguments
		strace -f -qq -e trace=process,sendfile,splice,epoll_wait \
			-o trace "$APPS/$name" how=$how ${small[$name]}
		found=$(grep -cE "$pattern" trace) || true
		echo "$name $how: $found of $count: $pattern"
		[ "$found" -ge "$count" ]
		# No task of the other kind, but the helper that some have.
		case $how in
		*thread* | pool) [ "$(grep -cE "$process" trace)" -le 1 ] ;;
		*process* | prefork | pipe) ! grep -E "$thread" trace ;;
		sendfile | splice | epoll) [ "$(grep -c clone trace)" -le 1 ] ;;
		esac
	done <<-END
		copy threads $thread 2
		copy processes $process 3
		copy pipe $process 3
		copy sendfile sendfile\( 1
		copy splice splice\( 2
		echo thread $thread 5
		echo process $process 6
		echo pool $thread 4
		echo prefork $process 5
		echo epoll epoll_wait\( 5
		pool threads $thread 3
		pool processes $process 3
		spawn fork_exec $process 2
		spawn vfork_exec vfork\( 2
		spawn posix_spawn CLONE_VFORK 2
		spawn system execve\("/bin/sh" 2
		pipeline thread_pipes $thread 3
		pipeline process_pipes $process 3
		pipeline thread_rings $thread 3
		pipeline process_rings $process 3
	END
}

@test "wrong use is told in one line" {
	refused() { # PROGRAM ARGUMENT...
		status=0
		"$APPS/$1" "${@:2}" 2>said || status=$?
		echo "$*: status $status: $(<said)"
		[[ $status -eq 2 && $(<said) == "$1: "*"see $1 --help" && $(wc -l <said) -eq 1 ]]
	}
	for arg in how=wrong how nothing=1 --nothing size=0 size=-1 size= size=1T size=1KK size=65G \
		size=99999999999999999999 cache=cool; do
		refused copy "$arg"
	done
	[ -z "$(refused copy --list how=serial | grep -v ^copy)" ]
	for name in echo pipeline pool spawn; do
		refused "$name" size=no
		"$APPS/$name" --help | grep -q "^Usage: $name "
	done
	run -1 sh -c '"$1" --list >/dev/full' sh "$APPS/pool"
	[ "${#lines[@]}" -eq 1 ]
}

@test "copy finds out about a file that is not what it shall be" {
	export LWPBENCH_APP_DIR=$PWD
	fails "no such file; run with --prepare" "$APPS/copy" size=300001
	"$APPS/copy" --prepare size=300001
	cp copy-300001 right
	for how in $(ways copy); do
		"$APPS/copy" size=300001 how="$how"
	done
	printf '\0' | dd of=copy-300001 conv=notrunc bs=1 seek=299999 status=none
	for how in $(ways copy); do
		fails "wrong bytes after the first 262144" "$APPS/copy" size=300001 how="$how"
	done
	for how in serial threads sendfile splice; do
		truncate -s 299999 right
		cp right copy-300001
		fails "299999 bytes instead of 300001" "$APPS/copy" size=300001 how=$how
		echo too long >>copy-300001
		fails "received: " "$APPS/copy" size=300001 how=$how
	done
	LWPBENCH_APP_DIR=$PWD/none fails "none/copy-1: No such file" "$APPS/copy" --prepare size=1
}

@test "copy sends no warm file for a cold one" {
	export LWPBENCH_APP_DIR=$PWD
	run "$APPS/copy" --prepare cache=cold size=300001
	[ "$status" -ne 77 ] || skip "no disk here"
	"$APPS/copy" cache=cold size=300001
	fails "run with --before" "$APPS/copy" cache=cold size=300001
	# A file that is kept in memory is nothing to measure.
	[ -w /dev/shm ] && [ "$(stat -f -c %T /dev/shm)" = tmpfs ] || skip "no tmpfs at /dev/shm"
	LWPBENCH_APP_DIR=$(mktemp -d -p /dev/shm)
	run "$APPS/copy" --prepare cache=cold size=4096
	rm -r "$LWPBENCH_APP_DIR"
	[ "$status" -eq 77 ]
	[[ $output == "copy: skipped: cache=cold: "* ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "a byte that is read wrong is found" {
	preload <<-'END'
	#include <dlfcn.h>
	#include <unistd.h>
	ssize_t read(int fd, void *data, size_t size)
	{
		static int calls;
		ssize_t n = ((ssize_t (*)(int, void *, size_t))dlsym(RTLD_NEXT, "read"))(fd, data, size);
		if (n > 0 && __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) == 2)
			((char *)data)[n - 1]++;
		return n;
	}
	END
	for how in $(ways echo); do
		fails "not what was sent" spoilt "$APPS/echo" how="$how" ${small[echo]}
	done
	for how in thread_pipes process_pipes; do
		fails "wrong numbers after" spoilt "$APPS/pipeline" how=$how ${small[pipeline]}
	done
}

@test "a ring whose tasks do not wait for each other is found out" {
	# Slow to tell: the tasks that fail meanwhile do not end the one that is at it.
	preload <<-'END'
	#include <semaphore.h>
	#include <stdarg.h>
	#include <stdio.h>
	#include <unistd.h>
	int sem_wait(sem_t *sem)
	{
		return 0;
	}
	int dprintf(int fd, const char *format, ...)
	{
		va_list list;
		va_start(list, format);
		usleep(50000);
		int n = vdprintf(fd, format, list);
		va_end(list);
		return n;
	}
	END
	for how in thread_rings process_rings; do
		fails "" spoilt "$APPS/pipeline" how=$how numbers=200000 block=8000
	done
	for how in threads processes; do
		fails "received: " spoilt "$APPS/copy" how=$how size=4M
	done
}

@test "a result that is wrong is found" {
	preload <<-'END'
	#include <stdlib.h>
	#include <string.h>
	void *calloc(size_t n, size_t size)
	{
		void *memory = malloc(n * size);
		if (memory)
			memset(memory, 0, n * size);
		if (memory && n * size > 1500)
			*((char *)memory + n * size / 2) = *((char *)memory + n * size / 2 + 1) = 1;
		return memory;
	}
	END
	for how in $(ways pool); do
		fails "instead of 1229" spoilt "$APPS/pool" how="$how" ${small[pool]} items=3
	done
}

@test "spawn looks at how each command ends" {
	mkdir -p apps benches/targets
	cp "$APPS/spawn" apps/
	for how in $(ways spawn); do
		for body in missing 'exit 0' 'kill -KILL $$'; do
			rm -f benches/targets/*
			if [ "$body" != missing ]; then
				printf '#!/bin/sh\n%s\n' "$body" >benches/targets/exit-static
				chmod +x benches/targets/exit-static
			fi
			run -1 "$PWD/apps/spawn" how="$how" count=2
			[[ ${lines[-1]} == "spawn: "*"./exit-static"* ]]
			# A shell has its own word to say.
			[ "${#lines[@]}" -eq 1 ] || [ "$how" = system ]
		done
	done
	rm -r benches
	fails "targets: No such file" "$PWD/apps/spawn" count=2
}

# A process and all below it, into `family`, and how many tasks they are, into `tasks`.
count() { # PID
	local child children=() own=("/proc/$1/task/"*)
	family+=("$1")
	tasks=$((tasks + ${#own[@]}))
	{ read -ra children <"/proc/$1/task/$1/children"; } 2>/dev/null || true
	for child in "${children[@]}"; do
		count "$child"
	done
}

# Begins one whose work does not end, and waits until all its tasks are there: more come and go
# when commands are spawned.
begin() { # TASKS PROGRAM ARGUMENT...
	local tries=0
	# A shell starts what it puts in the background with SIGINT ignored. In a session of
	# its own, that a signal may reach as a whole.
	env --default-signal=INT setsid "$APPS/$2" "${@:3}" ${endless[$2]} 2>complaint &
	pid=$!
	began+=("$pid")
	tasks=0
	until ((tasks >= $1)); do
		((++tries < 500)) || return 1
		sleep 0.01
		tasks=0 family=()
		count "$pid"
	done
}

# Whether a process runs: one that was adopted by init may wait long to be reaped.
lives() { # PID
	local state
	{ read -r _ _ state _ <"/proc/$1/stat"; } 2>/dev/null && [ "$state" != Z ]
}

# Begins what the standard input says, sends a signal as told, and sees how the program ends:
# soon, nobody of it is left; if it fails by itself, not even to be reaped.
each_ends() { # STATUS KILL...: $pid is the program, ${family[-1]} one of its tasks
	local line member tries=0
	export LWPBENCH_APP_DIR=$PWD
	# Nothing comes out of this file, and it does not end.
	mkfifo copy-5
	exec 7<>copy-5
	while read -r line; do
		# shellcheck disable=SC2086 # arguments
		begin $line
		eval "${*:2}"
		status=0
		wait "$pid" || status=$?
		echo "$line: status $status: $(<complaint)"
		[[ $status =~ ^($1)$ ]]
		for member in "${family[@]}"; do
			while lives "$member"; do
				((++tries < 500)) || return 1
				sleep 0.01
			done
			[ "$status" -ne 1 ] || [ ! -e "/proc/$member" ]
		done
	done
	exec 7>&-
}

@test "killed half-way, none leaves a process" {
	each_ends 137 'kill -KILL $pid' <<-'END'
		4 copy how=threads size=5
		4 copy how=processes size=5
		6 echo how=process
		4 pool how=processes tasks=3
		2 spawn how=fork_exec
		2 spawn how=system
		4 pipeline how=process_rings
	END
}

@test "interrupted half-way, none leaves a process" {
	# Not in system(3), which shields its caller for as long as the command runs.
	each_ends 130 'kill -INT -$pid' <<-'END'
		2 copy how=splice size=5
		4 copy how=pipe size=5
		6 echo how=prefork
		4 pool how=threads tasks=3
		2 spawn how=posix_spawn
		4 pipeline how=thread_rings
	END
}

@test "killed while it makes its file, copy leaves none" {
	"$APPS/copy" size=8G &
	pid=$!
	began+=("$pid")
	sleep 0.1
	kill -KILL "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 137 ]
	[ -z "$(ls -A files)" ]
}

@test "a task that is killed ends the whole program, which says so" {
	each_ends 1 'kill -KILL ${family[-1]}' <<-'END'
		4 copy how=processes size=5
		2 echo how=thread
		6 echo how=process
		4 pool how=processes tasks=3
		4 pipeline how=process_rings
	END
	[ "$(wc -l <complaint)" -eq 1 ]
}
