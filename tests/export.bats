#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What export makes of results written by hand, as strict readers of each format see it.

bats_require_minimum_version 1.5.0

setup() {
	load result
	LWPBENCH=${LWPBENCH:-$PWD/build/lwpbench}
	cd "$BATS_TEST_TMPDIR" || exit
	FORMATS="google-benchmark bencher github-action-benchmark otava-csv go-bench csv openmetrics markdown"
}

# Writes FORMAT.out, with the options and results that follow; of r unless told.
write_as() {
	local format=$1
	shift
	(($#)) || set -- r
	"$LWPBENCH" export --to "$format" "$@" >"$format.out"
}

write_all() {
	for format in $FORMATS; do
		write_as "$format" "$@" 2>"$format.said" || return
	done
}

# Has strict readers read all that write_as wrote, and then the Python on the standard input, which
# has what they got: google_benchmark, csv...
expect() {
	cat - >expect.py
	/usr/bin/python3 - "$BATS_TEST_DIRNAME" <<-'PY'
	import sys
	sys.path.insert(0, sys.argv[1])
	sys.dont_write_bytecode = True
	import readers
	exec(open("expect.py").read(), readers.read_all())
	PY
}

# Unlike with "!", the test fails if the text is there.
lacks() {
	! grep -qP "$@"
}

# fork costs 1001 to 1010 ns, a thread a tenth; 1 MiB goes through a pipe in 100 µs.
write_some() {
	write_result <<-'PY'
	host.update({"cpu.model": "CPU, with a comma", "cpu.usable": "2", "host.name": "here", "kernel.release": "6.1",
	    "cpu.frequency.now": "2096.009 MHz", "load.average": "1.5 0.5 0.25"})
	case("fork", "creation", range(1001, 1011), floor="getpid", gauges=[("cpu", "ns/op", 20000), ("least", "ppm", 5)])
	case("fork/pages=4096", "creation", range(2002, 2022, 2), floor="getpid")
	case("vfork", "creation", [], reason="task 1 was killed by signal 9")
	case("msg_pipe", "message", [500] * 6, "process")
	case("msg_pipe/task=thread", "message", [250] * 6, "thread")
	case("bw_pipe", "bandwidth", [100000] * 6, bytes=1 << 20)
	case("getpid", "floor", [100] * 6)
	PY
}

# The same, later and slower, as r2; r becomes r1.
write_two() {
	write_some
	mv r r1
	sed -i 's/^case("vfork.*/case("vfork", "creation", [7] * 6)/; s/range(1001, 1011)/range(1101, 1111)/' cases.py
	cat - cases.py >more.py <<-'PY'
	run["started"] = "2026-01-02T00:00:00Z"
	case("msg_tcp", "message", [900] * 6, "process")
	PY
	write_result <more.py
	mv r r2
}

@test "each format has the figures, as its readers want them" {
	write_some
	write_all
	expect <<-'PY'
	rows = google_benchmark["benchmarks"]
	fork = [b for b in rows if b["name"] == "fork"]
	assert [b["real_time"] for b in fork] == list(range(1001, 1011))
	assert all(b["cpu_time"] == 2000 and b["iterations"] == 10 and b["least"] == 5 for b in fork), fork
	context = google_benchmark["context"]
	assert (context["num_cpus"], context["mhz_per_cpu"], context["host_name"]) == (2, 2096, "here")
	assert context["load_avg"] == [1.5, 0.5, 0.25]
	place = {b["name"]: (b["family_index"], b["per_family_instance_index"]) for b in rows}
	assert place["fork"] == (0, 0) and place["fork/pages=4096"] == (0, 1), place
	assert place["msg_pipe"] == (2, 0) and place["bw_pipe"] == (3, 0), place

	# Order statistics of 10 reps.
	latency = bencher["fork"]["latency"]
	assert latency["value"] == 1005.5 and 1001 < latency["lower_value"] < 1003, latency
	assert 1008 < latency["upper_value"] < 1010, latency

	fork = github_action_benchmark[0]
	assert (fork["name"], fork["unit"], fork["value"]) == ("fork", "ns/op", 1005.5)
	assert 2.5 < fork["range"] < 4.5 and "reps: 10" in fork["extra"] and "a comma" in fork["extra"], fork

	assert len(otava_csv) == 1 and otava_csv[0]["time"] == "2026-01-01T00:00:00Z"
	assert otava_csv[0]["kernel"] == "6.1" and "a comma, 2 CPUs" in otava_csv[0]["machine"]
	assert float(otava_csv[0]["fork/pages=4096"]) == 2011

	fork = [b for b in go_bench if b["name"] == "Fork/pages=4096"]
	assert [b["ns/op"] for b in fork] == list(range(2002, 2022, 2)), fork
	assert fork[0]["n"] == 10 and fork[0]["config"]["cpu"] == "CPU, with a comma"

	fork = csv[0]
	assert float(fork["median"]) == 1005.5 and fork["reps"] == fork["samples"] == "10"
	assert float(fork["floor_ratio"]) == 10.055 and fork["better"] == "lower" and float(fork["cpu_ns"]) == 2000
	thread = next(c for c in csv if c["case"] == "msg_pipe/task=thread")
	assert float(thread["thread_process"]) == 0.5 and fork["thread_process"] == "", thread

	times = {labels["case"]: x for labels, x in openmetrics["lwpbench_operation_seconds"]}
	assert times["fork"] == 1005.5e-9 and times["msg_pipe/task=thread"] == 250e-9, times
	(machine, one), = openmetrics["lwpbench_machine_info"]
	assert one == 1 and machine["cpu"] == "CPU, with a comma" and machine["kernel"] == "6.1"
	assert openmetrics["lwpbench_run_start_time_seconds"] == [[{}, 1767225600]]

	creation, message, *_ = markdown
	assert creation[0] == ["creation", "median", "95 % interval", "× fork"], creation
	assert creation[1][:2] == ["`fork`", "1.01 µs"] and creation[2][3].startswith("2 "), creation
	assert message[0][3] == "× process" and message[2][3].startswith("0.5 "), message
	PY
}

@test "rates have their own units, and where less must be better become times" {
	write_some
	write_all -b 'bw_*' r
	expect <<-'PY'
	rate = 2**20 * 1e4
	for b in google_benchmark["benchmarks"]:
	    assert (b["real_time"], b["bytes_per_second"]) == (100000, rate), b
	assert bencher == {"bw_pipe": {"bandwidth": {"value": rate, "lower_value": rate, "upper_value": rate}}}
	action, = github_action_benchmark
	assert (action["unit"], action["range"]) == ("ms/GiB", 0) and abs(action["value"] - 102.4) < 1e-9, action
	assert go_bench[0]["B/s"] == rate and "ns/op" not in go_bench[0], go_bench
	assert float(csv[0]["median"]) == rate and (csv[0]["unit"], csv[0]["better"]) == ("bytes/s", "higher")
	assert float(otava_csv[0]["bw_pipe"]) == rate
	assert openmetrics["lwpbench_bandwidth_bytes_per_second"][0][1] == rate
	assert "lwpbench_operation_seconds" not in openmetrics
	assert markdown[0][1][:2] == ["`bw_pipe`", "9.77 GiB/s"], markdown
	PY
	grep -qx 'Unit B/s better=higher' go-bench.out
}

@test "failed and skipped cases never become numbers: csv and markdown name them" {
	write_some
	write_all
	for format in google-benchmark bencher github-action-benchmark otava-csv go-bench openmetrics; do
		lacks vfork "$format.out"
		grep -q "^lwpbench: $format: 1 of 7 cases left out: failed" "$format.said"
	done
	[ ! -s csv.said ] && [ ! -s markdown.said ]
	expect <<-'PY'
	vfork = csv[2]
	assert (vfork["case"], vfork["status"]) == ("vfork", "failed"), vfork
	assert vfork["note"] == "task 1 was killed by signal 9" and vfork["reps"] == "0", vfork
	assert vfork["median"] == vfork["p99"] == vfork["cpu_ns"] == "", vfork
	assert dict((l["status"], n) for l, n in openmetrics["lwpbench_cases"]) == \
	    {"ok": 6, "failed": 1, "skipped": 0, "pending": 0}
	assert markdown[0][3] == ["`vfork`", "failed", "–", "–"], markdown
	PY
	grep -q '`vfork`.*task 1 was killed by signal 9' markdown.out
	run --separate-stderr "$LWPBENCH" export -q --to bencher r
	[ -z "$stderr" ]
}

@test "several results: a series by time, all reps of a case together" {
	write_two
	for format in google-benchmark otava-csv go-bench csv; do
		write_as "$format" r2 r1 2>"$format.said"
	done
	[ "$(cat otava-csv.said)" = \
		"lwpbench: otava-csv: 2 of 8 cases left out: failed, skipped, or missing in one of the results" ]
	[ ! -s google-benchmark.said ]
	expect <<-'PY'
	assert [r["time"][:10] for r in otava_csv] == ["2026-01-01", "2026-01-02"]
	assert [float(r["fork"]) for r in otava_csv] == [1005.5, 1105.5]
	# One of them has no figure of it, and no cell may be empty.
	assert "vfork" not in otava_csv[0] and "msg_tcp" not in otava_csv[0] and "getpid" in otava_csv[0], otava_csv
	fork = [b for b in google_benchmark["benchmarks"] if b["name"] == "fork"]
	assert [b["real_time"] for b in fork] == [*range(1101, 1111), *range(1001, 1011)]
	assert sum(b["name"] == "vfork" for b in google_benchmark["benchmarks"]) == 6
	assert [b["ns/op"] for b in go_bench if b["name"] == "Fork"] == [*range(1101, 1111), *range(1001, 1011)]
	assert [(c["started"][:10], c["case"], c["status"]) for c in csv if c["case"] == "vfork"] == \
	    [("2026-01-02", "vfork", "ok"), ("2026-01-01", "vfork", "failed")]
	PY
	for format in bencher markdown; do
		run "$LWPBENCH" export --to "$format" r1 r2
		[ "$status" = 2 ]
		[[ ${lines[0]} == *"$format holds one result, not 2"* ]]
	done
}

@test "texts from anywhere do no harm in any format" {
	write_result <<-'PY'
	evil = "a\"b'c\\d|e`f\n<script>alert(1)</script>\x1b[31m\r\t@all #1 \u202e\u00a0\x85é, \\"
	host.update({"cpu.model": "=cmd|' /C calc'!A0", "host.name": evil, "kernel.release": evil})
	run["suite"] = evil
	warnings.append(evil)
	case("=1+2/" + evil, "fam|ily\n# heading", [1000] * 6, note="-2+3" + evil)
	case(evil, "fam|ily\n# heading", [2000] * 6)
	case("@SUM(A1)", "+1", [], reason="=" + evil)
	case("fork ns/op 9", "creation", [7] * 6, gauges=[("name", "ns/op", 1), ("real_time", "ns/op", 2)])
	PY
	write_all
	for format in $FORMATS; do
		# No terminal is told anything.
		lacks '\x1b|\r(?!$)|\xc2\x85' "$format.out"
	done
	lacks '<script>|^# heading|\xe2\x80\xae' markdown.out
	expect <<-'PY'
	evil = "a\"b'c\\d|e`f\n<script>alert(1)</script>"
	texts = [b["name"] for b in google_benchmark["benchmarks"]]
	assert any(t.startswith(evil + "\x1b[31m\r\t@all") for t in texts), texts
	assert [b["real_time"] for b in google_benchmark["benchmarks"] if b["name"] == "fork ns/op 9"] == [7] * 6
	assert any(n.startswith("=1+2/" + evil) for n in bencher)
	assert csv[0]["case"].startswith("'=1+2/" + evil) and csv[0]["note"].startswith("'-2+3"), csv[0]
	assert csv[1]["case"].startswith(evil) and csv[2]["case"] == "'@SUM(A1)" and csv[2]["note"].startswith("'="), csv
	cases = [labels["case"] for labels, _ in openmetrics["lwpbench_operation_seconds"]]
	assert len(cases) == 3 and any(c.startswith(evil) for c in cases), cases
	names = {b["name"] for b in go_bench}
	assert len(names) == 3 and "Fork_ns/op_9" in names, names
	assert [len(rows) for rows in markdown] == [3, 2, 2], markdown
	assert markdown[1][1][1] == "failed" and markdown[2][1][1] == "7.00 ns", markdown
	PY
}

@test "-b takes cases and globs, and says which there is none of" {
	write_some
	"$LWPBENCH" export --to bencher -b fork -b 'msg_*' r >out
	[ "$(grep -c latency out)" = 3 ]
	lacks pages out
	# Ratios and floors stay those of the whole result.
	write_as csv -b fork/pages=4096 r
	expect <<<'assert len(csv) == 1 and float(csv[0]["floor_ratio"]) == 20.11 and 1.9 < float(csv[0]["ratio"]) < 2.1, csv'
	run "$LWPBENCH" export --to bencher -b fork -b 'fork/pages=1' r
	[ "$status" = 2 ]
	[[ $output == "lwpbench: -b fork/pages=1: there is no such case"* ]]
}

@test "-o writes all of it or leaves what was there" {
	write_some
	"$LWPBENCH" export --to csv r >wanted
	"$LWPBENCH" export --to csv -o made r
	cmp wanted made
	"$LWPBENCH" export --to csv -o - - <r/result.json | cmp - wanted
	head -c 3000 r/result.json >cut.json
	: >empty.json
	echo '{"schema": "lwpbench-result/9"}' >newer.json
	echo '{"benchmarks": []}' >foreign.json
	sed 's/here/he\xffre/' r/result.json >bytes.json
	for bad in cut empty newer foreign bytes none; do
		run --separate-stderr "$LWPBENCH" export --to csv -o made r "$bad.json"
		[ "$status" = 2 ]
		[[ $stderr == "lwpbench: $bad.json: "* && $stderr != *$'\n'* ]]
		[ -z "$output" ]
		cmp wanted made
	done
	run --separate-stderr "$LWPBENCH" export --to csv -o nowhere/made r
	[ "$status" = 3 ]
	[[ $stderr == "lwpbench: nowhere/made: "* ]]
	[ -z "$(find . -name '*.tmp*' -o -name 'made?*')" ]
	# What is no file stays what it is.
	mkfifo pipe
	cat pipe >through &
	"$LWPBENCH" export --to csv -o pipe r
	wait $!
	[ -p pipe ]
	cmp wanted through
	"$LWPBENCH" export --to csv -o /dev/stdout r | cmp - wanted
}

@test "without a figure nothing is written, and status 77 says so" {
	write_some
	for format in google-benchmark otava-csv openmetrics; do
		run --separate-stderr "$LWPBENCH" export --to "$format" -o made -b vfork r
		[ "$status" = 77 ]
		[[ $stderr == "lwpbench: $format: nothing to write: 1 case left out: failed"* ]]
		[ ! -e made ]
	done
	"$LWPBENCH" export --to markdown -b vfork r | grep -q 'killed by signal 9'
}

@test "formats are named where one is wanted" {
	write_some
	"$LWPBENCH" export --to list >list
	"$LWPBENCH" export --help >help
	for format in $FORMATS; do
		grep -q "^$format  *[^ ]" list
		grep -q "^  $format: " help
	done
	[ "$(wc -l <list)" = 8 ]
	run "$LWPBENCH" export --to xml r
	[ "$status" = 2 ]
	[[ ${lines[0]} == *"no such format: xml; there are google-benchmark, bencher, github-action-benchmark, otava-csv,"* ]]
	run "$LWPBENCH" export r
	[ "$status" = 2 ]
	[[ ${lines[0]} == *"--to list names them"* ]]
	run "$LWPBENCH" export --to csv
	[ "$status" = 2 ]
	[[ ${lines[0]} == *"want a RESULT"* ]]
}
