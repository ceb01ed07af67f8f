"""A small process that forks one limited child for each picture, and tells how it ended.

It runs apart from the app: it has loaded Pillow but no pictures, no settings and no secrets, it
has one thread, and so a fork is safe and takes a millisecond.
"""

import gc
import importlib
import os
import resource
import select
import signal
import socket
import sys
from pathlib import Path
from typing import IO, Protocol

from visionapp.preparation.wire import JOB_BYTES, Job, Limits, Work, pack_exit, unpack_job

NICENESS = 5
"""Pages come before pictures where both want the processor."""


PREVIEW_PROCESSOR, PREVIEW_CLOCK = 3, 4
"""Seconds for a preview: nobody waits longer for one of many, and it must not hold up the rest."""


class Worker(Protocol):
    """The module whose ``answer`` a child runs."""

    def answer(self, job: Job, file: IO[bytes]) -> bytes: ...


class Server:
    def __init__(self, control: socket.socket, worker: Worker, limits: Limits) -> None:
        self._control = control
        self._worker = worker
        self._limits = limits
        self._answers: dict[int, int] = {}
        self._wake, self._woken = os.pipe()

    def run(self) -> None:
        """Serve until the app closes its end, which the kernel does for it if it dies."""
        os.set_blocking(self._wake, False)
        os.set_blocking(self._woken, False)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            control = self._control.fileno()
            ready, _, _ = select.select([control, self._wake], [], [])
            if self._wake in ready:
                os.read(self._wake, 4096)
                self._reap()
            if control in ready and not self._serve_one():
                break
        for child in self._answers:
            os.kill(child, signal.SIGKILL)

    def _serve_one(self) -> bool:
        raw, files, _, _ = socket.recv_fds(self._control, JOB_BYTES, 2)
        if not raw:
            return False
        picture, answer = files
        try:
            child = os.fork()
        except OSError:
            os.close(answer)  # the app sees an answer that ends at once, and tries again
        else:
            if child == 0:
                self._become_child(unpack_job(raw), picture, answer)
            self._answers[child] = answer
        os.close(picture)
        return True

    def _reap(self) -> None:
        while self._answers:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                break
            answer = self._answers.pop(child)
            os.set_blocking(answer, False)  # an app that is slow to read must not stop the rest
            try:
                os.write(answer, pack_exit(os.waitstatus_to_exitcode(status)))
            except (BrokenPipeError, BlockingIOError):
                pass  # the app has all it wants, or has yet to read what says more
            finally:
                os.close(answer)

    def _become_child(self, job: Job, picture: int, answer: int) -> None:
        try:
            signal.set_wakeup_fd(-1)
            for inherited in (self._wake, self._woken, *self._answers.values()):
                os.close(inherited)
            self._control.close()
            os.nice(NICENESS)
            _limit_this_process(_limits_of(job.work, self._limits))
            with os.fdopen(picture, "rb") as file, os.fdopen(answer, "wb") as out:
                out.write(self._worker.answer(job, file))
        except BaseException:  # noqa: BLE001 - nothing of the server may run in a child
            os._exit(1)
        os._exit(0)


def main() -> None:
    """Serve on the descriptor, with the worker and the limits that the command line names."""
    control, worker, *limits = sys.argv[1:]
    module = importlib.import_module(worker)
    gc.freeze()  # a child that collects garbage would copy all pages of the server
    with socket.socket(fileno=int(control)) as connected:
        Server(connected, module, Limits(*map(int, limits))).run()


def _limits_of(work: Work, most: Limits) -> Limits:
    if work != "preview":
        return most
    return most._replace(
        processor=min(most.processor, PREVIEW_PROCESSOR), clock=min(most.clock, PREVIEW_CLOCK)
    )


def _limit_this_process(limits: Limits) -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory = pages * resource.getpagesize() + limits.memory
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.alarm(limits.clock)
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    # One second between the two, so that the death tells its reason: SIGXCPU before SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.processor, limits.processor + 1))
