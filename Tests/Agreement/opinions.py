"""What other programs say: about the ten seconds of a look, and about the instant at its end."""

import contextlib
import datetime
import json
import os
import pathlib
import re
import subprocess
import time

from table import INTERVAL_SECONDS

SADC = "/usr/lib/sysstat/sadc"
# Plain numbers and English words, whatever the user's language.
ENVIRONMENT = {**{name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}, "LC_ALL": "C"}


def run(command):
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT).stdout


class Window:
    """Recorders that run for the ten seconds; `finish` reads what they have written."""

    def __init__(self, directory, device):
        self.device = device
        self.file = directory / f"sa.{time.monotonic_ns()}"
        # Two records, ten seconds apart.
        self.programs = [self._start([SADC, "-S", "ALL", str(INTERVAL_SECONDS), "2", self.file]),
                         self._start(["iostat", "-dx", "-y", "-o", "JSON", str(INTERVAL_SECONDS), "1"]),
                         self._start(["pidstat", "-h", "-u", "-C", "agree", str(INTERVAL_SECONDS), "1"])]
        self.counters, self.began = self._counters(), time.monotonic()

    @staticmethod
    def _start(command):
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)

    @staticmethod
    def _counters():
        return json.loads(run(["nstat", "-asz", "--json"]))["kernel"]

    def finish(self):
        """Waits for their end, and reads what they say."""
        after, seconds = self._counters(), time.monotonic() - self.began
        self.rates = {name: (after[name] - before) / seconds for name, before in self.counters.items()}
        _, iostat, self.pidstat = (program.communicate()[0] for program in self.programs)
        options = ["-u", "ALL", "-P", "ALL", "-q", "ALL", "-r", "ALL", "-W", "-n", "DEV,EDEV,ETCP"]
        record = json.loads(run(["sadf", "-j", self.file, "--", *options]))["sysstat"]["hosts"][0]["statistics"][-1]
        self.cpu = {each["cpu"]: each for each in record["cpu-load"]}
        self.memory = record["memory"]
        self.memory_total = free(None)["Mem"]["total"] / 1024
        self.swap = record.get("swap-pages")
        self.psi = record.get("psi", {})
        self.links = {each["iface"]: each for each in record["network"]["net-dev"]}
        self.link_errors = {each["iface"]: each for each in record["network"]["net-edev"]}
        disks = json.loads(iostat)["sysstat"]["hosts"][0]["statistics"][-1]["disk"]
        self.disk = next((disk for disk in disks if disk["disk_device"] == self.device), None)
        return self

    def processors_used(self, name):
        """How many processors the programs of a name have used, on average."""
        lines = [line.split() for line in self.pidstat.splitlines()]
        column = next(line.index("%CPU") - 1 for line in lines if "%CPU" in line)
        return sum(float(line[column]) for line in lines if line and line[-1] == name) / 100


class Moments:
    """Everybody's answers, asked again and again around the instant in question."""

    def __init__(self, load):
        self.load = load
        self.answers = []

    def ask(self):
        self.load.check()
        self.answers.append({name: question(self.load) for name, question in QUESTIONS.items()})

    def __call__(self, name, *keys):
        """All answers to a question, or None where one was missing."""
        found = []
        for answer in self.answers:
            value = answer[name]
            for key in keys:
                value = value.get(key) if isinstance(value, dict) else None
            if value is None:
                return None
            found.append(value)
        return found


def free(_):
    """                total   used   free   shared   buffers   cache   available"""
    heading, *lines = run(["free", "-b", "-w"]).splitlines()
    return {line.split(":")[0]: dict(zip(heading.split(), map(int, line.split()[1:]))) for line in lines}


def df(load):
    names = ["size", "used", "avail", "itotal", "iused", "iavail"]
    found = {}
    for path in (load.quiet, load.directory):
        values = run(["df", "-B1", f"--output={','.join(names)}", path]).splitlines()[-1].split()
        found[str(path)] = {name: int(value) for name, value in zip(names, values) if value != "-"}
    return found


