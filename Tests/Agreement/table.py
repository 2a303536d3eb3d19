"""Who is asked about which metric, and how far the answers may differ."""

import dataclasses
import os
import typing

INTERVAL_SECONDS = 10
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

# Sources about which nobody but the kernel's own file can be asked.
EXCUSED = {
    "conntrack": "conntrack(8) shows entries only where the firewall keeps them, which needs a rule in it",
    "cgroup": "systemd-cgtop counts inactive file pages too, and only what systemd accounts; fixtures show each file",
    "balancers": "agentcheckd itself is the only one to know",
}


@dataclasses.dataclass
class Tolerance:
    """How far a value may lie outside of what the others say."""
    text: str
    points: float = 0
    share: float = 0

    def slack(self, low, high):
        return self.points + self.share * max(abs(low), abs(high))


EXACTLY = Tolerance("exactly")
# Shares of time, over 10 s: the programs' ten seconds begin and end up to half a second apart on a busy machine.
SHARE = Tolerance("5 points", points=5)
# What happens a few times in ten seconds can fall between the ends.
RATE = Tolerance("10%", share=0.1, points=0.5)
BYTES_RATE = Tolerance("10%", share=0.1, points=65_536)
# Memory moves with whatever else this machine does.
MEMORY = Tolerance("2%", share=0.02, points=1 << 20)
PERCENT_OF_MEMORY = Tolerance("2% of it", share=0.02, points=0.1)
BLOCK = Tolerance("one block", points=4096)
PERCENT_OF_BLOCKS = Tolerance("rounding", points=0.001)
# The kernel's averages have two decimals, and move on every two (pressure) or five (load) seconds.
AVERAGE = Tolerance("its last digit", points=0.011)
SECONDS = Tolerance("1 s", points=1.05)


@dataclasses.dataclass
class Row:
    """One metric. `opinion` gives what others say, several answers where they were asked several times, or None where
    nobody can, because of `lack`. A value below `least` proves nothing: the load has not arrived."""
    metric: str
    kind: str
    tolerance: Tolerance
    opinion: typing.Callable
    is_rate: bool = False
    least: float = float("-inf")
    lack: str = ""
    has_two_kinds: bool = False

    @property
    def source(self):
        name = self.metric.split("(")[0]
        return ".".join(name.split(".")[:2]) if name.startswith("pressure.") else name.split(".")[0]

    @property
    def name(self):
        return f"{self.metric}{', percent' if self.has_two_kinds and self.kind == 'percent' else ''}"


