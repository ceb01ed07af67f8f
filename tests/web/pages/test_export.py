"""A conversation as a file, from the page and from the API."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from tests.support.asgi import serving
from tests.support.builders import a_follow_up, a_picture, a_png, a_turn, answered
from tests.support.disk import kept_files
from tests.support.formats import frames
from tests.support.pictures import chart, decoded, encoded
from tests.support.problems import assert_problem
from visionapp.conversations.models import Turn
from visionapp.conversations.pictures import take_out
from visionapp.preparation import View
from visionapp.uploads.intake import accept_part
from visionapp.uploads.renditions import prepared_for
from visionapp.web.downloads import document_of


@pytest.fixture(params=["/c/{}/export/{}/", "/api/v1/conversations/{}/export/{}"])
def export(request, local_user):
    """Fetch an export by either address."""

    def fetch(conversation_id, format_name):
        return Client().get(request.param.format(conversation_id, format_name))

    return fetch


def test_markdown_is_a_file_with_the_questions_and_answers(export, local_user):
    turn = answered(a_turn(local_user.pk, "Über sales: 2024?"), "They **rose**.")

    response = export(turn.conversation_id, "md")

    text = b"".join(response).decode()
    assert response.status_code == 200
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="uber-sales-2024.md"'
    assert response["Content-Length"] == str(len(text.encode()))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Über sales: 2024?" in text
    assert "They **rose**." in text


def test_a_zip_holds_the_pictures_too(export, local_user):
    picture = a_picture(local_user.pk, name="../evil/chart.png", data=a_png(61, 41))
    turn = answered(a_turn(local_user.pk, pictures=[picture]))

    response = export(turn.conversation_id, "zip")

    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert any(name.endswith(".md") for name in names)
    assert any(name.endswith((".png", ".jpg")) for name in names)
    assert not any(".." in name or name.startswith("/") for name in names)


def test_a_picture_that_was_taken_out_says_so(export, local_user):
    pictures = [a_picture(local_user.pk, name=f"{name}.png") for name in "ab"]
    turn = answered(a_turn(local_user.pk, pictures=pictures))
    take_out(turn.conversation, pictures[1].pk)

    text = b"".join(export(turn.conversation_id, "md")).decode()

    [line] = [line for line in text.splitlines() if "taken out" in line]
    assert line.startswith("- Image 2: b.png (")


def test_only_the_current_path_is_exported(export, local_user):
    first = answered(a_turn(local_user.pk))
    answered(a_follow_up(first.conversation, "Left?"), "Elsewhere.")
    answered(a_follow_up(first.conversation, "Right?", parent_id=first.pk), "Here.")

    text = b"".join(export(first.conversation_id, "md")).decode()

    assert "Here." in text
    assert "Elsewhere." not in text


@pytest.mark.parametrize("title", ['";evil\r\nX: y', "日本語", "../../etc", "."])
def test_a_title_cannot_break_the_header(export, local_user, title):
    turn = answered(a_turn(local_user.pk))
    conversation = turn.conversation
    conversation.title = title
    conversation.save()

    response = export(conversation.pk, "md")
    b"".join(response)

    name = response["Content-Disposition"].removeprefix('attachment; filename="')
    assert name.removesuffix('.md"').replace("-", "").isalnum()


def test_a_format_that_does_not_exist_is_not_found(local_user):
    turn = answered(a_turn(local_user.pk))
    api = Client().get(f"/api/v1/conversations/{turn.conversation_id}/export/exe")
    page = Client().get(f"/c/{turn.conversation_id}/export/exe/")

    assert "md" in assert_problem(api, 404, "export.format_unknown")
    assert page.status_code == 404
    assert "There is no such export format" in page.content.decode()


def test_a_conversation_without_an_answer_can_be_exported(export, local_user):
    turn = a_turn(local_user.pk, "What is it?")

    response = export(turn.conversation_id, "md")

    assert response.status_code == 200
    assert "What is it?" in b"".join(response).decode()


@pytest.mark.django_db(transaction=True)
def test_files_come_whole_through_the_server_itself(owner):
    picture = a_picture(owner.id, data=a_png(400, 300))
    turn = answered(a_turn(owner.id, pictures=[picture]))
    headers = {"authorization": f"Bearer {owner.token}"}

    async def talk(server):
        return [
            await server.fetch(path, headers=headers)
            for path in (
                f"/api/v1/images/{picture.pk}/original",
                f"/api/v1/conversations/{turn.conversation_id}/export/zip",
            )
        ]

    original, export = serving(talk)

    assert original.body == a_png(400, 300)
    assert zipfile.ZipFile(io.BytesIO(export.body)).testzip() is None
    for answer in (original, export):
        assert answer.headers["content-length"] == str(len(answer.body))


def test_a_zip_without_one_of_its_pictures_is_not_begun(local_user):
    picture = a_picture(local_user.pk)
    turn = answered(a_turn(local_user.pk, pictures=[picture]))
    default_storage.delete(picture.prepared_images.get().file.name)

    api = Client().get(f"/api/v1/conversations/{turn.conversation_id}/export/zip")
    page = Client().get(f"/c/{turn.conversation_id}/export/zip/")

    assert_problem(api, 404, "image.gone")
    assert page.status_code == 404
    assert b"chart.png" in b"".join(Client().get(f"/c/{turn.conversation_id}/export/md/"))


def exported_size(turn) -> tuple[int, int]:
    response = Client().get(f"/c/{turn.conversation_id}/export/zip/")
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as archive:
        [name] = [name for name in archive.namelist() if not name.endswith(".md")]
        return decoded(archive.read(name)).size


def test_a_zip_holds_the_picture_as_the_turns_own_model_was_sent_it(local_user, with_a_key):
    picture = a_picture(local_user.pk, data=encoded(chart(2000, 1000)))
    small = prepared_for(picture, "standard")
    turn = answered(a_turn(local_user.pk, pictures=[picture]))

    assert exported_size(turn) == (2000, 1000)

    Turn.objects.update(model="llava")
    assert exported_size(turn) == (small.width, small.height)


@pytest.mark.parametrize("format_name", ["md", "zip"])
def test_an_export_prepares_no_picture(export, local_user, format_name):
    turn = answered(a_turn(local_user.pk))
    Turn.objects.update(model="llava")
    files = kept_files()

    assert b"".join(export(turn.conversation_id, format_name))

    assert kept_files() == files


@pytest.mark.parametrize("turns", [2, 12])
def test_a_long_export_costs_as_many_queries_as_a_short_one(
    local_user, with_a_key, django_assert_max_num_queries, turns
):
    turn = answered(a_turn(local_user.pk))
    for number in range(turns - 1):
        turn = answered(a_follow_up(turn.conversation, f"And {number}?"))
    Turn.objects.update(model="not-on-offer")

    with django_assert_max_num_queries(7):
        assert b"".join(Client().get(f"/c/{turn.conversation_id}/export/md/"))


def test_pages_of_a_file_keep_their_numbers_in_an_export(local_user):
    whole = a_picture(local_user.pk, name="annual.report.pdf", data=frames("PDF"))
    pages = [accept_part(whole, View(number)) for number in (1, 2)]
    turn = answered(a_turn(local_user.pk, pictures=pages))

    page = document_of(turn.conversation)

    names = [picture.name for each in page.turns for picture in each.pictures]
    assert names == ["annual.report, page 2.png", "annual.report, page 3.png"]