def findmnt(load):
    found = {}
    for path in (load.quiet, load.directory):
        # Where several are mounted on top of each other, the last one is seen.
        target, options = run(["findmnt", "-rno", "TARGET,OPTIONS", "-T", path]).splitlines()[-1].split()
        found |= {f"{path} mounted": target == str(path), f"{path} read only": "ro" in options.split(",")}
    return found


def ss(load):
    summary = run(["ss", "-s"])
    queue = run(["ss", "-Hlnt", f"sport = :{load.port}"]).split()
    # The kernel counts those that wait to be accepted, and those whose other side has gone, as established.
    connections = run(["ss", "-Htn", "state", "established", "state", "close-wait"]).splitlines()
    return {
        "established": len(connections),
        "timewait": int(re.search(r"timewait (\d+)", summary)[1]),
        "orphaned": int(re.search(r"orphaned (\d+)", summary)[1]),
        "queue": int(queue[1]), "backlog": int(queue[2]),
        "connections": sum(line.split()[-2].endswith(f":{load.port}") for line in connections),
    }


def ps(load):
    found = [line.split() for line in run(["ps", "-C", load.name, "-o", "rss=,nlwp=,etimes="]).splitlines()]
    return {"count": len(found), "memory": 1024 * sum(int(line[0]) for line in found),
            "threads": sum(int(line[1]) for line in found), "age": max((int(line[2]) for line in found), default=None)}


def lsof(load):
    """Descriptors alone: it also lists the directory that a program is in, its root and its mappings."""
    return len(re.findall(r"^f\d+$", run(["lsof", "-n", "-P", "-Ff", "-p", str(load.worker.pid)]), re.M))


def uptime(_):
    since = run(["uptime", "--since"]).strip()
    return (datetime.datetime.now() - datetime.datetime.strptime(since, "%Y-%m-%d %H:%M:%S")).total_seconds()


def date(_):
    hour, minute, weekday = run(["date", "+%H %M %u"]).split()
    return {"hour": int(hour), "minute": int(minute), "weekday": int(weekday)}


def stat(load):
    size, modified = map(float, run(["stat", "-c", "%s %.Y", load.number]).split())
    return {"size": int(size), "age": time.time() - modified}


def find(load):
    times = [float(text) for text in run(["find", load.folder, "-mindepth", "1", "-printf", "%T@\n"]).split()]
    return {"entries": len(times), "oldest": time.time() - min(times)}


def pressure(_):
    """The kernel's own averages: some avg10=0.00 avg60=0.00 avg300=0.00 total=0"""
    found = {}
    for resource in ("cpu", "memory", "io"):
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/pressure/{resource}").read_text().splitlines():
                kind, *fields = line.split()
                found[f"{resource}.{kind}"] = {name: float(value) for name, value in
                                               (field.split("=") for field in fields)}
    return found


def vmstat(_):
    """procs -----------memory---------- ...    r  b   swpd   free ..."""
    run_queue, blocked = run(["vmstat"]).splitlines()[-1].split()[:2]
    return {"running": int(run_queue), "blocked": int(blocked)}


QUESTIONS = {
    "free": free, "df": df, "ss": ss, "ps": ps, "lsof": lsof, "date": date, "stat": stat, "find": find,
    "uptime": uptime, "pressure": pressure, "vmstat": vmstat,
    "nproc": lambda _: int(run(["nproc"])),
    "tasks": lambda _: len(run(["ps", "-eLo", "pid="]).splitlines()),
    "averages": lambda _: dict(zip(("1m", "5m", "15m"), map(float, re.findall(
        r"[\d.]+", run(["uptime"]).rpartition(":")[2])))),
    "files": lambda _: int(run(["sysctl", "-n", "fs.file-nr"]).split()[0]),
    "most files": lambda _: int(run(["sysctl", "-n", "fs.file-max"])),
    "link": lambda _: {link["ifname"]: "UP" in link["flags"] and "LOWER_UP" in link["flags"]
                       for link in json.loads(run(["ip", "-j", "link"]))},
    "mount": findmnt,
}
