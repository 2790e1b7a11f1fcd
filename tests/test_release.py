"""What publishes a version: nothing goes out under another name than its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT
from digitjs import __version__

RELEASE = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")


def steps(job: str) -> list[dict[str, Any]]:
    """The steps of one of the workflow's jobs."""
    return RELEASE["jobs"][job]["steps"]


def checked(folder: Path, tag: str) -> "subprocess.CompletedProcess[str]":
    """The workflow's own check of a tag, run in a folder."""
    script = next(step["run"] for step in steps("build") if "GITHUB_REF_NAME" in step.get("run", ""))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "GITHUB_REF_NAME": tag, "PATH": path}
    command = ["bash", "-e", "-c", script.replace("tomllib", "tomllib" if sys.version_info >= (3, 11) else "tomli")]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_tag_must_name_the_version_of_the_package_and_of_the_changelog(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG.replace("[Unreleased]", "[9.9.9]"), "utf-8")
    done = checked(tmp_path, "v9.9.9")
    assert (done.returncode, done.stdout) == (1, f"The tag v9.9.9 is not v{__version__}.\n")
    done = checked(tmp_path, f"v{__version__}")
    assert (done.returncode, done.stdout) == (1, f"CHANGELOG.md has no section [{__version__}].\n")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG.replace("[Unreleased]", f"[{__version__}]"), "utf-8")
    done = checked(tmp_path, f"v{__version__}")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_only_the_job_that_publishes_may_prove_who_it_is() -> None:
    assert RELEASE["permissions"] == {"contents": "read"}
    assert "permissions" not in RELEASE["jobs"]["build"]
    assert RELEASE["jobs"]["publish"]["permissions"] == {"id-token": "write"}
    assert RELEASE["jobs"]["publish"]["needs"] == "build"
    assert not any("run" in step for step in steps("publish"))  # nothing of the checkout runs where the proof is


@pytest.mark.parametrize("heading", ["## [Unreleased]", "### Added"])
def test_the_changelog_has_the_form_of_keep_a_changelog(heading: str) -> None:
    assert heading in CHANGELOG.splitlines()
