"""Pictures that the API refuses: sent smaller once, or named so that the person can drop them."""

import pytest

from tests.support.builders import DEFAULTS, a_follow_up, a_picture, a_turn, answered
from tests.support.claude import ScriptedClaude
from tests.support.crowd import copies
from tests.support.pictures import encoded, quadrants
from tests.support.turns import BUSY, settled
from visionapp.analysis.run import run_turn
from visionapp.claude.failures import ImageRefused
from visionapp.content import ImagePart, LeftOut
from visionapp.conversations import fitting, life
from visionapp.conversations.asking import follow_up
from visionapp.conversations.models import Turn
from visionapp.conversations.pictures import take_out
from visionapp.relay import log
from visionapp.reply import Done, Failed, Started, Text

# The request is built in the thread that reads the reply.
pytestmark = pytest.mark.django_db(transaction=True)


class PickyClaude(ScriptedClaude):
    """Refuses the first requests in these ways, and answers those that follow."""

    def __init__(
        self, *refusals: ImageRefused, pieces: tuple[str, ...] = ("Sales rose.",)
    ) -> None:
        super().__init__()
        self.refusals = list(refusals)
        self.answer = pieces

    def reply(self, request):
        self.failure = self.refusals.pop(0) if self.refusals else None
        self.pieces = () if self.failure else self.answer
        return super().reply(request)

    def sizes(self) -> list[list[int]]:
        """Return the longest sides of what was sent, request by request."""
        return [
            [
                max(part.width, part.height)
                for message in request.messages
                for part in message.parts
                if isinstance(part, ImagePart)
            ]
            for request in self.requests
        ]


def refusal(*places: int, most_side: int | None = None) -> ImageRefused:
    refused = ImageRefused()
    refused.places, refused.most_side = places, most_side
    return refused


@pytest.fixture
def large(owner):
    """A picture that a model of the high tier sees over 2000 pixels wide."""
    return a_picture(owner.id, "large.png", encoded(quadrants(2600, 900)))


@pytest.fixture
def small(owner):
    """A picture that no model is sent smaller."""
    return a_picture(owner.id, "small.png", encoded(quadrants(300, 200)))


def run(turn: Turn, claude: ScriptedClaude) -> Turn:
    run_turn(turn.pk, claude=claude)
    return Turn.objects.get(pk=turn.pk)


def events(turn):
    return [entry.event for entry in log.read({turn.pk: 0})]


@pytest.mark.parametrize(
    ("most_side", "sent"),
    [(8000, 2000), (2000, 2000), (1999, 1568), (1568, 1568), (900, 1568), (None, 1568)],
)
def test_a_picture_that_is_too_large_is_sent_smaller_at_once(owner, large, small, most_side, sent):
    turn = a_turn(owner.id, pictures=[small, large])
    claude = PickyClaude(refusal(1, most_side=most_side))

    turn = run(turn, claude)

    assert claude.sizes() == [[300, 2576], [300, sent]]
    assert (turn.state, turn.answer, turn.attempt) == ("answered", "Sales rose.", 1)
    assert turn.notices == [["images.repaired", 1]]
    assert turn.refused_pictures == []
    assert events(turn) == [Started(1), Text("Sales rose."), Done("end_turn", turn.usage, 0)]


def test_only_what_was_refused_is_sent_smaller_where_no_size_is_told(owner, large):
    pictures = [large, *copies(large, 2)]
    claude = PickyClaude(refusal(0, 2))

    turn = run(a_turn(owner.id, pictures=pictures), claude)

    assert claude.sizes()[1] == [1568, 2576, 1568]
    assert turn.notices == [["images.repaired", 2]]


@pytest.mark.parametrize("named", [(0,), ()])
def test_all_that_are_over_the_side_that_is_told_are_sent_smaller(owner, large, small, named):
    pictures = [large, small, *copies(large, 1)]
    claude = PickyClaude(refusal(*named, most_side=2000))

    turn = run(a_turn(owner.id, pictures=pictures), claude)

    assert claude.sizes()[1:] == [[2000, 300, 2000]]
    assert turn.notices == [["images.repaired", 2]]


