"""``work``: a worker with its periodic tasks, in one process of many threads."""

import warnings
from typing import Any

from celery import bootsteps
from celery.beat import EmbeddedService
from celery.exceptions import SecurityWarning
from celery.worker import WorkController
from django.core.management.base import BaseCommand, CommandParser

from visionapp.analysis.sweep import take_over
from visionapp.config.celery import app
from visionapp.config.parent import leave_with_parent

CONCURRENCY = 64
"""Answers at once: each is a thread that waits for the network."""


class ThreadedBeat(bootsteps.StartStopStep):
    """Runs the schedule in a thread; Celery's own embedded one forks a second worker's memory."""

    requires = ("celery.worker.components:Pool",)

    def create(self, worker: WorkController) -> Any:
        """Return the service that this step starts and stops."""
        return EmbeddedService(
            worker.app, thread=True, scheduler_cls=worker.app.conf.beat_scheduler
        )


class Command(BaseCommand):
    """Answers turns until it is told to stop."""

    help = "Runs a Celery worker of threads, with the periodic tasks inside it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether this is the only worker there can be."""
        parser.add_argument(
            "--alone",
            action="store_true",
            help="no other worker uses this database: take up at once what a former one left",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Work."""
        leave_with_parent()
        if options["alone"]:
            take_over()
        app.set_default()
        # A superuser's worker is a risk where messages are pickles; these are JSON with an id.
        warnings.filterwarnings("ignore", category=SecurityWarning)
        app.steps["worker"].add(ThreadedBeat)
        app.worker_main(
            [
                *("--quiet", "worker", "--pool", "threads", "--concurrency", str(CONCURRENCY)),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
                *("--loglevel", "warning"),
            ]
        )
