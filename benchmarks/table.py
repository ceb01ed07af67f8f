"""The rows that benchmarks return, and the table they are printed in."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, what it is measured against, and what it must keep to (if anything is said)."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    reference_name: str = ""
    most: float | None = None
    most_ratio: float | None = None
    least: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the reference the figure is."""
        return self.value / self.reference if self.reference else None

    @property
    def verdict(self) -> str:
        """Whether the bound holds; empty without one."""
        kept = [
            self.value <= bound if is_most else self.value >= bound
            for bound, is_most in ((self.most, True), (self.least, False))
            if bound is not None
        ]
        if self.most_ratio is not None:
            kept.append((self.ratio or 0) <= self.most_ratio)
        return ("ok" if all(kept) else "OVER") if kept else ""


def printed(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| what | figure | reference | ratio | bound | |",
        "|---|--:|---|--:|--:|---|",
    ]
    for row in rows:
        reference = ""
        if row.reference is not None:
            reference = f"{_short(row.reference)} {row.reference_name}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        bounds = [
            f"≤ {_short(row.most)} {row.unit}" if row.most is not None else "",
            f"≤ {row.most_ratio} times" if row.most_ratio is not None else "",
            f"≥ {_short(row.least)} {row.unit}" if row.least is not None else "",
        ]
        bound = " ".join(bound for bound in bounds if bound)
        figure = f"{_short(row.value)} {row.unit}"
        lines.append(
            f"| {row.name} | {figure} | {reference} | {ratio} | {bound} | {row.verdict} |"
        )
    return "\n".join(lines)


def quantile(values: Iterable[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"
