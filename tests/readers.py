# SPDX-License-Identifier: GPL-3.0-or-later
"""Strict readers of what `lwpbench export` writes: each gives what a reader of its format gets, or fails.

They are written from what the format's own readers demand, named beside them, not from our writer.
"""
import datetime
import glob
import json
import math
import re


def need(ok, what):
    if not ok:
        raise SystemExit(f"readers.py: {what}")


def strict_json(text):
    """RFC 8259: no NaN, no key twice."""

    def unique(pairs):
        need(len(dict(pairs)) == len(pairs), f"a key is there twice: {pairs}")
        return dict(pairs)

    def refuse(name):
        raise SystemExit(f"readers.py: {name} is no JSON")

    return json.loads(text, parse_constant=refuse, object_pairs_hook=unique)


def is_number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool) and math.isfinite(x)


def google_benchmark(text):
    """src/json_reporter.cc, and tools/gbench/util.py and report.py, which compare.py goes by."""
    top = strict_json(text)
    for key, kind in (("date", str), ("host_name", str), ("executable", str), ("num_cpus", int),
            ("mhz_per_cpu", int), ("caches", list), ("load_avg", list), ("library_build_type", str)):
        need(isinstance(top["context"][key], kind), f"context: {key}")
    need(top["context"]["json_schema_version"] == 1, "context: json_schema_version")
    rows = {}
    for b in top["benchmarks"]:
        need(b["name"] and b["name"] == b["run_name"] and b["run_type"] == "iteration", "name, run_type")
        need(b["time_unit"] in ("ns", "us", "ms", "s"), "time_unit")
        for key in ("family_index", "per_family_instance_index", "repetitions", "repetition_index", "threads",
                "iterations"):
            need(isinstance(b[key], int), key)
        need(b["iterations"] > 0, "iterations")
        need(is_number(b["real_time"]) and is_number(b["cpu_time"]), "real_time, cpu_time")
        need(all(is_number(v) or isinstance(v, str) for v in b.values()), f"a counter is no number: {b}")
        rows.setdefault(b["name"], []).append(b)
    places = set()
    for name, bs in rows.items():
        need([b["repetition_index"] for b in bs] == list(range(len(bs))), f"{name}: repetition_index")
        need(all(b["repetitions"] == len(bs) for b in bs), f"{name}: repetitions")
        places.add((bs[0]["family_index"], bs[0]["per_family_instance_index"]))
    need(len(places) == len(rows), "two cases have one place")
    return top


# https://bencher.dev/docs/reference/bencher-metric-format
BMF = {
    "$schema": "http://json-schema.org/draft-07/schema",
    "type": "object",
    "patternProperties": {".+": {"type": "object", "patternProperties": {".+": {
        "type": "object",
        "properties": {"value": {"type": "number"}, "lower_value": {"type": "number"}, "upper_value": {"type": "number"}},
        "required": ["value"],
    }}}},
}


def bencher(text):
    import jsonschema  # which takes a while

    top = strict_json(text)
    jsonschema.Draft7Validator(BMF).validate(top)
    for name, measures in top.items():
        need(0 < len(name) <= 1024, "a benchmark's name has 1 to 1024 characters")
        for measure, m in measures.items():
            need(0 < len(measure) <= 64, "a measure's name has 1 to 64 characters")
            need(set(m) <= {"value", "lower_value", "upper_value"}, f"{name}: unknown keys")
            need(m.get("lower_value", m["value"]) <= m["value"] <= m.get("upper_value", m["value"]), name)
    return top


def github_action_benchmark(text):
    """extractCustomBenchmarkResult of src/extract.ts, src/extractRangeInfo.ts."""
    top = strict_json(text)
    need(isinstance(top, list) and top, "an array, and not an empty one")
    for b in top:
        need(set(b) <= {"name", "value", "unit", "range", "extra"}, "unknown keys")
        need(all(isinstance(b.get(k, ""), str) for k in ("name", "unit", "range", "extra")), "texts")
        need(b["name"] and b["unit"] and is_number(b["value"]), "name, unit, value")
        if "range" in b:
            b["range"] = float(re.fullmatch(r"(?:\+-|±)\s*(\d.*)", b["range"])[1])
    need(len({b["name"] for b in top}) == len(top), "a name is there twice")
    return top


def rows_of_csv(text):
    """The grammar of RFC 4180, whose TEXTDATA may be any UTF-8 but controls."""
    field = re.compile(r'"((?:[^"]|"")*)"|([^",\x00-\x1f\x7f]*)')
    rows, row, at = [], [], 0
    while at < len(text):
        m = field.match(text, at)
        row.append(m[2] if m[1] is None else m[1].replace('""', '"'))
        at = m.end()
        if text.startswith("\r\n", at):
            rows.append(row)
            row, at = [], at + 2
        else:
            need(text.startswith(",", at), f"after a field: {text[at:at + 20]!r}")
            at += 1
    need(not row, "the last row has no end")
    need(len({len(r) for r in rows}) == 1, "rows of different lengths")
    return rows


def harmless(cell):
    """What spreadsheets run: https://owasp.org/www-community/attacks/CSV_Injection."""
    try:
        float(cell)
    except ValueError:
        need(not cell or cell[0] not in "=+-@\t\r\n", f"a formula: {cell!r}")
    return cell


def csv(text):
    head, *rows = rows_of_csv(text)
    need(len(set(head)) == len(head), "a column is there twice")
    return [dict(zip(head, map(harmless, row))) for row in rows]


