"""``make bench``: runs all benchmarks, or those named, and prints one table."""

import sys

from benchmarks import crowd, legibility, markup, pictures, start, stream
from benchmarks.table import printed

ALL = {
    "start": start,
    "pictures": pictures,
    "crowd": crowd,
    "legibility": legibility,
    "markup": markup,
    "stream": stream,
}


def main(names: list[str]) -> int:
    """Print the table; return 1 if a bound does not hold."""
    rows = [row for name in names or ALL for row in ALL[name].rows()]
    print(printed(rows))
    return int(any(row.verdict == "OVER" for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
