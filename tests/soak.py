#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Measures, compares and keeps results over and over, and says whether memory, descriptors or
# leftovers grow: tests/soak.py LWPBENCH [TIME], of which a quarter goes to one long run. A line
# a series; 1 if one grew, 2 for wrong use, 3 if a command failed.
import contextlib, os, re, shutil, signal, statistics, subprocess, sys, tempfile, time

KEPT = 10  # points of history: more of them would be growth of our own making
CASES = ["-b", "getpid", "-b", "fork", "-b", "pthread_create", "-b", "msg_pipe", "-b", "msg_sysv", "-b", "fork_cgroup"]
TREE = 12  # times the size of result.json, that the tree takes which is written as it
FEW = 9  # series shorter than this are not judged
ROOMY = 512  # KiB that a peak may move by: where malloc and the loader put things differs
VERDICTS = (0, 1, 77)  # what comparing may answer: no, yes, cannot tell


# In namespaces of our own, where they may be made, nobody else's leftovers are counted.
def isolate():
    if os.environ.get("SOAK_INSIDE"):
        return os.environ["SOAK_INSIDE"] == "alone"
    for rights in ([], ["--map-root-user"]):
        unshare = ["unshare", "--ipc", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", *rights]
        mount = "mount -t tmpfs tmpfs /dev/shm && "
        if subprocess.run([*unshare, "sh", "-c", mount + "true"], stderr=subprocess.DEVNULL).returncode == 0:
            os.environ["SOAK_INSIDE"] = "alone"
            os.execvp("unshare", [*unshare, "sh", "-c", mount + 'exec "$@"', "sh", sys.executable, *sys.argv])
    print("no namespaces here: processes, IPC objects and /dev/shm of others are not told apart, and not counted")
    return False


def seconds(text):
    match = re.fullmatch(r"(\d+)(s|m|h)?", text)
    if not match or not int(match[1]):
        print(f"soak: bad time '{text}': want 90s, 15m or 1h", file=sys.stderr)
        sys.exit(2)
    return int(match[1]) * {"m": 60, "h": 3600}.get(match[2], 1)


def memory(pid, what):
    try:
        with open(f"/proc/{pid}/status") as f:
            return next((int(line.split()[1]) for line in f if line.startswith(what)), 0)
    except OSError:
        return 0


def count(folder):
    try:
        return len(os.listdir(folder))
    except OSError:
        return 0


# A control group of our own, below which all is ours; None where we may make none.
@contextlib.contextmanager
def control_group():
    above = ours = None
    try:
        with open("/proc/self/cgroup") as f:
            above = "/sys/fs/cgroup" + next(line[3:].strip() for line in f if line.startswith("0::"))
        os.stat(above + "/cgroup.controllers")  # of version 2
        ours = tempfile.mkdtemp(prefix="soak-", dir=above)
        with open(ours + "/cgroup.procs", "w") as f:
            f.write("0")
    except (OSError, StopIteration):
        print("no control group of our own here: those that are left are not counted")
        if ours:
            os.rmdir(ours)
        yield None
        return
    try:
        yield ours
    finally:
        with open(above + "/cgroup.procs", "w") as f:
            f.write("0")
        for folder, _, _ in os.walk(ours, topdown=False):
            os.rmdir(folder)


# How many of each there are that a command may have left.
def leftovers(work, alone, group):
    left = {"files in TMPDIR": sum(len(d) + len(f) for _, d, f in os.walk(work + "/tmp"))}
    if group:
        left["control groups"] = sum(len(dirs) for _, dirs, _ in os.walk(group))
    if alone:
        left["files in /dev/shm"] = count("/dev/shm")
        left["IPC objects"] = sum(len(open("/proc/sysvipc/" + kind).readlines()) - 1 for kind in ("shm", "sem", "msg"))
        left["processes"] = sum(name.isdigit() for name in os.listdir("/proc"))
    return left


# Runs a command of the driver to its end, looking at it every so often: each look is a row of
# resident KiB, peak KiB and descriptors.
def watch(command, accepted, every):
    looks = []
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while child.poll() is None:
            looks.append((memory(child.pid, "VmRSS"), memory(child.pid, "VmHWM"), count(f"/proc/{child.pid}/fd")))
            time.sleep(every)
    except BaseException:
        child.terminate()
        child.wait()
        raise
    said = child.stderr.read().decode(errors="replace").strip()
    if child.returncode not in accepted:
        print(f"soak: {' '.join(command)} ended with {child.returncode}: {said}", file=sys.stderr)
        sys.exit(3)
    return [look for look in looks if all(look)]


# By how much a series has grown from a third of its way to its end: the median of all slopes
# (Theil and Sen), which no single outlier moves, times its length.
def growth(series):
    rest = series[len(series) // 3:]
    rest = [rest[i] for i in sorted({i * len(rest) // 200 for i in range(200)})] if len(rest) > 200 else rest
    slopes = [(b - a) / (j - i) for i, a in enumerate(rest) for j, b in enumerate(rest[i + 1:], i + 1)]
    return statistics.median(slopes) * (len(rest) - 1) if slopes else 0


class Table:
    grown = 0

    def add(self, name, series, limit):
        # A look may come before the peak: of a few such it cannot be told whether they grow.
        self.row(name, series, growth(series), limit, len(series) >= FEW)

    # What is left is left: not even one.
    def add_left(self, name, series):
        self.row(name, series, series[-1] - series[0], 0)

    def row(self, name, series, by, limit, judged=True):
        bad = judged and by > limit
        self.grown += bad
        print(f"{name:36} {len(series):6} {statistics.median_low(series):9} {max(series):9} {series[-1]:9} {by:+10.1f} {limit:9.0f}"
              f"  {'GROWS' if bad else 'ok' if judged else 'too few to tell'}", flush=True)


# One driver that lives long. Now and then it writes all that it has measured, as a tree of JSON
# of which each number takes some ten times its digits, and what malloc had for that it keeps.
def long_run(driver, work, time_s, table):
    looks = watch([driver, "run", "-q", *CASES, "--precision", "0.0001%", "--budget", f"{time_s}s",
                   "-o", work + "/long"], (0,), max(0.02, time_s / 2000))
    if len(looks) < 6:
        print("soak: the long run was over before it could be looked at", file=sys.stderr)
        sys.exit(3)
    looks = looks[:-max(1, len(looks) // 20)]  # it writes its result at the end
    size = os.path.getsize(work + "/long/result.json") / 1024
    table.add("long run: resident KiB", [rss for rss, _, _ in looks], ROOMY + TREE * size)
    # A descriptor more or less is open while a rep begins.
    table.add("long run: descriptors", [fds for _, _, fds in looks], 0.5)


def one_round(driver, work, number, peaks):
    new, old, points = f"{work}/r{number}", f"{work}/r{number - 1}", work + "/points"
    commands = [("run", ["-q", *CASES, "--budget", "2s", "-o", new], (0,)),
                ("ab", ["-q", "--a", "", "--b", "", "-b", "getpid", "-b", "fork", "--budget", "2s"], VERDICTS),
                ("history add", [points, new], (0,)),
                ("history check", [points], VERDICTS),
                ("compare", [old, "--", new], VERDICTS),
                ("report", [new], (0,)),
                ("show", [new], (0,))]
    for name, arguments, accepted in commands:
        if name == "compare" and number == 0:
            continue
        looks = watch([driver, *name.split(), *arguments], accepted, 0.001)
        if looks:
            peaks.setdefault(name, []).append(max(peak for _, peak, _ in looks))
    shutil.rmtree(old, ignore_errors=True)
    for point in sorted(os.listdir(points))[:-KEPT]:
        os.unlink(f"{points}/{point}")


def soak(driver, time_s, work, alone, group):
    table, peaks, left = Table(), {}, []
    print(f"{'':36} {'looks':>6} {'median':>9} {'most':>9} {'last':>9} {'growth':>10} {'limit':>9}")
    long_run(driver, work, max(1, time_s // 4), table)
    ends, number = time.monotonic() + time_s - max(1, time_s // 4), 0
    left.append(leftovers(work, alone, group))
    while number < 2 or time.monotonic() < ends:
        one_round(driver, work, number, peaks)
        left.append(leftovers(work, alone, group))
        number += 1
    for name, series in peaks.items():
        table.add(f"{name}: peak KiB", series, max(ROOMY, statistics.median(series) * 0.03))
    for name in left[0]:
        table.add_left(f"left: {name}", [counts[name] for counts in left])
    print(f"\n{number} rounds in {time_s} s: " + (f"{table.grown} series grew" if table.grown else "nothing grew"))
    return 1 if table.grown else 0


def main():
    if len(sys.argv) not in (2, 3):
        print("usage: tests/soak.py LWPBENCH [TIME]", file=sys.stderr)
        return 2
    time_s = seconds(sys.argv[2] if len(sys.argv) == 3 else "1h")
    alone = isolate()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="soak.") as work, control_group() as group:
        os.makedirs(work + "/tmp")
        os.makedirs(work + "/points")
        os.environ["TMPDIR"] = work + "/tmp"
        return soak(os.path.abspath(sys.argv[1]), time_s, work, alone, group)


if __name__ == "__main__":
    sys.exit(main())
