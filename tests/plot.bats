#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# lwpbench plot: pictures in every format, in folders and on terminals.

setup_file() {
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	export LWPBENCH
	command -v gnuplot >/dev/null || skip "gnuplot is missing"
	"$LWPBENCH" run -q --budget 1s --passes time -b vfork -b vfork/pages=16 \
		-o "$BATS_FILE_TMPDIR/r"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	cp -r "$BATS_FILE_TMPDIR/r" r
}

# The widest line of a text, in characters.
widest() {
	/usr/bin/python3 -c 'import sys; print(max(len(l.rstrip("\r\n")) for l in open(sys.argv[1], encoding="utf8")))' "$1"
}

@test "every format is a file of its kind, its name is printed" {
	run "$LWPBENCH" plot --format=svg,png,pdf,txt --picture=creation --picture=cdf r
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = r/plots/creation.svg ]
	[ "${#lines[@]}" -eq 8 ]
	[ "$(find r/plots -type f | wc -l)" -eq 10 ]
	for name in creation cdf; do
		[ "$(head -c 4 r/plots/$name.pdf)" = '%PDF' ]
		[ "$(head -c 8 r/plots/$name.png | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a ]
		grep -q '</svg>' r/plots/$name.svg
		grep -q 'log scale' r/plots/$name.txt
	done
	grep -q '^What it costs to create a task' r/plots/creation.txt
	grep -q 'µs' r/plots/creation.txt
	grep -q "Linux $(uname -r | cut -c1-10)" r/plots/creation.txt
	grep -qE '; n = [0-9-]+ reps?$' r/plots/creation.txt
	grep -q '95 % interval' r/plots/creation.txt
}

@test "a result is drawn elsewhere, and from standard input; its own folder stays as it is" {
	chmod -R a-w r
	"$LWPBENCH" plot -f txt -o new/folder r
	"$LWPBENCH" plot -f txt -o other - <r/result.json
	[ "$(ls r)" = result.json ]
	[ -s new/folder/creation.txt ]
	cmp new/folder/creation.txt other/creation.txt
	[ "$(find . -name '*tmp*' | wc -l)" -eq 0 ]
}

@test "pictures on a terminal are as wide as it, elsewhere as COLUMNS says, else 100" {
	for columns in 60 75 140; do
		script -qec "stty cols $columns; '$LWPBENCH' plot -o - -p creation r" /dev/null >seen
		! grep -q $'\033' seen
		width=$(widest seen)
		echo "$columns: $width"
		[ "$width" -le "$columns" ]
		[ "$width" -ge $((columns - 8)) ]
	done
	COLUMNS=120 "$LWPBENCH" plot -o - -p creation r >seen
	[ "$(widest seen)" -gt 105 ]
	[ "$(widest seen)" -le 120 ]
	COLUMNS=none "$LWPBENCH" plot -o - -p creation r >seen
	[ "$(widest seen)" -gt 85 ]
	[ "$(widest seen)" -le 100 ]
	# Files are the same wherever they are made, and nothing else is.
	COLUMNS=200 "$LWPBENCH" plot -f txt -p creation r
	cmp <(cat r/plots/creation.txt; echo) seen
	[ "$(ls)" = $'r\nseen' ]
}

@test "one picture in another format goes to standard output, too" {
	"$LWPBENCH" plot -o - -f svg -p creation r >one.svg
	"$LWPBENCH" plot -f svg -p creation r
	cmp one.svg r/plots/creation.svg
	run "$LWPBENCH" plot -o - -f svg r
	[ "$status" -eq 2 ]
	[[ $output == *"one --picture"* ]]
	run "$LWPBENCH" plot -o - -f svg,png -p creation r
	[ "$status" -eq 2 ]
	run bash -c '"$LWPBENCH" plot -o - -p creation r >/dev/full'
	[ "$status" -eq 3 ]
	[[ $output == *"No space left"* ]]
}

@test "--list names all pictures; what is none is refused in one line" {
	"$LWPBENCH" plot --list >list
	grep -qE '^creation +What it costs' list
	while read -r name title; do
		[ -n "$title" ]
		[ -f "$BATS_TEST_DIRNAME/../plots/$name.gp" ]
	done <list
	for args in "-f gif" "-f svg,,png" "-p nothing" "-p creation -p ../creation"; do
		# shellcheck disable=SC2086
		run "$LWPBENCH" plot $args r
		echo "$args: $status: $output"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == *"want "* ]]
		[ ! -e r/plots ]
	done
	run "$LWPBENCH" plot -p lock r
	[ "$status" -eq 3 ]
	[ "$output" = "lwpbench: lock: the result has no cases for this picture" ]
}

@test "a gnuplot that draws no pdf is named in one line, the other pictures stay" {
	"$LWPBENCH" plot -f svg -p creation r
	mkdir bin
	# Its own templates, but for what gnuplot says that it can.
	cat >bin/gnuplot <<-'SH'
	#!/bin/sh
	cp "${3%/*}"/*.gp .
	sed -i 's/GPVAL_TERMINALS/" svg pngcairo dumb"/' style.gp
	shift 3
	exec /usr/bin/gnuplot -d -c style.gp "$@"
	SH
	chmod +x bin/gnuplot
	[ -x /usr/bin/gnuplot ] || skip "gnuplot is elsewhere"
	PATH=$PWD/bin:$PATH run "$LWPBENCH" plot -f pdf -p creation r
	echo "$output"
	[ "$status" -eq 3 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"no terminal pdfcairo"* ]]
	[ "$(ls r/plots)" = $'creation.dat\ncreation.svg' ]
	PATH=$PWD/bin:$PATH "$LWPBENCH" plot -f txt -p creation r
}
