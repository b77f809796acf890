#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What `exact compare`, `calibrate` and `explain` find in real guests, and what they must not find. Minutes.

bats_require_minimum_version 1.5.0

load ../guest

setup_file() {
	export BANDS=$BATS_FILE_TMPDIR/bands
}

setup() {
	guest_folder
	guest_real
	changed=$build/tests/changed
	[ -d "$changed/nothing" ] || skip "make test-guests builds what is changed"
	base=("$changed/nothing/fork" "$changed/nothing/getpid")
	kernel=own/exact/kernels/default/vmlinuz
}

compare() { # STATUS ARGUMENT...
	local want=$1
	shift
	run "-$want" --separate-stderr own/lwpbench exact compare --bands "$BANDS" --json answers.json -b getpid -b fork "$@"
	echo "$output"
	guest_gone
}

# A value of the answers: answers CASE KEY
answer() {
	/usr/bin/python3 -c '
import json, sys
case, key = sys.argv[1:]
print(next(c for c in json.load(open("answers.json"))["cases"] if c["case"] == case)[key])' "$1" "$2"
}

@test "one more system call, 100 more instructions, one more page of a child: found" {
	compare 1 --a-benches "$changed/nothing" --b-benches "$changed/call"
	[ "$(answer getpid answer) $(answer fork answer)" = 'more more' ]
	compare 1 --a-benches "$changed/nothing" --b-benches "$changed/hundred"
	# Of a fork they are less than what means nothing may move it.
	[ "$(answer getpid answer)" = more ]
	difference=$(($(answer getpid b | cut -d. -f1) - $(answer getpid a | cut -d. -f1)))
	[ "$difference" -ge 100 ]
	[ "$difference" -le 105 ]
	compare 1 --a-benches "$changed/nothing" --b-benches "$changed/page"
	[ "$(answer getpid answer) $(answer fork answer)" = 'same more' ]
	[ "$(answer fork pages_a) $(answer fork pages_b)" = '9.0 10.0' ]
	# What takes less is no regression.
	compare 0 --a-benches "$changed/hundred" --b-benches "$changed/nothing"
	[ "$(answer getpid answer)" = less ]
}

@test "the functions of these are named" {
	run -0 own/lwpbench exact explain -b getpid --a-benches "$changed/nothing" --b-benches "$changed/call"
	echo "$output"
	[[ $output == *'__do_sys_getppid '*kernel* ]]
	run -0 own/lwpbench exact explain -b getpid --a-benches "$changed/nothing" --b-benches "$changed/hundred" -o drawn -f svg,txt
	echo "$output"
	[[ $output == *'__wrap_syscall '*user*+10[0-9]* ]]
	grep -q __wrap_syscall drawn/explain.svg
	grep -q __wrap_syscall drawn/explain.txt
	run -0 own/lwpbench exact explain -b fork --a-benches "$changed/nothing" --b-benches "$changed/page"
	echo "$output"
	[[ $output == *'copy_user_'* || $output == *'wp_page_copy '* ]]
	run -0 own/lwpbench exact explain --json -b fork --a-benches "$changed/nothing" --b-benches "$changed/page"
	/usr/bin/python3 -c '
import json, sys
x = json.loads(sys.stdin.read())["cases"][0]
assert x["instructions"]["new"] - x["instructions"]["base"] > 2000, x["instructions"]
for arm in "base", "new":
    functions = sum(f[arm] for f in x["functions"])
    assert abs(functions - x["user"][arm] - x["kernel"][arm]) < 1e-6, arm' <<<"$output"
}

# Unlike those that `calibrate` tries.
@test "twenty variants that do not matter are called the same, all of them" {
	same=0
	for length in 3 11 29 47 83 131 211; do
		compare 0 --kernel "$kernel" --a-append quiet --b-append "quiet other.$(printf "%0${length}d" 0)=1"
		same=$((same + 1))
	done
	for length in 1 77 500 1300 2500 4096 9000; do
		mkdir -p "padded$length"
		cp -rL "$BENCHES"/{fork,getpid,targets} "padded$length"
		head -c "$length" /dev/zero | tee -a "padded$length/fork" >>"padded$length/getpid"
		compare 0 --kernel "$kernel" --b-benches "padded$length"
		same=$((same + 1))
	done
	# Other names and times of files, and places of theirs.
	for name in a bb ccc dddd eeeee ffffff; do
		mkdir -p "$name/$name/$name"
		cp -rL "$BENCHES"/{fork,getpid,targets} "$name/$name/$name"
		compare 0 --b-benches "$name/$name/$name" --b-append "$name=$name"
		same=$((same + 1))
	done
	[ "$same" -eq 20 ]
}

@test "two kernels in one table, each with its bands, and git bisect's statuses" {
	second=$(basename "$(find own/exact/kernels/ -mindepth 1 -maxdepth 1 -name '6.12*')")
	[ -n "$second" ] || skip "scripts/exact has not got a second kernel"
	compare 1 --b-kernel "$second" -b switch_pipe
	[ "$(answer fork answer)" = more ]
	compare 0 --kernel "$second" --b-append ''
	compare 125 --b-kernel "$PWD/none"
}
