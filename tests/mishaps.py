# SPDX-License-Identifier: GPL-3.0-or-later
"""Mishaps over runs of lwpbench, each judged alike: tests/mishaps calls this in namespaces of its own.

After each mishap there must be: no process, no IPC object, no file but the result's, no mount, no
control group; a result that is whole, by its schema and by `show`, or none; a message or a reason that
says what happened; and --resume must go on to a complete result. What is otherwise is marked with a !,
and ends this with status 1."""

import collections
import json
import mmap
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import jsonschema

HERE = os.path.dirname(os.path.realpath(__file__))
BUILD, WORK = sys.argv[1:3]
ONLY = sys.argv[3:]
LWPBENCH = BUILD + "/lwpbench"
KILLS = int(os.environ.get("MISHAPS", 50))
SEED = int(os.environ.get("SEED", 20260101))
SCHEMA = json.load(open(HERE + "/../results/schema.json"))
ANSWERS = json.load(open(HERE + "/../results/answers.schema.json"))

# Each kind of task, and each kind of thing that outlives a process.
KINDS = ["fork", "pthread_create", "clone3/flags=NEWPID", "clone3/flags=NEWNET+NEWNS",
         "clone3/flags=INTO_CGROUP", "fork_cgroup", "bw_shm", "msg_mq", "msg_sysv", "msg_sysv_sem",
         "msg_fifo", "lock_sysv_sem", "many_fork/tasks=2", "weight/tasks=100", "posix_spawn", "shared"]
# Of which children or threads live long enough to be met.
PEERS = ["fork", "clone3/flags=NEWPID", "fork_cgroup", "bw_shm/task=process", "msg_mq/task=process",
         "msg_sysv/task=process", "msg_fifo/task=process", "lock_sysv_sem/tasks=2/task=process/place=core",
         "many_fork/tasks=2/task=process", "weight/tasks=100", "switch_pipe/task=process", "fork_exec"]

lots = random.Random(SEED)
counts = collections.Counter()
odd = False


class Odd(Exception):
    """Something that must not be."""


def sh(*argv):
    subprocess.run(argv, check=True)


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read().decode(errors="replace")
    except OSError:
        return ""


# Processes: whoever is in this namespace but for us and the shell around us.

def others():
    return [int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, os.getpid())]


def state(pid):
    """(state, parent), of which the first is X if there is none."""
    fields = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return (fields[0], int(fields[1])) if len(fields) > 1 else ("X", 0)


def is_bench(pid):
    return b"\0--job=3\0" in open(f"/proc/{pid}/cmdline", "rb").read() + b"\0"


def find(what, driver):
    """A process of the run: its keeper, a benchmark, a benchmark's child; or None."""
    for pid in others():
        try:
            parent = state(pid)[1]
            if what == "keeper":
                hit = parent == driver
            else:
                hit = is_bench(pid) and (parent > 1 and is_bench(parent)) == (what == "child")
            if hit:
                return pid
        except (OSError, ValueError):
            pass
    return None


