"""Starts the server that forks for pictures, and starts it again when it has died."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from visionapp.preparation.wire import Job, Limits, pack_job

START = """
import sys
sys.path[:] = sys.argv.pop().split("\\n")
from visionapp.preparation.server import main
main()
"""
KEPT = ("LANG", "LD_LIBRARY_PATH", "PATH")
"""What the server gets of the environment: keys and passwords stay out of its reach."""

HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Touching fresh memory 4 kB at a time took a seventh of the time of a 12-megapixel photo."""

CLOSING = 2.0


class Launcher:
    """One server process, shared by all threads; ``submit`` starts it when it is not there."""

    def __init__(self, worker: str, limits: Limits) -> None:
        self._worker = worker
        self._limits = limits
        self.forget()
        atexit.register(self.close)

    @property
    def pid(self) -> int | None:
        """The server's process id, or None while there is no server."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the server unless it runs; does not wait until it is ready."""
        with self._lock:
            self._running()

    def submit(self, job: Job, picture: int) -> int:
        """Hand over a job and an open file; return the descriptor to read the answer from."""
        answer, theirs = os.pipe()
        try:
            with self._lock:
                self._send(job, [picture, theirs])
        except OSError:
            os.close(answer)
            raise
        finally:
            os.close(theirs)
        return answer

    def kill(self) -> None:
        """End a server that does not answer, with all its children."""
        with self._lock:
            self._end(patience=0)

    def close(self) -> None:
        """End the server; a later job starts it again."""
        with self._lock:
            self._end(patience=CLOSING)

    def forget(self) -> None:
        """Begin anew in a forked copy of the app, which must not share its server."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def _send(self, job: Job, files: list[int]) -> None:
        try:
            socket.send_fds(self._running(), [pack_job(job)], files)
        except (BrokenPipeError, ConnectionResetError):
            self._end(patience=0)
            socket.send_fds(self._running(), [pack_job(job)], files)

    def _running(self) -> socket.socket:
        if self._control is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                self._process = _start_server(theirs.fileno(), self._worker, self._limits)
        return self._control

    def _end(self, *, patience: float) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None


def _start_server(control: int, worker: str, limits: Limits) -> subprocess.Popen[bytes]:
    places = "\n".join(str(Path(place).resolve()) for place in sys.path)
    numbers = [str(number) for number in (control, worker, *limits)]
    return subprocess.Popen(  # noqa: S603 - this very interpreter, with our own words
        [sys.executable, "-I", "-S", "-c", START, *numbers, places],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=HUGE_PAGES | {name: os.environ[name] for name in KEPT if name in os.environ},
        pass_fds=(control,),
        start_new_session=True,  # Ctrl-C is for the app, which then closes its end
    )
