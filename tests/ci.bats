#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What gates on costs: scripts/ci. gate.sh with a program that ends as it is told to, then with the real
# one; sides.sh; and the recipes, as far as they can be tried without those who run them.

bats_require_minimum_version 1.5.0

load result

setup() {
	root=$BATS_TEST_DIRNAME/..
	real=${LWPBENCH:-$root/build/lwpbench}
	gate=$root/scripts/ci/gate.sh
	sides=$root/scripts/ci/sides.sh
	unset LWPBENCH GITHUB_ACTIONS GITHUB_STEP_SUMMARY
	cd "$BATS_TEST_TMPDIR" || exit
}

# A program that writes what it is asked to write, and ends as the file `ends` says.
fake() { # STATUS
	echo "$1" >ends
	cat >lwpbench <<-'SH'
		#!/bin/sh
		here=$(dirname "$0")
		echo "$*" >>"$here/asked"
		case $1:${2:-} in
		plot:* | report:* | *:plot) exit 3 ;; # no gnuplot here
		*:add) exit 0 ;;
		esac
		while [ $# -gt 0 ]; do
			case $1 in
			--junit | --markdown) echo "of $1" >"$2" ;;
			--json) [ "${2#/}" = "$2" ] && [ "${2#*/}" = "$2" ] || echo "of $1" >"$2" ;;
			-o) mkdir "$2/a" && echo '{}' >"$2/a/result.json" ;;
			esac
			shift
		done
		echo the table
		echo a warning >&2
		exit "$(cat "$here/ends")"
	SH
	chmod +x lwpbench
	export LWPBENCH=$PWD/lwpbench
}

@test "a gate ends as the comparison did, and undecided is no failure" {
	for try in "0 0 ab --b x" "1 1 ab --b x" "2 2 ab --b x" "3 3 ab --b x" "77 0 ab --b x" \
		"143 143 ab --b x" "1 1 compare r -- s" "77 0 compare r -- s" "2 2 compare r -- s" \
		"1 1 history d r" "77 0 history d r" "3 3 history d" \
		"0 0 exact -b x" "1 1 exact -b x" "125 0 exact -b x"; do
		read -r ends status_wanted command <<<"$try"
		rm -rf out
		fake "$ends"
		# shellcheck disable=SC2086 # words
		run -"$status_wanted" --separate-stderr "$gate" -o out $command
		# shellcheck disable=SC2154 # set by run
		echo "$try: $output $stderr"
		[[ $output == "the table" && $stderr == *"a warning"* ]]
		[ "$(cat out/status)" = "${ends/125/77}" ]
	done
	grep -qx 'exact compare --json out/answers.json --markdown out/answers.md -b x' asked
	# What could not be counted has no answers, and is not undecided.
	rm -rf out
	sed -i '/--json/d' lwpbench
	run -3 "$gate" -o out exact -b x
}

@test "a gate leaves what was found out, whatever it is" {
	for status in 0 1 77 3; do
		rm -rf out
		fake "$status"
		run "$gate" -o out ab --b 'env X=1' -b fork
		grep -qx 'ab -q -o out --junit out/junit.xml --markdown out/answers.md --b env X=1 -b fork' asked
		[ "$(cat out/answers.md out/junit.xml out/table.txt)" = $'of --markdown\nof --junit\nthe table' ]
		[ "$(head -n 1 out/log.txt)" = "a warning" ]
		[[ $output == *"no pictures of out/a"* ]]
		rm -rf out
		run "$gate" -o out compare r -- s
		[ "$(cat out/answers.json)" = "the table" ]
		[ "$(cat out/answers.md out/junit.xml out/table.txt)" = $'of --markdown\nof --junit\nthe table' ]
	done
}

@test "a gate says what it means, to GitHub as well" {
	fake 77
	GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$PWD/summary run -0 --separate-stderr "$gate" ab --b x
	[[ $output == *"::warning title=lwpbench::nothing could be answered"* ]]
	[ "$(cat summary)" = "of --markdown" ]
	rm -rf gate
	fake 1
	GITHUB_ACTIONS=true run -1 --separate-stderr "$gate" ab --b x
	[[ $output == *"::error title=lwpbench::a cost has risen"* ]]
	rm -rf gate
	run -1 --separate-stderr "$gate" ab --b x
	[[ $output != *::* && $stderr == *"gate: a cost has risen"* ]]
	fake 77
	run -77 "$gate" -o other -u 77 ab --b x
	run -1 "$gate" -o another -u 1 ab --b x
}

@test "a gate that is asked wrongly runs nothing" {
	fake 0
	for words in "" "ab" "frob x" "-x ab y" "-o"; do
		# shellcheck disable=SC2086 # words
		run -2 "$gate" $words
		[[ $output == *"Usage: gate.sh"* ]]
	done
	run -0 "$gate" -h
	run -2 "$gate" -u no ab --b x
	[[ $output == *"gate: -u no: want a status"* ]]
	[ ! -e asked ]
	run -0 "$gate" ab --b x
	run -2 "$gate" ab --b x
	[[ $output == *"gate: there is a comparison already"* ]]
	[ "$(grep -c '^ab' asked)" = 1 ]
	mkdir -p elsewhere/scripts/ci
	cp "$gate" elsewhere/scripts/ci
	LWPBENCH='' PATH=/usr/bin:/bin run -2 elsewhere/scripts/ci/gate.sh -o more ab --b x
	[[ $output == *"no lwpbench: run make"* ]]
}

