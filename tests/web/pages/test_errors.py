"""What people see when something is refused or goes wrong."""

import logging

import pytest
from django.test import Client
from django.urls import path

from tests.support.problems import assert_problem
from visionapp.config import urls
from visionapp.errors import Conflict
from visionapp.web.pages import errors


def broken(request):
    raise ZeroDivisionError


def refusing(request):
    raise Conflict("Not now.")


urlpatterns = [
    path("broken/", broken),
    path("api/v1/broken", broken),
    path("refusing/", refusing),
    *urls.urlpatterns,
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error


@pytest.fixture
def careless(settings, local_user) -> Client:
    """A browser that shows what the server answers, whatever went wrong there."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def test_an_address_that_is_not_there_is_a_page_with_a_way_on(local_user):
    response = Client().get("/nothing/here/")

    page = response.content.decode()
    assert response.status_code == 404
    assert "There is nothing at this address, or it is not yours." in page
    assert 'href="/"' in page


def test_a_mistake_of_ours_is_a_page_that_tells_nothing_of_it(careless, caplog):
    response = careless.get("/broken/")

    [logged] = caplog.records
    assert logged.exc_info[0] is ZeroDivisionError
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something went wrong here." in page
    assert "ZeroDivision" not in page


def test_a_mistake_of_ours_below_the_api_is_a_problem_document(careless):
    sentence = assert_problem(careless.get("/api/v1/broken"), 500, "error")

    assert "ZeroDivision" not in sentence


def test_a_refusal_that_a_page_let_through_is_a_page_with_its_sentence(careless):
    response = careless.get("/refusing/")

    assert response.status_code == 409
    assert "Not now." in response.content.decode()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/refusing/", 409, "conflict"),
        ("/nothing/here/", 404, "not_found"),
        ("/broken/", 500, "error"),
    ],
)
def test_a_pages_own_script_is_told_in_a_form_that_it_can_show(careless, path, status, code):
    response = careless.get(path, headers={"HX-Request": "true"})

    assert_problem(response, status, code)


def test_a_method_that_a_page_does_not_have_is_a_page_too(local_user):
    response = Client().delete("/")

    assert response.status_code == 405
    assert "cannot be called with DELETE" in response.content.decode()
    assert set(response["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_a_form_with_too_many_fields_is_refused(local_user):
    response = Client().post("/", {f"field{n}": "x" for n in range(300)})

    assert response.status_code == 400
    assert "The request cannot be read" in response.content.decode()


def test_too_many_ids_of_pictures_are_refused(local_user):
    response = Client().post("/", {"images": ["x"] * 300, "instruction": "x"})

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("headers", "reason"),
    [({"Host": "evil.example"}, "Invalid HTTP_HOST"), ({}, "number of GET/POST parameters")],
)
def test_what_cannot_be_read_is_one_line_of_log_without_a_traceback(
    local_user, caplog, headers, reason
):
    Client(headers=headers).post("/", {f"field{n}": "x" for n in range(300)})

    [line] = [each for each in caplog.records if logging.getLogger(each.name).isEnabledFor(30)]
    assert line.exc_info is None
    assert line.getMessage().startswith("POST /: request.malformed (")
    assert reason in line.getMessage()


def test_a_form_in_broken_parts_is_one_line_of_log_too(owner, caplog):
    client = Client(headers={"Authorization": f"Bearer {owner.token}"})

    response = client.post("/api/v1/images", b"xx", content_type="multipart/form-data")

    assert_problem(response, 400, "request.malformed")
    [line] = caplog.records
    assert line.exc_info is None
    assert "boundary" in line.getMessage()
