"""A whole installation as a person starts it: ``manage.py serve`` with its own data and port."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
START_SECONDS = 40.0


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """Web and worker with a data folder of their own; starts and ends them as a context."""

    def __init__(self, data: Path, **environment: str) -> None:
        """Take the data folder, and variables such as ``ANTHROPIC_BASE_URL``."""
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ANTHROPIC_", "VISIONAPP_", "DATABASE_URL", "REDIS_URL"))
        }
        self.environment = clean | {"VISIONAPP_DATA": str(data)} | environment
        self.log = data.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        self._token = ""

    def __enter__(self) -> Self:
        """Start, and wait until the web process and the worker are ready."""
        self.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """Stop as Ctrl-C does."""
        self.stop()

    def start(self) -> float:
        """Start it; return the seconds until the page answers."""
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self._wait_for("/", begun)
        answered = time.monotonic() - begun
        self._wait_for("/readyz", begun)
        return answered

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Send a signal to the parent and wait until all its children are gone too."""
        if self._process is None:
            return
        children = self.processes()
        self._process.send_signal(number)
        self._process.wait(30)
        _wait_until_gone(children)
        self._process = None

    def kill(self) -> None:
        """End every process at once, as a power cut does."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(10)
        self._process = None

    def processes(self) -> list[int]:
        """Return the parent and all that descend from it."""
        if self._process is None:
            return []
        parents = _parents()
        family = [self._process.pid]
        for member in family:
            family += [pid for pid, parent in parents.items() if parent == member]
        return family

    def worker(self) -> int:
        """Return the worker's process id."""
        return self._process_with(b"work")

    def web(self) -> int:
        """Return the web process's id."""
        return self._process_with(b"uvicorn")

    def _process_with(self, word: bytes) -> int:
        for pid in self.processes():
            if word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return pid
        raise LookupError(f"no process with {word!r} in its command")

    def resident_bytes(self) -> int:
        """Return the resident memory of all its processes, added up."""
        total = 0
        for pid in self.processes():
            status = Path(f"/proc/{pid}/status").read_text()
            total += int(status.split("VmRSS:")[1].split()[0]) * 1024
        return total

    def token(self) -> str:
        """Return an API token, made once by the command."""
        if not self._token:
            said = subprocess.run(
                [sys.executable, "manage.py", "create_token", "--user", "tester"],
                cwd=ROOT,
                env=self.environment,
                capture_output=True,
                check=True,
                text=True,
            )
            self._token = said.stdout.split()[-1]
        return self._token

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API and return its JSON answer; raises HTTPError for 4xx and 5xx."""
        data = None if body is None else json.dumps(body).encode()
        return self._send(method, path, data, "application/json")

    def upload(self, name: str, data: bytes) -> Any:
        """Send a picture and return its record."""
        line = "picture-boundary"
        head = (
            f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + data + f"\r\n--{line}--\r\n".encode()
        return self._send("POST", "images", body, f"multipart/form-data; boundary={line}")

    def settled(self, turn_id: str, seconds: float = 60.0) -> Any:
        """Wait until a turn is settled and return it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            turn = self.call("GET", f"turns/{turn_id}")
            if turn["state"] in {"answered", "stopped", "failed"}:
                return turn
            time.sleep(0.05)
        raise TimeoutError(f"turn {turn_id} is not settled")

    def _send(self, method: str, path: str, data: bytes | None, content_type: str) -> Any:
        request = Request(
            f"{self.url}/api/v1/{path}",
            data=data,
            method=method,
            headers={"Authorization": f"Bearer {self.token()}", "Content-Type": content_type},
        )
        with urlopen(request, timeout=60) as response:
            return json.load(response)

    def _wait_for(self, path: str, begun: float) -> None:
        while time.monotonic() - begun < START_SECONDS:
            if self._process is not None and self._process.poll() is not None:
                break
            if _status(self.port, path) == 200:
                return
            time.sleep(0.02)
        raise RuntimeError(f"{path} does not answer:\n{self.log.read_text()[-4000:]}")


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _parents() -> dict[int, int]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found[int(folder.name)] = int(fields[1])
    return found


def _wait_until_gone(pids: list[int], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            raise TimeoutError("processes are left")
        time.sleep(0.05)
