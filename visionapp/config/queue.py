"""The embedded queue: kombu's folder of messages, written so that none is read half."""

from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "embedded"
SECONDS_A_LOOK = 0.5


class Channel(filesystem.Channel):
    """Puts a message in its place whole: kombu's own opens it there first and writes it then."""

    # Kombu's own signatures differ in the same way.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        del kwargs
        folder = Path(self.data_folder_out)
        part = folder / f"{uuid4()}.part"
        try:
            part.write_text(dumps(payload))
            part.replace(folder / f"{monotonic_ns() // 10**6}_{part.stem}.{queue}.msg")
        except OSError as failure:
            part.unlink(missing_ok=True)
            raise ChannelError(f"A message cannot be put into {folder}.") from failure


class Transport(filesystem.Transport):
    """Kombu's transport with the channel above."""

    Channel = Channel

    def drain_events(  # type: ignore[override]
        self, connection: Any, timeout: float | None = None
    ) -> Any:
        """Look for messages, but not for long: a worker that leaves waits for the end of it."""
        shorter = SECONDS_A_LOOK if timeout is None else min(timeout, SECONDS_A_LOOK)
        return super().drain_events(connection, timeout=shorter)


def register() -> None:
    """Let ``embedded://`` name this transport."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
