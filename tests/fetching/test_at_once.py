"""How many links one process fetches at a time."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from visionapp.fetching import LinkRefused, TooManyLinks
from visionapp.fetching.fetch import AT_ONCE, Fetcher

URL = "http://pictures.example/a.png"


class SlowNames:
    """A resolver that holds everybody until it is let go, and then knows no name."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, _host: str) -> list[str]:
        self.asked.release()
        self.let_go.wait(5)
        return []


def test_more_links_at_once_are_asked_to_come_again():
    names = SlowNames()
    fetcher = Fetcher(resolve=names)

    def fetch(_number=0):
        with pytest.raises(LinkRefused):
            fetcher.fetch(URL, io.BytesIO(), most=1000)
        return True

    with ThreadPoolExecutor(AT_ONCE) as people:
        waiting = people.map(fetch, range(AT_ONCE))
        for _ in range(AT_ONCE):
            assert names.asked.acquire(timeout=5)
        with pytest.raises(TooManyLinks):
            fetcher.fetch(URL, io.BytesIO(), most=1000)
        names.let_go.set()
        assert all(waiting)
    assert fetch()
