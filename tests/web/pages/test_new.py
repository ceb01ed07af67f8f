"""The first page: pictures, an instruction, Analyse."""

import html
import json
import re
from uuid import uuid4

import pytest
from django.test import Client

from tests.support.builders import a_picture, a_png
from visionapp.conversations.asking import MAX_PICTURES
from visionapp.conversations.models import Conversation, Turn
from visionapp.preparation import READABLE


def test_the_page_offers_pictures_an_instruction_and_analyse(local_user):
    response = Client().get("/")

    page = response.content.decode()
    assert response.status_code == 200
    assert '<label class="field-label" for="pictures">Pictures</label>' in page
    assert '<label class="field-label" for="instruction">Instruction</label>' in page
    assert ">Analyse</button>" in page
    assert "Describe a chart" in page


def test_the_demo_is_named_on_the_page_and_only_while_it_answers(local_user, settings):
    assert "not Claude" in Client().get("/").content.decode()

    settings.DEMO = False

    page = Client().get("/").content.decode()
    assert "not Claude" not in page
    assert "Claude Sonnet 5.5" in page
    assert "$2 in, $10 out per million tokens" in page


def test_a_question_leads_to_its_conversation(local_user):
    picture = a_picture(local_user.pk)

    response = Client().post("/", {"images": [picture.pk], "instruction": "What does it show?"})

    conversation = Conversation.objects.get(owner=local_user)
    assert response.status_code == 302
    assert response["Location"] == f"/c/{conversation.pk}/"


def test_pictures_keep_the_order_in_which_they_were_given(local_user):
    pictures = [a_picture(local_user.pk, name=f"{n}.png") for n in range(4)][::-1]

    Client().post("/", {"images": [each.pk for each in pictures], "instruction": "Compare."})

    shown = [shown.picture for shown in Turn.objects.get().pictures.all()]
    assert shown == pictures


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"instruction": "", "preset": ""}, "Say what you want to know about the pictures."),
        ({"images": []}, "Add at least one picture."),
        ({"images": ["not-an-id"]}, "One of the pictures is not there any more. Add it again."),
        ({"images": [str(uuid4())]}, "One of the pictures is not there any more. Add it again."),
        ({"model": "gpt-9"}, "There is no model &#x27;gpt-9&#x27; here."),
    ],
)
def test_a_refused_question_says_why_and_keeps_what_was_written(local_user, sent, sentence):
    picture = a_picture(local_user.pk)
    form = {
        "images": [picture.pk],
        "instruction": "A question with <care> & words",
        "preset": "read-numbers",
    } | sent

    response = Client().post("/", form)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert not Conversation.objects.exists()
    if form["instruction"]:
        assert "A question with &lt;care&gt; &amp; words</textarea>" in page
    assert f'<input type="hidden" name="preset" value="{form["preset"]}">' in page


def test_what_is_wrong_with_the_instruction_is_said_with_its_box(local_user):
    form = {"images": [a_picture(local_user.pk).pk], "instruction": " "}

    page = Client().post("/", form).content.decode()

    assert re.search('<textarea id="instruction"[^>]* aria-describedby="error"', page)
    assert page.count('id="error"') == 1


def test_a_refused_question_keeps_its_pictures_in_order(local_user):
    pictures = [a_picture(local_user.pk, name=f"{n}.png") for n in (2, 1)]

    page = (
        Client()
        .post("/", {"images": [each.pk for each in pictures], "instruction": ""})
        .content.decode()
    )

    places = [page.index(f'name="images" value="{each.pk}"') for each in pictures]
    assert places == sorted(places)


def test_a_picture_that_is_kept_comes_with_the_record_that_the_api_gives(owner, required):
    picture = a_picture(owner.id)
    client = Client()
    client.force_login(owner.user)

    page = client.post("/", {"images": [picture.pk], "instruction": ""}).content.decode()

    [record] = re.findall('data-record="([^"]+)"', page)
    assert json.loads(html.unescape(record)) == owner.api().get(f"images/{picture.pk}").json()


def test_the_page_takes_all_formats_and_says_what_is_told_of_them(local_user):
    page = Client().get("/").content.decode()

    accept = re.search('id="pictures" accept="([^"]+)"', page)
    assert accept
    assert {"image/jpeg", "image/heic", "application/pdf", ".heic", ".pdf", ".tif"} <= set(
        accept[1].split(",")
    )
    assert "Photos, charts, scans and PDFs, up to 40 MB each" in page
    assert f'data-max-images="{MAX_PICTURES}"' in page
    assert f'data-readable="{READABLE}"' in page


def test_a_models_option_says_which_tier_it_sees_in(local_user, with_a_key):
    page = Client().get("/").content.decode()

    tiers = dict(re.findall('<option value="([^"]+)"[^>]*data-tier="([^"]+)"', page))
    assert tiers["claude-sonnet-5-5"] == "high"
    assert tiers["claude-haiku-4-5-20251001"] == "standard"


def test_somebody_elses_picture_is_neither_asked_about_nor_shown(local_user, stranger):
    theirs = a_picture(stranger.id, name="secret.png", data=a_png(70, 50))

    response = Client().post("/", {"images": [theirs.pk], "instruction": "What is it?"})

    assert response.status_code == 422
    assert "secret.png" not in response.content.decode()


def test_a_form_without_the_pages_token_asks_nothing(local_user):
    picture = a_picture(local_user.pk)

    response = Client(enforce_csrf_checks=True).post(
        "/", {"images": [picture.pk], "instruction": "What is it?"}
    )

    assert response.status_code == 403
    assert "This page is too old to send that." in response.content.decode()
    assert not Conversation.objects.exists()
