"""Deletes stored files; the rows that named them are gone, or were never made."""

import logging
from collections.abc import Iterable

from django.core.files.storage import default_storage

logger = logging.getLogger(__name__)


def delete(names: Iterable[str]) -> None:
    """Delete what is there of these; what cannot be deleted is logged and left to housekeeping."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError as failure:
            # One file that cannot be deleted must not keep the others.
            logger.error("The file %s could not be deleted: %s", name, failure)  # noqa: TRY400
