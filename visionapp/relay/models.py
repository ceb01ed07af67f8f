"""The log: reply events in the order in which they were said, by turn."""

from django.db import models


class LogEntry(models.Model):
    """One reply event of a turn.

    ``position`` rises within a turn and starts anew at a higher number with each attempt, so that
    a worker that was given up can only ever write below what its successor says.
    """

    turn_id = models.UUIDField()
    position = models.PositiveBigIntegerField()
    name = models.CharField(max_length=16)
    data = models.JSONField()

    class Meta:
        """One place in a turn's log holds one event."""

        constraints = (
            models.UniqueConstraint(fields=("turn_id", "position"), name="relay_one_per_position"),
        )

    def __str__(self) -> str:
        """Return where the entry stands."""
        return f"{self.turn_id}:{self.position} {self.name}"
