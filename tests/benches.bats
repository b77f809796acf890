#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The benchmarks by hand: they do what they say, weigh little, leave nothing, and say what fails.

load tasks

# Every benchmark is asked once: what it says of itself, by its name.
setup_file() {
	local benches=${BENCHES:-$BATS_TEST_DIRNAME/../build/benches} path
	mkdir "$BATS_FILE_TMPDIR/said"
	for path in "$benches"/*; do
		[ -f "$path" ] || continue
		"$path" --describe >"$BATS_FILE_TMPDIR/said/${path##*/}"
	done
}

setup() {
	benches=${BENCHES:-$BATS_TEST_DIRNAME/../build/benches}
	said=$BATS_FILE_TMPDIR/said
	stopped=
}

teardown() {
	if [ -n "$stopped" ]; then
		kill -KILL "$stopped" || true
	fi
	if [ -n "${lone:-}" ]; then
		rm -rf "$lone"
	fi
}

# Every benchmark, or those of one family.
names() { # [FAMILY]
	if (($#)); then
		(cd "$said" && grep -lx "family	$1" -- *)
	else
		ls "$said"
	fi
}

# Leaves the benchmark stopped right before its first op, its pid in $stopped.
stop() { # NAME PARAM...
	local name=$1 tries=0 state=
	shift
	"$benches/$name" "$@" --stop 3>&- &
	stopped=$!
	until [[ $state == T ]]; do
		((++tries < 1000)) || return 1
		sleep 0.005
		read -r _ _ state _ <"/proc/$stopped/stat"
	done
}

# Lets it do its op; its exit status.
resume() {
	local pid=$stopped
	stopped=
	kill -CONT "$pid"
	wait "$pid"
}

# A number of the stopped benchmark: of its memory, or of its status.
memory() { # FIELD
	awk -v field="$1:" '$1 == field { print $2 }' "/proc/$stopped/smaps_rollup"
}

threads() {
	find "/proc/$stopped/task" -mindepth 1 -maxdepth 1 | wc -l
}

# A folder that any user may enter, with the benchmark alone in it.
alone() { # NAME...
	lone=$(mktemp -d)
	chmod 755 "$lone"
	for name; do
		cp "$benches/$name" "$lone"
	done
}

# Runs a command as a user who owns nothing else, under a limit.
limited() { # LIMIT COMMAND...
	local limit=$1
	shift
	[ "$(id -u)" = 0 ] || skip "needs root, to become another user"
	run setpriv --reuid=64321 --regid=64321 --clear-groups prlimit "$limit" "$@"
}

page_kb() {
	echo $(($(getconf PAGESIZE) / 1024))
}

@test "every benchmark describes itself" {
	local n=0
	for name in $(names); do
		output=$(<"$said/$name")
		[[ $output == "bench	$name"$'\n'* ]]
		[[ $output == *"case	$name"* ]]
		[[ $output == *"param	place	"* ]]
		n=$((n + 1))
	done
	[ "$n" -ge 14 ]
}

@test "what a benchmark is held against is a case of a benchmark" {
	for name in $(names); do
		while IFS=$'\t' read -r key relation; do
			[[ $key == floor || $key == base ]] && [ -n "$relation" ] || continue
			echo "$name: $key $relation"
			IFS=/ read -r -a words <<<"$relation"
			"$benches/${words[0]}" --describe "${words[@]:1}" >/dev/null
		done <"$said/$name"
	done
}

@test "20 ops by hand are silent, static and dynamic" {
	for name in $(names); do
		# Some would make thousands of tasks, or touch as many pages, at once.
		case $name in
		weight) few=tasks=48 ;;
		cow | first_touch) few=pages=512 ;;
		*) few= ;;
		esac
		for link in static dynamic; do
			silent "$benches/$name" "link=$link" $few 20
		done
	done
}

# What of the environment and of restartable sequences a benchmark has after its last exec.
told_libc() { # ARGUMENT...
	strace -v -s 200 -e trace=execve,rseq -e signal=none "$@" 2>&1 |
		grep -oE 'GLIBC_TUNABLES=[^"]*|^execve|^rseq' | tr '\n' ' '
}

