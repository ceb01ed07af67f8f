"""Keeps web and worker running: what ``manage.py serve`` becomes once all is set up.

Imports nothing but the standard library: the whole embedded app has to be small.
"""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from visionapp.config.parent import PIPE

STOP_SECONDS = 12.0
"""How long the children may take to end: running answers are handed back within this."""
LOOK_SECONDS = 0.1
MOST_CRASHES, WITHIN_SECONDS = 5, 60.0


@dataclass
class Child:
    """A process that is started again when it dies."""

    name: str
    command: list[str]
    kept: tuple[int, int]
    """Open files that it inherits: the pipe to its parent, and the lock of the data folder."""
    process: subprocess.Popen[bytes] | None = None
    starts: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_CRASHES))

    def start(self) -> None:
        """Start it in a session of its own, so that a Ctrl-C only reaches the parent."""
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command,
            start_new_session=True,
            pass_fds=self.kept,
            env={**os.environ, PIPE: str(self.kept[0])},
        )

    def died(self) -> bool:
        """Tell whether it is not running."""
        return self.process is None or self.process.poll() is not None

    def dies_too_often(self) -> bool:
        """Tell whether starting it again is hopeless."""
        full = len(self.starts) == MOST_CRASHES
        return full and time.monotonic() - self.starts[0] < WITHIN_SECONDS

    def end(self, deadline: float) -> None:
        """Wait until it has ended; kill it when the deadline is past."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Stop:
    """Whether a signal has asked to stop; the signal interrupts nothing, not a start half-way."""

    def __init__(self) -> None:
        """Listen to both signals from here on."""
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked = True


def main(host: str, port: str, lock: str, *how_to_work: str) -> int:
    """Run until a signal; return the exit status.

    ``lock`` is the open file that locks the data folder. The children hold it too: it is free when
    the last of them has ended, however the parent went.
    """
    stop = Stop()
    pipe, _held_open = os.pipe()
    kept = (pipe, int(lock))
    children = [
        Child("worker", [sys.executable, "manage.py", "work", *how_to_work], kept),
        Child("web", _web_command(host, port), kept),
    ]
    try:
        return _watch(children, stop)
    finally:
        _end(children)


def _web_command(host: str, port: str) -> list[str]:
    return [
        *(sys.executable, "-m", "uvicorn", "visionapp.config.asgi:application"),
        *("--host", host, "--port", port, "--log-level", "warning", "--no-access-log"),
        *("--no-proxy-headers", "--no-server-header", "--timeout-graceful-shutdown", "2"),
    ]


def _watch(children: list[Child], stop: Stop) -> int:
    for child in children:
        child.start()
    while not stop.asked:
        time.sleep(LOOK_SECONDS)
        for child in children:
            if not child.died():
                continue
            if child.dies_too_often():
                _say(f"The {child.name} process dies again and again; stopping. See above.")
                return 1
            _say(f"The {child.name} process has died; starting it again.")
            child.start()
    return 0


def _end(children: list[Child]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        if child.process is not None and not child.died():
            child.process.terminate()
    for child in children:
        child.end(deadline)


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[2])
    sys.exit(main(*sys.argv[1:]))
