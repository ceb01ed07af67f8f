"""README's table of variables against what the code reads."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def names_read() -> set[str]:
    """Return every whole string in capitals that env.py holds, or that settings.py asks it for."""
    whole = ast.walk(ast.parse((ROOT / "visionapp/config/env.py").read_text()))
    asked = [
        word
        for call in ast.walk(ast.parse((ROOT / "visionapp/config/settings.py").read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("env.")
        for word in call.args
    ]
    words = [node.value for node in (*whole, *asked) if isinstance(node, ast.Constant)]
    return {word for word in words if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", str(word))}


def test_readme_lists_every_variable_that_is_read_and_no_other():
    table = (ROOT / "README.md").read_text().split("## Configuration")[1].split("\n## ")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == names_read()


def test_nothing_else_of_ours_reads_the_environment():
    readers = {
        path.relative_to(ROOT / "visionapp").as_posix()
        for path in (ROOT / "visionapp").rglob("*.py")
        if re.search(r"os\.(environ\.get|environ\[\"|getenv)", path.read_text())
    }

    # serve and its children tell one another the folder and a pipe, which nobody else sets.
    assert readers == {
        "config/env.py",
        "config/parent.py",
        "config/management/commands/serve.py",
    }
