"""What reaches a git remote, and how what cannot be pushed is refused."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run
from digitjs.deploy import address
from digitjs.filesystem.output_folder import write_manifest

Git = Callable[..., str]


@pytest.fixture
def git(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """`git ARGUMENTS` in a repository with one commit, a bare remote beside it, and a site in dist/."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")

    def git(*arguments: str, cwd: Path = tmp_path) -> str:
        command = ["git", "-c", "init.defaultBranch=main", *arguments]
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--bare", "--quiet", "remote.git")
    git("init", "--quiet")
    git("config", "user.name", "Ada")
    git("config", "user.email", "ada@example.org")
    git("remote", "add", "origin", "remote.git")
    Path("digitjs.toml").write_text("")
    git("add", "digitjs.toml")
    git("commit", "--quiet", "-m", "Begin")
    write_site("<p>first</p>")
    return git


def write_site(page: str) -> None:
    """A site of one page, with its manifest."""
    folder = Path("dist")
    folder.mkdir(exist_ok=True)
    (folder / "index.html").write_text(page)
    (folder / "digitjs.json").unlink(missing_ok=True)
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets" / "weights.bin").write_bytes(bytes(range(256)))
    write_manifest(folder)


def pushed(git: Git, branch: str = "gh-pages") -> list[str]:
    """The files of the remote's branch."""
    return git("ls-tree", "-r", "--name-only", branch, cwd=Path("remote.git")).splitlines()


def test_the_site_is_pushed_beside_what_is_checked_out(run: Run, git: Git) -> None:
    result = run("deploy")
    assert (result.exit_code, result.stdout) == (0, "Pushed dist to the branch gh-pages of origin.\n")
    assert pushed(git) == [".nojekyll", "assets/weights.bin", "digitjs.json", "index.html"]
    assert git("branch", "--show-current") == "main"
    assert git("log", "--format=%s", "gh-pages", cwd=Path("remote.git")) == "Publish the site"
    assert run("deploy").stdout == "origin has dist already.\n"
    Path("digitjs.toml").write_text('[site]\nurl = "https://example.org/digits"\n[deploy]\nbranch = "pages"\n')
    assert run("deploy").stdout == "Pushed dist to the branch pages of origin: https://example.org/digits/\n"


def test_another_site_is_a_commit_more_and_leaves_out_what_is_gone(run: Run, git: Git) -> None:
    assert run("deploy", "--branch", "pages").exit_code == 0
    Path("dist/assets/weights.bin").unlink()
    Path("dist/assets").rmdir()
    Path("dist/index.html").write_text("<p>second</p>")
    Path("dist/digitjs.json").unlink()
    write_manifest(Path("dist"))
    assert run("deploy", "--branch", "pages", "-m", "Second").exit_code == 0
    assert pushed(git, "pages") == [".nojekyll", "digitjs.json", "index.html"]
    assert git("log", "--format=%s", "pages", cwd=Path("remote.git")) == "Second\nPublish the site"
    assert git("show", "pages:index.html", cwd=Path("remote.git")) == "<p>second</p>"


def test_the_domain_of_the_branch_stays(run: Run, git: Git) -> None:
    assert run("deploy").exit_code == 0
    git("clone", "--quiet", "--branch", "gh-pages", "remote.git", "clone")
    clone = Path("clone").resolve()
    (clone / "CNAME").write_text("digits.example.org\n")
    git("add", "CNAME", cwd=clone)
    git("-c", "user.name=G", "-c", "user.email=g@example.org", "commit", "-q", "-m", "Create CNAME", cwd=clone)
    git("push", "--quiet", cwd=clone)
    write_site("<p>second</p>")
    assert run("deploy").stdout.endswith("gh-pages of origin: https://digits.example.org/\n")
    assert "CNAME" in pushed(git)
    assert git("log", "--format=%s", "gh-pages", cwd=Path("remote.git")).splitlines()[1] == "Create CNAME"
    Path("dist/CNAME").write_text("new.example.org")  # the owner's own comes before it
    assert run("deploy").stdout.endswith("gh-pages of origin: https://new.example.org/\n")
    assert git("show", "gh-pages:CNAME", cwd=Path("remote.git")) == "new.example.org"


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("git@github.com:Ada/digits.git", "https://ada.github.io/digits/"),
        ("https://github.com/ada/digits", "https://ada.github.io/digits/"),
        ("ssh://git@github.com/ada/ada.github.io.git", "https://ada.github.io/"),
        ("https://token@github.com/ada/Ada.GitHub.io/", "https://ada.github.io/"),
        ("https://codeberg.org/ada/digits.git", ""),
        ("remote.git", ""),
    ],
)
def test_the_address_follows_from_the_remote(url: str, where: str) -> None:
    assert address(url) == where


def refused(run: Run, *arguments: str) -> str:
    """The one sentence of a deployment that fails."""
    result = run("deploy", *arguments)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1), result.output
    return result.stderr


