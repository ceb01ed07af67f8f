"""``make fuzz``: every cut of each kind, 2,000 damages of each format and all bombs, in one table.

Damages are numbered, and the same number always does the same: ``SEED=2000 make fuzz`` goes on
where the first run ended, and with names of formats after the module's only those are tried.
What was answered wrongly is kept in a folder that is named at the end.
"""

import logging
import os
import random
import sys
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.hostile import bombs, containers, traps
from tests.support.hostile.damage import damaged, some_edit, with_checksums
from tests.support.hostile.sound import NAMES, sound
from tests.support.hostile.trial import MOST_GROWTH, Trial, own_memory, tried
from visionapp.preparation import Examined

DAMAGES = 2_000
AT_ONCE = 2
MOST_EDITS = 6

KINDS = {
    "JPEG": ("jpeg", "mpo"),
    "PNG": ("png", "apng"),
    "GIF": ("gif",),
    "WebP": ("webp",),
    "HEIC": ("heic",),
    "AVIF": ("avif",),
    "TIFF": ("tiff",),
    "BMP": ("bmp",),
    "JPEG 2000": ("jp2", "j2k"),
    "PDF": ("pdf",),
}
"""The first words of the names of each format's kinds."""
BOMBS = {**bombs.BOMBS, **containers.BOMBS, **traps.BOMBS}

CODES = {
    "": "pictures",
    "image.truncated": "truncated",
    "image.unreadable": "unreadable",
    "image.unsupported_type": "unsupported",
    "image.too_many_pixels": "many pixels",
    "image.too_complex": "too complex",
}
COLUMNS = ("", "cases", *CODES.values(), "other", "died", "slowest", "growth")
ROW = "{:<10}" + "{:>12}" * (len(COLUMNS) - 1) + "\n"


@dataclass(frozen=True)
class Case:
    """A file, and all that it may be shown as or refused with, where that is known."""

    label: str
    data: bytes
    whole: Examined | None = None
    codes: frozenset[str] = frozenset()

    def fault(self, trial: Trial) -> str:
        if self.whole is not None and trial.found not in {None, self.whole}:
            return "was shown in part"
        if self.codes and trial.code not in self.codes:
            return f"was answered with {trial.code or 'a picture'}"
        return trial.fault


@dataclass
class Tally:
    """What came of the files of one format."""

    codes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


class Deaths(logging.Handler):
    """Counts the decoders that a file has ended; a line of any other kind is a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.others: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.WARNING:
            self.count += 1
        else:
            self.others.append(record.getMessage())


def cuts(name: str, folder: Path) -> Iterator[Case]:
    data = sound(name)
    whole = tried(data, folder).found
    if whole is None:
        raise SystemExit(f"The sound file “{name}” was refused")
    for end in range(1, len(data)):
        yield Case(f"{name} cut {end}", data[:end], whole)


def damages(names: list[str], first: int) -> Iterator[Case]:
    for number in range(first, first + DAMAGES):
        name = names[number % len(names)]
        chance = random.Random(f"{name} {number}")
        edits = [some_edit(chance) for _ in range(chance.randint(1, MOST_EDITS))]
        worse = damaged(sound(name), edits, sound(chance.choice(NAMES)))
        worse = with_checksums(worse) if number % 3 else worse
        yield Case(f"{name} damage {number}", worse)


def cases(format_: str, first: int, folder: Path) -> Iterator[Case]:
    if format_ not in KINDS:
        for label, bomb in BOMBS.items():
            yield Case(f"bomb {label}", bomb.build(), codes=frozenset(bomb.codes))
        return
    names = [name for name in NAMES if name.split()[0] in KINDS[format_]]
    for name in names:
        yield from cuts(name, folder)
    yield from damages(names, first)


def tally(format_: str, first: int, kept: Path) -> Tally:
    """Try all that can happen to a format, as many at once as the app does."""
    found, lock = Tally(), threading.Lock()
    with tempfile.TemporaryDirectory() as folder:
        waiting = cases(format_, first, Path(folder))

        def work(number: int) -> None:
            own = Path(folder) / str(number)
            own.mkdir()
            while True:
                with lock:
                    case = next(waiting, None)
                if case is None:
                    break
                trial = tried(case.data, own)
                with lock:
                    add(found, case, trial, kept)
            own.rmdir()  # fails if anything was left in it

        with ThreadPoolExecutor(AT_ONCE) as threads:
            deque(threads.map(work, range(AT_ONCE)), maxlen=0)
    return found


def add(found: Tally, case: Case, trial: Trial, kept: Path) -> None:
    found.codes[trial.code] += 1
    found.slowest = max(found.slowest, trial.seconds)
    if fault := case.fault(trial):
        (kept / case.label.replace(" ", "-").replace("/", "-")).write_bytes(case.data)
        found.faults.append(f"{case.label} {fault}")


def report(format_: str, found: Tally, died: int, growth: int) -> str:
    known = [found.codes[code] for code in CODES]
    total = found.codes.total()
    ends = (f"{found.slowest * 1000:.0f} ms", f"{growth / 2**20:.0f} MB")
    return ROW.format(format_, total, *known, total - sum(known), died, *ends)


def main(wanted: list[str]) -> int:
    """Print a row for each format as it is done; return 1 if anything was answered wrongly."""
    first = int(os.environ.get("SEED") or 0)
    kept = Path(tempfile.mkdtemp(prefix="visionapp-fuzz-"))
    deaths = Deaths()
    logging.getLogger("visionapp").addHandler(deaths)
    tried(sound("png"), kept)
    memory, faults = own_memory(), deaths.others
    sys.stdout.write(ROW.format(*COLUMNS))
    for format_ in wanted or [*KINDS, "bombs"]:
        before = deaths.count
        found = tally(format_, first, kept)
        growth = own_memory() - memory
        sys.stdout.write(report(format_, found, deaths.count - before, growth))
        sys.stdout.flush()
        faults += found.faults
        if growth > MOST_GROWTH and format_ in KINDS:  # bombs are large where they are built
            faults.append(f"{format_} made this process grow by {growth >> 20} MB")
    if not faults:
        kept.rmdir()
    last = f"{len(faults)} faults" + (f", files in {kept}" if faults else "")
    going_on = f"SEED={first + DAMAGES} goes on from here"
    sys.stdout.writelines(f"{line}\n" for line in [*faults, last, going_on])
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
