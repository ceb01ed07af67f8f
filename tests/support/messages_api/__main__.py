"""The fake as a program of its own: prints its address, and serves until it is stopped."""

import argparse
import signal
import sys
import threading
import time

from tests.support.messages_api.answers import Answer, Behaviour, Timestamps, described
from tests.support.messages_api.checks import Asked
from tests.support.messages_api.scripts import SCRIPTS
from tests.support.messages_api.server import MessagesApi
from tests.support.messages_api.telling import words_of

CLOCKS = {"wall": time.time_ns, "monotonic": time.perf_counter_ns}
FILLER = words_of("The bars rise from left to right and the last one is the tallest of all. ")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.messages_api", description="A strict fake Messages API."
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--words-per-second", type=float, help="without: as fast as can be")
    parser.add_argument("--words", type=int, default=0, help="length of each answer in words")
    parser.add_argument("--script", choices=sorted(SCRIPTS), help="what the first requests meet")
    parser.add_argument(
        "--timestamps",
        nargs="?",
        const="wall",
        choices=CLOCKS,
        help="each word is the nanosecond in which it was sent",
    )
    return parser.parse_args()


def behaviour(chosen: argparse.Namespace) -> Behaviour:
    if chosen.timestamps:
        clock = CLOCKS[chosen.timestamps]
        return Timestamps(chosen.words or 400, chosen.words_per_second, clock)

    def text(asked: Asked) -> str:
        count = max(0, chosen.words)
        filler = (FILLER * (count // len(FILLER) + 1))[:count]
        return "".join(filler) or described(asked)

    return Answer(text, words_per_second=chosen.words_per_second)


def main() -> None:
    chosen = options()
    stopped = threading.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_: stopped.set())
    api = MessagesApi(default=behaviour(chosen), port=chosen.port)
    api.script(*SCRIPTS.get(chosen.script, ()))
    with api:
        sys.stdout.write(f"{api.url}\n")
        sys.stdout.flush()
        stopped.wait()


main()