def test_pictures_that_are_refused_one_after_the_other_are_all_repaired(owner, large):
    pictures = [large, *copies(large, 2)]
    claude = PickyClaude(*(refusal(place) for place in range(3)))

    turn = run(a_turn(owner.id, pictures=pictures), claude)

    assert claude.sizes()[-1] == [1568, 1568, 1568]
    assert (turn.state, len(claude.requests)) == ("answered", 4)


def test_it_is_repaired_three_times_at_most(owner, large):
    pictures = [large, *copies(large, 3)]
    claude = PickyClaude(*(refusal(place) for place in range(4)))

    turn = run(a_turn(owner.id, pictures=pictures), claude)

    assert len(claude.requests) == 4
    assert (turn.state, turn.refused_pictures) == ("failed", [str(pictures[3].pk)])


def test_a_repair_that_would_change_nothing_is_not_tried(owner, large):
    claude = PickyClaude(refusal(0, most_side=2000), refusal(0, most_side=2000))

    turn = run(a_turn(owner.id, pictures=[large]), claude)

    assert claude.sizes() == [[2576], [2000]]
    assert (turn.state, turn.failure_code) == ("failed", "claude.image_refused")
    assert turn.refused_pictures == [str(large.pk)]


def test_what_cannot_be_made_smaller_fails_at_once_and_is_named(owner, large, small):
    turn = a_turn(owner.id, pictures=[large, small])
    claude = PickyClaude(refusal(1, most_side=100))

    turn = run(turn, claude)

    assert len(claude.requests) == 1
    assert turn.failure_code == "claude.image_refused"
    assert turn.failure_message == (
        "Claude refused Image 2 (“small.png”). Take it out of the thread and try again."
    )
    assert not turn.failure_retryable
    assert turn.refused_pictures == [str(small.pk)]
    assert events(turn) == [
        Started(1),
        Failed("claude.image_refused", turn.failure_message, retryable=False),
    ]


def test_several_that_are_refused_are_all_named(owner, small):
    pictures = [small, *copies(small, 1)]

    turn = run(a_turn(owner.id, pictures=pictures), PickyClaude(refusal(0, 1)))

    assert turn.failure_message == (
        "Claude refused Image 1 (“small.png”) and Image 2 (“0-small.png”). "
        "Take them out of the thread and try again."
    )
    assert turn.refused_pictures == [str(picture.pk) for picture in pictures]


def test_of_very_many_the_first_are_named(owner, small):
    pictures = [small, *copies(small, 5)]

    turn = run(a_turn(owner.id, pictures=pictures), PickyClaude(refusal(*range(6))))

    assert "Image 2 (“0-small.png”) and 4 more pictures. Take them" in turn.failure_message
    assert len(turn.refused_pictures) == 6


def test_a_long_name_is_cut(owner):
    picture = a_picture(owner.id, f"{'n' * 200}.png")

    turn = run(a_turn(owner.id, pictures=[picture]), PickyClaude(refusal(0)))

    assert turn.failure_message.startswith(f"Claude refused the picture “{'n' * 59}…”.")


def test_one_that_is_not_told_is_not_guessed(owner, large):
    pictures = [large, *copies(large, 1)]
    claude = PickyClaude(refusal())

    turn = run(a_turn(owner.id, pictures=pictures), claude)

    assert len(claude.requests) == 1
    assert "does not say which" in turn.failure_message
    assert turn.refused_pictures == []


def test_places_that_were_not_sent_are_no_places(owner, large):
    claude = PickyClaude(refusal(7))

    assert "does not say which" in run(a_turn(owner.id, pictures=[large]), claude).failure_message


