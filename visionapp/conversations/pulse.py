"""Tells whether a worker is there."""

from datetime import timedelta

from django.utils import timezone

from visionapp.conversations.models import WorkerPulse

NAME = "sweep"
PATIENCE = timedelta(seconds=30)


def beat() -> None:
    """Leave a sign of life."""
    WorkerPulse.objects.update_or_create(name=NAME, defaults={"seen_at": timezone.now()})


def is_beating() -> bool:
    """Tell whether a worker left one of late."""
    return WorkerPulse.objects.filter(name=NAME, seen_at__gt=timezone.now() - PATIENCE).exists()
