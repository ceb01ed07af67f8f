"""What a person does with the pictures of a form, and a way to hold what the page asks."""

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Locator, Page, Route, expect

UPLOADS = "**/api/v1/images"


class Holder:
    """Holds requests to an address until they are let go."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.held: list[Route] = []
        self._is_open = False
        page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self.held.append(route)

    def let_go(self) -> None:
        self._is_open = True
        while self.held:
            self.held.pop().continue_()

    def end(self) -> None:
        """Drop what is still held: the page may have given it up."""
        while self.held:
            with suppress(Error):
                self.held.pop().abort()


def tile(page: Page, name: str) -> Locator:
    """Return the tile of a picture by its name on the page."""
    return page.get_by_role("listitem").filter(has=page.get_by_text(name, exact=True))


def names(page: Page) -> list[str]:
    """Return the names on the tiles, in order."""
    return page.locator(".tile [data-name]").all_text_contents()


def choose(page: Page, *files: Path) -> None:
    """Choose files with the main control."""
    page.get_by_label("Pictures", exact=True).set_input_files(list(files))


def add_ready(page: Page, *files: Path) -> None:
    """Choose files and wait until all are there."""
    choose(page, *files)
    for file in files:
        expect(tile(page, file.name).get_by_text("px sent")).to_be_visible()


def paste(page: Page, text: str, onto: str = "body") -> None:
    """Paste a text onto an element."""
    page.locator(onto).evaluate(
        """(element, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }""",
        text,
    )
