"""Answers one turn: claims it, asks, passes the words on as they come, and writes the end."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import OperationalError, connections, transaction
from django.utils import timezone

from visionapp.analysis import repair, shutdown
from visionapp.analysis.pump import Ended, Pump, Reply
from visionapp.analysis.ready import ready
from visionapp.analysis.start import start
from visionapp.catalogue.cards import cost
from visionapp.claude.client import ReplyRequest
from visionapp.claude.failures import ImageRefused
from visionapp.conversations import offers
from visionapp.conversations.life import LEASE, Hold, HoldLost
from visionapp.conversations.models import Turn
from visionapp.conversations.pictures import hold as hold_pictures
from visionapp.conversations.refusals import PictureUnprepared
from visionapp.conversations.transcript import REFUSAL, Transcript
from visionapp.errors import Unavailable, VisionError
from visionapp.relay.log import LogWriter
from visionapp.reply import Done, Failed, Started, Stopped, Text, Usage

LISTEN_SECONDS = 0.25
"""How often a stop is looked for, words or not."""
RENEW_SECONDS = 3.0
"""How often the lease is renewed: a third of it."""
SAVE_SECONDS = 1.0
"""How much of an answer the row may lack while it arrives."""
SILENCE_SECONDS = 90.0
THINKING_SECONDS = 600.0
"""How long a model may say nothing before the attempt is given up; pings do not count."""

MOST_REPAIRS = 3
"""How often one question is asked again with smaller pictures."""

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class ReplySource(Protocol):
    """Asks a model."""

    def reply(self, request: ReplyRequest) -> AbstractContextManager[Reply]:
        """Open a reply; entering raises nothing, reading raises VisionError."""


class Silence(Unavailable):
    """No word came for too long."""

    code = "claude.timeout"
    message = "The model went silent in the middle of its answer. Try again."


def run_turn(turn_id: UUID, *, claude: ReplySource) -> None:
    """Answer the turn if it waits; return when it is settled, handed back or somebody else's."""
    hold = Hold.claim(turn_id)
    if hold is None:
        return
    turn = Turn.objects.select_related("conversation").filter(pk=turn_id).first()
    if turn is None:
        return
    try:
        _Attempt(turn, hold, claude).run()
    except HoldLost:
        logger.info("Turn %s is somebody else's now (attempt %s)", turn_id, hold.attempt)


