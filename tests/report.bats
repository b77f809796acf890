#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The page that report makes of a result: what it says, that it is whole, that it needs and loads
# nothing, and how a browser lays it out.

setup() {
	load result
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	cd "$BATS_TEST_TMPDIR" || exit
	mkdir temp
	export TMPDIR=$PWD/temp
}

# What a page may be: `page FILE` fails with a line for each thing that is wrong with it, and writes
# its text, without pictures, into the file `text`.
page() {
	/usr/bin/python3 - "$1" <<-'PY'
	import re, sys, xml.etree.ElementTree as tree

	root = tree.parse(sys.argv[1]).getroot()  # well-formed, of legal characters only
	wrong, ids, links, text = [], set(), [], []
	known = set("""html head meta title style body header nav main section h1 h2 h3 p b ul li a table thead
	    tbody tr th td div br details summary figure figcaption dl dt dd svg defs g rect circle path polygon
	    polyline line use filter feFlood feComposite text tspan clipPath ellipse""".split())
	for e in root.iter():
	    if e.tag not in known:
	        wrong.append("element " + e.tag)
	    for name, value in e.attrib.items():
	        if name == "id":
	            wrong += ["twice the id " + value] * (value in ids)
	            ids.add(value)
	        elif name == "href":
	            links.append(value)
	        elif name.startswith("on") or name in ("src", "srcset", "style", "action", "data", "poster"):
	            wrong.append("attribute " + name)
	        links += re.findall(r"url\((.*?)\)", value)
	wrong += ["refers to " + l for l in links if not (l.startswith("#") and l[1:] in ids)]
	css = "".join(e.text for e in root.iter("style"))
	wrong += [w + " in the style" for w in ("url(", "@import", "http", "expression") if w in css]
	levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch("h[1-6]", e.tag)]
	if levels[0] != 1 or levels.count(1) != 1 or any(b > a + 1 for a, b in zip(levels, levels[1:])):
	    wrong.append("headings out of order: %s" % levels)
	wrong += ["a table's head without scope" for e in root.iter("th") if "scope" not in e.attrib]
	wrong += ["a picture without a name" for e in root.iter("svg") if not e.get("aria-label")]
	pictures = root.findall(".//svg")
	for parent in list(root.iter()):
	    for e in [e for e in parent if e.tag in ("svg", "style")]:
	        parent.remove(e)
	open("text", "w").write(" ".join("\n".join(root.itertext()).split()))
	print(len(pictures), "pictures")
	sys.exit("\n".join(wrong) or 0)
	PY
}

# Each text is on the page.
says() {
	for wanted; do
		grep -qF -- "$wanted" text || { echo "not there: $wanted"; head -c 3000 text; return 1; }
	done
}

never_says() {
	for unwanted; do
		! grep -qF -- "$unwanted" text || { echo "there: $unwanted"; return 1; }
	done
}

