"""What was measured, and how it is shown: for a terminal, or as Markdown."""

import dataclasses
import os
import pathlib
import re
import statistics
import sys

MOST_COLUMNS = 100
VERDICTS = {None: "", True: "ok", False: "OVER"}


@dataclasses.dataclass
class Row:
    """A line of a table. `within` is absent where there is no limit to keep. A row of kind `count` must hold on any
    machine, however busy; one of kind `ratio` nearly so; an `absolute` one says something on a quiet machine only."""
    what: str
    kind: str
    cells: list[str]
    within: bool | None = None
    numbers: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Table:
    """Rows under one heading; behind the cells comes the verdict."""
    heading: list[str]
    rows: list[Row]

    def cells(self):
        return [[*self.heading, ""]] + [[row.what, *row.cells, VERDICTS[row.within]] for row in self.rows]

    def text(self):
        """Numbers to the right, words to the left."""
        cells = self.cells()
        widths = [max(map(len, column)) for column in zip(*cells)]
        last = len(widths) - 1
        return "".join(
            "  ".join(cell.ljust(width) if index in (0, last) else cell.rjust(width)
                      for index, (cell, width) in enumerate(zip(line, widths))).rstrip() + "\n" for line in cells)

    def markdown(self):
        heading, *rows = self.cells()
        ruler = ["---", *["---:"] * (len(heading) - 2), "---"]
        return "".join(f"| {' | '.join(line)} |\n" for line in [heading, ruler, *rows])


# ------------------------------------------------------------------------------------------ rows of the main table

HEADING = ["", "agentcheckd", "floor", "ratio (quartiles)", "at most"]


def quartiles(values):
    middle = statistics.median(values)
    low, _, high = statistics.quantiles(values, n=4) if len(values) > 1 else (middle, middle, middle)
    return low, middle, high


def ratio(what, ours, others, limit, unit):
    """The two, measured in turn: a ratio for each round, so that whatever else the machine does meets both."""
    low, middle, high = quartiles([a / b for a, b in zip(ours, others)])
    return Row(
        what, "ratio",
        [f"{statistics.median(ours):.1f} {unit}", f"{statistics.median(others):.1f} {unit}",
         f"{middle:.2f} ({low:.2f} to {high:.2f})", f"{limit:.2f}"],
        middle <= limit, {"ratio": middle, "quartiles": [low, high], "ours": ours, "others": others, "limit": limit})


def absolute(what, value, limit, unit, decimals=0, floor=None):
    least = "" if floor is None else f"{floor:.{decimals}f} {unit}"
    return Row(what, "absolute", [f"{value:.{decimals}f} {unit}", least, "", f"{limit} {unit}"], value <= limit,
               {"value": value, "floor": floor, "limit": limit})


def count(what, value, of="", unit="", **numbers):
    """Something of which there is to be nothing."""
    return Row(what, "count", [f"{value}{unit}{of}", "", "", "0"], value <= 0, {"value": value, "limit": 0, **numbers})


# -------------------------------------------------------------------------------------------------- around the tables


def machine():
    """What it was measured on."""
    model = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    name = " ".join(model[1].split()) if model else os.uname().machine
    return f"{name}, {os.cpu_count()} processors, Linux {os.uname().release}, load {os.getloadavg()[0]:.1f}"


def summary(tables):
    judged = [row for table in tables for row in table.rows if row.within is not None]
    over = [row.what for row in judged if not row.within]
    return "\n  over: ".join([f"{len(judged) - len(over)} of {len(judged)} within their limits", *over])


class Progress:
    """Tells on standard error how far it is."""

    def __init__(self, stages):
        self.stages, self.stage, self.text = stages, 0, ""
        self.watched = sys.stderr.isatty()

    def begin(self, text):
        self.stage += 1
        self.text = text
        if not self.watched:
            print(f"[{self.stage}/{self.stages}] {text}", file=sys.stderr, flush=True)

    def step(self, done, of):
        if self.watched:
            print(f"\r\033[K[{self.stage}/{self.stages}] {self.text} {done}/{of}", end="", file=sys.stderr, flush=True)

    def end(self):
        if self.watched:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
