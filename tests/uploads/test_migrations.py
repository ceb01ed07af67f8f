"""From uploads to pictures of uploads: a database of the version before, brought to this one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("uploads", "0001_initial"), ("conversations", "0001_initial")]
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
OLD = "old"


class Database:
    """A database apart from that of the tests, with the tables of some version."""

    def __init__(self, targets) -> None:
        self.migrate(targets)

    def migrate(self, targets=None) -> None:
        """Bring it there, or to the newest version."""
        executor = MigrationExecutor(connections[OLD])
        targets = targets or executor.loader.graph.leaf_nodes()
        executor.migrate(targets)
        self._apps = executor.loader.project_state(targets).apps

    def rows(self, model: str):
        return self._apps.get_model(model).objects.using(OLD)

    def a_person(self, name: str):
        return self.rows("auth.User").create(username=name)

    def an_upload(self, owner, sha256: str, minutes: int):
        """Add an upload with two files, prepared once."""
        row = self.rows("uploads.Upload").create(
            owner_id=owner.pk,
            name=f"{sha256}.png",
            format="PNG",
            width=60,
            height=40,
            bytes=1000,
            sha256=sha256,
            thumbnail_type="image/jpeg",
        )
        row.original = default_storage.save(f"{owner.pk}/{row.pk}.original", ContentFile(b"o"))
        row.thumbnail = default_storage.save(f"{owner.pk}/{row.pk}.thumbnail", ContentFile(b"tt"))
        row.created_at = NOON + timedelta(minutes=minutes)
        row.save()
        self.rows("uploads.PreparedImage").create(
            upload_id=row.pk,
            tier="high",
            media_type="image/png",
            width=60,
            height=40,
            bytes=500,
            tokens=6,
            file=f"{owner.pk}/{row.pk}.prepared-high",
        )
        return row

    def a_turn(self, owner, *shown):
        """Ask about these uploads."""
        thread = self.rows("conversations.Conversation").create(owner_id=owner.pk, updated_at=NOON)
        turn = self.rows("conversations.Turn").create(
            conversation_id=thread.pk, max_tokens=1, waiting_since=NOON, hinted_at=NOON
        )
        for place, row in enumerate(shown):
            links = self.rows("conversations.TurnPicture")
            links.create(turn_id=turn.pk, upload_id=row.pk, place=place)
        return turn


@pytest.fixture
def database(django_db_blocker, tmp_path, own_disk):
    """The version before."""
    ordinary = connections["default"].settings_dict
    connections.settings[OLD] = {**ordinary, "NAME": str(tmp_path / "old.sqlite3")}
    with django_db_blocker.unblock():
        yield Database(BEFORE)
        connections[OLD].close()
    del connections[OLD]
    del connections.settings[OLD]


def test_uploads_become_pictures_of_files_that_are_kept_once(database):
    ann, bob = database.a_person("ann"), database.a_person("bob")
    again, first = database.an_upload(ann, "aa", 1), database.an_upload(ann, "aa", 0)
    other, theirs = database.an_upload(ann, "bb", 2), database.an_upload(bob, "aa", 3)
    default_storage.delete(other.thumbnail.name)
    turn = database.a_turn(ann, other, again)

    database.migrate()

    uploads = {row.pk: row for row in database.rows("uploads.Upload")}
    pictures = {row.pk: row for row in database.rows("uploads.Picture")}
    # Ids stay, the same bytes of the same person become one upload, and that has the older file.
    assert {pk: row.upload_id for pk, row in pictures.items()} == {
        first.pk: first.pk,
        again.pk: first.pk,
        other.pk: other.pk,
        theirs.pk: theirs.pk,
    }
    assert {pk: row.file.name for pk, row in uploads.items()} == {
        row.pk: row.original.name for row in (first, other, theirs)
    }
    assert facts(uploads[first.pk]) == (ann.pk, "aa", 1000, "PNG", 1)
    moved = pictures[again.pk]
    assert (moved.owner_id, moved.name, moved.width, moved.height) == (ann.pk, "aa.png", 60, 40)
    assert (moved.frame, moved.box, moved.thumbnail.name) == (0, None, again.thumbnail.name)
    assert moved.created_at == NOON + timedelta(minutes=1)
    # What was prepared and what turns show belongs to the same pictures.
    prepared = database.rows("uploads.PreparedImage").values_list("picture_id", flat=True)
    assert set(prepared) == set(pictures)
    shown = database.rows("conversations.TurnPicture").filter(turn_id=turn.pk).order_by("place")
    assert list(shown.values_list("picture_id", flat=True)) == [other.pk, again.pk]
    weights = {pk: row.made_bytes for pk, row in pictures.items()}
    assert weights == {first.pk: 502, again.pk: 502, other.pk: 500, theirs.pk: 502}


def facts(upload) -> tuple[int, str, int, str, int]:
    return upload.owner_id, upload.sha256, upload.bytes, upload.format, upload.frames