# With something of everything that the page composes sentences from.
write_all() {
	write_result <<-'PY'
	parent = {"pages": "0"}
	def sized(bench, family, at_0, per_page):
	    for pages in 0, 65536, 262144:
	        case(bench + ("/pages=%d" % pages if pages else ""), family, [at_0 + per_page * pages] * 8, defaults=parent)
	sized("fork", "creation", 500000, 50)
	sized("pthread_create", "creation", 25000, 0)
	case("vfork", "creation", [20000] * 8)
	case("clone3", "creation", [400000] * 8)
	case("clone3/flags=VM", "creation", [40000] * 8)
	case("clone3/flags=pthread", "creation", [20000] * 8)
	sized("fork_exec", "exec", 1000000, 50)
	sized("posix_spawn", "exec", 1000000, 0)
	case("vfork_exec", "exec", [990000, 1010000] * 4)
	for name, ns in ("switch_pipe", 6000), ("switch_futex", 4000):
	    case(name, "switch", [ns] * 8, "process")
	    case(name + "/task=thread", "switch", [ns // 2 if name == "switch_pipe" else 5000] * 8, "thread")
	case("msg_pipe", "message", [1000] * 3, "process", note="read with care")
	case("msg_pipe/task=thread", "message", [500] * 3, "thread")
	case("lock_spin", "lock", [], reason="task 1 was killed by signal 9")
	warnings.append("the machine was busy")
	host["kernel.thp"] = "madvise"
	host["cpu.governor"] = {"n/a": "nothing governs here"}
	PY
}

@test "sentences say what the figures do, with their intervals" {
	write_all
	run "$LWPBENCH" report r
	[ "$status" -eq 0 ]
	[ "$output" = r/report.html ]
	page r/report.html
	says "Making a process costs 20 [20, 20] times as much as making a thread here: 500 µs against 25.0 µs." \
		"a child that borrows our memory (vfork) has the lowest figure, 20.0 µs: a thread (pthread_create) costs 1.25 [1.25, 1.25] times as much; a process (fork) costs 25 [25, 25] times as much." \
		"no difference was seen" \
		"adds 13.1 ms [13.1 – 13.1 ms] to a fork; a thread costs the same whatever the parent's size, within 5 %." \
		"fork_exec costs twice posix_spawn from pages=78.1 MiB on [78.1 MiB, 78.1 MiB]" \
		"CLONE_VM alone makes 94.7 % [94.7, 94.7]" \
		"A hand-over takes 3.00 µs from thread to thread, 6.00 µs from process to process: 0.5 [0.5, 0.5] times as long (switch_pipe)." \
		"as much as 8.33 [8.33, 8.33] such hand-overs" \
		"from 0.5 [0.5, 0.5] times the time (switch_pipe/task=thread) to 1.25 [1.25, 1.25] times (switch_futex/task=thread). Of 2 pairs 1 speak for the threads, 1 for the processes" \
		"Thread against process: 0.5 times the time (msg_pipe/task=thread), from too few reps for an interval."
	# All cases, and what is to be known of them and of the machine.
	for case in $(/usr/bin/python3 -c 'import json; print(*(c["case"] for c in json.load(open("r/result.json"))["cases"]))'); do
		says "$case"
	done
	says "task 1 was killed by signal 9" "read with care" "the machine was busy" "kernel.thp madvise" \
		"nothing governs here"
}

@test "no sentence without its figures, no difference within an interval" {
	write_result <<-'PY'
	case("fork", "creation", [90, 110] * 5)
	case("pthread_create", "creation", [101] * 10)
	PY
	"$LWPBENCH" report r
	page r/report.html
	says "Between making a process and making a thread no difference was seen here: 100 ns against 101 ns" \
		"Between the cheapest, fork (100 ns), and the dearest, pthread_create (101 ns), no difference was seen"
	never_says "times as much" "A hand-over takes" "CLONE_VM alone" "To run another program," \
		"Cost against size" "Counters"
	write_result <<-'PY'
	case("fork", "creation", [100] * 10)
	case("pthread_create", "creation", [], reason="refused")
	PY
	"$LWPBENCH" report r
	page r/report.html
	never_says "times as much"
	says refused
}

@test "an interrupted result, one of failures, one of a single case, an empty one" {
	write_result <<-'PY'
	case("fork", "creation", [100] * 2)
	run["complete"] = False
	PY
	"$LWPBENCH" report r
	page r/report.html
	says "interrupted" "fork" "n/a"
	write_result <<-'PY'
	case("fork", "creation", [], reason="out of everything")
	case("odd", "a family that nobody knows", [], reason="out of luck")
	PY
	"$LWPBENCH" report r
	[ "$(page r/report.html)" = "0 pictures" ]
	says "out of everything" "out of luck" "a family that nobody knows"
	write_result </dev/null
	"$LWPBENCH" report r
	page r/report.html
}

@test "nothing of a hostile result has a meaning on the page" {
	write_result <<-'PY'
	evil = "<script>alert(1)</script>\"'&amp;--><b onload='x' id=\"answer\"> \x01\x1b[31m\x7f\u0085\u202e]]> {} %s%n"
	case("fork/x=" + evil, "creation", [500] * 8)
	case("pthread_create", "creation", [400] * 8, note=evil)
	case("odd" + evil, "family" + evil, [], reason=evil)
	warnings.append(evil)
	host.update({"host.name": evil, "cpu.model": evil, evil: evil, "other" + evil: {"n/a": evil}})
	run.update(command=evil, suite=evil)
	PY
	"$LWPBENCH" report r
	page r/report.html
	says "<script>alert(1)</script>\"'&amp;--><b onload='x' id=\"answer\">" "]]> {} %s%n"
	[ "$(grep -c $'\x01\|\x1b\|\x7f\|\u0085\|\u202e' r/report.html)" = 0 ]
	[ "$(grep -ci '<script\|https*:' r/report.html)" = 0 ]
}

@test "to a file, to standard output, from standard input; wrong use" {
	write_all
	"$LWPBENCH" report -o page.html r/result.json
	"$LWPBENCH" report -o - - <r/result.json >out.html
	cmp page.html out.html
	[ ! -e r/report.html ]
	(cd r && "$LWPBENCH" report result.json && [ -s report.html ])
	for wrong in "" "r r" "-" "--colour r"; do
		# shellcheck disable=SC2086 # several words
		run "$LWPBENCH" report $wrong
		[ "$status" -eq 2 ]
	done
	run "$LWPBENCH" report no-such
	[ "$status" -eq 2 ]
	run bash -c "'$LWPBENCH' report -o - r >/dev/full"
	[ "$status" -eq 3 ]
}

@test "the page is whole or not there, and nothing else is left" {
	write_all
	run "$LWPBENCH" report -o no/such/folder.html r
	[ "$status" -eq 3 ]
	[[ $output == *"no/such/folder.html: No such file or directory"* ]]
	mkdir bin
	printf '#!/bin/sh\necho spoilt >&2\nexit 1\n' >bin/gnuplot
	chmod +x bin/gnuplot
	echo old >r/report.html
	PATH=$PWD/bin:$PATH run "$LWPBENCH" report r
	[ "$status" -eq 3 ]
	[[ $output == *spoilt* ]]
	[ "$(cat r/report.html)" = old ]
	# What is no picture: to be run, or referring to elsewhere.
	for odd in '<script>1</script>' '<g onload="1"/>' '<use href="http://x/"/>' '<a href="#x">x</a>' \
		'<rect fill="url(http://x/)"/>' '<image/>'; do
		printf '#!/bin/sh\necho %q >"$7"\n' "<svg viewBox=\"0 0 1 1\">$odd</svg>" >bin/gnuplot
		PATH=$PWD/bin:$PATH run "$LWPBENCH" report r
		[ "$status" -eq 3 ]
		[[ $output == *"holds what no picture of gnuplot's does"* ]]
	done
	[ "$(cat r/report.html)" = old ]
	[ -z "$(ls temp)" ]
	[ "$(ls r)" = $'report.html\nresult.json' ]
}

@test "without gnuplot the page says so and has the rest" {
	write_all
	mkdir empty
	PATH=$PWD/empty run "$LWPBENCH" report r
	[ "$status" -eq 0 ]
	[ "$(page r/report.html)" = "0 pictures" ]
	says "There are no pictures: gnuplot is missing" "Making a process costs 20"
	[ -z "$(ls temp)" ]
}

@test "whoever ends it while it draws finds no half of a page" {
	write_all
	mkdir bin
	printf '#!/bin/sh\n: >"%s/began"\nsleep 0.3\nexit 1\n' "$PWD" >bin/gnuplot
	chmod +x bin/gnuplot
	PATH=$PWD/bin:$PATH "$LWPBENCH" report r &
	pid=$!
	for _ in {1..200}; do
		[ ! -e began ] || break
		sleep 0.02
	done
	kill -TERM $pid
	wait $pid || status=$?
	[ "$status" -eq 143 ]
	[ -z "$(ls temp)" ]
	[ "$(ls r)" = result.json ]
}

# What a headless browser makes of a page, and what it said meanwhile into `log`.
browse() {
	local browser
	for browser in chromium-headless-shell chromium chromium-browser; do
		command -v $browser >/dev/null && break
		browser=
	done
	if [ -z "$browser" ]; then
		[ -z "$CI" ] || { echo "no browser, though CI has one installed"; return 1; }
		skip "no chromium: scripts/deps browser installs it"
	fi
	HOME=$PWD timeout 60 "$browser" --headless --no-sandbox --disable-gpu --no-first-run \
		--user-data-dir="$PWD/profile" --host-resolver-rules='MAP * ~NOTFOUND' \
		--enable-logging=stderr --virtual-time-budget=2000 --window-size=1500,900 \
		--dump-dom "$@" 2>log
}

@test "a browser shows it at 360 and 1400 pixels, and asks for nothing" {
	write_all
	"$LWPBENCH" report r
	# Two frames as wide, which tell how wide their pages are and what loads or moves.
	/usr/bin/python3 - <<-'PY' >frames.html
	import html
	page = html.escape(open("r/report.html").read())
	print("<!DOCTYPE html><meta charset='utf-8'><body><pre id='told'></pre>")
	for width in 360, 1400:
	    print(f"<iframe width='{width}' height='800' srcdoc=\"{page}\"></iframe>")
	print("""<script>
	addEventListener("load", () => {
	    for (const frame of document.querySelectorAll("iframe")) {
	        const d = frame.contentDocument, w = frame.contentWindow, all = [...d.querySelectorAll("*")];
	        const boxes = [...d.querySelectorAll(".table, .picture")];
	        told.textContent += JSON.stringify({width: w.innerWidth, page: d.documentElement.scrollWidth,
	            boxes: boxes.filter(b => b.scrollWidth > b.clientWidth).length,
	            broken: all.filter(e => e.tagName == "use" && !d.querySelector(e.getAttribute("href"))).length,
	            pictures: [...d.querySelectorAll("svg")].filter(e => e.getBoundingClientRect().height > 100).length,
	            seen: d.body.innerText.includes("Making a process costs 20"),
	            loads: w.performance.getEntriesByType("resource").length}) + "\\n";
	    }
	});
	</script>""")
	PY
	browse "file://$PWD/frames.html" --log-net-log="$PWD/net.json" >dom
	[ "$(grep -c CONSOLE log)" = 0 ]
	/usr/bin/python3 - <<-'PY'
	import html, json, re
	narrow, wide = map(json.loads, html.unescape(re.search("<pre id=\"told\">(.*?)</pre>", open("dom").read(),
	    re.S).group(1)).split("\n")[:2])
	assert narrow["width"] <= 360 < wide["width"] <= 1400, (narrow, wide)
	for frame in narrow, wide:
	    assert frame["page"] <= frame["width"], frame
	    assert frame["seen"] and frame["broken"] == frame["loads"] == 0 < frame["pictures"], frame
	# What is too wide for a phone moves in its box.
	assert narrow["boxes"] > 0, narrow
	urls = set(re.findall(r'"url":"(.*?)"', open("net.json").read()))
	assert not [u for u in urls if not u.startswith(("file:", "about:", "chrome:", "data:"))], urls
	PY
}