def otava_csv(text):
    """CsvImporter of otava/importer.py: each cell of a metric must be a number."""
    head, *rows = rows_of_csv(text)
    need(head[0] == "time" and len(set(head)) == len(head), "columns")
    need("branch" not in head, "a column branch would part the series")
    metrics = head[head.index("machine") + 1:]
    times = [datetime.datetime.fromisoformat(r[0].replace("Z", "+00:00")) for r in rows]
    need(times == sorted(times), "rows are not in the order of time")
    need(all(t.tzinfo for t in times), "times without a zone")
    for row in rows:
        for cell in row[len(head) - len(metrics):]:
            need(math.isfinite(float(cell)), "a metric is no number")
    return [dict(zip(map(harmless, head), map(harmless, row))) for row in rows]


def go_bench(text):
    """https://go.dev/design/14313-benchmark-format, and reader.go, units.go of golang.org/x/perf/benchfmt."""
    config, units, results = {}, {}, []
    need(text.endswith("\n"), "the last line has no end")
    for line in text[:-1].split("\n"):
        fields = line.split()
        if line.startswith("Benchmark"):
            name = fields[0][len("Benchmark"):]
            need(name and not name[0].islower(), f"name: {line!r}")
            need(len(fields) >= 4 and len(fields) % 2 == 0, f"pairs of value and unit: {line!r}")
            need(re.fullmatch(r"\d+", fields[1]) and int(fields[1]) > 0, f"iterations: {line!r}")
            # Readers other than Go's take no exponents.
            need(all(re.fullmatch(r"-?\d+(\.\d+)?", f) for f in fields[2::2]), f"values: {line!r}")
            results.append({"name": name, "n": int(fields[1]), "config": dict(config),
                **{u: float(v) for v, u in zip(fields[2::2], fields[3::2])}})
        elif fields and fields[0] == "Unit":
            for pair in fields[2:]:
                key, value = pair.split("=")
                need((key, value) in (("better", "higher"), ("better", "lower")), line)
                need(units.setdefault((fields[1], key), value) == value, "a unit is told twice")
        else:
            m = re.fullmatch(r"([^\sA-Z:]+):[ \t]+(.*)", line)
            need(m and m[1][0].islower(), f"no line of the format: {line!r}")
            config[m[1]] = m[2]
    return results


def openmetrics(text):
    """The grammar of https://prometheus.io/docs/specs/om/open_metrics_spec/, and of it what Prometheus's
    older format has, too, as node_exporter's textfile collector reads it by TextToMetricFamilies."""
    metric, label = r"[a-zA-Z_:][a-zA-Z0-9_:]*", r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
    families, samples, current = {}, {}, None
    need(text.endswith("\n# EOF\n"), "no # EOF at the end")
    for line in text[:-len("# EOF\n") - 1].split("\n"):
        m = re.fullmatch(rf"# (HELP|TYPE|UNIT) ({metric}) (.*)", line)
        if m:
            if m[2] != current:
                need(m[2] not in families, f"{m[2]} is not in one piece")
                current, families[m[2]] = m[2], {}
            need(m[1] not in families[current] and not samples.get(current), f"{line!r} is too late")
            families[current][m[1]] = m[3]
            need(m[1] != "HELP" or not set(m[3]) & set('\\"'), "escapes of HELP differ")
            need(m[1] != "TYPE" or m[3] in ("gauge", "counter"), "types of both formats")
            need(m[1] != "UNIT" or current.endswith("_" + m[3]), "the unit ends the name")
            continue
        m = re.fullmatch(rf"({metric})(?:\{{({label}(?:,{label})*)\}})? (\S+)", line)
        need(m, f"no line of the format: {line!r}")
        need(m[1] == current and "TYPE" in families[current], f"{line!r}: not below its TYPE")
        pairs = re.findall(label, m[2] or "")
        need(len({k for k, _ in pairs}) == len(pairs), "a label is there twice")
        names = {k: re.sub(r"\\(.)", lambda e: {"n": "\n"}.get(e[1], e[1]), v) for k, v in pairs}
        series = json.dumps(names, sort_keys=True)
        need(series not in samples.setdefault(current, {}), f"{line!r} is there twice")
        need(math.isfinite(float(m[m.lastindex])), f"{line!r}: no number")
        samples[current][series] = [names, float(m[m.lastindex])]
    return {f: list(s.values()) for f, s in samples.items()}


def markdown(text):
    """Tables of https://github.github.com/gfm/#tables-extension-, and no HTML but that which folds."""
    tables, lines = [], text.split("\n")
    for tag in re.findall(r"(?<!\\)<[^>]*>?", text):
        need(tag in ("<details>", "</details>", "<summary>", "</summary>"), f"HTML: {tag!r}")
    need(not re.search(r"(?<![`\w])@\w", text), "somebody is mentioned")
    for i, line in enumerate(lines):
        if not line.startswith("|"):
            continue
        cells = [c.strip() for c in re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1]]
        if not lines[i - 1].startswith("|"):
            tables.append([cells])
        elif all(re.fullmatch(r":?-+:?", c) for c in cells):
            need(len(cells) == len(tables[-1][0]), "the rule has other columns")
        else:
            need(len(cells) == len(tables[-1][0]), f"a row of other columns: {line!r}")
            tables[-1].append(cells)
    return tables


def read_all():
    """What each FORMAT.out of the working directory says, by the format's name as of a variable."""
    found = {}
    for file in glob.glob("*.out"):
        name = file[:-len(".out")].replace("-", "_")
        with open(file, encoding="utf-8", errors="strict", newline="") as f:
            found[name] = globals()[name](f.read())
    return found
