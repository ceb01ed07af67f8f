"""Pictures from request to prepared: how long beside bare Pillow and libvips, and what memory."""

import statistics
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

from benchmarks import bare, samples
from benchmarks.table import Row
from tests.support.installation import Installation

ROUNDS = 11
UPLOADS = 200
WARM = 40
"""Uploads before growth is measured: pools and caches have their size by then."""

MOST_MEMORY = 250
LEAST_GROWTH = 15
"""Megabytes over 160 uploads that count as none: the allocator gives pages back when it likes."""


def rows() -> list[Row]:
    """Return times with their ratios, and the memory of the largest."""
    with tempfile.TemporaryDirectory() as folder, Installation(Path(folder) / "data") as site:
        paths = {name: samples.write(name, Path(folder)) for name in samples.SAMPLES}
        found = [row for name, path in paths.items() for row in _times(site, name, path)]
        found.append(_peak(site, paths["48 MP JPEG"]))
        found.append(_growth(site, paths["12 MP JPEG"]))
    return found


def _times(site: Installation, name: str, path: Path) -> list[Row]:
    """Measure in turns, so that whatever else the machine does slows both alike."""
    data = path.read_bytes()
    site.upload(path.name, data)
    bare.pillow(path)
    ours: list[float] = []
    pillow: list[float] = []
    for _ in range(ROUNDS):
        pillow.append(bare.milliseconds(lambda: bare.pillow(path)))
        ours.append(bare.milliseconds(lambda: site.upload(path.name, data)))
    median = statistics.median(ours)
    vips = statistics.median(bare.vips_rounds(path, ROUNDS))
    what = f"{name}, request to prepared, median"
    return [
        Row(what, median, "ms", statistics.median(pillow), "ms bare Pillow", most_ratio=1.2),
        Row(f"{name}, beside libvips", median, "ms", vips, "ms libvips"),
    ]


def _peak(site: Installation, path: Path) -> Row:
    data = path.read_bytes()
    with PictureMemory(site) as memory:
        for _ in range(3):
            site.upload(path.name, data)
    return Row("48 MP JPEG, peak of its process", memory.peak / 2**20, "MB", most=MOST_MEMORY)


def _growth(site: Installation, path: Path) -> Row:
    data = path.read_bytes()
    for _ in range(WARM):
        site.upload(path.name, data)
    before = site.resident_bytes()
    for _ in range(UPLOADS - WARM):
        site.upload(path.name, data)
    growth = max(0, site.resident_bytes() - before) / 2**20
    return Row(f"growth over {UPLOADS} uploads, all processes", growth, "MB", most=LEAST_GROWTH)


class PictureMemory:
    """Watches the processes that decode pictures, which live for a fraction of a second."""

    def __init__(self, site: Installation) -> None:
        """Take the installation whose pictures are watched."""
        self.peak = 0
        self._server = next(pid for pid in site.processes() if _is_picture_server(pid))
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        """Begin to look, several hundred times a second."""
        self._watching.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """Stop looking; ``peak`` has the most bytes that any of them held."""
        self._ended.set()
        self._watching.join()

    def _watch(self) -> None:
        children = Path(f"/proc/{self._server}/task/{self._server}/children")
        while not self._ended.wait(0.002):
            for child in children.read_text().split():
                with suppress(OSError, IndexError):  # it has just ended
                    status = Path(f"/proc/{child}/status").read_text()
                    self.peak = max(self.peak, int(status.split("VmHWM:")[1].split()[0]) * 1024)


def _is_picture_server(pid: int) -> bool:
    return b"visionapp.preparation" in Path(f"/proc/{pid}/cmdline").read_bytes()
