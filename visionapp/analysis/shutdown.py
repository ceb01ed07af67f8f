"""Says that this worker is leaving, so that running answers can be handed back in time."""

import time

from celery.signals import worker_shutting_down

GRACE_SECONDS = 3.0
"""How long a running answer may go on after the worker was told to leave."""

_left_at: list[float] = []


def grace_is_over() -> bool:
    """Tell whether running answers have to be handed back now."""
    return bool(_left_at) and time.monotonic() - _left_at[0] > GRACE_SECONDS


@worker_shutting_down.connect
def _leave(**_signal: object) -> None:
    _left_at.append(time.monotonic())
