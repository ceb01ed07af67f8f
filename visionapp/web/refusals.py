"""What the web layer itself refuses."""

from visionapp.errors import Invalid, Missing, VisionError


class TokenInvalid(VisionError):
    """A token that nobody has."""

    code = "auth.token_invalid"
    message = "This API token is not valid. Make a new one in Settings."


class SignInRequired(VisionError):
    """Nobody is signed in, and no token came along."""

    code = "auth.required"
    message = "Sign in, or send an API token as “Authorization: Bearer TOKEN”."


class CsrfFailed(VisionError):
    """A browser's request without the page's own token."""

    code = "auth.csrf_failed"
    message = "This page is too old to send that. Reload it and try again."


class RequestMalformed(VisionError):
    """A body that cannot be read at all."""

    code = "request.malformed"
    message = "The request's body cannot be read; send well-formed JSON."


class PositionInvalid(Invalid):
    """A position to go on after that is not one."""

    code = "events.position_invalid"
    message = "Last-Event-ID must be a whole number that this stream has sent."


class BytesGone(Missing):
    """A picture whose file was deleted, or did not come along with a restored database."""

    code = "image.gone"
    message = "The file of this picture is not there any more."


class RenditionUnknown(Missing):
    """No such version of a picture."""

    code = "image.rendition_unknown"
    message = "A picture has these versions: original, prepared and thumbnail."
