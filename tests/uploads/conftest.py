import pytest
from django.core.files.storage import default_storage


@pytest.fixture
def own_disk(settings, tmp_path):
    """Keep and receive files in folders of this test's own."""
    files, incoming = tmp_path / "files", tmp_path / "incoming"
    for folder in (files, incoming):
        folder.mkdir()
    settings.MEDIA_ROOT = files
    settings.FILE_UPLOAD_TEMP_DIR = incoming
    ordinary = settings.STORAGES["default"]
    options = {**ordinary["OPTIONS"], "location": files}
    settings.STORAGES = {**settings.STORAGES, "default": {**ordinary, "OPTIONS": options}}
    assert default_storage.path("x") == str(files / "x")
    return files
