"""What the pages for people promise: commands that exist, links that lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.S))
    named = set(re.findall(r"\bmake (?:-s )?([a-z][a-z0-9-]*)", code))
    assert named - TARGETS == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    files = [link for link in links if "://" not in link]
    assert [link for link in files if not (page.parent / link).exists()] == []


def test_the_front_door_is_whole() -> None:
    promised = {
        "demo", "story", "up", "down", "reset", "test", "bench", "check", "token", "pid", "reconcile", "dead",
        "redrive", "docs",
    }  # fmt: skip
    assert promised <= TARGETS
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [
        target for target in sorted(promised) if f"make {target}" not in readme.replace("make -s", "make")
    ] == []
