"""What a person does to see what Claude sees, and what the model was sent then."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.support.formats import frames
from tests.support.intake import tile
from tests.support.pages import wait_until_settled
from tests.support.pictures import decoded

LOOK = "Look as Claude sees it"

PAGES = [(30 * page, 200 - 20 * page, 90 + 10 * page) for page in range(8)]
"""Colours of the pages of a document."""


def eight_pages(path: Path) -> Path:
    """Write a document of eight pages, each of a colour of its own."""
    path.write_bytes(frames("PDF", PAGES, (300, 400)))
    return path


def look(page: Page, url: str, path: Path) -> Locator:
    """Add a picture and open what Claude sees of it; return the dialog."""
    page.goto(url)
    page.get_by_label("Pictures", exact=True).set_input_files(path)
    tile(page, path.name).get_by_role("button", name=LOOK).click()
    dialog = page.get_by_role("dialog", name="What Claude sees")
    expect(dialog.get_by_text("Sent as", exact=True)).to_be_visible()
    return dialog


def tiles_ready(page: Page, names: list[str]) -> None:
    expect(page.locator(".tile[data-state=ready] [data-name]")).to_have_text(names)


def sent(page: Page, api, question: str = "Describe it.") -> list[Image.Image]:
    """Ask, and return the pictures that the model was sent."""
    page.get_by_label("Instruction").fill(question)
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/c/**")
    wait_until_settled(page)
    return [decoded(image.data) for image in api.requests[-1].images]