@test "who stops a gate stops what it runs, and that may tidy up" {
	cat >lwpbench <<-'SH'
		#!/bin/bash
		trap 'sleep 0.2; echo tidied; exit 143' TERM
		touch began
		for ((;;)); do sleep 0.05; done
	SH
	chmod +x lwpbench
	LWPBENCH=$PWD/lwpbench "$gate" ab --b x >said 2>&1 3>&- &
	for ((i = 0; i < 200; i++)); do
		[ ! -e began ] || break
		sleep 0.05
	done
	kill -TERM $!
	status=0
	wait $! || status=$?
	cat said
	[ "$status" = 143 ]
	[ "$(cat gate/table.txt)" = tidied ]
}

@test "a gate with the real thing: two arms" {
	export LWPBENCH=$real
	run --separate-stderr "$gate" -o out ab --b 'env GLIBC_TUNABLES=glibc.pthread.stack_cache_size=0' \
		-b getpid --budget 2s
	echo "$output $stderr"
	[[ $status -le 1 && $output == *getpid* ]]
	for file in answers.md junit.xml answers.json a/result.json b/result.json; do
		[ -s "out/$file" ]
	done
	run -2 --separate-stderr "$gate" -o wrong ab --b 'no-such-command'
	[[ $stderr == *"no-such-command: no such command"* ]]
}

# Runs of $1/1 ... $1/5, in which a fork takes $2 ns.
runs() {
	for i in 1 2 3 4 5; do
		write_result <<-PY
			run["started"] = "2026-01-0${i}T00:00:$(printf %02d "$3")Z"
			run["seed"] = $i + $2
			case("fork", "creation", [$2 + i + 7 * ($i * $2 % 5) for i in range(8)])
			case("getpid", "floor", [100 + i + $i for i in range(8)])
		PY
		mkdir -p "$1"
		mv r "$1/$i"
	done
}

@test "a gate with the real thing: results of two times, and a series" {
	export LWPBENCH=$real
	runs before 1000 1
	runs after 1500 2
	run -1 --separate-stderr "$gate" -o worse compare before -- after
	grep -q 'fork.*regressed' worse/table.txt
	grep -q '<failure' worse/junit.xml
	grep -q '"status": *1' worse/answers.json
	run -0 "$gate" -o better compare after -- before
	run -0 --separate-stderr "$gate" -o few compare before/1 -- after/1
	[ "$(cat few/status)" = 77 ]
	echo '{' >before/2/result.json
	run -2 --separate-stderr "$gate" -o damaged compare before -- after
	[[ $stderr == *before/2* ]]
	[ ! -e damaged/answers.json ] && [ ! -e damaged/table.txt ]
	run -0 --separate-stderr "$gate" -o series history nights after/1 after/2 after/3
	[ "$(cat series/status)" = 77 ]
	[ "$(find nights -name '*.json' | wc -l)" = 3 ]
	# Options of the check stand behind --, those of adding before it.
	run -0 --separate-stderr "$gate" -o chosen history nights --label 'a b' before/1 -- --recent 7 -b fork
	[[ $output == *"Within the last 7 runs"* ]]
	[ "$(grep -c "testcase.*name=" chosen/junit.xml)" = 1 ]
	[ "$(cat nights/*.json | grep -c '"a b"')" = 1 ]
	run -2 "$gate" -o none history nights -- --recent no
}

@test "two revisions are built side by side" {
	git init -q repository
	git -C repository config user.name nobody
	git -C repository config user.email nobody@example.org
	for word in old new; do
		echo "$word" >repository/word
		git -C repository add word
		git -C repository commit -qm "$word"
	done
	run -0 "$sides" -C repository HEAD^ HEAD 'cp word "$INTO/$SIDE"'
	[ "$(cat sides/base/made/base sides/new/made/new)" = $'old\nnew' ]
	# Again, with what was left from the last time, and from a repository that was cloned anew.
	echo dirt >sides/base/source/word
	run -0 "$sides" -C repository HEAD HEAD^ 'cp word "$INTO/$SIDE"'
	[ "$(cat sides/base/made/base sides/new/made/new)" = $'new\nold' ]
	git clone -q repository again
	run -0 "$sides" -C again HEAD^ HEAD 'cp word "$INTO/$SIDE"'
	[ "$(cat sides/base/made/base sides/new/made/new)" = $'old\nnew' ]
	# The first command that fails ends it.
	run -9 "$sides" -C again HEAD^ HEAD 'touch "$INTO/tried"; sh -c "exit 9"; touch "$INTO/more"'
	[ -e sides/base/made/tried ]
	[ ! -e sides/base/made/more ]
	[ ! -e sides/new/made/tried ]
	run -2 "$sides" -C again HEAD nowhere true
	[[ $output == "sides: nowhere: no such revision"* ]]
	run -2 "$sides" HEAD
	[[ $output == "Usage: sides.sh"* ]]
}

