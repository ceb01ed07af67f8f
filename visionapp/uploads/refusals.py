"""Why an upload is not taken, or not let go."""

from visionapp.errors import Conflict, Invalid, TooLarge


class PictureMissing(Invalid):
    """No file, no picture id, or none that is this person's."""

    code = "image.missing"
    message = "Add at least one picture."


class PictureGone(PictureMissing):
    """A picture id that is not, or no longer, one of this person's."""

    message = "One of the pictures is not there any more. Add it again."


class PictureTooLarge(TooLarge):
    """More bytes than are taken."""

    code = "image.too_large"


class PictureInUse(Conflict):
    """A conversation still shows it."""

    code = "image.in_use"
    message = "A conversation still uses this picture. Delete the conversation first."


class StorageLimitReached(TooLarge):
    """More than one person may keep here."""

    code = "storage.limit"
    message = "There is no room left for your pictures. Delete analyses you no longer need."
