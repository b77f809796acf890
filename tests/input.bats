#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Hostile and wrong input: arguments, files and folders of others. One clear line, the right status,
# nothing run, nothing written elsewhere, nothing that a terminal would obey.

bats_require_minimum_version 1.5.0

setup() {
	load result
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	BENCHES=${BENCHES:-$PWD/build/benches}
	export LWPBENCH BENCHES
	cd "$BATS_TEST_TMPDIR" || exit
	mkdir work
	cat >checks.py <<-'PY'
	import concurrent.futures, os, re, subprocess, sys, unicodedata

	LWPBENCH = os.environ["LWPBENCH"]
	bad = []

	def call(*words, timeout=100):
	    """What a command gives: status, output, errors, all bytes."""
	    p = subprocess.run([LWPBENCH, *words], stdin=subprocess.DEVNULL, capture_output=True, cwd="work",
	        timeout=timeout)
	    return p.returncode, p.stdout, p.stderr

	def every(job, inputs):
	    with concurrent.futures.ThreadPoolExecutor(4) as pool:
	        for _ in pool.map(lambda i: job(*i), inputs):
	            pass
	    print(len(inputs), "inputs")

	def odd(text):
	    """What a terminal would obey in text, or what is no UTF-8. Tabs part columns in exports."""
	    return [c for c in text.decode(errors="surrogateescape") if c not in "\n\t" and
	        (unicodedata.category(c) in ("Cc", "Cs") or c in "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"
	        or "\u202a" <= c <= "\u202e")]

	def check(words, status, out, err, wanted):
	    lines = [l for l in err.decode(errors="replace").splitlines() if not l.startswith("Try `")]
	    wrong = []
	    if status not in wanted:
	        wrong.append("status")
	    if b"Sanitizer" in err or b"runtime error" in err:
	        wrong.append("sanitizer")
	    if status in (2, 125) and (len(lines) != 1 or out or not lines[0].startswith("lwpbench")):
	        wrong.append("not one line")
	    if len(err) > 6000:
	        wrong.append("long")
	    if odd(out) or odd(err):
	        wrong.append("controls %r" % (odd(out) + odd(err))[:5])
	    if wrong:
	        bad.append((wrong, [w[:60] for w in words], status, err[:600]))

	def finish(left=()):
	    for b in bad[:20]:
	        print(*b)
	    there = sorted(os.listdir("work"))
	    if there != sorted(left):
	        print("there is now:", there)
	        bad.append(there)
	    sys.exit(len(bad) != 0)

	def commands():
	    said = call("--help")[1].decode()
	    return re.findall(r"^  (\w+) +(.*)$", said.split("\n\n")[1], re.M)
	PY
}

# Runs Python after these.
checks() {
	cat checks.py - >all.py
	/usr/bin/python3 all.py
}

# A result whose every text is hostile, r/result.json, and one of another run, s/result.json.
hostile_result() {
	write_result <<-'PY'
	evil = ("\"><script>alert(1)</script>`touch pwned`$(touch pwned)'; system(\"touch pwned\") #|=cmd()\n"
	    "=1+1\t@x\x1b[31m\x07\u009b31m\u202e\u2066\x7f\\{}^_%s%n é–日")
	PAIRS = [("fork", "creation"), ("pthread_create", "creation"), ("posix_spawn", "exec"),
	    ("switch_pipe", "switch"), ("msg_pipe", "message"), ("lock_spin", "lock"), ("copy", "program"),
	    ("cow", "cow"), ("odd", "family" + evil)]
	for name, family in PAIRS:
	    for task in "process", "thread":
	        ns = [500, 510, 520, 505, 506, 507] if task == "process" else [300, 301, 302, 303, 300, 301]
	        case("%s/x=%s/task=%s" % (name, evil, task), family, ns, task, note=evil,
	            gauges=[("cpu" + evil, "ns/op", 5)])
	        case("%s/pages=4096/task=%s" % (name, task), family, ns, task, defaults={"p" + evil: evil})
	case("=failed" + evil, "creation", [], reason=evil)
	for c in cases:
	    c["brief"] = evil
	    c["events"] = {"counters": [{"name": evil, "source": "perf", "reason": evil}], "reps": []}
	warnings.append(evil)
	host.update({"host.name": evil, "cpu.model": evil, "kernel.release": evil, evil: evil,
	    "other" + evil: {"n/a": evil}})
	run.update(command=evil, suite=evil)
	PY
	mkdir s
	sed 's/"seed": 1,/"seed": 2,/' r/result.json >s/result.json
}

