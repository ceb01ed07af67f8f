"""What a person does on the pages, by the names that controls have."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect


def analyse(page: Page, url: str, pictures: Sequence[Path], instruction: str) -> None:
    """Choose pictures, write an instruction and press Analyse; ends on the conversation's page."""
    page.goto(url)
    page.get_by_label("Pictures").set_input_files(list(pictures))
    page.get_by_label("Instruction").fill(instruction)
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/c/**")


def turns(page: Page) -> Locator:
    """Return the turns of the page, oldest first."""
    return page.locator("article.turn")


def answer(page: Page, number: int = -1) -> Locator:
    """Return a turn's answer; the newest one's by default."""
    return turns(page).nth(number).locator(".answer")


def wait_until_settled(page: Page) -> None:
    """Wait until no answer is running."""
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=30_000)


def ask(page: Page, question: str) -> None:
    """Ask a follow-up with the keyboard."""
    page.get_by_label("Follow-up").fill(question)
    page.get_by_label("Follow-up").press("Enter")
