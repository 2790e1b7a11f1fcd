"""A built site, pushed to a branch of the folder's git remote, where GitHub Pages and others publish it."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ghp_import import GhpError, ghp_import

from digitjs.errors import DigitjsError, printable
from digitjs.filesystem import output_folder
from digitjs.filesystem.output_folder import MANIFEST, Kind
from digitjs.verify import Problem, check_files

CNAME = "CNAME"  # the domain that GitHub Pages answers to
LISTED = 5  # problems that one message names
GITHUB = re.compile(r"github\.com[:/]+(?P<user>[^/]+)/(?P<name>[^/]+?)(\.git)?/?$")
ABSENT = 2  # how `git ls-remote --exit-code` ends where there is no such branch


@dataclass(frozen=True)
class Target:
    """Where a site is pushed to, and how."""

    remote: str = "origin"
    branch: str = "gh-pages"
    message: str = "Publish the site"
    force: bool = False  # take the place of whatever the branch holds, here and there


@dataclass(frozen=True)
class Deployed:
    """What was pushed."""

    changed: bool  # whether the branch was another before
    address: str  # where visitors find it; empty where the remote does not tell


def publish(folder: Path, target: Target) -> Deployed:
    """Commit a site to a branch, beside the files that are checked out, and push it.

    The branch keeps its history and its CNAME; else it has what the folder has, and .nojekyll.

    Args:
        folder: the site, below the working folder or not; the working folder belongs to the git repository.
        target: the remote and the branch.

    Raises:
        DigitjsError: the folder is not a site as it was built, there is no git, repository, remote or name to commit
            with, the branch is checked out or holds what would be lost, or the remote cannot be reached or refuses
            the push.
        OSError: a file cannot be read.
    """
    _require_whole(folder)
    _require_repository(target)
    domain = _fetched_domain(target)
    if not target.force:
        _require_no_loss(target)
    before = _git("rev-parse", "--verify", "--quiet", f"{_tracking(target)}^{{tree}}").stdout
    own = folder / CNAME
    _commit(folder, target, None if own.is_file() else domain)
    after = _git("rev-parse", "--verify", "--quiet", f"refs/heads/{target.branch}^{{tree}}").stdout
    if before != after:
        _push(target)
    host = own.read_text("utf-8").strip() if own.is_file() else domain
    url = _git("remote", "get-url", "--", target.remote).stdout.strip()
    return Deployed(before != after, f"https://{host}/" if host else address(url))


def address(url: str) -> str:
    """Where GitHub Pages publishes a repository, by the URL of the remote; empty for other hosts."""
    found = GITHUB.search(url)
    if not found:
        return ""
    host = f"{found['user'].lower()}.github.io"
    return f"https://{host}/" if found["name"].lower() == host else f"https://{host}/{found['name']}/"


def _require_whole(folder: Path) -> None:
    """Refuse what is not a site as it was built."""
    if output_folder.read_manifest(folder) is None:
        raise DigitjsError(f"{folder} holds no site that digitjs made: run digitjs build.")
    if (folder / ".git").exists():
        raise DigitjsError(f"{folder} is a working tree of git itself: commit and push in it.")
    problems = [*_foreign(folder), *check_files(folder)]
    if problems:
        named = "; ".join(f"{printable(problem.where)} {problem.what}" for problem in problems[:LISTED])
        more = f"; and {len(problems) - LISTED} more" if len(problems) > LISTED else ""
        raise DigitjsError(f"{folder} is not as it was built ({named}{more}): run digitjs build.")


def _foreign(folder: Path) -> Iterator[Problem]:
    for name in output_folder.survey(folder)[Kind.FOREIGN]:
        yield Problem(name, "was not made by digitjs")


def _require_repository(target: Target) -> None:
    """Refuse what cannot be committed or pushed."""
    if _git("rev-parse", "--git-dir").returncode != 0:
        raise DigitjsError("This folder belongs to no git repository: run git init, or digitjs deploy where one is.")
    if _git("check-ref-format", "--branch", target.branch).returncode != 0:
        raise DigitjsError(f"{printable(target.branch)!r} cannot be the name of a branch: choose another.")
    if _git("remote", "get-url", "--", target.remote).returncode != 0:
        raise DigitjsError(
            f"git knows no remote {printable(target.remote)!r} here: add it with git remote add, or name another with "
            "--remote."
        )
    if f"branch refs/heads/{target.branch}" in _git("worktree", "list", "--porcelain").stdout.splitlines():
        raise DigitjsError(
            f"The branch {target.branch} is checked out, and the site would take the place of its files: name another "
            "with --branch."
        )
    for key in ("name", "email"):
        if not os.environ.get(f"GIT_COMMITTER_{key.upper()}") and not _git("config", f"user.{key}").stdout.strip():
            raise DigitjsError(f"git does not know who commits: run git config user.{key} first.")


def _require_no_loss(target: Target) -> None:
    """Refuse a branch with files that are no site, or with commits of somebody's that the remote does not have."""
    local, fetched = f"refs/heads/{target.branch}", _tracking(target)
    is_there = _git("rev-parse", "--verify", "--quiet", fetched).returncode == 0
    if not _is_for_a_site(fetched if is_there else local):
        raise DigitjsError(
            f"The branch {target.branch} holds files that are no site of digitjs, and the site would take their "
            "place: name another with --branch, or let --force replace them."
        )
    # What ghp-import drops; where the remote has no such branch, it commits on top of the one that is here.
    unpushed = _git("rev-list", local, f"^{fetched}", "--").stdout.split() if is_there else []
    if not all(_is_site(commit) for commit in unpushed):  # sites are of pushes that failed
        raise DigitjsError(
            f"The branch {target.branch} has commits that {target.remote} does not have, and they would be lost: push "
            "them, or let --force drop them."
        )