class _Attempt:
    """One try at one turn, by the worker that holds it."""

    def __init__(self, turn: Turn, hold: Hold, claude: ReplySource) -> None:
        self.turn = turn
        self.hold = hold
        self.claude = claude
        self.card = offers.known(turn.model)
        self.log = LogWriter(turn.pk, hold.attempt)
        self.told: Transcript | None = None
        self.repairs = 0
        self.first_text_at: datetime | None = None
        self._over = threading.Event()
        self._parts: list[str] = []
        self._unsaved: list[str] = []
        self._stop = _Every(LISTEN_SECONDS)
        self._renew = _Every(RENEW_SECONDS)
        self._save = _Every(SAVE_SECONDS)

    def run(self) -> None:
        self._surely(lambda: self.log.append(Started(self.hold.attempt)))
        if self._surely(self.hold.stop_asked):
            # Asked of a worker that then died or left: nothing more is paid for.
            self._settle(Stopped(), None)
            return
        is_to_be_repaired = True
        try:
            while is_to_be_repaired:
                with Pump(self._open) as pump:
                    is_to_be_repaired = self._follow(pump)
        finally:
            self._over.set()

    def _open(self) -> AbstractContextManager[Reply]:
        """Ask, in the thread that reads: preparing pictures may take longer than the lease."""
        try:
            self.told = ready(self.turn, self.card, self._over)
            self._note(self.told)
            request = ReplyRequest(
                model=self.card,
                messages=self.told.messages,
                max_tokens=self.turn.max_tokens,
                system=self.turn.system,
                effort=self.turn.effort or None,
                answer_prefix=self.turn.answer_prefix,
            )
        finally:
            connections.close_all()
        return self.claude.reply(request)

    def _note(self, told: Transcript) -> None:
        """Keep what a person should know of the request."""
        notices = [list(notice) for notice in told.notices]
        if notices != self.turn.notices:
            self._surely(lambda: self.hold.note(notices))
            self.turn.notices = notices

    def _follow(self, pump: Pump) -> bool:
        """Pass words on until the reply ends, a person stops it, or the worker has to leave.

        Returns whether to ask again at once, with pictures that the API refused made smaller.
        """
        while True:
            heard = pump.listen(LISTEN_SECONDS)
            if heard.text:
                self._say(heard.text)
            if heard.ended is not None:
                if isinstance(heard.ended, ImageRefused):
                    return self._refused(heard.ended, pump.reply)
                self._end(heard.ended, pump.reply)
                return False
            leaving = shutdown.grace_is_over()
            if (leaving or self._stop.due()) and self._surely(self.hold.stop_asked):
                self._settle(Stopped(), pump.reply)
                return False
            if pump.reply and _is_silent(pump.reply):
                self._settle(_failed(Silence()), pump.reply)
                return False
            if leaving:
                self._surely(self.hold.hand_back)
                start(self.turn)
                return False
            self._keep_up()

    def _keep_up(self) -> None:
        """Renew the lease and save the words that the row lacks, when it is time."""
        if self._renew.due():
            self._surely(self.hold.renew)
        if self._save.due() and self._unsaved and self.first_text_at:
            words, first_text_at = "".join(self._unsaved), self.first_text_at
            self._surely(lambda: self.hold.save_text(words, first_text_at))
            self._unsaved = []

    def _say(self, text: str) -> None:
        self.first_text_at = self.first_text_at or timezone.now()
        self._parts.append(text)
        self._unsaved.append(text)
        self._surely(lambda: self.log.append(Text(text)))

    def _refused(self, refusal: ImageRefused, reply: Reply | None) -> bool:
        """Hold the pictures that are too large to a smaller size; else name the refused ones."""
        sent = self.told.sent if self.told else ()
        refused = repair.refused_of(refusal, sent)
        shrinking = repair.to_shrink(refused, sent, refusal.most_side)
        if shrinking and not self._parts and self.repairs < MOST_REPAIRS:
            self.repairs += 1
            tier = repair.tier_for(refusal.most_side)
            ids = {each.picture.pk for each in shrinking}
            self._surely(lambda: hold_pictures(self.turn.conversation, ids, tier))
            logger.info("Turn %s is asked again with smaller pictures", self.turn.pk)
            return True
        several = any(each.number > 1 for each in sent)
        failed = Failed(refusal.code, repair.in_words(refused, several=several), retryable=False)
        named = [str(each.picture.pk) for each in refused]
        self._settle(failed, reply, refused_pictures=list(dict.fromkeys(named)))
        return False

    def _end(self, ended: Ended | VisionError, reply: Reply | None) -> None:
        if isinstance(ended, VisionError):
            named = [str(ended.picture_id)] if isinstance(ended, PictureUnprepared) else []
            self._settle(_failed(ended), reply, refused_pictures=named)
            return
        done = Done(ended.stop_reason, *self._spent(reply))
        if ended.stop_reason == REFUSAL:
            # What a refused answer had begun to say is void; a new start tells watchers so.
            self._parts = []
            self._surely(lambda: self.log.append(Started(self.hold.attempt)))
        self._settle(done, reply, stop_explanation=ended.explanation)

    def _spent(self, reply: Reply | None) -> tuple[Usage, Decimal | None]:
        usage = reply.usage if reply else Usage()
        # A server that counts nothing has not said that it is free.
        return usage, cost(self.card, usage) if usage != Usage() else None

    def _settle(self, event: Done | Stopped | Failed, reply: Reply | None, **more: Any) -> None:
        self._surely(lambda: self._write_end(event, reply, more))

    def _write_end(
        self, event: Done | Stopped | Failed, reply: Reply | None, more: Mapping[str, Any]
    ) -> None:
        """Write the row and the log's last event together."""
        usage, cost_usd = self._spent(reply)
        with transaction.atomic():
            self.hold.settle(
                event,
                answer="".join(self._parts),
                first_text_at=self.first_text_at,
                request_id=reply.request_id if reply else "",
                usage=usage,
                cost_usd=cost_usd,
                **more,
            )
            self.log.append(event)

    def _surely(self, work: Callable[[], Result]) -> Result:
        """Do what needs the database; if it is away, try again for as long as the lease lasts.

        What was said has been paid for. Raises what the database raised in the end.
        """
        deadline = time.monotonic() + LEASE.total_seconds()
        while True:
            try:
                return work()
            except OperationalError as failure:
                if time.monotonic() > deadline:
                    raise
                logger.warning("Turn %s waits for the database: %s", self.turn.pk, failure)
                connections.close_all()
                time.sleep(LISTEN_SECONDS)


class _Every:
    """Tells when so many seconds have passed since it last said so."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = time.monotonic()

    def due(self) -> bool:
        now = time.monotonic()
        if now - self._since < self._seconds:
            return False
        self._since = now
        return True


def _is_silent(reply: Reply) -> bool:
    patience = THINKING_SECONDS if reply.is_thinking else SILENCE_SECONDS
    return time.monotonic() - reply.progressed_at > patience


def _failed(failure: VisionError) -> Failed:
    return Failed(failure.code, failure.message, failure.retryable)
