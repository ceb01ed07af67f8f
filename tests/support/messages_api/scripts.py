"""Named scripts for trying an app by hand: what the first requests will meet."""

from collections.abc import Mapping, Sequence

from tests.support.messages_api import faults
from tests.support.messages_api.answers import Answer, Behaviour, HttpError, Refusal

SCRIPTS: Mapping[str, Sequence[Behaviour]] = {
    "busy": (HttpError(529), HttpError(429, headers={"retry-after": "3"}), HttpError(500)),
    "spent": (HttpError(429, error_code="enforced_spend_limit_reached"),) * 10,
    "refusal": (Refusal(), Refusal(before="The picture shows")),
    "cut-off": (Answer("The picture shows a chart with", stop_reason="max_tokens"),),
    "broken-streams": (
        faults.ErrorEvent(),
        faults.Cut(),
        faults.CleanEnd(),
        faults.NoStopReason(),
        faults.Garbled(),
        faults.BadUtf8(),
        faults.DuplicateMessageStart(),
        faults.HtmlWith200(),
        faults.JsonWith200(),
        faults.EmptyBody(),
        faults.ResetBeforeHeaders(),
    ),
    "odd-streams": (
        faults.UnknownEvents(),
        faults.DeltasAfterStop(),
        faults.OneByteChunks(),
        faults.HugeDelta(),
        faults.MissingUsage(),
        faults.MissingRequestId(),
        Answer(faults.ODD_TEXT),
    ),
    "stuck": (faults.Hang(), faults.Stall(), faults.Stall(pings_every=1.0)),
}