def aim(what, driver, bench=None, within=3):
    """Such a process, of that benchmark, stopped, so that it can't end before it is dealt with; and the
    benchmark's name."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        pid = find(what, driver)
        try:
            if not pid:
                continue
            name = os.path.basename(read(f"/proc/{pid}/cmdline").split("\0")[0])
            if bench not in (None, name):
                continue
            os.kill(pid, signal.SIGSTOP)
            while state(pid)[0] not in "TZX":
                pass
            if state(pid)[0] == "T":
                return pid, name
        except ProcessLookupError:
            pass
    return None, None


# Leftovers.

def cgroups():
    return sum((d for _, d, _ in os.walk(OWN_CGROUP)), []) if OWN_CGROUP else []


def mounts():
    """But for the disk that a mishap is about."""
    return sorted(at for l in open("/proc/self/mountinfo") if not (at := l.split()[4]).endswith("/disk"))


def left():
    """What is left of a run, in words."""
    for pid in others():
        if state(pid)[0] not in "ZX":
            return f"process {pid} {read(f'/proc/{pid}/cmdline')!r} {state(pid)}"
    for kind in "shm", "msg", "sem":
        if len(open(f"/proc/sysvipc/{kind}").readlines()) > 1:
            return f"an IPC object ({kind})"
    for folder in "/dev/mqueue", "/dev/shm", os.environ["TMPDIR"]:
        if os.listdir(folder):
            return f"{folder}/{os.listdir(folder)[0]}"
    for folder, _, files in os.walk("."):
        for name in files:
            if name not in ("result.json", "answers.json", "err", "fill"):
                return f"{folder}/{name}"
    if cgroups():
        return f"control group {cgroups()[0]}"
    if mounts() != MOUNTS:
        return f"mounts {set(mounts()) ^ set(MOUNTS)}"
    return None


def end_all():
    while alive := [p for p in others() if state(p)[0] not in "ZX"]:
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.02)


def sweep():
    end_all()
    subprocess.run(["ipcrm", "--all"], stdout=subprocess.DEVNULL)
    for folder in "/dev/mqueue", "/dev/shm", os.environ["TMPDIR"]:
        for name in os.listdir(folder):
            os.unlink(f"{folder}/{name}")
    for name in cgroups():
        try:
            os.rmdir(f"{OWN_CGROUP}/{name}")
        except OSError:
            pass


def check_left(patience=5):
    end = time.monotonic() + patience
    while (what := left()) and time.monotonic() < end:
        time.sleep(0.02)
    if what:
        sweep()
        raise Odd(f"left {what}")


# Runs.

def run_args(cases, budget=0.7, more=(), limit=20):
    args = ["run", "-q", "--budget", f"{budget}s", "--precision", "0.01%", "--limit", f"{limit}s"]
    return args + [w for c in cases for w in ("-b", c)] + list(more or ("-o", "out"))


def start(args, **how):
    return subprocess.Popen([LWPBENCH] + args, stdout=subprocess.DEVNULL, stderr=open("err", "w"),
                            stdin=subprocess.DEVNULL, **how)


def finish(driver, patience=100):
    try:
        return driver.wait(patience)
    except subprocess.TimeoutExpired:
        driver.kill()
        raise Odd(f"hung: {read('err')!r}") from None


def result(folder="out"):
    """The result, which must be whole; None: there is none."""
    path = folder + "/result.json"
    if not os.path.exists(path):
        return None
    try:
        r = json.load(open(path))
        jsonschema.Draft202012Validator(SCHEMA).validate(r)
    except (ValueError, jsonschema.ValidationError) as e:
        raise Odd(f"half a result: {str(e)[:100]}") from None
    shown = subprocess.run([LWPBENCH, "show", "--json", folder], capture_output=True)
    if shown.returncode:
        raise Odd(f"show: {shown.stderr!r}")
    starts = [rep["start_s"] for c in r["cases"] for rep in c["reps"]]
    if any(s < 0 or s > r["run"]["elapsed_s"] for s in starts):
        raise Odd("a rep that began before or after its run")
    return r


def failed(r):
    return {c["case"]: c["reason"] for c in r["cases"] if c["status"] == "failed"}


def resume(folder="out"):
    """Goes on with what there is; complete and with no failed case that was not there before."""
    before = result(folder)
    driver = start(["run", "-q", "--resume", folder, "--budget", "0.5s"])
    status = finish(driver)
    r = result(folder)
    if status not in (0, 1, 3) or not r["run"]["complete"]:
        raise Odd(f"resume: status {status}: {read('err')!r}")
    if set(failed(r)) - set(failed(before)):
        raise Odd(f"resume: {failed(r)}")
    check_left()


def said(*texts):
    """The first line of the messages that has one of these."""
    for line in read("err").splitlines():
        if any(t in line for t in texts):
            return line.removeprefix("lwpbench: ")
    raise Odd(f"none of {texts} is said: {read('err')!r}")


def wait_for(what, within=30):
    end = time.monotonic() + within
    while not what():
        if time.monotonic() > end:
            raise Odd("the run did not get there")
        time.sleep(0.01)


def kept(folder="out"):
    return lambda: os.path.exists(f"{folder}/result.json")


# A mishap is a function that returns (outcome, detail); what is wrong it raises.

def try_once(do, args):
    for path in "out", "err", "results":
        shutil.rmtree(path, True) if os.path.isdir(path) else os.path.exists(path) and os.unlink(path)
    try:
        outcome, detail = do(*args)
        if outcome != "skipped":
            check_left()
        return outcome, detail
    except Odd as e:
        return "!", str(e)
    except Exception as e:  # a broken test is no passed one
        return "!", f"{type(e).__name__}: {e}"
    finally:
        sweep()


def judge(mishap, what, do, *args):
    global odd
    for _ in range(5):  # who is to be met is short-lived
        outcome, detail = try_once(do, args)
        if outcome != "not met":
            break
    odd |= outcome == "!"
    counts[mishap, outcome] += 1
    print(f"{mishap:34} {what:34} {outcome}: {detail}", flush=True)


def whole_or_absent(status):
    check_left()
    if not result():
        return "no result yet", f"status {status}"
    resume()
    return "whole, resumed", f"status {status}"


def random_moment(driver, begun):
    """Most of them when it measures; the others anywhere from its first instruction on."""
    began = time.monotonic()
    if lots.random() < 0.8:
        wait_for(lambda: begun() or driver.poll() is not None)
    time.sleep(lots.uniform(0, 1))
    return time.monotonic() - began


def end_driver(sig, cases):
    driver = start(run_args(cases, 60))
    moment = random_moment(driver, kept())
    driver.send_signal(sig)
    status = finish(driver)
    if sig != signal.SIGKILL and os.path.exists("out") and status > 0:
        if status != 128 + sig:
            raise Odd(f"status {status}: {read('err')!r}")
        said("ended by " + sig.name)
    outcome, _ = whole_or_absent(status)
    return outcome, f"after {moment:.3f} s, status {status}"


def end_ab(sig):
    driver = start(["ab", "-q", "--a", "", "--b", "", "--budget", "60s", "-o", "out"] +
                   [w for k in ("fork", "msg_mq", "fork_cgroup") for w in ("-b", k)])
    moment = random_moment(driver, lambda: os.path.exists("out/b"))
    driver.send_signal(sig)
    status = finish(driver)
    check_left()
    results = [result("out/a"), result("out/b")]
    if os.path.exists("out/answers.json"):
        jsonschema.Draft202012Validator(ANSWERS).validate(json.load(open("out/answers.json")))
    if sig != signal.SIGKILL and status > 0:
        said("ended by " + sig.name)
    return "whole" if all(results) else "no result yet", f"after {moment:.3f} s, status {status}"


def end_part(what, sig, case):
    """Of the case a process is killed: the case has failed, the others have not."""
    driver = start(run_args(["getpid", case], 0.8))
    wait_for(kept())
    time.sleep(lots.uniform(0, 0.3))
    pid, name = aim(what, driver.pid, case.split("/")[0])
    try:
        os.kill(pid or 0x7fffffff, sig)
        if sig != signal.SIGKILL:
            os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:  # its parent was quicker
        pid = None
    status = finish(driver)
    r = result()
    bad = failed(r)
    if not pid:
        if bad:
            raise Odd(f"status {status}: {bad}")
        return "not met", f"status {status}"
    if not bad and status == 0 and name == "weight":
        return "met as it was to end", ""  # an idle task, after it was weighed
    if not bad or any(name not in k for k in bad) or status != 1:
        raise Odd(f"no failure: a {what} of {name} got {sig.name}: {bad}, status {status}")
    resume()
    return "failed, named", list(bad.values())[0]


def end_keeper(case):
    driver = start(run_args([case], 0.8))
    wait_for(kept())
    time.sleep(lots.uniform(0, 0.5))
    wait_for(lambda: find("benchmark", driver.pid))
    pid, _ = aim("keeper", driver.pid)
    if pid:
        os.kill(pid, signal.SIGKILL)
    status = finish(driver)
    if not pid:
        return "not met", f"status {status}"
    bad = failed(result())
    if not bad:
        raise Odd("no failure")
    resume()
    return "failed, named", list(bad.values())[0]


def pause_driver(case):
    driver = start(run_args([case], 1.5))
    time.sleep(lots.uniform(0.1, 1))
    driver.send_signal(signal.SIGSTOP)
    time.sleep(lots.uniform(0.1, 1.5))
    driver.send_signal(signal.SIGCONT)
    status = finish(driver)
    r = result()
    if status or failed(r) or not r["run"]["complete"]:
        raise Odd(f"status {status}: {failed(r)}")
    return "went on", f"{sum(len(c['reps']) for c in r['cases'])} reps"


def pause_bench(case, seconds):
    """None: for good, so that the limit must end it."""
    driver = start(run_args([case], 2.5, limit=20 if seconds else 2))
    wait_for(kept())
    pid, name = aim("benchmark", driver.pid)
    if not pid:
        return "not met", f"status {finish(driver)}"
    if seconds is not None:
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)
    status = finish(driver)
    r = result()
    if seconds is None:
        reason = "; ".join(failed(r).values())
        if status != 1 or "still running" not in reason or "stopped by a signal" not in reason:
            raise Odd(f"status {status}: {reason}")
        resume()
        return "failed, named", reason
    if status or failed(r):
        raise Odd(f"status {status}: {failed(r)}")
    check_gap(r, name)
    return "taken again", said("thrown away")


def check_gap(r, name):
    said("thrown away and taken again")
    if not any("thrown away" in w and name in w for w in r["warnings"]):
        raise Odd(f"not in the result: {r['warnings']}")
    if any(s > 1e9 for c in r["cases"] for rep in c["reps"] for s in rep["samples"]
           if isinstance(s, int)):
        raise Odd("a sample with the gap in it")


def pause_all(case, seconds):
    """As if the machine was paused: nobody of the run sees it begin or end."""
    driver = start(run_args([case], 5.5))
    wait_for(kept())
    pid, name = aim("benchmark", driver.pid)
    if not pid:
        return "not met", f"status {finish(driver)}"
    run = others()
    for p in run:
        os.kill(p, signal.SIGSTOP)
    time.sleep(seconds)
    # The benchmark comes last, for its keeper must not be told that it was stopped.
    for p in sorted(run, key=lambda p: p == pid):
        try:
            os.kill(p, signal.SIGCONT)
        except ProcessLookupError:
            pass
    status = finish(driver)
    r = result()
    if status or failed(r):
        raise Odd(f"status {status}: {failed(r)}")
    check_gap(r, name)
    return "taken again", said("thrown away")


def pause_keeper(case):
    driver = start(run_args([case], 8, limit=5))
    wait_for(kept())
    pid, _ = aim("keeper", driver.pid)
    status = finish(driver)
    r = result()
    if not pid or status or failed(r):
        raise Odd(f"status {status}: {failed(r)}")
    return "taken again", said("thrown away")


# Disks.

def with_disk(size, do):
    os.makedirs("disk", exist_ok=True)
    sh("mount", "-t", "tmpfs", "-o", f"size={size}", "none", "disk")
    try:
        return do()
    finally:
        end_all()
        sh("umount", "disk")
        os.rmdir("disk")


def spoilt(args, spoil, mend, status, folder, text):
    """A run over which `spoil` comes when it has first kept its result."""
    driver = start(args)
    if spoil:
        wait_for(kept(folder))
        time.sleep(0.2)
        spoil()
    got = finish(driver)
    if got not in status:
        raise Odd(f"status {got}: {read('err')!r}")
    line = said(text)
    if mend:
        mend()
    there = result(folder)
    for name in os.listdir(os.path.dirname(folder) or "."):
        if ".tmp" in name:
            raise Odd(f"left {name}")
    if os.path.isdir(folder) and any(".tmp" in n for n in os.listdir(folder)):
        raise Odd(f"left {os.listdir(folder)}")
    if there and there["cases"] and spoil:
        resume(folder)
        return "told; whole, resumed", line
    return "told; no result", line


def fill():
    f = os.open("disk/fill", os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(f, b"x" * 4096)
    except OSError:
        os.close(f)


def disk_full():
    return with_disk("16k", lambda: spoilt(run_args(KINDS[:4], 1, ("-o", "disk/out")), None, None, (3,),
                                           "disk/out", "No space left on device"))


def disk_fills():
    return with_disk("4m", lambda: spoilt(run_args(KINDS[:4], 1, ("-o", "disk/out")), fill,
                                          lambda: os.unlink("disk/fill"), (3,), "disk/out",
                                          "No space left on device"))


def read_only():
    def do():
        sh("mount", "-o", "remount,ro", "disk")
        return spoilt(run_args(KINDS[:4], 1, ("-o", "disk/out")), None, None, (2,), "disk/out",
                      "Read-only file system")
    return with_disk("4m", do)


def turns_read_only():
    return with_disk("4m", lambda: spoilt(
        run_args(KINDS[:4], 1, ("-o", "disk/out")), lambda: sh("mount", "-o", "remount,ro", "disk"),
        lambda: sh("mount", "-o", "remount,rw", "disk"), (3,), "disk/out", "Read-only file system"))


def folder_removed():
    return spoilt(run_args(KINDS[:4], 1), lambda: shutil.rmtree("out"), None, (3,), "out",
                  "out/result.json: No such file or directory")


def ab_spoilt(spoil, text):
    def do():
        driver = start(["ab", "-q", "--a", "", "--b", "", "--budget", "1s", "-b", "fork", "-o", "disk/out"])
        wait_for(lambda: os.path.isdir("disk/out/b"))
        time.sleep(0.3)
        spoil()
        status = finish(driver)
        if status != 3:
            raise Odd(f"status {status}: {read('err')!r}")
        return "told; no result", said(text)
    return with_disk("4m", do)


def no_room_for_temporary():
    def do():
        sh("mount", "-o", "remount,ro", "disk")
        driver = start(run_args(["msg_fifo", "getpid"], 0.7), env={**os.environ, "TMPDIR": WORK + "/disk"})
        status = finish(driver)
        why = [c["reason"] for c in result()["cases"] if c["status"] != "ok"]
        if "EROFS" not in str(why):
            raise Odd(f"status {status}: {why}")
        return "skipped, named", why[0]
    return with_disk("4m", do)


# The wall clock, of the driver alone.

def clock_step(seconds, after):
    lib = BUILD + "/tests/clock_step.so"
    env = {**os.environ, "LD_PRELOAD": lib, "CLOCK_STEP": str(seconds), "CLOCK_STEP_AFTER": str(after)}
    began = time.monotonic()
    status = finish(start(run_args(["fork", "msg_mq"], 1), env=env))
    took = time.monotonic() - began
    r = result()
    if status or failed(r) or not r["run"]["complete"]:
        raise Odd(f"status {status}: {read('err')!r}")
    if not 0.9 < r["run"]["elapsed_s"] < took + 1:
        raise Odd(f"a budget of 1 s took {r['run']['elapsed_s']} s")
    stepped = int(r["run"]["started"][:4]) != time.gmtime().tm_year
    if stepped != (after == 0 and abs(seconds) > 366 * 86400):
        raise Odd(f"the step did not reach the driver: {r['run']['started']}")
    starts = [[rep["start_s"] for rep in c["reps"]] for c in r["cases"]]
    if any(s != sorted(s) for s in starts):
        raise Odd("reps out of order")
    resume()
    return "unharmed", f"started {r['run']['started']}"


def latest_after_step():
    """The newest result is the last made, not the one whose clock says so."""
    env = {**os.environ, "LD_PRELOAD": BUILD + "/tests/clock_step.so", "CLOCK_STEP": "-40000000",
           "CLOCK_STEP_AFTER": "0"}
    for how in {}, {"env": env}:
        if status := finish(start(run_args(["getpid"], 0.3, ("--seed", "1")), **how)):
            raise Odd(f"status {status}: {read('err')!r}")
    newest = result("results/latest")
    years = sorted(read(f"results/{n}/result.json")[:0] or n for n in os.listdir("results") if n != "latest")
    if len(years) != 2 or os.readlink("results/latest") != years[0]:
        raise Odd(f"latest is {os.readlink('results/latest')} of {years}")
    shutil.rmtree("results")
    return "unharmed", f"latest started {newest['run']['started']}"


# Limits.

def group(controller, **settings):
    """Path of a new control group with that controller, of version 1 or 2, or None."""
    for line in open("/proc/self/mountinfo"):
        at, kind, options = line.split()[4], line.split(" - ")[1].split()[0], line.split()[-1]
        own = [l.rstrip("\n").split(":", 2)[2] for l in open("/proc/self/cgroup")
               if controller in l.split(":")[1].split(",") or (kind == "cgroup2" and l.startswith("0::"))]
        if not own or not (kind == "cgroup2" or kind == "cgroup" and controller in options.split(",")):
            continue
        path = f"{at}{own[-1]}/lwpbench-mishaps-{os.path.basename(WORK)}-{controller}".replace("//", "/")
        try:
            os.makedirs(path, exist_ok=True)
            names = dict(settings.get("v2" if kind == "cgroup2" else "v1", {}))
            for name, value in names.items():
                if value is None:
                    value = read(f"{os.path.dirname(path)}/{name}")
                with open(f"{path}/{name}", "w") as f:
                    f.write(str(value))
            return path
        except OSError:
            try:
                os.rmdir(path)
            except OSError:
                pass
    return None


def into(path):
    def move():
        with open(path + "/cgroup.procs", "w") as f:
            f.write("0")
    return move


def drop(path):
    for pid in others():
        if state(pid)[0] not in "ZX":
            return
    for _ in range(100):
        try:
            os.rmdir(path)
            return
        except OSError:
            time.sleep(0.02)


def limited(args, text, **how):
    """A run that may get anywhere, but says what hindered it: whole or absent, resumed without limit."""
    status = finish(start(args, **how))
    check_left()
    r = result()
    lacking = [c["reason"] for c in r["cases"] if c["status"] == "skipped"] if r else []
    if status == 0:
        return ("skipped, named", lacking[0]) if lacking else ("unharmed", "")
    if status == -9:
        return "the driver was killed" + (", whole" if r else ""), ""
    if status not in (1, 2, 3) and not (status == 127 and "loading" in read("err")):
        raise Odd(f"died: status {status}: {read('err')!r}")
    line = said(*text)
    if r and r["cases"]:
        resume()
    return ("failed, named" if r else "told; no result"), line


def memory_limit(size):
    path = group("memory", v1={"memory.limit_in_bytes": size}, v2={"memory.max": size})
    if not path:
        return "skipped", "no memory control group can be made here"
    try:
        return limited(run_args(["fork/pages=16384", "msg_mq", "fork"], 1),
                       ("memory limit", "out of memory", "ENOMEM", "Cannot allocate", "SIGKILL"),
                       preexec_fn=into(path))
    finally:
        drop(path)


def hog(path, size):
    """Takes so much of a group's memory; the kernel kills others for it."""
    pid = os.fork()
    if pid == 0:
        try:
            into(path)()
            taken = mmap.mmap(-1, size)
            for _ in range(size >> 20):
                taken.write(b"x" * (1 << 20))
            time.sleep(1000)
        finally:
            os._exit(1)
    return pid


