"""The Celery application: JSON messages that name a turn, and nothing else."""

import os

from celery import Celery

from visionapp.config import queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visionapp.config.settings")

queue.register()
app = Celery("visionapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ["visionapp.analysis.tasks"]


def declare_queue() -> None:
    """Make the queue known to the broker, once, before several processes do so together."""
    with app.connection_for_write() as connection:
        for declared in app.amqp.queues.values():
            declared(connection.default_channel).declare()
