#!/usr/bin/env python3
"""manager.py [--abstract] [--watchdog SECONDS] PROGRAM ARGUMENT...

A service manager as small as can be, for tests: it starts the program with NOTIFY_SOCKET, writes each message that it
sends as a line ('manager: READY=1'), keeps the descriptors that it gives away, and hands them to the next process.

SIGHUP is passed on; SIGUSR1 ends the program and starts it again; SIGTERM ends it and, with its status, this one.
"""
import os, select, signal, socket, subprocess, sys, tempfile

arguments = sys.argv[1:]
is_abstract = arguments[:1] == ["--abstract"] and bool(arguments.pop(0))
watchdog = None
if arguments[:1] == ["--watchdog"]:
    watchdog, arguments = float(arguments[1]), arguments[2:]

folder = tempfile.TemporaryDirectory()
name = "@agentcheckd-manager-%d" % os.getpid() if is_abstract else folder.name + "/notify"
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind("\0" + name[1:] if is_abstract else name)
kept = []  # (name, descriptor)

wakeups = os.pipe()
for end in wakeups:
    os.set_blocking(end, False)
signal.set_wakeup_fd(wakeups[1])
for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD):
    signal.signal(number, lambda *_: None)


def say(text):
    print("manager:", text, flush=True)


def start():
    environment = dict(os.environ, NOTIFY_SOCKET=name)
    if watchdog:
        environment["WATCHDOG_USEC"] = str(int(watchdog * 1e6))
    # One that is not for this program, or for nobody any more, does no harm.
    command = 'LISTEN_PID=$$; WATCHDOG_PID=$$; export LISTEN_PID WATCHDOG_PID; exec "$0" "$@"'
    copies = [os.dup2(d, 100 + i) for i, (_, d) in enumerate(kept)]
    if kept:
        environment["LISTEN_FDS"] = str(len(kept))
        environment["LISTEN_FDNAMES"] = ":".join(n for n, _ in kept)
        moves = " ".join("%d<&%d %d<&-" % (3 + i, c, c) for i, c in enumerate(copies))
        command = "exec %s; %s" % (moves, command)
    child = subprocess.Popen(["/bin/bash", "-c", command] + arguments, env=environment, pass_fds=copies)
    for copy in copies:
        os.close(copy)
    say("started with " + (", ".join(n for n, _ in kept) or "nothing"))
    return child


def receive():
    data, descriptors, _, _ = socket.recv_fds(notify, 65536, 16)
    message = dict(line.split("=", 1) for line in data.decode().split("\n"))
    if "FDSTORE" in message:
        kept.extend((message["FDNAME"], d) for d in descriptors)
    if "FDSTOREREMOVE" in message:
        for entry in [e for e in kept if e[0] == message["FDNAME"]]:
            os.close(entry[1])
            kept.remove(entry)
    say(data.decode().replace("\n", " "))


child = start()
restarting = ending = False
while True:
    ready, _, _ = select.select([notify, wakeups[0]], [], [])
    if notify in ready:
        receive()
    if wakeups[0] not in ready:
        continue
    for number in os.read(wakeups[0], 64):
        if number == signal.SIGHUP:
            child.send_signal(number)
        elif number == signal.SIGUSR1:
            restarting = True
            child.terminate()
        elif number == signal.SIGTERM:
            ending = True
            child.terminate()
    if child.poll() is not None:
        while select.select([notify], [], [], 0)[0]:
            receive()
        say("ended with %d" % child.returncode)
        if ending or not restarting:
            sys.exit(child.returncode if child.returncode >= 0 else 128 - child.returncode)
        restarting = False
        child = start()
