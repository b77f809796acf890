#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The README, the guides and the manual say what is so: examples compile, commands and options exist
# and are told, links lead somewhere; and what completes arguments knows them.

bats_require_minimum_version 1.5.0

# What each command says of itself, asked once.
setup_file() {
	export LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	export SAID=$BATS_FILE_TMPDIR
	"$LWPBENCH" --help >"$SAID/lwpbench"
	# The lines of options begin with at most six blanks.
	sed -nE 's/^  ([a-z]+) .*/\1/p' "$SAID/lwpbench" >"$SAID/commands"
	while read -r command; do
		"$LWPBENCH" "$command" --help >"$SAID/$command.help"
		sed -nE 's/^ {2,6}(-., )?(--[a-z][a-z-]*).*/\2/p' "$SAID/$command.help" |
			grep -vxE -- '--(help|usage)' | LC_ALL=C sort >"$SAID/$command.options"
	done <"$SAID/commands"
	[ "$(wc -l <"$SAID/commands")" -ge 6 ]
	# As a user has it in his PATH; asking for the list takes the longest.
	mkdir "$SAID/bin"
	"$LWPBENCH" list >"$SAID/list"
	cat >"$SAID/bin/lwpbench" <<-END
		#!/bin/sh
		[ "\$*" != list ] || exec cat '$SAID/list'
		exec '$LWPBENCH' "\$@"
	END
	chmod +x "$SAID/bin/lwpbench"
}

commands() {
	cat "$SAID/commands"
}

# The options that the manual tells of a command.
manual_options() { # COMMAND
	sed -n "/^\.Ss lwpbench $1\$/,/^\.S[sh] /p" harness/man/lwpbench.1 | grep '^\.It Fl' |
		grep -oE -- ' -[a-z][a-z-]*' | sed 's/^ -/--/' | LC_ALL=C sort
}

@test "the README's example is benches/getpid.c to the letter" {
	sed -n '/^```c$/,/^```$/p' README.md | sed '1d;$d' | cmp - benches/getpid.c
}

@test "commands, options and suites of the README exist" {
	mentioned=$(grep -oE -- '--[a-z][a-z-]*' README.md | sort -u)
	known=$(cat "$SAID/lwpbench" "$SAID"/*.help)
	# What a whole program answers to, as the guide to writing one has it.
	known+=$(sed -n '/^ \* A program tells/,/\*\/$/p' harness/apps.h)
	for option in $mentioned; do
		echo "$option"
		[[ $known == *"$option"* ]]
	done
	for command in $(grep -oE '^build/lwpbench [a-z]+' README.md | cut -d' ' -f2 | sort -u); do
		echo "$command"
		"$LWPBENCH" "$command" --help >/dev/null
	done
}

@test "files that the README and the guides point at are there" {
	for page in *.md; do
		while read -r link; do
			file=${link%%#*}
			echo "$page: $link"
			[ -z "$file" ] || [ -e "$file" ]
			# A title of the page that it leads to.
			[[ $link != *'#'* ]] || sed -n 's/^##* //p' "${file:-$page}" | tr 'A-Z ' 'a-z-' |
				grep -qx "${link#*#}"
		done < <(grep -oE '\]\([^):]+\)' "$page" | tr -d '()]')
		while read -r file; do
			echo "$page: $file"
			[ -e "$file" ]
		done < <(grep -ohE '`(tests|scripts|harness|benches)/[^` ]+`' "$page" | tr -d '`' |
			grep -vE 'NAME|fork_pidfd')
	done
}

@test "the guide's example compiles, and works" {
	build=$(dirname "$LWPBENCH")
	[ -d "$build/obj/static" ] || build=$build/.. # of the sanitizers
	sed -n '/^```c$/,/^```$/p' CONTRIBUTING.md | sed '1d;$d' >"$BATS_TEST_TMPDIR/fork_pidfd.c"
	"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -DLWP_LINK='"static"' -Ibenches -O2 -Wall -Wextra -Wshadow -Werror \
		-fno-pie -static -o "$BATS_TEST_TMPDIR/fork_pidfd" "$BATS_TEST_TMPDIR/fork_pidfd.c" \
		"$build"/obj/static/{main,args,keep}.o "$build"/obj/static/part_*.o
	run -0 "$BATS_TEST_TMPDIR/fork_pidfd" burst=3 20
	[ -z "$output" ]
	# What it is held against names each parameter that decides what a fork costs.
	run -0 "$BATS_TEST_TMPDIR/fork_pidfd" --describe pages=7 burst=3
	base=$(sed -n 's/^base	//p' <<<"$output")
	[ "$(tr / '\n' <<<"$base" | grep '=' | cut -d= -f1 | LC_ALL=C sort)" = \
		"$(sed -n 's/^param	\([a-z]*\)	.*/\1/p' <<<"$output" | LC_ALL=C sort)" ]
}

@test "the manual has every command, and none else" {
	sed -n 's/^\.Ss lwpbench //p' harness/man/lwpbench.1 | LC_ALL=C sort |
		diff <(commands | LC_ALL=C sort) -
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.Cm \([a-z]*\)$/\1/p' harness/man/lwpbench.1 |
		LC_ALL=C sort | diff <(commands | LC_ALL=C sort) -
}

@test "the manual has every option of every command, and none else" {
	for command in $(commands); do
		echo "$command"
		manual_options "$command" | diff "$SAID/$command.options" -
	done
}

@test "the manual and the guide know what exact mode does, and every option of its run" {
	told=$(sed -n '/^\.Ss lwpbench exact$/,/^\.S[sh] /p' harness/man/lwpbench.1)
	for action in $(sed -nE 's/^  ([a-z]+) .*/\1/p' "$SAID/exact.help"); do
		echo "$action"
		grep -q "^\.It Cm $action\$" <<<"$told"
		grep -q "exact $action" EXACT.md
	done
	while read -r short long; do
		echo "$short $long"
		grep -qE "^\.Fl ($short|-$long) " <<<"$told"
	done < <("$LWPBENCH" exact run --help |
		sed -nE 's/^ {2,6}(-(.), )?--([a-z-]*).*/\2 \3/p' | grep -vE 'help|usage' |
		awk 'NF == 1 { $0 = "- " $0 } { print }')
}

@test "the manual has the fields of a result" {
	/usr/bin/python3 - <<-'PY'
	import json, re
	text = open("harness/man/lwpbench-result.5").read()
	told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"\.(?:It )?Li (.*)", text))))
	schema = json.load(open("results/schema.json"))
	case, rep = schema["$defs"]["case"], schema["$defs"]["rep"]
	fields = set(schema["properties"]) | set(schema["properties"]["run"]["properties"]) | \
	    set(case["properties"]) | set(rep["properties"]) | \
	    set(rep["properties"]["interference"]["properties"])
	assert fields - {"samples"} <= told, fields - told
	PY
}

