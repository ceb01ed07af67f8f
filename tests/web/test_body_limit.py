"""The cap on request bodies in front of Django: declared lengths, and lengths that turn up."""

import errno
import io

import pytest
from django.core.handlers import asgi

from tests.support.asgi import serving
from tests.support.builders import a_png
from visionapp.uploads import quota
from visionapp.uploads.models import Upload
from visionapp.web import body_limit
from visionapp.web.body_limit import OTHER_BYTES, UPLOAD_BYTES

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = {"type", "title", "status", "detail", "code"}
CHUNK = 64 * 1024


def post(path: str, chunks: list[bytes], **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return serving(lambda server: server.fetch(path, method="POST", headers=named, chunks=chunks))


@pytest.mark.parametrize(
    ("path", "limit", "code"),
    [
        ("/api/v1/images", UPLOAD_BYTES, "image.too_large"),
        ("/api/v1/conversations", OTHER_BYTES, "request.too_large"),
        ("/", OTHER_BYTES, "request.too_large"),
        ("/api/v1/images/elsewhere", OTHER_BYTES, "request.too_large"),
    ],
)
def test_a_declared_length_over_the_cap_is_refused(path, limit, code):
    answer = post(path, [b"x"], content_length=str(limit + 1))

    assert answer.status == 413
    assert set(answer.problem) == KEYS
    assert answer.problem["code"] == code
    assert answer.headers["connection"] == "close"


def test_who_still_sends_is_heard_out_within_reason_and_then_reads_the_answer(monkeypatch):
    chunks = [bytes(CHUNK)] * 8
    heard_out = post("/", chunks, content_length=str(10**9))
    monkeypatch.setattr(body_limit, "DRAINED_BYTES", 3 * CHUNK)
    cut_short = post("/", chunks, content_length=str(10**9))

    assert (heard_out.status, heard_out.read) == (413, 8)
    assert (cut_short.status, cut_short.read) == (413, 3)


def test_the_sentence_names_the_limit():
    answer = post("/api/v1/images", [b"x"], content_length=str(10**9))

    assert "40 MB" in answer.problem["detail"]


@pytest.mark.parametrize("length", ["", "many", "-1"])
def test_a_body_that_grows_past_the_cap_is_refused_as_soon_as_it_does(length, monkeypatch):
    monkeypatch.setattr(body_limit, "DRAINED_BYTES", 0)
    chunks = [bytes(CHUNK)] * (2 * OTHER_BYTES // CHUNK)

    headers = {"content_length": length} if length else {}
    answer = post("/api/v1/conversations", chunks, **headers)

    assert answer.status == 413
    assert answer.problem["code"] == "request.too_large"
    assert answer.read == OTHER_BYTES // CHUNK + 1


def test_a_picture_may_be_larger_than_words(local_user, monkeypatch):
    monkeypatch.setattr(body_limit, "OTHER_BYTES", 10)
    body = multipart(a_png())

    answer = post(
        "/api/v1/images",
        [body],
        content_type="multipart/form-data; boundary=cut",
        content_length=str(len(body)),
    )

    # A token is missing: the body was read, and Django answered.
    assert (answer.status, answer.problem["code"]) == (401, "auth.required")


def test_a_picture_in_pieces_is_taken_in(owner):
    body = multipart(a_png())
    pieces = [body[start : start + 100] for start in range(0, len(body), 100)]

    answer = post(
        "/api/v1/images",
        pieces,
        content_type="multipart/form-data; boundary=cut",
        content_length=str(len(body)),
        authorization=f"Bearer {owner.token}",
    )

    assert answer.status == 201
    assert Upload.objects.get().owner == owner.user


def test_a_picture_of_unknown_length_is_refused_with_what_to_do(owner):
    answer = post(
        "/api/v1/images",
        [multipart(a_png())],
        content_type="multipart/form-data; boundary=cut",
        transfer_encoding="chunked",
        authorization=f"Bearer {owner.token}",
    )

    assert (answer.status, answer.problem["code"]) == (411, "request.length_required")
    assert "Content-Length" in answer.problem["detail"]


def test_who_sends_at_unknown_length_is_heard_out_too():
    chunks = [bytes(CHUNK)] * 4

    answer = post("/api/v1/images", chunks, transfer_encoding="chunked")

    assert (answer.status, answer.read) == (411, 4)


def test_nothing_is_waited_for_when_the_last_piece_was_the_one_too_many():
    chunks = [bytes(OTHER_BYTES), b"x"]

    # The exchange would wait for the browser to leave, which it never does.
    answer = post("/api/v1/conversations", chunks)

    assert (answer.status, answer.read) == (413, 2)


def test_a_disk_with_no_room_for_an_upload_is_told(monkeypatch, lines):
    class NoRoom(io.BytesIO):
        def write(self, _data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(asgi.tempfile, "SpooledTemporaryFile", lambda **_: NoRoom())

    answer = post("/api/v1/images", [bytes(CHUNK)] * 4, content_length=str(4 * CHUNK))

    assert (answer.status, answer.problem["code"], answer.read) == (507, "storage.full", 4)
    assert lines() == ["/api/v1/images: storage.full ([Errno 28] No space left on device)"]


def test_an_upload_is_not_written_to_a_disk_that_is_nearly_full(monkeypatch, lines):
    monkeypatch.setattr(quota, "FREE_BYTES", 2**63)
    monkeypatch.setattr(asgi.tempfile, "SpooledTemporaryFile", lambda **_: pytest.fail("written"))

    answer = post("/api/v1/images", [bytes(CHUNK)] * 4, content_length=str(4 * CHUNK))

    assert (answer.status, answer.problem["code"], answer.read) == (507, "storage.full", 4)
    assert lines() == ["/api/v1/images: the disk is nearly full"]


def test_earlier_pictures_are_listed_from_a_disk_that_is_nearly_full(owner, monkeypatch):
    monkeypatch.setattr(quota, "FREE_BYTES", 2**63)
    headers = {"authorization": f"Bearer {owner.token}"}

    answer = serving(lambda server: server.fetch("/api/v1/images", headers=headers))

    assert answer.status == 200


def test_words_up_to_the_cap_reach_the_app(owner):
    body = b'{"images": [], "instruction": "' + b"x" * (OTHER_BYTES - 33) + b'"}'
    assert len(body) == OTHER_BYTES

    answer = post(
        "/api/v1/conversations",
        [body],
        content_type="application/json",
        content_length=str(len(body)),
        authorization=f"Bearer {owner.token}",
    )

    assert (answer.status, answer.problem["code"]) == (422, "image.missing")


def multipart(data: bytes) -> bytes:
    head = b'Content-Disposition: form-data; name="file"; filename="chart.png"'
    return b"--cut\r\n" + head + b"\r\n\r\n" + data + b"\r\n--cut--\r\n"