# The commands of a recipe, a file each: what stands indented below "run: |" or "- |", or behind
# "run: " or "- ".
scripts_of() { # YAML FOLDER
	mkdir -p "$2"
	awk -v folder="$2" '
		function indent(s) { match(s, /[^ ]/); return RSTART }
		inside && (NF == 0 || indent($0) > inside) {
			print substr($0, inside + 2) >file
			next
		}
		{ inside = 0 }
		/^ +(run: |- )\|$/ { inside = indent($0); file = folder "/" ++n; next }
		/^ +(- )?run: / || (script && /^ +- /) {
			file = folder "/" ++n
			sub(/^ +(- )?(run: )?/, "")
			print >file
			next
		}
		/^ +(before_)?script:$/ { script = 1; next }
		/^[a-z.]/ || (script && /^  [a-z_]+:/) { script = 0 }
	' "$1"
}

@test "what the recipes run are scripts, and sound ones" {
	for name in github gitlab; do
		scripts_of "$root/scripts/ci/$name.yml" "$name"
		[ "$(find "$name" -type f | wc -l)" -ge 10 ]
		[ "$(grep -l 'gate.sh' "$name"/* | wc -l)" = 5 ]
		for file in "$name"/*; do
			bash -n "$file"
			! command -v shellcheck >/dev/null || shellcheck -s bash -e SC2016 "$file"
		done
	done
	# Neither reads what a program prints, nor is anything of others put into a script.
	! grep -nE 'gate\.sh.*\||\$\{\{.*\}\}' github/* gitlab/*
}

@test "the recipes are YAML, and each job does what its system wants of one" {
	/usr/bin/python3 -c 'import yaml' || skip "needs PyYAML"
	/usr/bin/python3 - "$root/scripts/ci" <<-'PY'
	import sys, yaml
	github = yaml.safe_load(open(sys.argv[1] + "/github.yml"))
	assert {"pull_request", "schedule", "workflow_dispatch"} == set(github[True])
	assert github["permissions"] == {"contents": "read"}
	for name, job in github["jobs"].items():
	    steps = job["steps"]
	    uses = [s["uses"].split("@")[0] for s in steps if "uses" in s]
	    assert all(u.startswith("actions/") for u in uses), uses
	    if name == "comment":
	        assert job["permissions"] == {"pull-requests": "write"}
	        assert uses == ["actions/download-artifact"]
	        assert set(job["needs"]) < set(github["jobs"])
	        continue
	    assert "permissions" not in job
	    keep = [s for s in steps if s.get("uses", "").startswith("actions/upload-artifact")]
	    assert len(keep) == 1 and keep[0]["if"] == "always()" and "gate" in keep[0]["with"]["path"]
	    for s in steps:
	        if s.get("uses", "").startswith("actions/checkout"):
	            assert s["with"]["persist-credentials"] is False
	gitlab = yaml.safe_load(open(sys.argv[1] + "/gitlab.yml"))
	common = gitlab[".lwpbench"]
	assert common["allow_failure"] == {"exit_codes": 77}
	assert common["artifacts"]["when"] == "always"
	assert common["artifacts"]["reports"] == {"junit": "gate/junit.xml"}
	jobs = {k: v for k, v in gitlab.items() if k not in ("variables", ".lwpbench")}
	assert set(jobs) == set(github["jobs"]) - {"comment"}
	assert all(j["extends"] == ".lwpbench" and j["rules"] for j in jobs.values())
	assert all("gate" in j.get("artifacts", common["artifacts"])["paths"] for j in jobs.values())
	PY
}

# Each use of a command in the recipes and the guide, on one line, without what arms are made of.
uses() {
	cat "$root"/scripts/ci/*.yml "$root"/scripts/ci/gate.sh "$root"/GATING.md | sed 's/\r//' |
		sed -e ':again' -e '/\\$/{N;s/\\\n//;b again' -e '}' |
		sed -E "s/'[^']*'//g; s/--[ab] \"[^\"]*\"//g" |
		grep -oE '(lwpbench"?|gate\.sh( -[ou] [^ ]+)*) (ab|compare|history|run|selftest|export|show|plot|report)( |$)[^|`]*' |
		sed -E 's/^(lwpbench"?|gate\.sh( -[ou] [^ ]+)*) //'
}

@test "commands and options of the recipes and of the guide exist" {
	uses >uses
	for command in ab compare history run; do
		grep -q "^$command " uses
	done
	while read -r command rest; do
		[ -e "$command.help" ] || "$real" "$command" --help >"$command.help"
		for option in $(grep -oE '(^| )--?[a-z][a-z-]*' <<<"$rest"); do
			echo "$command $option"
			grep -qE -- "(^|[ ,])$option\b" "$command.help"
		done
	done <uses
	# Those that the guide names without a command.
	known=$(cat ./*.help)
	for option in --alpha --margin --inject --recent --anyway --absolute; do
		grep -q -- "$option" "$root/GATING.md"
		[[ $known == *"$option"* ]]
	done
}
