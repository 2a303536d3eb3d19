"""Rule files to measure with. Their rules are evaluated at every sample, and never speak: they would hold for a day."""

import re
import subprocess

from workshop import SOURCES, Unmeasurable

# The host of the fixture has 64 processors. What it has of the sources that need an argument:
LARGE_HOST = SOURCES.parent / "Fixtures" / "5.10-large"
# Where a list of a host's own would say nothing.
ANY_HOST_ARGUMENTS = {
    "cgroup": '"self"', "listener": "9999", "file": '"/etc/hostname"', "directory": '"/etc"', "process": '"init"',
    "pidfile": '"/run/agentcheckd.pid"',
}
LARGE_HOST_ARGUMENTS = {
    **ANY_HOST_ARGUMENTS, "disk": '"nvme0n1"', "network": '"bond0"', "cgroup": '"system.slice/nginx.service"'}
THIS_HOST_ARGUMENTS = ANY_HOST_ARGUMENTS

# A host full of processes: so many of other programs, and so many of the one that a rule names.
CROWD, NAMED, NAME = 10_000, 20, "nginx"

# Conditions over 50 metrics, each with a number that makes every condition a different one.
CONDITIONS = (
    [f"cpu.{column} > 90.{{:04}}%" for column in
     "idle busy user nice system iowait irq softirq steal guest busiest".split()]
    + [f"cpu({n}).{column} > 90.{{:04}}%" for n in (0, 1) for column in
       "idle busy user nice system iowait irq softirq steal".split()]
    + [f"load.{column} > 1{{:04}}" for column in "1m 5m 15m running blocked tasks".split()]
    + [f"memory.{column} > 1{{:04}}G" for column in "available free used cached dirty committed total".split()]
    + ["swap.used > 1{:04}G", "swap.in > 1{:04}M/s", "swap.out > 1{:04}M/s", "memory.oom_kills > 1{:04}/s",
       "cpu.count > 1{:04}", "host.uptime > 1{:04}d", 'filesystem("/").used > 90.{:04}%',
       'filesystem("/").inodes_used > 90.{:04}%']
)


# From one to the next of the conditions that rules use: without a divisor in common with their number.
STRIDE = 7

# The daemon wakes up at every interval, and reads nothing.
NOTHING = "- reply: 50%\n"


def rule(condition):
    """Without a name of its own, so that 10,000 fit into a rule file."""
    return f"- when: {condition}\n  for: 1d\n  reply: 50%\n"


def many(count):
    """Rules, each over two metrics of the 50; a few already use all sources, and the helper."""
    return "".join(
        rule(" or ".join(CONDITIONS[i * STRIDE % len(CONDITIONS)].format(n) for i in (n, n + 1)))
        for n in range(count))


def windows(length):
    """Rules with windows of a length."""
    return "".join(
        rule(f"{function}(cpu.idle over {length}) > 90.{n:03}%")
        for n in range(30) for function in ("avg", "min", "max"))


def paths(root):
    return f"paths: {{proc: {root}/proc, sys: {root}/sys}}\n"


def sources(binary):
    """Every source that the program has, with the names of all of its metrics, and whether they can be asked in
    percent. What the program itself lists is taken, so that no source is forgotten here."""
    run = subprocess.run([binary, "metrics"], capture_output=True, text=True)
    if run.returncode != 0:
        raise Unmeasurable(f"agentcheckd metrics: {run.stderr}")
    found = {}
    for paragraph in run.stdout.split("\n\n"):
        heading = re.match(r"[\w.]+", paragraph)
        if heading is None:
            raise Unmeasurable(f"agentcheckd metrics lists something else: {paragraph[:200]!r}")
        name = heading[0]
        # A metric begins a line that is indented by two blanks; behind it come value, kinds and help, wrapped.
        metric = rf'^  ({re.escape(name)}(?:\([^)]*\))?\.[\w.]+(?:\("[\d:]+", "[\d:]+"\))?)(?= |$)'
        parts = re.split(metric, paragraph, flags=re.M)[1:]
        found[name] = [(parts[i], "or percent:" in " ".join(parts[i + 1].split())) for i in range(0, len(parts), 2)]
        if not found[name]:
            raise Unmeasurable(f"agentcheckd metrics lists nothing under {name}")
    return found


def crowd(root):
    """A tree with the files of many processes, as rules.paths wants it."""
    (root / "proc").mkdir(parents=True)
    (root / "proc" / "uptime").write_text("360000.00 700000.00\n")
    for number in range(1, CROWD + 1):
        name = NAME if number % (CROWD // NAMED) == 0 else f"worker-{number % 100}"
        folder = root / "proc" / str(number)
        (folder / "fd").mkdir(parents=True)
        (folder / "stat").write_text(
            f"{number} ({name}) S 1 {number} {number} 0 -1 4194560 1041 0 12 0 5 7 0 0 20 0 3 0 8512 58191872 1533 "
            "18446744073709551615 1 1 0 0 0 0 0 4096 81922 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n")
        (folder / "cmdline").write_text(f"/usr/sbin/{name}\0--serve\0")
        (folder / "limits").write_text("Max open files            1024                 4096                 files     \n")
    return paths(root)


def every(metrics, arguments):
    """A rule for each of the metrics of one source, with the argument that a host has for it."""
    rules = ""
    for name, has_percent in metrics:
        source = re.match(r"[\w.]+", name)[0]
        if source in arguments:
            name = re.sub(r"\(.*?\)", lambda _: f"({arguments[source]})", name, count=1)
        # Whatever its kind, it is known or not; in percent its whole is read too.
        rules += rule(f"known({name})")
        if has_percent:
            rules += rule(f"known({name} + 0%)")
    return rules