@test "tunable= is told to libc once, whatever the link, and in place of another" {
	command -v strace || skip "needs strace"
	for link in static dynamic; do
		run told_libc "$benches/fork" tunable=pthread.rseq:0 link=$link
		echo "$link: $output"
		# Twice the program, with the variable the second time; only libc's first start
		# may have registered.
		[[ $output =~ ^execve\ (rseq\ )?execve\ GLIBC_TUNABLES=glibc.pthread.rseq=0\ $ ]]
	done
	GLIBC_TUNABLES=glibc.pthread.rseq=0 run told_libc "$benches/fork" tunable=pthread.rseq:0
	[ "$output" = "execve GLIBC_TUNABLES=glibc.pthread.rseq=0 " ]
	GLIBC_TUNABLES=glibc.malloc.check=0 run told_libc "$benches/fork" tunable=pthread.rseq:0
	[[ $output == *"execve GLIBC_TUNABLES=glibc.pthread.rseq=0 " ]]
	run told_libc "$benches/fork" tunable=none
	[[ $output != *GLIBC_TUNABLES* && $output == "execve "* ]]
}

@test "tunable= is a part of the case, and a wrong one is refused in a line" {
	run "$benches/switch_pipe" tunable=pthread.rseq:0 --describe
	[[ $output == *$'\ncase\tswitch_pipe/tunable=pthread.rseq:0\n'* ]]
	[[ $output == *$'\nbase\tswitch_pipe/'*/tunable=pthread.rseq:0$'\n'* ]]
	for wrong in '' pthread.rseq pthread.rseq: :0 pthread.rseq:0/1 pthread.rseq:0,1 'a:0:b' \
		"a:$(printf '%0200d' 0)"; do
		run "$benches/fork" "tunable=$wrong" 1
		[ "$status" = 2 ]
		[ "$output" = "fork: tunable=$wrong: want none or NAME:VALUE, as pthread.rseq:0" ]
	done
}

# The gauges of shared with these flags: memory, files, directory, handlers.
seen() { # FLAGS
	"$benches/../lwpbench" run -q --passes time --budget 1s -b "shared/flags=$1" \
		-o "$BATS_TEST_TMPDIR/$1" >/dev/null 2>&1
	"$benches/../lwpbench" show --json "$BATS_TEST_TMPDIR/$1" | /usr/bin/python3 -c '
import json, sys
gauges = json.load(sys.stdin)["gauges"]
print(*[gauges[name]["median"] for name in ("memory", "files", "directory", "handlers")])'
}

@test "shared: each flag shares what it should, and no other" {
	[ "$(seen none)" = "0.0 0.0 0.0 0.0" ]
	[ "$(seen FS+FILES)" = "0.0 1.0 1.0 0.0" ]
	[ "$(seen VM+SIGHAND)" = "1.0 0.0 0.0 1.0" ]
	[ "$(seen pthread)" = "1.0 1.0 1.0 1.0" ]
	# A task that stays where it was has not done its work.
	for flags in none pthread; do
		LWP_BREAK=kept run "$benches/../tests/broken/shared" flags=$flags
		[ "$status" = 1 ]
		[ "$output" = "shared: a task does not see what it changed itself" ]
	done
	run "$benches/shared" burst=2
	[ "$status" = 2 ]
	[ "$output" = "shared: burst: only one task at a time can be looked at" ]
}

