"""What the host is given to do, so that there is something to agree about."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

# The whole of it takes 12 to 40 seconds; stress-ng ends by itself in any case.
LONGEST_SECONDS = 300
BACKLOG = 16
# Connections that nobody accepts, and those that are open.
WAITING, CONNECTED = 3, 20
QUIET_BYTES = 1 << 20
BUSY_SHARE = 40


class Load:
    """Runs while inside of `with`. What it makes of its own (a listener, processes, files) holds still."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        processors = sorted(os.sched_getaffinity(0))
        self.first, self.last = processors[0], processors[-1]
        self.device = self._device()
        # Memory that programs share by name: nobody in this test does.
        shared = pathlib.Path("/dev/shm")
        self.quiet = shared if shared.is_mount() else self.directory
        self.name = f"agree{os.getpid()}"
        self.processes, self.open = [], []

    def __enter__(self):
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.processes:
            # stress-ng takes its workers along at SIGINT.
            process.send_signal(signal.SIGINT)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for each in self.open:
            each.close()

    def check(self):
        """Without load there is nothing to agree about."""
        for process in self.processes:
            if process.poll() is not None:
                command = " ".join(map(str, process.args))
                sys.exit(f"agree: '{command}' has ended with {process.returncode}")

    def _begin(self):
        if shutil.which("stress-ng") is None:
            sys.exit("agree: no stress-ng: apt-get install stress-ng")
        # One processor is busy for a share of the time, the other one with work of lowered priority, so that every
        # column has a number of its own. Memory is taken once and kept; the disk is written around the page cache.
        # What needs no priority has none: those who measure are not to wait for it.
        self._stress(self.first, "--cpu", "1", "--cpu-load", str(BUSY_SHARE))
        self._stress(self.last, "--cpu", "6", nice=True)
        self._stress(self.last, "--vm", "1", "--vm-bytes", "256M", "--vm-keep", "--vm-hang", "0", nice=True)
        self._stress(self.first, "--hdd", "1", "--hdd-bytes", "32M", "--hdd-write-size", "16k", "--hdd-opts",
                     "direct,wr-seq", nice=True)
        self._stress(self.first, "--udp", "1", nice=True)
        # A program of a name of its own, which works.
        program = self.directory / self.name
        shutil.copy(shutil.which("sha256sum"), program)
        self.worker = self._start([program, "/dev/zero"], nice=True)
        self.pidfile = self.directory / "pid"
        self.pidfile.write_text(f"{self.worker.pid}\n")

        # So that something is used there; it has no name, and goes with this program.
        self.open.append(tempfile.TemporaryFile(dir=self.quiet, buffering=0))
        self.open[-1].write(bytes(QUIET_BYTES))

        self.number = self.directory / "number"
        self.number.write_text("42.5\n")
        self.folder = self.directory / "folder"
        self.folder.mkdir()
        for index in range(7):
            (self.folder / str(index)).touch()

        self.listener = self._socket(socket.AF_INET)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(BACKLOG)
        self.port = self.listener.getsockname()[1]
        for index in range(CONNECTED + WAITING):
            self.open.append(socket.create_connection(("127.0.0.1", self.port)))
            if index < CONNECTED:
                self.open.append(self.listener.accept()[0])

    def _socket(self, family):
        self.open.append(socket.socket(family))
        return self.open[-1]

    def _stress(self, processor, *what, nice=False):
        self._start(["taskset", "-c", str(processor), "stress-ng", "--quiet", "--timeout", f"{LONGEST_SECONDS}s",
                     "--temp-path", self.directory, *what], nice)

    def _start(self, command, nice=False):
        self.processes.append(subprocess.Popen(
            (["nice", "-n", "19"] if nice else []) + command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL))
        return self.processes[-1]

    def _device(self):
        """The block device on which the directory lies, as /proc/diskstats names it; absent where it lies on none."""
        number = os.stat(self.directory).st_dev
        for line in pathlib.Path("/proc/diskstats").read_text().splitlines():
            major, minor, name, *_ = line.split()
            if (int(major), int(minor)) == (os.major(number), os.minor(number)):
                return name
        return None