def test_a_folder_that_is_not_as_it_was_built_is_refused(run: Run, git: Git) -> None:
    assert "nowhere holds no site" in refused(run, "nowhere")
    Path("dist/notes.txt").write_text("mine")
    assert "notes.txt was not made by digitjs" in refused(run)
    Path("dist/notes.txt").unlink()
    Path("dist/index.html").write_text("<a href='gone.html'>edited</a>")
    said = refused(run)
    assert "index.html is not as it was built" in said
    assert "links to gone.html, which is not in the site" in said
    Path("dist/.git").mkdir()
    assert "working tree of git itself" in refused(run)
    assert git("branch", "--list") == "* main"


def test_what_git_cannot_do_is_one_sentence(run: Run, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no remote 'upstream' here" in refused(run, "--remote", "upstream")
    assert "cannot be the name of a branch" in refused(run, "--branch", "..")
    assert "The branch main is checked out" in refused(run, "--branch", "main")
    git("remote", "set-url", "origin", "gone.git")
    assert "git cannot read the remote origin: 'gone.git' does not appear to be a git repository" in refused(run)
    git("config", "--unset", "user.email")
    assert "run git config user.email first" in refused(run)
    monkeypatch.setenv("PATH", "")
    assert "There is no git on this machine" in refused(run)


def test_without_a_repository_nothing_is_pushed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write_site("<p>first</p>")
    assert "belongs to no git repository" in refused(run)


def test_a_refused_push_says_why(run: Run, git: Git) -> None:
    hook = Path("remote.git/hooks/pre-receive")
    hook.write_text("#!/bin/sh\necho The branch is protected >&2\nexit 1\n")
    hook.chmod(0o755)
    said = refused(run)
    assert "The remote origin refuses the branch gh-pages: The branch is protected." in said
    hook.unlink()
    assert run("deploy").stdout.startswith("Pushed dist")


def test_commits_that_are_not_pushed_are_not_lost(run: Run, git: Git) -> None:
    assert run("deploy").exit_code == 0
    git("worktree", "add", "--quiet", "pages", "gh-pages")
    pages = Path("pages").resolve()
    git("commit", "--quiet", "--allow-empty", "-m", "A site by hand", cwd=pages)  # as a failed push leaves it
    write_site("<p>second</p>")
    git("worktree", "remove", "pages")
    assert run("deploy").exit_code == 0
    git("worktree", "add", "--quiet", "pages", "gh-pages")
    git("rm", "--quiet", "digitjs.json", cwd=pages)
    (pages / "README.md").write_text("mine")
    git("rm", "-r", "--quiet", "index.html", "assets", cwd=pages)
    git("add", "README.md", cwd=pages)
    git("commit", "--quiet", "-m", "Mine", cwd=pages)
    git("worktree", "remove", "pages")
    write_site("<p>third</p>")
    assert "gh-pages has commits that origin does not have, and they would be lost" in refused(run)
    assert git("log", "-1", "--format=%s", "gh-pages") == "Mine"
    assert run("deploy", "--force").exit_code == 0
    assert git("show", "gh-pages:index.html", cwd=Path("remote.git")) == "<p>third</p>"


def test_sources_are_not_replaced(run: Run, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("push", "--quiet", "origin", "main", "main:fetched")
    git("switch", "--quiet", "-c", "work")
    for branch in ("main", "fetched"):
        assert f"The branch {branch} holds files that are no site of digitjs" in refused(run, "--branch", branch)
        assert pushed(git, branch) == ["digitjs.toml"]
    Path("below").mkdir()
    monkeypatch.chdir("below")
    assert "holds files that are no site" in refused(run, "../dist", "--branch", "main")
    monkeypatch.chdir(tmp_path)
    assert run("deploy", "--branch", "fetched", "--force").exit_code == 0
    assert "index.html" in pushed(git, "fetched")


def test_a_branch_that_was_made_for_pages_is_taken(run: Run, git: Git) -> None:
    git("switch", "--quiet", "--orphan", "gh-pages")
    Path("README.md").write_text("Pages")
    git("add", "README.md")
    git("commit", "--quiet", "-m", "Begin")
    git("push", "--quiet", "origin", "gh-pages")
    git("switch", "--quiet", "main")
    assert run("deploy").exit_code == 0
    assert "index.html" in pushed(git)


def test_copies_are_checked_before_they_are_pushed(run: Run, git: Git) -> None:
    for name in ("robots.txt", "CNAME"):
        Path("dist", name).write_text("copy")
    Path("dist/digitjs.json").unlink()
    write_manifest(Path("dist"), ("robots.txt", "CNAME"))
    Path("dist/CNAME").write_text("host.example.org")  # a host may write it
    Path("dist/robots.txt").write_text("edited")
    said = refused(run)
    assert "robots.txt is not as it was built" in said and "CNAME" not in said
    Path("dist/robots.txt").unlink()
    Path("dist/CNAME").unlink()
    said = refused(run)
    assert "robots.txt is listed in digitjs.json but missing" in said and "CNAME is listed" in said
