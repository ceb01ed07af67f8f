"""Celery's doors: each takes ids, calls one function and returns nothing."""

import logging
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready

from visionapp.analysis import run, shutdown, source
from visionapp.analysis import sweep as sweeping
from visionapp.catalogue.cards import merged
from visionapp.conversations import offers, removal
from visionapp.uploads import housekeeping

logger = logging.getLogger(__name__)


@shared_task
def answer_turn(turn_id: str) -> None:
    """Answer a turn, if it still waits. A message that names no turn is noise."""
    try:
        wanted = UUID(turn_id)
    except ValueError:
        logger.warning("A message names no turn: %.80r", turn_id)
        return
    if not shutdown.grace_is_over():
        run.run_turn(wanted, claude=source.claude())


@shared_task
def sweep() -> None:
    """Take up what was left."""
    sweeping.sweep()


@shared_task
def forget_old_logs() -> None:
    """Keep the table of reply events small."""
    sweeping.forget_old_logs()


@shared_task
def refresh_models() -> None:
    """Learn from the Models API which models there are; keep the former list if it is silent."""
    client = source.claude()
    if not client.is_demo and (listed := client.list_models()):
        offers.keep(merged(listed, official=client.is_official))


@shared_task
def tidy_when_due() -> None:
    """Send the tidying to the pool: the schedule's own thread must not wait for it."""
    if sweeping.tidying_is_due():
        tidy.apply_async(expires=sweeping.TIDY_EVERY.total_seconds(), retry=False)


@shared_task
def tidy() -> None:
    """Delete pictures that nobody asked about, and what crashes left."""
    if deleted := removal.delete_unused():
        logger.info("Deleted: %d pictures that no question showed", deleted)
    housekeeping.tidy()


@worker_ready.connect
def _begin(**_signal: object) -> None:
    """Do what is periodic once at the start, not only when its time comes."""
    sweeping.sweep()
    refresh_models.delay()