@test "the manual is written as manuals are" {
	for page in harness/man/*; do
		if command -v mandoc >/dev/null; then
			run -0 mandoc -T lint -W warning "$page"
			[ -z "$output" ]
		fi
		command -v man >/dev/null || continue
		run -0 --separate-stderr env LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l "$page"
		echo "$stderr"
		[[ -z $stderr && $output == *DESCRIPTION* ]]
	done
	command -v mandoc || command -v man || skip "needs man or mandoc"
}

# What bash offers in place of the last word, one a line.
complete_by_bash() { # WORD...
	PATH=$SAID/bin:$PATH bash --norc -c '
		source "$1" && shift
		[ "$(complete -p lwpbench)" = "complete -o default -F _lwpbench lwpbench" ] || exit
		compopt() { :; } # there is no line to edit
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_lwpbench lwpbench "${!#}" "${@:$#-1:1}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$OLDPWD/scripts/completion/lwpbench.bash" "$@"
}

@test "bash completes commands, options, and what follows them" {
	cd "$BATS_TEST_TMPDIR"
	complete_by_bash lwpbench '' | grep -v -- -- | diff "$SAID/commands" -
	[ "$(complete_by_bash lwpbench pl)" = plot ]
	for command in $(commands); do
		complete_by_bash lwpbench "$command" -- | grep -vxE -- '(--(help|usage))?' | LC_ALL=C sort |
			diff "$SAID/$command.options" -
	done
	[ "$(complete_by_bash lwpbench run -q --pre)" = --precision ]
	[ "$(complete_by_bash lwpbench run --suite qu)" = quick ]
	[ "$(complete_by_bash lwpbench run --suite = qu)" = quick ]
	[ "$(complete_by_bash lwpbench run -b fork_c)" = fork_cgroup ]
	[ "$(complete_by_bash lwpbench run --events major)" = major-faults ]
	[ -z "$(complete_by_bash lwpbench run --budget = '')" ]
	mkdir -p results/one mine/two
	touch results/one/result.json mine/two/result.json
	ln -s one results/latest
	[ "$(complete_by_bash lwpbench show '')" = $'results/latest\nresults/one' ]
	[ "$(complete_by_bash lwpbench show mine/)" = mine/two ]
	[ "$(complete_by_bash lwpbench predict mine/two pag)" = pages= ]
	[ "$(complete_by_bash lwpbench ab -b fork_c)" = fork_cgroup ]
	[ "$(complete_by_bash lwpbench selftest -s qu)" = quick ]
	[ "$(complete_by_bash lwpbench export --to open)" = openmetrics ]
	[ "$(complete_by_bash lwpbench compare results/one -- mine/)" = mine/two ]
	[ "$(complete_by_bash lwpbench history '')" = $'add\ncheck\nshow\nplot' ]
	[ "$(complete_by_bash lwpbench exact '')" = $'run\ncompare\ncalibrate\nexplain' ]
	[ "$(complete_by_bash lwpbench exact run --ker)" = --kernel ]
	[ "$(complete_by_bash lwpbench exact run -b fork_c)" = fork_cgroup ]
	[ "$(complete_by_bash lwpbench history add nights mine/)" = mine/two ]
}

@test "zsh and fish understand what is theirs" {
	tried=
	if command -v zsh >/dev/null; then
		zsh -n scripts/completion/lwpbench.zsh
		tried=yes
	fi
	if command -v fish >/dev/null; then
		export PATH=$SAID/bin:$PATH
		by_fish() {
			fish --no-config -c "source scripts/completion/lwpbench.fish; complete -C '$1'" | cut -f1
		}
		by_fish 'lwpbench ' | diff <(LC_ALL=C sort "$SAID/commands") -
		[ "$(by_fish 'lwpbench run --pre')" = --precision ]
		[ "$(by_fish 'lwpbench run -s qu')" = quick ]
		[ "$(by_fish 'lwpbench export --to open')" = openmetrics ]
		[ "$(by_fish 'lwpbench history sh')" = show ]
		[ "$(by_fish 'lwpbench exact run --ker')" = --kernel ]
		tried=yes
	fi
	[ -n "$tried" ] || skip "needs zsh or fish"
}
