"""Shows a file to the app's decoder, and says what came of it."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from visionapp.errors import VisionError
from visionapp.preparation import Examined, examine

CODES = frozenset(
    {
        "image.empty",
        "image.unsupported_type",
        "image.unreadable",
        "image.truncated",
        "image.too_many_pixels",
        "image.too_complex",
        "image.frame_missing",
        "image.password",
    }
)
"""What a file alone can be refused with; each is a 4xx to a person."""

LONGEST = 10.0
"""Seconds in which there is an answer, whatever the file."""


MOST_GROWTH = 50 << 20
"""Bytes by which this process may grow, however many hostile files it passes on."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came out, or the code of the refusal, and after how many seconds."""

    found: Examined | None
    code: str
    seconds: float

    @property
    def fault(self) -> str:
        """Say what is wrong with how it was answered, or nothing."""
        if self.seconds > LONGEST:
            return f"took {self.seconds:.1f} s"
        if self.found is None and self.code not in CODES:
            return f"was refused as {self.code}"
        return ""


def _look(path: Path) -> Examined:
    return examine(path, "high")


def tried(data: bytes, folder: Path, look: Callable[[Path], Examined] = _look) -> Trial:
    """Show the file as an upload, alone in this folder."""
    path = folder / "upload"
    path.write_bytes(data)
    start = time.perf_counter()
    try:
        found, code = look(path), ""
    except VisionError as refused:
        found, code = None, refused.code
    seconds = time.perf_counter() - start
    path.unlink()
    return Trial(found, code, seconds)


def own_memory() -> int:
    """Return the bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