def test_what_was_repaired_is_sent_smaller_from_then_on(owner, large):
    turn = run(a_turn(owner.id, pictures=[large]), PickyClaude(refusal(0, most_side=2000)))
    claude = PickyClaude()

    further = run(a_follow_up(turn.conversation), claude)
    again = follow_up(
        conversation=further.conversation,
        instruction="And?",
        picture_ids=[large.pk],
        choices=DEFAULTS,
    )
    run(again, claude)

    assert claude.sizes() == [[2000], [2000, 2000]]


def test_other_conversations_are_sent_the_picture_at_its_best(owner, large):
    run(a_turn(owner.id, pictures=[large]), PickyClaude(refusal(0, most_side=2000)))
    claude = PickyClaude()

    run(a_turn(owner.id, pictures=[large]), claude)

    assert claude.sizes() == [[2576]]


def test_a_refusal_in_mid_answer_is_not_repaired(owner, large):
    claude = ScriptedClaude("Sales ", failure=refusal(0, most_side=2000))

    turn = run(a_turn(owner.id, pictures=[large]), claude)

    assert len(claude.requests) == 1
    assert (turn.state, turn.answer) == ("failed", "Sales ")
    assert turn.refused_pictures == [str(large.pk)]


def test_a_stop_counts_also_between_the_two_requests(owner, large):
    turn = a_turn(owner.id, pictures=[large])

    class Stopping(PickyClaude):
        def reply(self, request):
            if self.requests:
                life.request_stop(Turn.objects.get())
                self.let_go.clear()
            return super().reply(request)

    turn = run(turn, Stopping(refusal(0, most_side=2000), pieces=()))

    assert (turn.state, turn.answer) == ("stopped", "")


def test_the_thread_goes_on_without_the_picture(owner, large, small):
    turn = a_turn(owner.id, pictures=[large, small])
    run(turn, PickyClaude(refusal()))
    take_out(turn.conversation, small.pk)
    life.try_again(Turn.objects.get())
    claude = PickyClaude()

    turn = run(turn, claude)

    assert turn.state == "answered"
    assert (turn.refused_pictures, turn.failure_code) == ([], "")
    assert claude.sizes() == [[2576]]
    assert (
        LeftOut("Image 2 was taken out of the conversation.")
        in claude.requests[0].messages[0].parts
    )

    further = PickyClaude()
    assert run(a_follow_up(turn.conversation), further).state == "answered"
    assert further.sizes() == [[2576]]


def test_a_follow_up_below_the_failed_turn_goes_on_too(owner, large, small):
    turn = run(a_turn(owner.id, pictures=[large, small]), PickyClaude(refusal()))
    take_out(turn.conversation, small.pk)
    claude = PickyClaude()

    assert run(a_follow_up(turn.conversation), claude).state == "answered"
    assert claude.sizes() == [[2576]]


@pytest.fixture
def two_are_many(monkeypatch):
    """Let the rule for more than 20 pictures begin earlier."""
    monkeypatch.setattr(fitting, "MANY", 1)


def test_what_had_to_be_fitted_is_noted_while_the_question_is_asked(owner, large, two_are_many):
    turn = a_turn(owner.id, pictures=[large, *copies(large, 1)])
    seen = []

    class Looking(ScriptedClaude):
        def reply(self, request):
            seen.extend(Turn.objects.get().notices)
            return super().reply(request)

    assert run(turn, Looking("Yes.")).notices == seen == [["images.many", 2]]


def test_a_second_try_forgets_what_was_noted(owner, large, two_are_many):
    turn = a_turn(owner.id, pictures=[large, *copies(large, 1)])
    turn = run(turn, ScriptedClaude(failure=refusal()))
    assert turn.notices == [["images.many", 2]]

    life.try_again(turn)

    turn.refresh_from_db()
    assert (turn.notices, turn.refused_pictures) == ([], [])
    assert answered(turn).notices == [["images.many", 2]]


def test_an_earlier_failure_of_another_kind_leaves_no_trace(owner, small):
    turn = settled(a_turn(owner.id, pictures=[small]), BUSY, "")

    assert (turn.refused_pictures, turn.notices) == ([], [])
