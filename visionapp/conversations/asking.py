"""Asks: turns a question and its pictures into a waiting turn, or refuses it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from visionapp.catalogue.cards import Card, find
from visionapp.catalogue.presets import presets
from visionapp.conversations import offers
from visionapp.conversations.models import Conversation, Turn, TurnPicture
from visionapp.conversations.paths import path_to
from visionapp.conversations.refusals import (
    InstructionEmpty,
    InstructionTooLong,
    ParentUnanswered,
    ParentUnknown,
    PresetUnknown,
    SettingRefused,
    TooManyPictures,
)
from visionapp.conversations.transcript import has_answer_to_replay
from visionapp.errors import Missing
from visionapp.uploads.models import Picture
from visionapp.uploads.refusals import PictureGone, PictureMissing

MAX_INSTRUCTION = 20_000
"""Characters of one question."""
MAX_PREFIX = 1000
"""Characters that an answer may be made to begin with."""
MAX_PICTURES = 100
"""Of one question: more than that some models take in no request. A thread may hold any number."""
DEFAULT_MAX_TOKENS = 8192
TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Choices:
    """How a question is to be answered; empty values mean the model's or the preset's default."""

    model: str = ""
    preset: str = ""
    system: str = ""
    max_tokens: int | None = None
    effort: str = ""
    answer_prefix: str = ""


def ask(*, owner_id: int, picture_ids: Sequence[UUID], instruction: str, choices: Choices) -> Turn:
    """Begin a conversation about these pictures and return its first, waiting turn.

    Raises PictureMissing, TooManyPictures, InstructionEmpty, InstructionTooLong, ModelUnknown,
    PresetUnknown and SettingRefused; then nothing was stored.
    """
    with transaction.atomic():
        pictures = _pictures(owner_id, picture_ids)
        if not pictures:
            raise PictureMissing
        question = _question(instruction, choices.preset)
        conversation = Conversation.objects.create(
            owner_id=owner_id, title=_title(question), updated_at=timezone.now()
        )
        return _add_turn(conversation, None, pictures, question, choices)


def follow_up(
    *,
    conversation: Conversation,
    instruction: str,
    choices: Choices,
    picture_ids: Sequence[UUID] = (),
    parent_id: UUID | None = None,
) -> Turn:
    """Ask further in a conversation and return the waiting turn.

    Without ``parent_id`` the turn goes below the newest answered one of the current path. Raises
    what :func:`ask` does, and ParentUnknown or ParentUnanswered.
    """
    question = _question(instruction, choices.preset)
    with transaction.atomic():
        # Locked, and read anew: it may be deleted while it is asked in.
        thread = Conversation.objects.select_for_update().filter(pk=conversation.pk).first()
        if thread is None:
            raise Missing
        pictures = _pictures(thread.owner_id, picture_ids)
        path = _path_above(thread, parent_id)
        return _add_turn(thread, path[-1], pictures, question, _inherited(choices, path[-1]))


def _inherited(choices: Choices, parent: Turn) -> Choices:
    """Fill what was not chosen with what the turn above was asked with."""
    kept = replace(choices, system=choices.system or parent.system)
    card = find(offers.offered(), choices.model or parent.model)
    if card is None or card.id != parent.model:
        # Its model is gone or another was chosen: what suited the one may not suit the other.
        return kept
    effort = parent.effort if parent.effort in card.effort_levels else ""
    max_tokens = min(parent.max_tokens, card.max_output)
    return replace(
        kept,
        model=card.id,
        effort=kept.effort or effort,
        max_tokens=max_tokens if kept.max_tokens is None else kept.max_tokens,
    )


def _pictures(owner_id: int, picture_ids: Sequence[UUID]) -> list[Picture]:
    """Return the person's own pictures in the order given, each once."""
    wanted = list(dict.fromkeys(picture_ids))
    if len(wanted) > MAX_PICTURES:
        raise TooManyPictures(
            f"A question may bring up to {MAX_PICTURES} pictures; this one brings "
            f"{len(wanted):,}. Leave some out, or bring them with a follow-up."
        )
    # Locked until the turn that shows them is there: nobody can delete them in between.
    mine = Picture.objects.owned_by(owner_id).select_for_update()
    found = {picture.pk: picture for picture in mine.filter(pk__in=wanted).order_by("pk")}
    if len(found) < len(wanted):
        raise PictureGone
    return [found[pk] for pk in wanted]


