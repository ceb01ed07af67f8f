"""Lets a child process of ``serve`` leave when its parent is gone, however the parent went."""

import os
import signal
import threading

PIPE = "VISIONAPP_PARENT_PIPE"


def leave_with_parent() -> None:
    """End this process in order when the pipe named by the environment closes; else do nothing."""
    number = os.environ.get(PIPE)
    if number is not None:
        threading.Thread(target=_wait, args=(int(number),), name="parent", daemon=True).start()


def _wait(pipe: int) -> None:
    os.read(pipe, 1)  # nothing is ever written: this returns at the end of the file
    os.kill(os.getpid(), signal.SIGTERM)