def grown(what, driver, kib):
    """Whether there is such a process that has so much memory."""
    words = read(f"/proc/{find(what, driver)}/status").partition("VmRSS:")[2].split()
    return words and int(words[0]) >= kib


def killed_first(path):
    def become():
        into(path)()
        with open("/proc/self/oom_score_adj", "w") as f:
            f.write("900")
    return become


def out_of_memory(case):
    """Room there was when it began; then comes somebody who takes it."""
    size = 96 << 20
    path = group("memory", v1={"memory.limit_in_bytes": size}, v2={"memory.max": size})
    if not path:
        return "skipped", "no memory control group can be made here"
    try:
        driver = start(run_args([case, "getpid"], 2), preexec_fn=killed_first(path))
        wait_for(lambda: grown("benchmark", driver.pid, 20 << 10))
        pid = find("benchmark", driver.pid)
        os.kill(pid, signal.SIGSTOP)
        taker = hog(path, size - (12 << 20))
        try:
            wait_for(lambda: state(pid)[0] in "ZX" or state(driver.pid)[0] in "ZX")
            status = finish(driver)
        finally:
            os.kill(taker, signal.SIGKILL)
            os.waitpid(taker, 0)
        check_left()
        r = result()
        if status == -9:
            resume()
            return "the driver was killed; whole, resumed", ""
        bad = failed(r)
        if status != 1 or not any("memory limit" in t or "out of memory" in t or "ENOMEM" in t
                                  for t in bad.values()):
            raise Odd(f"status {status}: {bad}: {read('err')!r}")
        resume()
        return "failed, named", list(bad.values())[0]
    finally:
        drop(path)


