"""What a model is asked, and how its answer ended."""

from dataclasses import dataclass

from visionapp.catalogue.cards import Card
from visionapp.content import Message
from visionapp.reply import Usage


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """A history that ends with a question, and how to answer it."""

    model: Card
    messages: tuple[Message, ...]
    max_tokens: int
    """The most tokens of the answer, thinking included; cut to what the model can give."""
    system: str = ""
    """Further rules, said after the house rules."""
    effort: str | None = None
    """Left out where the model or the server does not know it."""
    answer_prefix: str = ""
    """How the answer must begin: put into its mouth where the model allows it, else asked for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a whole answer ended, and what it used."""

    stop_reason: str
    usage: Usage
    request_id: str = ""
    explanation: str = ""
    """Why a model refused, in the server's words; empty for other stop reasons."""