@test "at the first op: at most 30 mappings and 1 MiB resident" {
	# But for those whose pages are what is measured.
	for name in $(names | grep -vxF "$(names cow)"); do
		stop "$name"
		mapfile -t maps <"/proc/$stopped/maps"
		resident=$(memory Rss)
		tasks=("/proc/$stopped/task/"*)
		echo "$name: ${#maps[@]} mappings, $resident kB"
		((${#maps[@]} <= 30 && resident <= 1024 && ${#tasks[@]} == 1))
		# Its op may take long, and says nothing of this.
		kill -TERM "$stopped"
		kill -CONT "$stopped"
		wait "$stopped" || true
		stopped=
	done
}

@test "each weight is really there" {
	stop fork
	local anon0 file0 shmem0 maps0 fds0
	anon0=$(memory Pss_Anon) file0=$(memory Pss_File) shmem0=$(memory Pss_Shmem)
	maps0=$(wc -l <"/proc/$stopped/maps")
	fds0=$(find "/proc/$stopped/fd" -mindepth 1 | wc -l)
	resume

	stop fork pages=1K shared=512
	# Where the stack begins is random: it may have a page or two less than it had before.
	[ $(($(memory Pss_Anon) - anon0)) -ge $((1022 * $(page_kb))) ]
	[ $(($(memory Pss_Anon) - anon0)) -lt $((1040 * $(page_kb))) ]
	[ "$(memory AnonHugePages)" = 0 ]
	[ $(($(memory Pss_Shmem) - shmem0)) = $((512 * $(page_kb))) ]
	resume

	stop fork file=512
	# A temporary folder in memory counts as shared memory.
	local clean=$(($(memory Pss_File) + $(memory Pss_Shmem) - file0 - shmem0))
	echo "file: $clean kB"
	[ "$clean" -ge $((511 * $(page_kb))) ]
	[ "$clean" -lt $((540 * $(page_kb))) ]
	resume

	stop fork maps=100 fds=70 threads=5
	local stacks
	stacks=$(grep -c '' "/proc/$stopped/maps")
	[ $((stacks - maps0)) -ge 100 ]
	[ $((stacks - maps0)) -le 114 ]
	[ $(($(find "/proc/$stopped/fd" -mindepth 1 | wc -l) - fds0)) = 70 ]
	[ "$(threads)" = 6 ]
	grep -q '^Threads:	6$' "/proc/$stopped/status"
	resume
}

@test "thp= gives huge pages, or says why not" {
	run "$benches/fork" thp=2
	if [ "$status" != 0 ]; then
		[[ $output == "fork: thp: "* ]]
		skip "$output"
	fi
	stop fork thp=2
	local huge
	huge=$(cat /sys/kernel/mm/transparent_hugepage/hpage_pmd_size)
	[ "$(memory AnonHugePages)" = $((2 * huge / 1024)) ]
	resume
}

@test "busy= spins on other CPUs, or says that there are none" {
	run taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')" "$benches/fork" busy=1
	[ "$status" = 1 ]
	[ "$output" = "fork: busy: there are fewer other CPUs to spin on" ]
	[ "$(nproc)" -gt 1 ] || skip "one CPU"
	stop fork busy=1
	local home others
	home=$(taskset -cp "$stopped" | sed 's/.*: //')
	others=$(sed -n 's/^Cpus_allowed_list:	//p' "/proc/$stopped/task/"[0-9]*/status | grep -vx "$home")
	[ -n "$others" ]
	resume
}

@test "every creation benchmark carries each weight, every exec benchmark all of them" {
	local weights=(pages=64 shared=64 file=64 maps=20 fds=20 threads=2 procs=2)
	for name in $(names creation); do
		for weight in "${weights[@]}"; do
			silent "$benches/$name" "$weight" 2
		done
	done
	for name in $(names exec); do
		silent "$benches/$name" "${weights[@]}" 2
	done
}

@test "too much weight is refused in one line" {
	for weight in pages=200M thp=500K fds=200M maps=200M; do
		run "$benches/fork" "$weight"
		echo "$output"
		[ "$status" = 1 ]
		[ "${#lines[@]}" = 1 ]
		[[ $output == "fork: "*"${weight%=*}"* ]]
	done
}

# One op of clone3 with each of the 256 sets of the flags that only share: "SET STATUS MESSAGE".
# In a shell of its own, where bats looks at no command.
all_sets() {
	# shellcheck disable=SC2016
	"$BASH" -c 'for set in none{,+VM}{,+FS}{,+FILES}{,+SIGHAND}{,+THREAD}{,+SYSVSEM}{,+VFORK}{,+IO}; do
		said=$("$1/clone3" "flags=$set" 2>&1)
		echo "$set $? $said"
	done' - "$benches"
}

@test "of 256 sets of sharing flags 128 are legal, and the kernel takes them all" {
	run all_sets
	[ "${#lines[@]}" = 256 ]
	[ "$(grep -c ' 0 $' <<<"$output")" = 128 ]
	# The others: "X needs Y", where the set has X and lacks Y.
	run awk '!/ 0 $/ && !($2 == 2 && $3 == "clone3:" && $4 == "flags:" && $6 == "needs" &&
		index($1 "+", "+" $5 "+") && !index($1 "+", "+" $7 "+"))' <<<"$output"
	[ -z "$output" ]
}

@test "flags that exclude each other are refused" {
	for pair in FS+NEWNS FS+NEWUSER SYSVSEM+NEWIPC pthread+NEWPID; do
		for name in clone clone3; do
			run "$benches/$name" "flags=$pair"
			[ "$status" = 2 ]
			[[ $output == "$name: flags: "*" excludes ${pair#*+}" ]]
		done
	done
	run "$benches/clone3" flags=lwp+CLEAR_SIGHAND
	[ "$output" = "clone3: flags: SIGHAND excludes CLEAR_SIGHAND" ]
	run "$benches/clone" flags=PIDFD+PARENT_SETTID
	[ "$output" = "clone: flags: PIDFD excludes PARENT_SETTID in clone" ]
	run "$benches/clone3" flags=PIDFD+PARENT_SETTID
	[ "$status" = 0 ]
	run "$benches/clone" flags=PARENT
	[[ $output == "clone: flags: PARENT would "* ]]
}

@test "the named sets are the article's and libc's" {
	command -v strace || skip "needs strace"
	run strace -f -e trace=clone,clone3 "$benches/clone" flags=lwp
	[[ $output == *"flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|SIGCHLD"* ]]
	local ours libc
	ours=$(strace -e trace=clone3 "$benches/clone3" flags=pthread 2>&1 | grep -o 'flags=[A-Z_|]*')
	libc=$(strace -e trace=clone3 "$benches/pthread_create" 2>&1 | grep -o 'flags=[A-Z_|]*')
	[ -n "$libc" ] || skip "this libc creates threads by clone"
	[ "$ours" = "$libc" ]
}

@test "every other flag works, or says what right it needs" {
	local flag before
	before=$(cgroups)
	for flag in PARENT_SETTID CHILD_SETTID CHILD_CLEARTID SETTLS PTRACE UNTRACED PIDFD \
		CLEAR_SIGHAND INTO_CGROUP NEWUTS NEWUSER NEWPID NEWIPC NEWNET NEWNS NEWCGROUP \
		NEWTIME NEWUSER+NEWNET; do
		run "$benches/clone3" "flags=$flag" burst=2 2
		echo "$flag: $output"
		[ "$status" = 0 ] || [[ $output == clone3:*"${flag%%+*}"* ]] ||
			[[ $output == *"does not know the set"* || $output == "clone3: cgroup: "* ]]
	done
	cgroups_gone "$before"
}

# In a user namespace that may have little more network namespaces than a sample makes.
few_namespaces() { # LIMIT SCRIPT: its $1 is the folder of benchmarks
	unshare -Urn true || skip "this user may not make namespaces"
	# shellcheck disable=SC2016
	run unshare -Urn bash -c 'for kind in net ipc pid; do
			echo '"$1"' >/proc/sys/user/max_${kind}_namespaces || exit
		done
		'"$2" - "$benches"
	echo "$output"
}

# With room for hardly more than one of them, the next run is refused unless this one has waited.
@test "a benchmark ends when the namespaces of its tasks are gone" {
	# shellcheck disable=SC2016
	few_namespaces 4 'for set in NEWNET NEWIPC+NEWNET NEWPID+NEWNET; do
		for i in 1 2 3 4 5 6; do "$1/clone3" flags=$set 1 || exit; done
	done'
	[ "$status" = 0 ]
	[ -z "$output" ]
}

@test "bursts create all before they join one" {
	command -v strace || skip "needs strace"
	run strace -e trace=clone,wait4 -e signal=none "$benches/fork" burst=3 1
	[ "$status" = 0 ]
	# Only calls that succeed: under strace, signals interrupt and restart them.
	local calls
	calls=$(sed -nE 's/^(clone|wait4)\(.* = [0-9]+$/\1/p' <<<"$output" | tr '\n' ' ')
	echo "$calls"
	[ "$calls" = "clone clone clone wait4 wait4 wait4 " ]
}

@test "nothing leaks: tasks, descriptors, stacks" {
	local name
	[ "$(id -u)" = 0 ] || skip "needs root, to become another user"
	# shellcheck disable=SC2207
	local all=($(names creation) $(names exec))
	alone "${all[@]}"
	mkdir "$lone/targets"
	cp "$benches/targets/exit-static" "$lone/targets"
	for name in "${all[@]}"; do
		echo "$name"
		limited --nproc=12 prlimit --nofile=12 prlimit --as=134217728 "$lone/$name" 20
		# Another user may not make cgroups.
		[[ $output != "$name: cgroup: "* ]] || continue
		[ "$status" = 0 ]
		[ -z "$output" ]
	done
}

@test "a refused creation is an error, not a figure" {
	[ "$(id -u)" = 0 ] || skip "needs root, to become another user"
	alone fork vfork clone clone3 pthread_create
	for name in fork vfork clone clone3 pthread_create; do
		limited --nproc=1 "$lone/$name" 3
		[ "$status" = 1 ]
		[ "$output" = "$name: $name: Resource temporarily unavailable" ]
	done
	# In the middle of a burst: those that were made are reaped, and it is one error.
	limited --nproc=4 "$lone/fork" burst=8 2
	[ "$output" = "fork: fork: Resource temporarily unavailable" ]
	limited --nproc=9 "$lone/clone3" flags=NEWNET
	[ "$output" = "clone3: flags: NEWNET needs CAP_SYS_ADMIN: Operation not permitted" ]
}

@test "a missing target is the exec's error" {
	alone fork_exec vfork_exec posix_spawn sh system popen
	for name in fork_exec vfork_exec; do
		run "$lone/$name" 3
		[ "$status" = 1 ]
		[ "$output" = "$name: exec of the target: No such file or directory" ]
	done
	run "$lone/posix_spawn" 3
	[ "$output" = "posix_spawn: posix_spawn: No such file or directory" ]
	for name in sh system popen; do
		run "$lone/$name" 3
		[ "$status" = 1 ]
		[[ $output == *"$name: the child ended with exit status 127 instead of 42: the shell found no such program" ]]
	done
}

@test "a target that ends otherwise is an error" {
	alone fork_exec posix_spawn
	mkdir "$lone/targets"
	ln -s "$(type -P true)" "$lone/targets/exit-static"
	for name in fork_exec posix_spawn; do
		run "$lone/$name"
		[ "$output" = "$name: the child ended with exit status 0 instead of 42" ]
	done
	printf '#!/bin/sh\nkill -9 $$\n' >"$lone/killed"
	chmod +x "$lone/killed"
	ln -sf ../killed "$lone/targets/exit-static"
	run "$lone/fork_exec"
	[ "$output" = "fork_exec: the child was killed by signal 9" ]
}

@test "an ignored SIGCHLD, as some parents leave it, does no harm" {
	for name in fork clone3 posix_spawn popen; do
		run env --ignore-signal=CHLD "$benches/$name" 10
		echo "$name: $output"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

@test "a shell that is missing is a skip that names it" {
	unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
	for name in sh system popen; do
		# An empty file takes the shell's place, out of sight of everybody else.
		run unshare -m "$BASH" -c '
			: >"$1"
			mount --bind "$1" /bin/sh || exit 77
			exec "$2" 3' bash "$BATS_TEST_TMPDIR/empty" "$benches/$name"
		[ "$status" -ne 77 ] || skip "no bind mount here"
		echo "$name: $output"
		[ "$status" -eq 1 ]
		[[ $output == *"/bin/sh: Permission denied"* ]]
	done
}
