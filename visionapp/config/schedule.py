"""Runs periodic tasks in the scheduler's own thread, where no number of answers can delay them.

A message for each would wait behind the answers that keep all threads of the pool busy: the sweep
would come too late for those who need it, and ``/readyz`` would say that no worker is there.
"""

from typing import Any

from celery.beat import Scheduler
from django.db import close_old_connections


class InPlace(Scheduler):
    """Celery's scheduler, in memory, which calls a due task rather than send it."""

    # Celery's own connects to send, and waits for as long as the broker is away.
    producer = None  # type: ignore[assignment]

    def apply_async(
        self,
        entry: Any,
        producer: Any = None,
        advance: bool = True,  # noqa: FBT001, FBT002 - Celery's own signature
        **kwargs: Any,
    ) -> Any:
        """Run the task; Celery logs what it raises, and the schedule goes on."""
        del producer, advance, kwargs
        try:
            return self.app.tasks[entry.task].apply(entry.args, entry.kwargs)
        finally:
            close_old_connections()