def _is_for_a_site(reference: str) -> bool:
    """Whether a branch is not there, or holds a site or no more than what GitHub makes a branch with."""
    return _is_site(reference) or all(
        name in (CNAME, ".nojekyll") or name.startswith("README") for name in _names(reference)
    )


def _is_site(commit: str) -> bool:
    return MANIFEST in _names(commit)


def _names(commit: str) -> list[str]:
    """What the folder of a commit has; nothing where there is no such commit."""
    return _git("ls-tree", "--full-tree", "--name-only", "-z", commit).stdout.split("\0")[:-1]


def _fetched_domain(target: Target) -> str | None:
    """Fetch the branch, where the remote has it; gives what its CNAME says."""
    name = f"refs/heads/{target.branch}"
    listed = _git("ls-remote", "--exit-code", target.remote, name)
    if listed.returncode == ABSENT:
        _git("update-ref", "-d", _tracking(target))  # of a branch that was there once
        return None
    if listed.returncode == 0:
        listed = _git("fetch", "--quiet", target.remote, f"+{name}:{_tracking(target)}")
    if listed.returncode != 0:
        raise DigitjsError(f"git cannot read the remote {target.remote}: {_said(listed)}.")
    kept = _git("show", f"{_tracking(target)}:{CNAME}")
    return kept.stdout.strip() or None if kept.returncode == 0 else None


def _commit(folder: Path, target: Target, domain: str | None) -> None:
    try:
        ghp_import(
            str(folder),
            remote=target.remote,
            branch=target.branch,
            mesg=target.message,
            cname=domain,
            nojekyll=True,
        )
    except (GhpError, TypeError) as error:  # TypeError: how ghp-import 2.1 fails to say that git did not take it
        raise DigitjsError(f"git cannot commit {folder}: its message is above.") from error


def _push(target: Target) -> None:
    force = ["--force"] if target.force else []
    name = f"refs/heads/{target.branch}"
    done = _git("push", "--quiet", *force, target.remote, f"{name}:{name}")
    if done.returncode != 0:
        raise DigitjsError(f"The remote {target.remote} refuses the branch {target.branch}: {_said(done)}.")


def _tracking(target: Target) -> str:
    """Where git keeps what the remote's branch was when it was last seen."""
    return f"refs/remotes/{target.remote}/{target.branch}"


def _git(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """What git says, in English; where it needs a password, it asks at the terminal."""
    try:
        return subprocess.run(
            ["git", *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )
    except FileNotFoundError as error:
        raise DigitjsError("There is no git on this machine: install it, or copy the folder to your host.") from error


def _said(done: "subprocess.CompletedProcess[str]") -> str:
    """The line of git's message that tells the reason."""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    telling = [line for line in lines if re.match(r"remote: |fatal: |! \[|error: ", line)] or lines or ["no message"]
    return printable(re.sub(r"^(remote|fatal|error): ", "", telling[0])).rstrip(".")
