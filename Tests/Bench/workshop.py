"""Processes to measure: the daemon and the floor, each pinned to one processor; and the tools that measure them."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

SOURCES = pathlib.Path(__file__).resolve().parent


class Unmeasurable(Exception):
    """Something that stands in the way of measuring at all."""


def processors():
    """Where servers run, and where the prober does."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise Unmeasurable("two processors are needed: one for the servers, one for the prober")
    return usable[0], usable[1]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A process that answers probes on a port of its own. It is started at once; inside of `with` it has answered."""

    # Far beyond what any of them takes, also traced, and on a machine that is busy with other things.
    PATIENCE_SECONDS = 60

    def __init__(self, arguments, port, said, environment=None):
        """`said` is the file that takes what it writes to standard error: a pipe that nobody reads would stop it."""
        self.port, self.said = port, said
        processor = processors()[0]
        with said.open("wb") as errors:
            self.begun = time.monotonic()
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                env={**os.environ, **(environment or {})}, preexec_fn=lambda: os.sched_setaffinity(0, {processor}))

    def __enter__(self):
        try:
            self.start_milliseconds = (self._await_reply() - self.begun) * 1000
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _await_reply(self):
        name = pathlib.Path(self.process.args[0]).name
        while time.monotonic() < self.begun + self.PATIENCE_SECONDS:
            if self.process.poll() is not None:
                raise Unmeasurable(f"{name} ended with status {self.process.returncode}: {self.last_words}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=self.PATIENCE_SECONDS) as probe:
                    if probe.recv(512).endswith(b"\n"):
                        return time.monotonic()
            except OSError:
                time.sleep(0.0005)
        raise Unmeasurable(f"{name} does not answer on port {self.port}: {self.last_words}")

    @property
    def last_words(self):
        return self.said.read_text(errors="replace")[-2000:]

    @property
    def pids(self):
        """The process and its children: for the daemon, the helper."""
        pid = self.process.pid
        return [pid, *map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def processor_nanoseconds(self):
        """Time spent on a processor since the start, by all of its processes."""
        return sum(int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in self.pids)

    def memory(self):
        """Memory in kB, of each process."""
        def field(file, pid, name):
            return int(re.search(rf"^{name}:\s+(\d+) kB$", pathlib.Path(f"/proc/{pid}/{file}").read_text(), re.M)[1])

        return [{"anonymous": field("status", pid, "RssAnon"), "resident": field("status", pid, "VmRSS"),
                 "proportional": field("smaps_rollup", pid, "Pss")} for pid in self.pids]

    def stop(self):
        """Ends the process, and waits for it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Workshop:
    """The tools, built; and whatever has to be written to disk, in a directory that goes away."""

    def __init__(self, binary, directory):
        self.binary = pathlib.Path(binary).resolve()
        self.directory = pathlib.Path(directory)
        self.counts = self.directory / "allocations"
        self.counts.mkdir()
        self.tools = {}
        compiler = shutil.which("cc") or shutil.which("clang")
        if compiler is None:
            raise Unmeasurable("no C compiler: the floor cannot be built")
        for name, flags in [("floor", []), ("probeload", ["-pthread"]), ("allocations", ["-shared", "-fPIC"])]:
            self.tools[name] = self.directory / f"{name}.tool"
            subprocess.run([compiler, "-std=gnu11", "-O2", "-Wall", "-Wextra", *flags, "-o", self.tools[name],
                            SOURCES / f"{name}.c"], check=True)

    def floor(self):
        port = free_port()
        return Server([self.tools["floor"], str(port)], port, self.directory / f"{port}.said")

    def rule_file(self, rules, head="", port=9999):
        file = self.directory / f"{port}.yaml"
        file.write_text(f'listen: "127.0.0.1:{port}"\n{head}rules:\n{rules}')
        return file

    def daemon(self, rules, head="", counting=False, traced=False):
        """The daemon. `counting` its heap allocations, which `allocations` then tells; `traced`, with all of its system
        calls in the file that `trace` names. The helper has an environment of its own, and its allocations are not
        counted; its processor time, memory and system calls are."""
        port = free_port()
        command = [self.binary, "run", "-c", self.rule_file(rules, head, port)]
        environment = {}
        if counting:
            environment = {"LD_PRELOAD": str(self.tools["allocations"]), "ALLOCATIONS": str(self.counts)}
        if traced:
            strace = shutil.which("strace")
            if strace is None:
                raise Unmeasurable("no strace: system calls cannot be counted")
            # With -D the daemon, not strace, is our child; only it is to be counted.
            preload = [option for name, value in environment.items() for option in ("-E", f"{name}={value}")]
            command = [strace, "-D", "-f", "-o", self.directory / f"{port}.trace", *preload, *command]
            environment = {}
        return Server(command, port, self.directory / f"{port}.said", environment)

    def allocations(self, server):
        """How many heap allocations a daemon that counts them has made."""
        count = int.from_bytes((self.counts / str(server.process.pid)).read_bytes(), "little")
        if count == 0:
            raise Unmeasurable("the daemon's allocations could not be counted")
        return count

    def samples(self, server):
        """The system calls that a traced daemon, helper included, had made at each of its samples so far. A sample
        begins where epoll_wait ends because a timer is due."""
        pid = str(server.process.pid)
        samples, calls = [], 0
        for line in (self.directory / f"{server.port}.trace").read_text(errors="replace").splitlines():
            process, _, what = line.partition(" ")
            if process == pid and re.search(r"\bepoll_p?wait2?(\(| resumed>).*\) += 0$", what):
                samples.append(calls)
            if " resumed>" not in what and not what.lstrip().startswith(("---", "+++")):
                calls += 1
        return samples

    def await_samples(self, servers, count):
        """Waits until each traced daemon has taken so many samples."""
        deadline = time.monotonic() + Server.PATIENCE_SECONDS
        for server in servers:
            while len(self.samples(server)) < count:
                if time.monotonic() > deadline:
                    raise Unmeasurable(f"a traced daemon does not take {count} samples: {server.last_words}")
                time.sleep(0.1)

    def probe(self, server, *options):
        """What the load generator saw."""
        run = subprocess.run([self.tools["probeload"], "--cpu", str(processors()[1]), *options, str(server.port)],
                             capture_output=True, text=True)
        if run.returncode == 2:
            raise Unmeasurable(run.stderr)
        return json.loads(run.stdout)
