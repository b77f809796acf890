#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Guests for real: the same to the digit whatever happens to the host, and one clear line when there is
# nothing to count. Minutes.

bats_require_minimum_version 1.5.0

load ../guest

setup() {
	guest_folder
	guest_real
	cases=(-b getpid -b fork -b pthread_create -b switch_pipe -b switch_futex/task=thread -b msg_unix
		--samples 16)
}

count() { # RESULT ARGUMENT...
	local result=$1
	shift
	own/lwpbench exact run "${cases[@]}" -o "$result" "$@" >/dev/null
}

# The QEMU that works in this test's folder, once it runs.
qemu_of() { # PID of its driver
	for _ in $(seq 200); do
		pgrep -f "^[^ ]*qemu-system-x86_64 .*$TMPDIR/" && return
		[ -e "/proc/$1" ] || return
		sleep 0.05
	done
	return 1
}

refused() { # ARGUMENT...
	run -3 own/lwpbench exact run -b getpid -o r "$@"
	echo "$output"
	[ "${#lines[@]}" -eq 1 ]
	[ ! -e r ]
	guest_gone
}

@test "ten runs of one image, the host kept busy and QEMU stopped: the same to the digit" {
	count 1
	guest_counts 1 >first
	[ "$(sort -u first | wc -l)" -eq 6 ] # both boots
	for n in 2 3 4; do
		count $n
	done
	# More work than the host has CPUs.
	busy=()
	for _ in $(seq $((2 * $(nproc)))); do
		sh -c 'while :; do :; done' &
		busy+=($!)
	done
	for n in 5 6 7; do
		count $n
	done
	kill "${busy[@]}"
	# Stopped at no time in particular, and for longer than the guest ever waits.
	stopped=0
	for n in 8 9 10; do
		own/lwpbench exact run "${cases[@]}" -o $n >/dev/null &
		driver=$!
		while pid=$(qemu_of $driver); do
			kill -STOP "$pid" 2>/dev/null || break
			sleep 0.3
			kill -CONT "$pid" && stopped=$((stopped + 1))
			sleep 0.$((RANDOM % 9 + 1))
			[ -e /proc/$driver ] || break
		done
		wait $driver
	done
	echo "stopped $stopped times"
	[ "$stopped" -ge 6 ]
	for n in $(seq 2 10); do
		guest_counts $n | diff first -
	done
	guest_gone
}

@test "an ordinary user without /dev/kvm has the same digits" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to become another user"
	count mine
	open=$(mktemp -d /tmp/lwpbench-guest.XXXXXX)
	cp -rL own "$open"
	chmod -R go=u "$open"
	mkdir -m 777 "$open/tmp" "$open/r"
	run -0 setpriv --reuid=54321 --regid=54321 --clear-groups env TMPDIR="$open/tmp" \
		"$open/own/lwpbench" exact run "${cases[@]}" -o "$open/r"
	[ -z "$(ls "$open/tmp")" ]
	guest_counts mine >mine.counts
	guest_counts "$open/r" | diff mine.counts -
	rm -r "$open"
}

@test "an image that is no kernel, and one that is cut short" {
	head -c 1M /dev/zero >image
	refused --kernel image --limit 60s
	head -c 2M own/exact/kernels/default/vmlinuz >image
	refused --kernel image --limit 60s
}

@test "a guest without its first program panics, and says so" {
	refused --append rdinit=/nowhere
	[[ $output == *"the guest's kernel panicked"*'Kernel panic - not syncing: '* ]]
}

@test "a first program that ends, or sleeps for ever" {
	cat >init.c <<-'C'
		#include <fcntl.h>
		#include <sys/mount.h>
		#include <unistd.h>
		int main(void)
		{
			mount("devtmpfs", "/dev", "devtmpfs", 0, 0);
			int console = open("/dev/console", O_WRONLY);
			(void)!write(console, "I shall sleep\n", 14);
			WHAT;
			return 3;
		}
	C
	cc -static -DWHAT='for (;;) pause()' -o own/guest/init init.c
	refused --limit 30s
	[[ $output == *'the guest has not ended after 30 s: killed; its last words: I shall sleep' ]]
	cc -static -DWHAT= -o own/guest/init init.c
	refused
	[[ $output == *'Kernel panic - not syncing: Attempted to kill init!'* ]]
}

@test "a driver that is told to stop ends its guest, and leaves nothing" {
	own/lwpbench exact run "${cases[@]}" -o r >/dev/null &
	driver=$!
	qemu_of $driver
	kill -TERM $driver
	status=0
	wait $driver || status=$?
	[ "$status" -eq 143 ]
	[ ! -e r ]
	guest_gone
}