def rows(load):
    """The table, for this load."""
    table = []

    def during(metric, kind, tolerance, opinion, **more):
        def answer(window):
            value = opinion(window)
            return None if value is None else [value]
        table.append(Row(metric, kind, tolerance, answer, is_rate=True, **more))

    def at_end(metric, kind, tolerance, opinion, **more):
        table.append(Row(metric, kind, tolerance, opinion, **more))

    def percent(part, whole):
        def answer(moments):
            parts, wholes = part(moments), whole(moments)
            if parts is None or wholes is None or 0 in wholes:
                return None
            return [100 * a / b for a, b in zip(parts, wholes)]
        return answer

    def both(metric, kind, tolerance, percent_tolerance, part, whole, **more):
        """A metric with a whole: in its own kind, and in percent."""
        at_end(metric, kind, tolerance, part, **more)
        at_end(metric, "percent", percent_tolerance, percent(part, whole), has_two_kinds=True,
               lack=more.get("lack", ""))

    # sar -u ALL -P ALL. What virtual machines get is contained in our `user` and `nice`, and not in theirs.
    busy = lambda cpu: 100 - cpu["idle"] - cpu["iowait"]
    columns = {
        "idle": lambda cpu: cpu["idle"], "busy": busy, "user": lambda cpu: cpu["usr"] + cpu["guest"],
        "nice": lambda cpu: cpu["nice"] + cpu["gnice"], "system": lambda cpu: cpu["sys"],
        "iowait": lambda cpu: cpu["iowait"], "irq": lambda cpu: cpu["irq"], "softirq": lambda cpu: cpu["soft"],
        "steal": lambda cpu: cpu["steal"], "guest": lambda cpu: cpu["guest"] + cpu["gnice"],
    }
    for ours, theirs in [("cpu", "all"), (f"cpu({load.first})", str(load.first)), (f"cpu({load.last})", str(load.last))]:
        for column, of in columns.items():
            during(f"{ours}.{column}", "percent", SHARE, lambda window, of=of, theirs=theirs: of(window.cpu[theirs]),
                   least={"busy": 20}.get(column, float("-inf")))
    during("cpu.busiest", "percent", SHARE,
           lambda window: max(busy(cpu) for name, cpu in window.cpu.items() if name != "all"), least=20)
    at_end("cpu.count", "number", EXACTLY, lambda moments: moments("nproc"))

    for minutes in ("1m", "5m", "15m"):
        both(f"load.{minutes}", "number", AVERAGE, Tolerance("its last digit", points=1.1),
             lambda moments, minutes=minutes: moments("averages", minutes), lambda moments: moments("nproc"))
    at_end("load.tasks", "number", Tolerance("5%", share=0.05, points=5), lambda moments: moments("tasks"))
    # They change within microseconds: a few more or less than in any of several looks.
    at_end("load.running", "number", Tolerance("10", points=10), lambda moments: moments("vmstat", "running"), least=1)
    at_end("load.blocked", "number", Tolerance("10", points=10), lambda moments: moments("vmstat", "blocked"))

    total = lambda moments: moments("free", "Mem", "total")
    at_end("memory.total", "bytes", EXACTLY, total)
    for metric, column in [("available", "available"), ("free", "free")]:
        both(f"memory.{metric}", "bytes", MEMORY, PERCENT_OF_MEMORY,
             lambda moments, column=column: moments("free", "Mem", column), total, least=1)
    both("memory.used", "bytes", MEMORY, PERCENT_OF_MEMORY,
         lambda moments: [a - b for a, b in zip(total(moments), moments("free", "Mem", "available"))], total,
         least=256e6)
    both("memory.cached", "bytes", MEMORY, PERCENT_OF_MEMORY,
         lambda moments: [a + b for a, b in zip(moments("free", "Mem", "buffers"), moments("free", "Mem", "cache"))],
         total)

    # sar's last record. What waits to be written can double within a second: in percent of all memory.
    during("memory.committed", "bytes", MEMORY, lambda window: window.memory["commit"] * 1024, least=1)
    during("memory.dirty", "percent", Tolerance("2% of all", points=2), has_two_kinds=True,
           opinion=lambda window: 100 * window.memory["dirty"] / window.memory_total)

    swap_total = lambda moments: moments("free", "Swap", "total")
    for metric in ("used", "free"):
        part = lambda moments, metric=metric: moments("free", "Swap", metric)
        at_end(f"swap.{metric}", "bytes", MEMORY, part)
        at_end(f"swap.{metric}", "percent", PERCENT_OF_MEMORY, percent(part, swap_total), has_two_kinds=True,
               lack="no swap is configured")
    for metric, column in [("in", "pswpin"), ("out", "pswpout")]:
        during(f"swap.{metric}", "bytes per second", BYTES_RATE,
               lambda window, column=column: window.swap and window.swap[column] * PAGE_BYTES,
               lack="no swap statistics")

    lack = "the kernel keeps no pressure statistics"
    for resource, theirs in [("cpu", "cpu"), ("memory", "mem"), ("io", "io")]:
        for kind in ("some", "full"):
            during(f"pressure.{resource}.{kind}", "percent", SHARE,
                   lambda window, theirs=theirs, kind=kind: window.psi.get(f"psi-{theirs}", {}).get(f"{kind}_avg"),
                   lack=f"{lack}, or sar does not show them")
            for span in ("avg10", "avg60", "avg300"):
                at_end(f"pressure.{resource}.{kind}.{span}", "percent", AVERAGE,
                       lambda moments, name=f"{resource}.{kind}", span=span: moments("pressure", name, span), lack=lack)

    # One that holds still, and the one that the load writes to, where several megabytes come and go.
    lack = "this file system has no fixed number of inodes"
    for path, space, count in [(load.quiet, BLOCK, Tolerance("1", points=1)), (load.directory, MEMORY, MEMORY)]:
        def df(column, path=path):
            return lambda moments: moments("df", str(path), column)
        at, percent_of = f'filesystem("{path}")', PERCENT_OF_BLOCKS if space is BLOCK else PERCENT_OF_MEMORY
        at_end(f"{at}.size", "bytes", EXACTLY, df("size"), least=1)
        both(f"{at}.used", "bytes", space, percent_of, df("used"), df("size"), least=1)
        both(f"{at}.available", "bytes", space, percent_of, df("avail"), df("size"))
        for metric, column in [("inodes_used", "iused"), ("inodes_free", "iavail")]:
            both(f"{at}.{metric}", "number", count, percent_of, df(column), df("itotal"), lack=lack)
        at_end(f"{at}.mounted", "yes/no", EXACTLY, lambda moments, path=path: moments("mount", f"{path} mounted"))
        at_end(f"{at}.read_only", "yes/no", EXACTLY, lambda moments, path=path: moments("mount", f"{path} read only"))

    if load.device:
        disk = f'disk("{load.device}")'
        def on_disk(metric, kind, tolerance, of, **more):
            during(f"{disk}.{metric}", kind, tolerance, lambda window: window.disk and of(window.disk),
                   lack="iostat does not show this device", **more)
        on_disk("utilization", "percent", SHARE, lambda disk: disk["util"])
        on_disk("read", "bytes per second", BYTES_RATE, lambda disk: disk["rkB/s"] * 1024)
        on_disk("write", "bytes per second", BYTES_RATE, lambda disk: disk["wkB/s"] * 1024, least=65_536)
        on_disk("reads", "per second", RATE, lambda disk: disk["r/s"])
        on_disk("writes", "per second", RATE, lambda disk: disk["w/s"], least=1)
        on_disk("await", "seconds", Tolerance("10%", share=0.1, points=0.0005),
                lambda disk: (disk["r/s"] * disk["r_await"] + disk["w/s"] * disk["w_await"])
                / max(disk["r/s"] + disk["w/s"], 1e-9) / 1000)
        # aqu-sz counts flushes and discards too, which the time of reads and writes leaves out.
        on_disk("queue", "number", Tolerance("10%", share=0.1, points=0.1), lambda disk: disk["aqu-sz"])

    link = 'network("lo")'
    for metric, column in [("receive", "rxkB"), ("transmit", "txkB")]:
        during(f"{link}.{metric}", "bytes per second", BYTES_RATE,
               lambda window, column=column: window.links["lo"][column] * 1024, least=100_000)
    for metric, column in [("receive_errors", "rxerr"), ("transmit_errors", "txerr"), ("receive_drops", "rxdrop"),
                           ("transmit_drops", "txdrop")]:
        during(f"{link}.{metric}", "per second", RATE, lambda window, column=column: window.link_errors["lo"][column])
    at_end(f"{link}.up", "yes/no", EXACTLY, lambda moments: moments("link", "lo"))

    at_end("tcp.established", "number", EXACTLY, lambda moments: moments("ss", "established"), least=40)
    at_end("tcp.time_wait", "number", Tolerance("1%", share=0.01, points=2), lambda moments: moments("ss", "timewait"))
    at_end("tcp.orphans", "number", EXACTLY, lambda moments: moments("ss", "orphaned"))
    for metric, counter in [("retransmits", "TcpRetransSegs"), ("listen_overflows", "TcpExtListenOverflows"),
                            ("resets", "TcpOutRsts")]:
        during(f"tcp.{metric}", "per second", RATE, lambda window, counter=counter: window.rates[counter])

    at = f"listener({load.port})"
    both(f"{at}.queue", "number", EXACTLY, PERCENT_OF_BLOCKS, lambda moments: moments("ss", "queue"),
         lambda moments: moments("ss", "backlog"), least=1)
    at_end(f"{at}.connections", "number", EXACTLY, lambda moments: moments("ss", "connections"), least=1)
    at_end(f"{at}.present", "yes/no", EXACTLY, lambda moments: [queue is not None for queue in moments("ss", "queue")])

    both("files.used", "number", Tolerance("5%", share=0.05), Tolerance("5%", share=0.05),
         lambda moments: moments("files"), lambda moments: moments("most files"), least=1)

    for at in (f'process("{load.name}")', f'pidfile("{load.pidfile}")'):
        at_end(f"{at}.running", "yes/no", EXACTLY, lambda moments: [count > 0 for count in moments("ps", "count")])
        at_end(f"{at}.count", "number", EXACTLY, lambda moments: moments("ps", "count"))
        both(f"{at}.memory", "bytes", MEMORY, PERCENT_OF_MEMORY, lambda moments: moments("ps", "memory"), total, least=1)
        at_end(f"{at}.threads", "number", EXACTLY, lambda moments: moments("ps", "threads"))
        at_end(f"{at}.open_files", "number", EXACTLY, lambda moments: moments("lsof"), least=1)
        at_end(f"{at}.age", "seconds", SECONDS, lambda moments: moments("ps", "age"), least=1)
        # The share of one processor.
        during(f"{at}.cpu", "number", Tolerance("5 points", points=0.05),
               lambda window: window.processors_used(load.name))

    at = f'file("{load.number}")'
    at_end(f"{at}.exists", "yes/no", EXACTLY, lambda moments: [size is not None for size in moments("stat", "size")])
    at_end(f"{at}.size", "bytes", EXACTLY, lambda moments: moments("stat", "size"))
    at_end(f"{at}.age", "seconds", SECONDS, lambda moments: moments("stat", "age"), least=1)
    at_end(f"{at}.value", "number", EXACTLY, lambda moments: [42.5])
    at = f'directory("{load.folder}")'
    at_end(f"{at}.entries", "number", EXACTLY, lambda moments: moments("find", "entries"), least=1)
    at_end(f"{at}.oldest", "seconds", SECONDS, lambda moments: moments("find", "oldest"), least=1)

    at_end("host.uptime", "seconds", SECONDS, lambda moments: moments("uptime"))
    for metric in ("hour", "minute", "weekday"):
        at_end(f"time.{metric}", "number", EXACTLY, lambda moments, metric=metric: moments("date", metric))
    return table
