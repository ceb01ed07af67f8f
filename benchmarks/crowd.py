"""Many uploads at once: how long each takes, and whether pages still answer."""

import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

from benchmarks import samples
from benchmarks.bare import milliseconds
from benchmarks.table import Row, quantile
from tests.support.installation import Installation

AT_ONCE = 30


def rows() -> list[Row]:
    """Return the slowest of 30 photos that are sent at once, and how a page answers meanwhile."""
    with tempfile.TemporaryDirectory() as folder, Installation(Path(folder) / "data") as site:
        photo = samples.write("12 MP JPEG", Path(folder)).read_bytes()
        site.upload("photo.jpg", photo)
        pages: list[float] = []
        over = threading.Event()
        watching = threading.Thread(target=_watch, args=(site, pages, over))
        watching.start()
        with ThreadPoolExecutor(AT_ONCE) as people:
            took = list(people.map(lambda _: _seconds(site, photo), range(AT_ONCE)))
        over.set()
        watching.join()
    return [
        Row(f"{AT_ONCE} photos of 12 MP at once, the slowest", max(took), "s", most=5),
        Row("a page meanwhile, 95 %", quantile(pages, 0.95), "ms", most=150),
    ]


def _seconds(site: Installation, photo: bytes) -> float:
    return milliseconds(lambda: site.upload("photo.jpg", photo)) / 1000


def _watch(site: Installation, pages: list[float], over: threading.Event) -> None:
    while not over.is_set():
        pages.append(milliseconds(lambda: urlopen(f"{site.url}/settings/").read()))
        time.sleep(0.02)
