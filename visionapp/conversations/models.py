"""Conversations and their turns, as rows."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from visionapp.reply import Usage
from visionapp.uploads.models import Picture

MOST_WORDS = 16
"""Words of a search that are looked for; each is a condition, and databases limit their number."""


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Every look-up begins with whose it is."""

    def owned_by(self, user_id: int) -> Self:
        """Keep this person's conversations."""
        return self.filter(owner_id=user_id)

    def listed(self, *, archived: bool = False) -> Self:
        """Newest first, either those that were put away or the others."""
        return self.filter(archived=archived).order_by("-updated_at", "-id")

    def matching(self, query: str) -> Self:
        """Keep those with the words in their title, a question or an answer."""
        for word in query.split()[:MOST_WORDS]:
            said = Turn.objects.filter(
                Q(question__icontains=word) | Q(answer__icontains=word),
                conversation=models.OuterRef("pk"),
            )
            self = self.filter(Q(title__icontains=word) | models.Exists(said))
        return self


class Conversation(models.Model):
    """A thread about one or more pictures; ``current_turn`` is the end of the path being read."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    archived = models.BooleanField(default=False)
    current_turn = models.ForeignKey(
        "Turn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField()

    objects = ConversationQuerySet.as_manager()

    class Meta:
        """Listed by person, newest first."""

        indexes = (
            models.Index(fields=("owner", "archived", "-updated_at", "-id"), name="conv_listed"),
        )

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class TurnQuerySet(models.QuerySet["Turn"]):
    """Look-ups of turns, by owner or by what the worker has to do."""

    def owned_by(self, user_id: int) -> Self:
        """Keep the turns of this person's conversations."""
        return self.filter(conversation__owner_id=user_id)

    def abandoned(self, now: datetime) -> Self:
        """Keep the turns that a worker claimed and no longer renews."""
        return self.filter(state=Turn.State.ANSWERING, lease_until__lt=now)

    def unclaimed_since(self, moment: datetime) -> Self:
        """Keep the turns that wait and of which no worker was told since."""
        return self.filter(state=Turn.State.WAITING, hinted_at__lt=moment)


class Turn(models.Model):
    """One question and its answer.

    WAITING -> ANSWERING -> ANSWERED, STOPPED or FAILED; a lost worker's turn goes back to
    WAITING, and so does a stopped or failed one that is tried again. ``attempt`` counts the
    claims and fences writes: only the holder of the newest claim may change the row. All moves
    are in ``conversations.life``.
    """

    class State(models.TextChoices):
        """Where a turn is in its life."""

        WAITING = "waiting"
        ANSWERING = "answering"
        ANSWERED = "answered"
        STOPPED = "stopped"
        FAILED = "failed"

    SETTLED = (State.ANSWERED, State.STOPPED, State.FAILED)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )

    question = models.TextField()
    model = models.CharField(max_length=128)
    preset = models.CharField(max_length=64, blank=True)
    system = models.TextField(blank=True)
    max_tokens = models.PositiveIntegerField()
    effort = models.CharField(max_length=16, blank=True)
    answer_prefix = models.TextField(blank=True)

    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lost = models.PositiveSmallIntegerField(default=0)
    """Workers that died over this turn since a person last asked for it."""
    waiting_since = models.DateTimeField()
    hinted_at = models.DateTimeField()
    """When a worker was last told of it."""
    stop_requested = models.BooleanField(default=False)

    answer = models.TextField(blank=True)
    stop_reason = models.CharField(max_length=64, blank=True)
    stop_explanation = models.TextField(blank=True)
    failure_code = models.CharField(max_length=64, blank=True)
    failure_message = models.TextField(blank=True)
    failure_retryable = models.BooleanField(default=False)
    refused_pictures = models.JSONField(default=list, blank=True)
    """Ids of the pictures for which the question failed, as far as the API says which."""

    notices = models.JSONField(default=list, blank=True)
    """How pictures were fitted into the request: ``[code, number, …]``, see ``fitting``."""

    input_tokens = models.PositiveIntegerField(default=0)
    cache_read_input_tokens = models.PositiveIntegerField(default=0)
    cache_creation_input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    request_id = models.CharField(max_length=128, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    first_text_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = TurnQuerySet.as_manager()

    class Meta:
        """The database refuses a row whose parts contradict each other."""

        indexes = (
            models.Index(fields=("conversation", "created_at"), name="turn_in_order"),
            models.Index(
                fields=("state", "lease_until"),
                name="turn_unsettled",
                condition=Q(state__in=("waiting", "answering")),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="turn_state_known",
                condition=Q(state__in=("waiting", "answering", "answered", "stopped", "failed")),
            ),
            models.CheckConstraint(
                name="turn_answering_has_lease",
                condition=~Q(state="answering") | Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="turn_failed_has_code",
                condition=Q(state="failed", failure_code__gt="")
                | (~Q(state="failed") & Q(failure_code="")),
            ),
            models.CheckConstraint(
                name="turn_answered_has_stop_reason",
                condition=~Q(state="answered") | Q(stop_reason__gt=""),
            ),
            models.CheckConstraint(
                name="turn_settled_has_time",
                condition=Q(state__in=("waiting", "answering"), settled_at__isnull=True)
                | Q(state__in=("answered", "stopped", "failed"), settled_at__isnull=False),
            ),
            models.CheckConstraint(name="turn_not_its_own_parent", condition=~Q(parent=F("id"))),
        )

    def __str__(self) -> str:
        """Return the state and the question's beginning."""
        return f"{self.state}: {self.question[:60]}"

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more will happen by itself."""
        return self.state in self.SETTLED

    @property
    def usage(self) -> Usage:
        """Return the tokens as one value."""
        return Usage(
            input_tokens=self.input_tokens,
            cache_read_input_tokens=self.cache_read_input_tokens,
            cache_creation_input_tokens=self.cache_creation_input_tokens,
            output_tokens=self.output_tokens,
        )


class TurnPicture(models.Model):
    """A picture that a question brought along, in the order in which it was given.

    One that was taken out is still shown, but no model is sent it any more.
    """

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="turn_pictures")
    place = models.PositiveSmallIntegerField()
    taken_out = models.BooleanField(default=False)
    held_to = models.CharField(max_length=16, blank=True)
    """The tier that an API wanted it sent at, although the model sees more; blank for none."""

    class Meta:
        """Ordered as given; the same picture once a turn."""

        ordering = ("place",)
        constraints = (
            models.UniqueConstraint(fields=("turn", "picture"), name="picture_once_a_turn"),
            models.UniqueConstraint(fields=("turn", "place"), name="picture_one_per_place"),
        )

    def __str__(self) -> str:
        """Return where in the turn the picture stands."""
        return f"{self.turn_id} picture {self.place}"


class ModelListing(models.Model):
    """The model cards that one source offers, as the worker last learnt them."""

    source = models.CharField(max_length=255, primary_key=True)
    cards = models.JSONField()
    fetched_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the source."""
        return self.source


class WorkerPulse(models.Model):
    """When the workers last swept: the sign that somebody takes turns off the queue."""

    name = models.CharField(max_length=16, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return whose pulse it is."""
        return self.name
