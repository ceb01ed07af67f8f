"""``serve``: the whole embedded app, web and worker; what ``make run`` ends in."""

import fcntl
import os
import socket
import sys
import time
from errno import EADDRINUSE
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from visionapp.config.celery import declare_queue
from visionapp.config.static import collect_when_changed
from visionapp.web.loopback import is_loopback

PATIENCE = 8.0
"""Seconds to wait for a server that is just ending."""


class Command(BaseCommand):
    """Serves web and worker until Ctrl-C."""

    help = "Migrates, then serves web and worker together, for one machine."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Set all up, then become the supervisor."""
        host, port = options["host"].strip("[]"), _port(options["port"])
        if settings.ACCOUNTS == "single" and not is_loopback(host):
            raise CommandError(
                f"HOST={host} would open Visionapp to other machines without sign-in. "
                "Set VISIONAPP_ACCOUNTS=required for that."
            )
        lock = _lock(settings.DATA)
        _wait_for_port(host, port)
        try:
            _prepare()
        except OperationalError as failure:
            raise CommandError(f"The database cannot be used: {failure}.") from failure
        except OSError as failure:
            raise CommandError(f"The data folder cannot be written: {failure}.") from failure
        self.stdout.write(f"Visionapp is at {_address(host, port)} (Ctrl-C stops it)")
        if settings.DEMO:
            self.stdout.write("No ANTHROPIC_API_KEY: the demo model answers. It is not Claude.")
        sys.stdout.flush()
        # The processes to come run in the project's own folder, wherever this one was started.
        os.environ["VISIONAPP_DATA"] = str(settings.DATA)
        os.chdir(settings.BASE_DIR)
        os.execv(  # noqa: S606 - our own module
            sys.executable,
            [
                *(sys.executable, "-m", "visionapp.config.supervisor", host, str(port), str(lock)),
                # A database of its own in the locked folder: nobody else can work on it.
                *(["--alone"] if settings.OWN_DATABASE else []),
            ],
        )


def _port(raw: object) -> int:
    number = int(str(raw)) if str(raw).isdecimal() else 0
    if not 0 < number < 2**16:
        raise CommandError(f"PORT={raw} is not a port: a number from 1 to 65535.")
    return number


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _prepare() -> None:
    for left in Path(settings.WAKE_FOLDER).iterdir():
        left.unlink()
    call_command("migrate", verbosity=0, interactive=False)
    collect_when_changed()
    declare_queue()


def _lock(folder: Path) -> int:
    """Hold the data folder while this process lives, also as the supervisor that it becomes."""
    handle = os.open(folder / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + PATIENCE
    told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as failure:
            if time.monotonic() > deadline:
                raise CommandError(
                    f"Visionapp already runs with the data in {folder}. Stop it first, or set "
                    "VISIONAPP_DATA to another folder."
                ) from failure
            if not told:
                sys.stderr.write("Waiting for another Visionapp to end…\n")
                told = True
            time.sleep(0.2)
        else:
            break
    os.set_inheritable(handle, True)  # noqa: FBT003 - the os module's own signature
    return handle


def _wait_for_port(host: str, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as failure:
                if failure.errno != EADDRINUSE or time.monotonic() > deadline:
                    raise CommandError(
                        f"{_address(host, port)} cannot be used ({failure.strerror}). Choose "
                        "another port, as in “make run PORT=8001”."
                    ) from failure
            else:
                return
        time.sleep(0.2)