# bats test_tags=arguments
@test "every option of every command takes odd values: one line, status 2, nothing written" {
	checks <<-'PY'
	# Every value for some of the options, one for each; LWPBENCH_INPUT=all: all for each.
	everything = os.environ.get("LWPBENCH_INPUT") == "all"
	turn = 0
	def some(values):
	    global turn
	    turn += 1
	    return values if everything else [values[turn % len(values)]]
	big = 128 * 1024 - 40
	VALUES = [b"", b"nan", b"-inf", b"1e400", b"18446744073709551616", b"-1", b"0x1p5000", b"2 %%", b"5ss",
	    b"\xff\x1b[31m\n\xc2\x9b31m\xe2\x80\xae \"'`", b"A" * big, b"9" * big, b"../" * (big // 3)]
	# What must not be reached: no such thing is there, whatever the option says.
	ENDS = {"run": ["-b", "no-such"], "ab": ["-b", "no-such", "--a", "true", "--b", "true"],
	    "selftest": ["-b", "no-such"], "sharing": ["no-such"], "compare": ["nowhere", "--", "no-such"],
	    "exact run": ["--kernel", "nowhere"], "exact calibrate": ["--kernel", "nowhere"],
	    "exact compare": ["--kernel", "nowhere", "--b-append", "x"],
	    "exact explain": ["-b", "getpid", "--kernel", "nowhere"],
	    "history": ["check", "nowhere"], "list": ["no-such"], "doctor": ["no-such"], "export": ["--to", "csv",
	    "nowhere"]}
	inputs = []
	# What has actions has the options of each.
	asked = [(name,) for name, args in commands() if name != "exact"]
	asked += [tuple(name.split()) for name in ENDS if name.startswith("exact ")]
	for command in asked:
	    said = call(*command, "--help")[1].decode()
	    options = re.findall(r"^ +(?:-\w, )?--([a-z-]+)(\[?=)?", said, re.M)
	    assert len(options) >= 2, command
	    end = ENDS.get(" ".join(command), ["nowhere"])
	    for name, takes in options:
	        if takes:
	            inputs += [(*command, b"--%s=%s" % (name.encode(), v), *end) for v in some(VALUES)]
	            inputs += [(*command, *end, "--" + name)] * everything # without its value
	        elif name not in ("help", "usage"):
	            inputs += [(*command, "--%s=%s" % (name, "x\x1b\n"), *end),
	                (*command, "--" + name, "--" + name, *end)][not everything:]
	    for word in some([b"", b"\x1b[2J\xff\nx", b"--\x1b[2J\xff\nx", b"-\x1b", b"A" * big, b"--" + b"A" * big]):
	        inputs.append((*command, word, word, word, *(end if word[:1] != b"-" else [])))
	    inputs.append((*command, "--", "--no-such", "-x\x1b"))
	def one(*words):
	    # To list what there is needs no result.
	    if words[1] in ("--list", "--to=list"):
	        return
	    # Its program is not beside a driver that was built alone.
	    wanted = [2, 3] if words[0] == "sharing" else [125] if words[:2] == ("exact", "compare") else [2]
	    check(words, *call(*words), wanted)
	every(one, inputs)
	finish()
	PY
}

@test "what is no result is told in one line, and is not waited for" {
	checks <<-'PY'
	import socket
	os.mkfifo("work/fifo")
	os.mkdir("work/empty")
	os.mkdir("work/piped")
	os.mkfifo("work/piped/result.json")
	os.mkdir("work/folder")
	os.mkdir("work/folder/result.json")
	os.mkdir("work/-dash\n\x1b[31m 'x'")
	os.symlink("loop", "work/loop")
	open("work/deep", "w").write("[" * 100000)
	open("work/nul", "wb").write(b"{\0}")
	s = socket.socket(socket.AF_UNIX)
	s.bind("work/socket")
	there = os.listdir("work")
	FILES = ["fifo", "empty", "piped", "folder", "./-dash\n\x1b[31m 'x'", "loop", "deep", "nul", "socket",
	    "/dev/null", "no\nsuch\x1b[31m", "x" * 5000]
	WORDS = {"compare": lambda f: [f, "--", f], "history": lambda f: ["add", "nowhere", f],
	    "export": lambda f: ["--to", "csv", f], "apps": lambda f: ["--add", f, f], "ab": None, "selftest": None}
	inputs = [(c, *(WORDS.get(c, lambda f: [f])(f))) for c, args in commands()
	    if ("RESULT" in args or c in ("compare", "history"))
	    for f in (FILES if c in ("show", "history", "export") else FILES[:3])]
	assert len(inputs) > 4 * len(FILES)
	every(lambda *words: check(words, *call(*words), [2]), inputs)
	finish(there)
	PY
}

@test "what a result says does nothing, wherever it is shown" {
	hostile_result
	mkdir work/'h`touch pwned`'
	# shellcheck disable=SC2016 # that is its name
	mv r work/'r`touch pwned`$(touch pwned) "x' && mv s work/s
	checks <<-'PY'
	result = 'r`touch pwned`$(touch pwned) "x'
	history = "h`touch pwned`"
	CALLS = [["show", "--phases", "--gauges", "--events", result], ["show", "--json", result],
	    ["verdict", "-v", result], ["verdict", "--json", result], ["predict", result, "pages=1M"],
	    ["attribute", result], ["compare", "-v", "s/result.json", "--", result],
	    ["history", "add", history, result], ["history", "show", history],
	    ["history", "check", "-v", history], ["history", "plot", "-o", "-", history], ["report", result],
	    ["plot", "-o", "-", result], ["plot", "-f", "svg,png,txt", result],
	    ["export", "--to", "list"], ["apps", "--add", result + "/result.json", result],
	    ["run", "--resume", result], ["history", "plot", history],
	    ["compare", "--json", "s", "--", result]]
	said = call("export", "--to", "list")[1].decode()
	CALLS += [["export", "--to", f, result] for f in re.findall(r"^(\S+) ", said, re.M)]
	for words in CALLS:
	    status, out, err = call(*words)
	    # CSV has the line ends of its standard.
	    check(words, status, out.replace(b"\r\n", b"\n").replace(b"\f", b""), err, [0, 1, 2, 3, 77])
	    if words[0] in ("show", "report", "plot") and status:
	        bad.append((words, status, err))
	for folder, _, files in os.walk("work"):
	    for name in files:
	        text = open(os.path.join(folder, name), "rb").read()
	        if name.endswith((".html", ".svg", ".txt", ".dat")):
	            marked = name.endswith((".html", ".svg")) and b"<script" in text
	            if odd(text.replace(b"\f", b"")) or marked:
	                bad.append((name, odd(text)[:5]))
	finish([result, history, "s"])
	PY
	# The answer of a comparison for a pull request is as harmless; nothing was run.
	[ -z "$(find . -name pwned)" ]
}

@test "a terminal shows what a result says, and obeys none of it" {
	hostile_result
	command -v script >/dev/null || skip "no script(1)"
	# Colours are ours: they end in m, and no hostile one is red.
	for args in "show r" "verdict -v r" "report r" "compare -v r -- s"; do
		# Leaks are looked for elsewhere.
		ASAN_OPTIONS=detect_leaks=0 script -qec "stty cols 90; '$LWPBENCH' $args" /dev/null >seen 2>&1 || true
		/usr/bin/python3 - <<-'PY'
		import re
		seen = open("seen", encoding="utf8", newline="").read()
		assert seen
		seen = re.sub("\x1b\\[(0|1|31|32)m", lambda m: "<%s>" % m.group(1), seen).replace("\r\n", "\n")
		assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", seen), seen
		assert "\ufffd[31m" in seen or "report.html" in seen, seen
		PY
	done
}

@test "a result with a case twice is refused" {
	write_result <<-'PY'
	case("fork", "creation", [1000] * 3)
	case("getpid", "floor", [10] * 3)
	case("fork", "creation", [2000] * 3)
	PY
	for command in show report "export --to csv" "history add h"; do
		# shellcheck disable=SC2086 # several words
		run -2 "$LWPBENCH" $command r
		[ "$output" = "lwpbench: r/result.json: damaged: cases: fork is there twice" ]
	done
	[ "$(ls r)" = result.json ]
	[ ! -e h ]
}

# Fails unless the file of others is as it was.
untouched() {
	[ "$(cat "$BATS_TEST_TMPDIR/other/secret")" = '{"secret": 1}' ]
	[ "$(ls "$BATS_TEST_TMPDIR/other")" = secret ]
}

@test "no link in a result's folder is followed out of it, neither to read nor to write" {
	write_result <<-'PY'
	case("fork", "creation", [1000] * 8)
	case("pthread_create", "creation", [500] * 8)
	PY
	mkdir other
	echo '{"secret": 1}' >other/secret
	mkdir bad
	ln -s ../other/secret bad/result.json
	for command in show report plot "export --to csv" verdict "history add h" "run --resume"; do
		# shellcheck disable=SC2086 # several words
		run -2 "$LWPBENCH" $command bad
		echo "$output"
		[[ $output == *"bad/result.json: a link that leads out of its folder"* ]]
	done
	[ "$(ls bad)" = result.json ]
	# A link that stays inside is one; so is that to the folder, as of results/latest.
	mkdir good
	cp r/result.json good/real.json
	ln -s real.json good/result.json
	ln -s good latest
	"$LWPBENCH" show latest >/dev/null
	"$LWPBENCH" report latest
	[ -f good/report.html ]
	# What is written takes the place of a link.
	ln -s ../other/secret r/report.html
	"$LWPBENCH" report r
	[ ! -L r/report.html ]
	untouched
	mkfifo pipe
	ln -sf "$PWD/pipe" r/report.html
	"$LWPBENCH" report r
	[ -f r/report.html ] && [ ! -L r/report.html ]
	ln -s ../other r/plots
	run -3 "$LWPBENCH" plot -f txt r
	[[ $output == *"plots/"*"a link that leads out of its folder"* ]]
	untouched
	rm r/plots
	mkdir r/plots
	ln -s ../../other/secret r/plots/creation.dat
	ln -s ../../other/secret r/plots/creation.txt
	if command -v gnuplot >/dev/null; then
		"$LWPBENCH" plot -f txt -p creation r
		[ -f r/plots/creation.txt ] && [ ! -L r/plots/creation.txt ]
	fi
	untouched
	# A history's files likewise.
	"$LWPBENCH" history add h r
	ln -s ../other/secret h/zz.json
	run -2 "$LWPBENCH" history show h
	[[ $output == *"h/zz.json: a link that leads out of its folder"* ]]
}

@test "without openat2 no link at all is followed" {
	command -v strace >/dev/null || skip "strace is missing"
	write_result <<-'PY'
	case("fork", "creation", [1000] * 8)
	PY
	mv r/result.json r/real.json
	export ASAN_OPTIONS=detect_leaks=0
	inject() {
		strace -f -o trace -e trace=openat2 -e inject=openat2:error=ENOSYS "$LWPBENCH" "$@"
	}
	ln r/real.json r/result.json
	inject show r
	grep -q 'ENOSYS.*INJECTED' trace
	ln -sf real.json r/result.json
	run -2 inject show r
	[[ $output == *"r/result.json: a link that leads out"* ]]
	ln -s . r/plots
	ln -f r/real.json r/result.json
	run -3 inject plot -f txt r
	[[ $output == *"a link that leads out"* ]]
	[ ! -e r/creation.txt ]
}

@test "where to write to may be odd: told in one line, what was there stays" {
	write_result <<-'PY'
	case("fork", "creation", [1000] * 8)
	PY
	mkdir folder
	mkfifo fifo
	ln -s nowhere dangling
	echo kept >file
	ln -s file link
	for where in folder fifo no/such "" /dev/full; do
		for command in report "export --to csv"; do
			# shellcheck disable=SC2086 # several words
			run --separate-stderr "$LWPBENCH" $command -o "$where" r
			# shellcheck disable=SC2154 # set by run
			echo "$where: $status: $stderr"
			[ "$status" -eq 3 ] || [ "$status" -eq 2 ]
			[ "$(wc -l <<<"$stderr")" -le 2 ]
			[ -z "$output" ]
		done
	done
	"$LWPBENCH" export --to csv -o link r
	[ "$(cat file)" = kept ] && [ ! -L link ]
	"$LWPBENCH" export --to csv -o dangling r
	[ -f dangling ] && [ ! -e nowhere ]
	"$LWPBENCH" export --to csv -o ./-x r
	"$LWPBENCH" export --to csv -o $'a b\n"c' -- r
	cmp -- -x $'a b\n"c'
	# Somebody who comes to read gets all of it.
	cat fifo >came &
	"$LWPBENCH" export --to csv -o fifo r
	wait
	cmp came dangling
	[ "$(find . -name '*.tmp' | wc -l)" -eq 0 ]
	[ "$(ls folder r)" = $'folder:\n\nr:\nresult.json' ]
}

@test "set-user-ID it does nothing" {
	[ "$(id -u)" -eq 0 ] || skip "wants root, to give a copy to another user"
	cp "$LWPBENCH" other
	chown nobody other
	chmod 4755 other
	[ "$(findmnt -no OPTIONS -T . | grep -c nosuid)" = 0 ] || skip "nosuid here"
	run ./other list
	[[ $output == "lwpbench: set-user-ID"* ]]
	# With other rights the sanitizer fails to look for leaks, whatever it is told.
	[[ $status -eq 2 && ${#lines[@]} -eq 1 ]] || [[ $output == *"LeakSanitizer has encountered a fatal error"* ]]
}

@test "no shell stands between the driver and what it runs" {
	command -v strace >/dev/null || skip "strace is missing"
	write_result <<-'PY'
	case("fork", "creation", [1000] * 8)
	case("pthread_create", "creation", [900] * 8)
	PY
	export ASAN_OPTIONS=detect_leaks=0
	calls() {
		strace -f -qq -e signal=none -e trace=execve -o trace "$@"
	}
	calls "$LWPBENCH" run -q --passes time --budget 200ms -b getpid -o new || [ $? -le 3 ]
	calls -A "$LWPBENCH" ab -q --budget 500ms --a 'env X="a b;touch pwned"' --b 'env "X=|sh"' -b getpid || [ $? -le 77 ]
	calls -A "$LWPBENCH" plot -f txt r || [ $? -le 3 ]
	grep -q 'benches/getpid' trace
	grep -qF '"X=a b;touch pwned"' trace
	run ! grep -E 'execve\("[^"]*/(ba|da)?sh"' trace
	[ ! -e pwned ]
}
