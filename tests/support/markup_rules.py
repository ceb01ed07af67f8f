"""Finds in HTML what a strict Content-Security-Policy would have to forbid."""

from html.parser import HTMLParser


class Offences(HTMLParser):
    """Collects inline scripts, inline styles, event attributes and addresses elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "script" and not given.get("src") and given.get("type") != "application/json":
            self.found.append("an inline script")
        if tag in {"style", "base", "object", "embed", "iframe"}:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"{name}={value!r}")
            if name in {"src", "href", "action", "srcset"} and _is_foreign(value or ""):
                self.found.append(f"{name}={value!r}")


def _is_foreign(address: str) -> bool:
    bare = address.strip().lower()
    return bare.startswith(("javascript:", "data:", "vbscript:", "//", "http:", "https:"))


def offences(html: str) -> list[str]:
    """Return what is wrong with a page, an empty list if nothing is."""
    reader = Offences()
    reader.feed(html)
    reader.close()
    return reader.found
