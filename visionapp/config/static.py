"""Static files under hashed names, so that browsers keep them for good."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticConfig(StaticFilesConfig):
    """Leaves out what no page uses: htmx's extensions, a second viewer of the API."""

    ignore_patterns = (*StaticFilesConfig.ignore_patterns, "ext", "redoc*")


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Also rewrites the imports between JavaScript modules to the hashed names."""

    support_js_module_import_aggregation = True


def collect_when_changed() -> None:
    """Run ``collectstatic``, which takes a second, if a source file has changed since."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    seen = _fingerprint()
    if stamp.exists() and stamp.read_text() == seen:
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(seen)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(list(StaticConfig.ignore_patterns)):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_mtime_ns} {status.st_size}\n".encode())
    return digest.hexdigest()