def pids_limit(n):
    path = group("pids", v1={"pids.max": n}, v2={"pids.max": n})
    if not path:
        return "skipped", "no pids control group can be made here"
    try:
        return limited(run_args(["many_fork/tasks=2", "msg_mq", "pthread_create"], 1),
                       ("EAGAIN", "Resource temporarily unavailable"), preexec_fn=into(path))
    finally:
        drop(path)


def address_space(size):
    return limited(run_args(["fork/pages=16384", "pthread_create", "weight/tasks=100"], 1),
                   ("out of memory", "ENOMEM", "Cannot allocate memory", "error while loading", "SIGSEGV",
                    "EAGAIN", "topology"),
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)))


def nproc(n):
    """Of a user who has no other process; root has no such limit."""
    os.makedirs("open", exist_ok=True)
    sh("cp", "-r", LWPBENCH, BUILD + "/benches", "open")
    sh("chmod", "-R", "a+rX", "open")
    os.makedirs("out", exist_ok=True)
    os.chmod("out", 0o777)
    argv = ["setpriv", "--reuid=54322", "--regid=54322", "--clear-groups", "prlimit", f"--nproc={n}",
            "open/lwpbench"] + run_args(["many_fork/tasks=2", "msg_mq", "pthread_create"], 1)
    driver = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=open("err", "w"))
    status = finish(driver)
    shutil.rmtree("open")
    r = result()
    if status == 0:
        return "unharmed", ""
    if status not in (1, 2, 3):
        raise Odd(f"status {status}: {read('err')!r}")
    return ("failed, named" if r else "told; no result"), said("EAGAIN", "temporarily unavailable")


