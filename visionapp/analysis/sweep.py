"""Takes up what was left: turns of dead workers, turns no worker was told of, and old logs."""

from datetime import timedelta

from django.utils import timezone

from visionapp.analysis.start import start
from visionapp.conversations import life, pulse
from visionapp.conversations.models import Turn, WorkerPulse
from visionapp.relay import log
from visionapp.reply import Failed, Stopped

HINT_AGAIN, HINT_SELDOM = timedelta(seconds=5), timedelta(seconds=30)
"""A waiting turn that nobody took for so long has lost its message, or waits for a free worker.

The pause grows with the time waited: busy workers must not find their queue full of repetitions.
"""
MOST_LOST = 3
"""A turn over which so many workers died is given up: it may be what kills them."""
KEEP_LOG = timedelta(minutes=10)
"""How long watchers may replay a settled turn by position; afterwards they get it from its row."""
TIDY, TIDY_EVERY = "tidy", timedelta(hours=1)

LOST = Failed(
    code="analysis.interrupted",
    message="The answer was interrupted several times. Try again.",
    retryable=True,
)


def sweep() -> None:
    """Restart what is stuck; safe to run at any time, by any number of workers at once."""
    now = timezone.now()
    pulse.beat()
    abandoned = Turn.objects.abandoned(now)
    for turn in abandoned:
        if turn.stop_requested:
            life.end_unheld(abandoned, turn, Stopped())
        elif turn.lost + 1 >= MOST_LOST:
            life.end_unheld(abandoned, turn, LOST)
        elif life.release(abandoned.filter(pk=turn.pk)):
            start(turn)
    unclaimed = Turn.objects.unclaimed_since(now - HINT_AGAIN)
    for turn in unclaimed:
        pause = min(turn.hinted_at - turn.waiting_since, HINT_SELDOM)
        if now - turn.hinted_at >= pause and unclaimed.filter(pk=turn.pk).update(hinted_at=now):
            start(turn)


def take_over() -> None:
    """Let the next sweep take up at once what earlier workers held or were told of.

    Only for the embedded default, where a lock on the data folder says that they are gone.
    """
    now = timezone.now()
    Turn.objects.filter(state=Turn.State.ANSWERING).update(lease_until=now)
    longest_ago = now - HINT_SELDOM
    Turn.objects.filter(state=Turn.State.WAITING).update(hinted_at=longest_ago)


def forget_old_logs() -> None:
    """Delete the logs of turns that settled a while ago or are gone."""
    logged = set(log.logged_turns())
    wanted = Turn.objects.filter(pk__in=logged).exclude(settled_at__lt=timezone.now() - KEEP_LOG)
    log.forget(list(logged - set(wanted.values_list("pk", flat=True))))


def tidying_is_due() -> bool:
    """Tell whether to tidy up now; of all workers one is told so in an hour."""
    now = timezone.now()
    longest_ago = now - TIDY_EVERY
    WorkerPulse.objects.get_or_create(name=TIDY, defaults={"seen_at": longest_ago})
    due = WorkerPulse.objects.filter(name=TIDY, seen_at__lte=longest_ago)
    return bool(due.update(seen_at=now))