def _question(instruction: str, preset_id: str) -> str:
    """Return what is asked: the instruction, or the preset's when nothing was written."""
    question = instruction.strip()
    if preset_id:
        by_id = {preset.id: preset for preset in presets()}
        if preset_id not in by_id:
            raise PresetUnknown(f"There is no preset {preset_id[:80]!r}. Choose one of the list.")
        question = question or by_id[preset_id].instruction
    if not question:
        raise InstructionEmpty
    if len(question) > MAX_INSTRUCTION:
        raise InstructionTooLong(
            f"An instruction may have up to {MAX_INSTRUCTION:,} characters; this one has "
            f"{len(question):,}. Shorten it."
        )
    return question


def _path_above(conversation: Conversation, parent_id: UUID | None) -> list[Turn]:
    """Return the path that ends in the turn to ask below."""
    if parent_id is not None:
        path = path_to(conversation, parent_id)
        if not path:
            raise ParentUnknown
        if not path[-1].is_settled:
            raise ParentUnanswered
        return path
    path = path_to(conversation, conversation.current_turn_id)
    for may_be_asked_below in (has_answer_to_replay, _is_settled):
        for place in reversed(range(len(path))):
            if may_be_asked_below(path[place]):
                return path[: place + 1]
    raise ParentUnanswered


def _is_settled(turn: Turn) -> bool:
    return turn.is_settled


def _add_turn(
    conversation: Conversation,
    parent: Turn | None,
    pictures: Sequence[Picture],
    question: str,
    choices: Choices,
) -> Turn:
    card = offers.chosen(choices.model)
    now = timezone.now()
    turn = Turn.objects.create(
        conversation=conversation,
        parent=parent,
        question=question,
        model=card.id,
        preset=choices.preset,
        system=_system(choices.system),
        max_tokens=_max_tokens(choices.max_tokens, card),
        effort=_effort(choices.effort, card),
        answer_prefix=_prefix(choices.answer_prefix),
        waiting_since=now,
        hinted_at=now,
    )
    TurnPicture.objects.bulk_create(
        TurnPicture(turn=turn, picture=picture, place=place)
        for place, picture in enumerate(pictures)
    )
    Conversation.objects.filter(pk=conversation.pk).update(current_turn=turn, updated_at=now)
    return turn


def _max_tokens(wanted: int | None, card: Card) -> int:
    if wanted is None:
        return min(DEFAULT_MAX_TOKENS, card.max_output)
    if not 1 <= wanted <= card.max_output:
        raise SettingRefused(
            f"{card.name} writes between 1 and {card.max_output:,} tokens; "
            f"max_tokens={wanted:,} is outside."
        )
    return wanted


def _effort(wanted: str, card: Card) -> str:
    if wanted and wanted not in card.effort_levels:
        levels = ", ".join(card.effort_levels) or "none"
        raise SettingRefused(f"{card.name} knows these efforts: {levels}; not {wanted[:40]!r}.")
    return wanted


def _system(wanted: str) -> str:
    if len(wanted) > MAX_INSTRUCTION:
        raise SettingRefused(f"A system prompt may have up to {MAX_INSTRUCTION:,} characters.")
    return wanted.strip()


def _prefix(wanted: str) -> str:
    if len(wanted) > MAX_PREFIX:
        raise SettingRefused(f"An answer may be made to begin with {MAX_PREFIX:,} characters.")
    if wanted != wanted.rstrip():
        raise SettingRefused("What the answer begins with must not end in blanks.")
    return wanted


def _title(question: str) -> str:
    first = question.splitlines()[0].strip()
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1].rstrip() + "…"
