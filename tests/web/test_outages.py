"""A full disk and an absent database: a sentence and a line of log, not a mistake of ours."""

import errno
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import OperationalError
from django.test import Client

from tests.support.builders import a_png
from tests.support.disk import FullDisk, kept_files, use_storage
from tests.support.people import Person
from tests.support.problems import assert_problem
from visionapp.errors import StorageFull, Unavailable
from visionapp.uploads.models import Picture
from visionapp.web import identity, listing
from visionapp.web.outages import outage_of
from visionapp.web.pages import new


def database_failure(name: str) -> OperationalError:
    cause = Exception()
    cause.sqlite_errorname = name
    failure = OperationalError("it failed")
    failure.__cause__ = cause
    return failure


def away(*_given, **_named):
    raise OperationalError("database is locked")


def full(*_given, **_named):
    raise OSError(errno.ENOSPC, "No space left on device")


def patient(person: Person | None = None) -> Client:
    """Return a client that reads the answer, whatever went wrong on the way to it."""
    headers = {"Authorization": f"Bearer {person.token}"} if person else {}
    return Client(raise_request_exception=False, headers=headers)


def upload(client: Client):
    return client.post("/api/v1/images", {"file": SimpleUploadedFile("chart.png", a_png())})


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_disk_without_room_is_full(number):
    assert isinstance(outage_of(OSError(number, "")), StorageFull)


@pytest.mark.parametrize("number", [errno.EIO, errno.EROFS])
def test_a_disk_that_fails_is_told_as_such(number):
    outage = outage_of(OSError(number, ""))

    assert isinstance(outage, Unavailable)
    assert "disk" in outage.message


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_FULL", StorageFull),
        ("SQLITE_BUSY", Unavailable),
        ("SQLITE_IOERR_SHMSIZE", Unavailable),
        ("", Unavailable),
    ],
)
def test_a_database_that_does_not_answer_is_an_outage(name, kind):
    assert type(outage_of(database_failure(name))) is kind


@pytest.mark.parametrize(
    "failure", [None, ValueError(), FileNotFoundError(errno.ENOENT, ""), OSError("no number")]
)
def test_any_other_failure_is_a_mistake_of_ours(failure):
    assert outage_of(failure) is None


def test_a_wrong_statement_is_a_mistake_of_ours():
    assert outage_of(database_failure("SQLITE_ERROR")) is None


def test_a_picture_that_the_disk_cannot_hold_is_refused_and_leaves_nothing(
    owner, settings, caplog
):
    use_storage(settings, FullDisk)
    before = kept_files()

    assert_problem(upload(patient(owner)), 507, "storage.full")

    assert kept_files() == before
    assert not Picture.objects.exists()
    [line] = [each for each in caplog.records if each.name.startswith("visionapp")]
    assert line.exc_info is None
    assert "storage.full" in line.getMessage()


def test_a_disk_that_is_full_while_the_form_is_read_is_told(owner, monkeypatch):
    monkeypatch.setattr(TemporaryUploadedFile, "__init__", full)
    client = patient(owner)

    response = client.post(
        "/api/v1/images",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--b--\r\n',
        content_type="multipart/form-data; boundary=b",
    )

    assert_problem(response, 507, "storage.full")


def test_a_full_disk_is_a_page_for_people(local_user, monkeypatch):
    monkeypatch.setattr(new, "ask", full)

    response = patient().post("/", {"instruction": "x"})

    assert response.status_code == 507
    assert "The server&#x27;s disk is full." in response.content.decode()


def test_a_database_that_is_away_is_told_to_programs_with_when_to_come_back(owner, monkeypatch):
    client = patient(owner)
    monkeypatch.setattr(listing, "page", away)

    response = client.get("/api/v1/conversations")

    assert_problem(response, 503, "unavailable")
    assert response["Retry-After"] == "5"


def test_a_database_that_is_away_is_a_page_that_needs_none(monkeypatch):
    # Pytest forbids any query here: the page about an absent database makes none.
    monkeypatch.setattr(identity, "local_person", away)
    monkeypatch.setattr(identity.User.objects, "get_or_create", away)

    response = patient().get("/settings/")

    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "The database does not answer right now" in response.content.decode()


def test_django_itself_says_nothing_of_an_outage():
    heard = logging.getLogger("django.request").filters[0]
    record = logging.makeLogRecord({"exc_info": (OSError, OSError(), None), "status_code": 503})

    assert not heard.filter(record)
    record.status_code = 500
    assert heard.filter(record)
