"""Wakes a worker for a waiting turn. The one place that puts anything on the queue."""

import logging
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError

from visionapp.conversations.models import Turn

ANSWER_TURN = "visionapp.analysis.tasks.answer_turn"
ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
"""An idle connection may be dead. Also, only where it retries Kombu wraps what Redis raises."""

logger = logging.getLogger(__name__)


def start(turn: Turn) -> None:
    """Send the turn's id to the workers once the row is committed.

    A queue that is away loses nothing: the row waits, and the sweep sends the id again.
    """
    transaction.on_commit(partial(_send, turn.pk))


def _send(turn_id: UUID) -> None:
    try:
        # By name: the web process that sends must not load what the worker needs to answer.
        current_app.send_task(ANSWER_TURN, args=[str(turn_id)], retry=True, retry_policy=ONCE_MORE)
    except (KombuError, OSError) as failure:
        logger.warning("The queue is away; turn %s waits for the sweep: %s", turn_id, failure)
