"""Why nothing is fetched from a link: a stable code, and a sentence that says what to do.

``reason`` is for the log of whoever runs the server, and is never shown.
"""

from visionapp.errors import Invalid, TooLarge, Unavailable


class LinkInvalid(Invalid):
    """It is not written as a link must be; nothing was looked up."""

    code = "url.invalid"
    message = (
        "This is not a link that can be fetched. It must look like https://example.com/chart.png: "
        "http or https, a host name without a password, and at most 2,000 characters."
    )


class LinkRefused(Invalid):
    """Anything about the address, the network or the answer.

    All have one sentence: telling a closed port from a timeout would let people scan with it.
    """

    code = "url.refused"
    message = (
        "No picture could be fetched from this link. Check that it opens in a browser without "
        "signing in, or save the picture and add the file."
    )

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class NotAPicture(Invalid):
    """The answer says itself that it is something else."""

    code = "url.not_a_picture"
    message = (
        "This link leads to a web page, not to a picture. "
        "Open the picture itself and copy its address."
    )
    reason = "not a picture"


class LinkTooLarge(TooLarge):
    """The answer has, or says that it has, more bytes than are taken."""

    code = "image.too_large"
    reason = "too large"

    def __init__(self, most: int) -> None:
        """Say how many bytes are taken."""
        super().__init__(
            f"A picture may have up to {most // 2**20} MB; this link leads to more. "
            "Save the picture smaller and add the file."
        )


class TooManyLinks(Unavailable):
    """Others are fetching already."""

    code = "url.busy"
    message = "Too many links are being fetched right now. Add this one again in a moment."