# CPUs.

def moved(what, case):
    """Whoever is pinned is moved from outside to a CPU that it is not to be on, again and again."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        return "skipped", "one CPU"
    driver = start(run_args([case], 2))
    wait_for(kept())
    end, done = time.monotonic() + 1, set()
    while time.monotonic() < end and driver.poll() is None:
        pid = driver.pid if what == "driver" else find("benchmark", driver.pid)
        try:
            mine = os.sched_getaffinity(pid or 0)
            if pid and pid not in done and (what == "driver" or len(mine) == 1):
                os.sched_setaffinity(pid, {lots.choice([c for c in cpus if mine != {c}])})
                done.add(pid)
        except (ProcessLookupError, PermissionError):
            pass
    status = finish(driver)
    bad = failed(result())
    if not status and what == "driver":
        return "right", "on the CPU that was left"
    if status != 1 or not any("CPU" in t for t in bad.values()):
        raise Odd(f"moved {done}: status {status}: {bad}")
    return "failed, named", list(bad.values())[0]


def cpus_shrink(case):
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        return "skipped", "one CPU"
    both = ",".join(map(str, allowed))
    path = group("cpuset", v1={"cpuset.mems": None, "cpuset.cpus": both}, v2={"cpuset.cpus": both})
    if not path:
        return "skipped", "no cpuset can be made here"
    try:
        driver = start(run_args([case], 2), preexec_fn=into(path))
        began = time.monotonic()
        wait_for(kept())
        time.sleep(lots.uniform(0.2, 0.8))
        gone = lots.choice(allowed)
        with open(path + "/cpuset.cpus", "w") as f:
            f.write(",".join(str(c) for c in allowed if c != gone))
        when = time.monotonic() - began
        status = finish(driver)
        r = result()
        bad = failed(r)
        late = [rep for c in r["cases"] for rep in c["reps"] if rep["start_s"] > when and gone in rep["cpus"]]
        if late:
            raise Odd(f"a number of CPU {gone}, which was taken away")
        if status and not any("CPU" in t or "affinity" in t for t in bad.values()):
            raise Odd(f"status {status}: {bad}")
        return ("failed, named", list(bad.values())[0]) if bad else ("right", f"without CPU {gone}")
    finally:
        drop(path)


# All of them.

def kills(mishap, n, do, args, kinds):
    for i in range(n):
        kind = kinds[i % len(kinds)]
        judge(mishap, kind if isinstance(kind, str) else " ".join(kind)[:34], do, *args, kind)


def some_kinds(n):
    return [sorted(lots.sample(KINDS, 4)) for _ in range(n)]


def all_mishaps():
    few = max(2, KILLS // 10)
    year = 366 * 86400 + 10 * 86400
    return {
        "kill -9 of the driver": lambda m: kills(m, KILLS, end_driver, (signal.SIGKILL,), some_kinds(KILLS)),
        "SIGTERM to the driver": lambda m: kills(m, few, end_driver, (signal.SIGTERM,), some_kinds(few)),
        "SIGINT to the driver": lambda m: kills(m, few, end_driver, (signal.SIGINT,), some_kinds(few)),
        "kill -9 of ab": lambda m: kills(m, few, lambda _: end_ab(signal.SIGKILL), (), ["ab"]),
        "SIGTERM to ab": lambda m: kills(m, few, lambda _: end_ab(signal.SIGTERM), (), ["ab"]),
        "kill -9 of a benchmark": lambda m: kills(m, KILLS, end_part, ("benchmark", signal.SIGKILL), KINDS),
        "SIGTERM to a benchmark": lambda m: kills(m, few, end_part, ("benchmark", signal.SIGTERM), KINDS),
        "kill -9 of a benchmark's child": lambda m: kills(m, KILLS, end_part, ("child", signal.SIGKILL), PEERS),
        "kill -9 of the keeper": lambda m: kills(m, few, end_keeper, (), KINDS[6:]),
        "driver stopped, continued": lambda m: kills(m, few, pause_driver, (), KINDS),
        "benchmark stopped": lambda m: kills(m, few, lambda k: pause_bench(k, None), (), KINDS),
        "benchmark stopped, continued": lambda m: kills(m, few, lambda k: pause_bench(k, 0.5), (), KINDS),
        "all stopped, continued": lambda m: kills(m, few, lambda k: pause_all(k, 3), (), KINDS),
        "keeper stopped": lambda m: kills(m, 2, pause_keeper, (), KINDS),
        "disk full": lambda m: judge(m, "run", disk_full),
        "disk becomes full": lambda m: (
            judge(m, "run", disk_fills),
            judge(m, "ab", ab_spoilt, fill, "No space left on device")),
        "read-only folder": lambda m: judge(m, "run", read_only),
        "folder becomes read-only": lambda m: (
            judge(m, "run", turns_read_only),
            judge(m, "ab", ab_spoilt, lambda: sh("mount", "-o", "remount,ro", "disk"), "Read-only file system")),
        "folder removed": lambda m: (
            judge(m, "run", folder_removed),
            judge(m, "ab", ab_spoilt, lambda: shutil.rmtree("disk/out"), "No such file or directory")),
        "read-only TMPDIR": lambda m: judge(m, "msg_fifo", no_room_for_temporary),
        "clock stepped": lambda m: [
            judge(m, f"by {s} s from look {after} on", clock_step, s, after)
            for s in (-year, year) for after in (0, 1, 2)] + [judge(m, "results/latest", latest_after_step)],
        "memory limit of a control group": lambda m: [
            judge(m, f"{size >> 20} MiB", memory_limit, size) for size in
            (2 << 20, 4 << 20, 8 << 20, 16 << 20, 32 << 20, 64 << 20)],
        "out of memory, somebody is killed": lambda m: kills(m, few, out_of_memory, (), [
            "fork/pages=6144", "pthread_create/pages=6144", "clone3/flags=NEWPID/pages=6144"]),
        "address space limit": lambda m: [
            judge(m, f"{size >> 20} MiB", address_space, size) for size in
            (8 << 20, 16 << 20, 24 << 20, 40 << 20, 80 << 20)],
        "pids.max": lambda m: [judge(m, f"{n}", pids_limit, n) for n in range(1, 7)],
        "RLIMIT_NPROC": lambda m: [judge(m, f"{n}", nproc, n) for n in range(1, 7)],
        "moved to another CPU": lambda m: [
            judge(m, f"{what} of {case}", moved, what, case)
            for what, case in (("benchmark", "fork"), ("benchmark", "msg_mq/place=core"),
                               ("driver", "fork"), ("driver", "msg_pipe/place=core"))],
        "cpuset shrinks": lambda m: [
            judge(m, case, cpus_shrink, case) for case in
            ("fork", "fork", "fork/place=any", "msg_pipe/place=core", "many_fork/tasks=2", "lock_mutex/tasks=2/place=core")],
    }


os.chdir(WORK)
signal.signal(signal.SIGINT, signal.default_int_handler)  # else ours ignore it, if a shell had us do so
os.environ["TMPDIR"] = WORK + "/tmp"
os.makedirs("tmp")
OWN_CGROUP = group("")
if OWN_CGROUP:
    # What a benchmark makes below its own then lies below ours.
    with open(OWN_CGROUP + "/cgroup.procs", "w") as procs:
        procs.write("0")
MOUNTS = mounts()
print(f"seed {SEED}, {KILLS} kills of each kind", flush=True)
try:
    mishaps = all_mishaps()
    for mishap, do in mishaps.items():
        if not ONLY or any(o == mishap or o not in mishaps and o in mishap for o in ONLY):
            do(mishap)
finally:
    print()
    for (mishap, outcome), n in counts.items():
        print(f"{n:5}  {mishap}: {outcome}")
    if OWN_CGROUP:
        with open(os.path.dirname(OWN_CGROUP) + "/cgroup.procs", "w") as procs:
            procs.write("0")
        drop(OWN_CGROUP)
sys.exit(odd)
