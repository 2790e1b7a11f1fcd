"""Sites come and go whole, and nothing of anybody else's is touched."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitjs.errors import DigitjsError
from digitjs.filesystem import output_folder, staging
from digitjs.filesystem.output_folder import Kind
from digitjs.filesystem.paths import PACKAGE, files_below
from digitjs.filesystem.staging import Note

SITE = ["assets/site.css", "digitjs.json", "index.html"]


def ignore(message: str) -> None:
    """A note that nobody reads."""


def make(folder: Path, content: str, note: Note = ignore) -> None:
    with output_folder.replacing(folder, note) as new:
        (new / "index.html").write_text(content)
        (new / "assets").mkdir()
        (new / "assets" / "site.css").write_text(content)
        output_folder.write_manifest(new)


def check(folder: Path, *, force: bool = False) -> None:
    output_folder.require_replaceable(folder, folder.parent / "cache", ignore, force=force)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A site in a folder of its own."""
    folder = tmp_path / "dist"
    make(folder, "old")
    return folder


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A folder that cannot be renamed, because another one is mounted there."""
    source, target = tmp_path / "source", tmp_path / "dist"
    source.mkdir()
    target.mkdir()
    if subprocess.run(["mount", "--bind", source, target], capture_output=True, check=False).returncode != 0:
        pytest.skip("this user cannot mount")
    yield target
    subprocess.run(["umount", target], check=True)


def test_a_site_is_replaced_as_a_whole(dist: Path) -> None:
    make(dist, "new")
    assert (dist / "index.html").read_text() == "new"
    assert files_below(dist) == SITE
    assert list(dist.parent.iterdir()) == [dist]


def test_a_failure_leaves_the_old_site_as_it_was(dist: Path) -> None:
    with pytest.raises(RuntimeError), output_folder.replacing(dist, ignore) as new:
        (new / "half").touch()
        raise RuntimeError
    assert files_below(dist.parent) == [f"dist/{name}" for name in SITE]
    with pytest.raises(RuntimeError), output_folder.replacing(dist.parent / "a" / "b", ignore):
        raise RuntimeError
    assert list(dist.parent.iterdir()) == [dist]


def test_what_git_and_hosts_read_stays_in_the_folder(dist: Path) -> None:
    (dist / ".git").mkdir()
    (dist / ".git" / "HEAD").write_text("ref")
    for name in ("CNAME", ".nojekyll", "_headers", "_redirects"):
        (dist / name).write_text(name)
    check(dist)
    make(dist, "new")
    assert (dist / ".git" / "HEAD").read_text() == "ref"
    (dist / ".git" / "HEAD").unlink()
    (dist / ".git").rmdir()
    (dist / ".git").write_text("gitdir: ../.git/worktrees/dist")  # as `git worktree add` makes it
    make(dist, "newer")
    assert (dist / "index.html").read_text() == "newer"
    assert (dist / ".git").read_text().startswith("gitdir")
    assert all((dist / name).read_text() == name for name in ("CNAME", ".nojekyll", "_headers", "_redirects"))
    assert list(dist.parent.iterdir()) == [dist]


def test_an_edited_page_is_moved_aside_and_named(dist: Path) -> None:
    said: list[str] = []
    for number in (1, 2):
        (dist / "index.html").write_text("mine")
        check(dist)
        make(dist, "new", said.append)
        backup = dist.with_name(f"dist.backup-{number}")
        assert (backup / "index.html").read_text() == "mine"
        assert str(backup) in said[-1]
        assert "index.html" in said[-1]
        assert (dist / "index.html").read_text() == "new"


@pytest.mark.parametrize("name", ["thesis.md", "photos/cat.jpg", "assets/cat.jpg", "models/notes.txt"])
def test_files_of_others_are_refused_and_force_moves_them_aside(dist: Path, name: str) -> None:
    (dist / name).parent.mkdir(exist_ok=True)
    (dist / name).write_text("years of work")
    with pytest.raises(DigitjsError, match="which digitjs did not make"):
        check(dist)
    check(dist, force=True)
    make(dist, "new")
    assert files_below(dist) == SITE
    assert (dist.with_name("dist.backup-1") / name).read_text() == "years of work"


def test_a_name_that_no_terminal_shows_is_still_one_line(dist: Path) -> None:
    name = os.fsdecode(b"\xff\x1b[31m\n.txt")
    (dist / name).touch()
    with pytest.raises(DigitjsError) as refused:
        check(dist)
    said: list[str] = []
    make(dist, "new", said.append)
    for message in (refused.value.message, *said):
        assert message.isprintable()
    assert (dist.with_name("dist.backup-1") / name).exists()


def test_a_link_in_a_site_is_somebody_elses_and_never_followed(dist: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "cat.jpg").touch()
    (dist / "photos").symlink_to(photos)
    with pytest.raises(DigitjsError, match="photos, which digitjs did not make"):
        check(dist)
    make(dist, "new")
    assert (dist.with_name("dist.backup-1") / "photos").readlink() == photos
    (dist / "assets").rename(tmp_path / "assets")
    (dist / "assets").symlink_to(tmp_path / "assets")
    assert output_folder.remove(dist, ignore)[Kind.FOREIGN] == ["assets"]
    assert (tmp_path / "assets" / "site.css").exists()
    assert (photos / "cat.jpg").exists()


def test_a_folder_without_a_manifest_is_somebody_elses(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    check(photos)  # empty: nothing to lose
    (photos / "cat.jpg").touch()
    with pytest.raises(DigitjsError, match=r"cat\.jpg"):
        check(photos)
    with pytest.raises(DigitjsError, match="is a file"):
        check(photos / "cat.jpg")
    assert output_folder.remove(photos, ignore)[Kind.OURS] == []


def test_nothing_below_a_folder_of_others_is_looked_at(tmp_path: Path) -> None:
    deep = tmp_path / "disk" / "home"
    deep.mkdir(parents=True)
    (deep / "unreadable").symlink_to(deep)
    os.mkfifo(deep / "pipe")  # reading it would wait for ever
    (tmp_path / "disk" / "digitjs.json").write_text('{"files": {"home/pipe": "0"}}')
    with pytest.raises(DigitjsError, match="home, which digitjs did not make"):
        check(tmp_path / "disk")


@pytest.mark.parametrize(
    "name", ["../secret", "assets/../../secret", "/etc/secret", "..\\secret", "C:secret", "", ".", "a//b", "a/"]
)
def test_a_manifest_that_names_paths_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (tmp_path / "secret").write_text("keep")
    (dist / "digitjs.json").write_text(json.dumps({"files": {name: ""}}))
    for act in (output_folder.read_manifest, check, lambda folder: output_folder.remove(folder, ignore)):
        with pytest.raises(DigitjsError, match="which is no file in its folder"):
            act(dist)
    assert (tmp_path / "secret").read_text() == "keep"


@pytest.mark.parametrize("name", ["thesis.md", "index.html"])
def test_a_manifest_is_no_proof_of_ownership(tmp_path: Path, name: str) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / name).write_text("years of work")
    (dist / "digitjs.json").write_text(json.dumps({"files": {name: ""}}))
    with pytest.raises(DigitjsError, match=f"{name}, which digitjs did not make"):
        check(dist)
    output_folder.remove(dist, ignore)
    assert (dist / name).read_text() == "years of work"
    output_folder.write_manifest(dist)  # even with the right SHA-256
    output_folder.remove(dist, ignore)
    assert (dist / name).exists() == (name == "thesis.md")


def test_removing_leaves_what_is_not_as_digitjs_wrote_it(dist: Path) -> None:
    (dist / "assets" / "theirs").touch()
    (dist / "index.html").write_text("mine")
    found = output_folder.remove(dist, ignore)
    assert (found[Kind.EDITED], found[Kind.FOREIGN]) == (["index.html"], ["assets/theirs"])
    assert files_below(dist) == ["assets/theirs", "index.html"]


def test_removing_takes_the_whole_folder_when_all_of_it_is_ours(dist: Path) -> None:
    assert output_folder.remove(dist, ignore)[Kind.OURS] == ["assets/site.css", "index.html", "digitjs.json"]
    assert list(dist.parent.iterdir()) == []
    assert output_folder.remove(dist, ignore)[Kind.OURS] == []


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "www" / "site", tmp_path / "dist"
    link.symlink_to(target)
    with pytest.raises(DigitjsError, match="which does not exist"):
        check(link)
    target.mkdir(parents=True)
    for content in ("old", "new"):
        check(link)
        make(link, content)
        assert (link.readlink(), (target / "index.html").read_text()) == (target, content)
    output_folder.remove(link, ignore)
    assert link.readlink() == target
    assert list(target.iterdir()) == []
    assert sorted(tmp_path.iterdir()) == [link, target.parent]


@pytest.mark.parametrize("folder", [".", "..", "/", "~", "", "sub/..", "package", "cache"])
def test_folders_that_hold_more_than_a_site_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "here" / "sub").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    known = {"~": Path.home(), "package": PACKAGE, "cache": tmp_path}
    for force in (False, True):
        with pytest.raises(DigitjsError, match="choose a folder for the site alone"):
            output_folder.require_replaceable(known.get(folder, Path(folder)), tmp_path / "cache", ignore, force=force)


def test_names_as_long_as_file_systems_allow_are_no_trouble(tmp_path: Path) -> None:
    dist = tmp_path / ("d" * 255)
    check(dist)
    make(dist, "old")
    (dist / "index.html").write_text("mine")
    make(dist, "new")
    assert (dist / "index.html").read_text() == "new"
    with pytest.raises(OSError, match="too long"):
        check(tmp_path / ("d" * 256))


def test_a_mount_point_stays_and_its_content_is_replaced(mounted: Path) -> None:
    for content in ("old", "new"):
        check(mounted)
        make(mounted, content)
        assert (mounted / "index.html").read_text() == content
        assert files_below(mounted) == SITE
    (mounted / "CNAME").write_text("example.org")
    (mounted / "index.html").write_text("mine")
    make(mounted, "newer")
    assert files_below(mounted) == ["CNAME", *SITE]
    assert files_below(mounted.with_name("dist.backup-1")) == ["index.html"]
    with output_folder.replacing(mounted, ignore) as new:
        (new / "CNAME").write_text("copied.example.org")
        output_folder.write_manifest(new, ("CNAME",))
    assert (mounted / "CNAME").read_text() == "copied.example.org"
    assert (mounted.with_name("dist.backup-2") / "CNAME").read_text() == "example.org"
    (mounted / "CNAME").write_text("example.org")
    make(mounted, "newest")
    output_folder.remove(mounted, ignore)
    assert files_below(mounted) == ["CNAME"]


def test_a_site_is_there_at_any_moment(dist: Path) -> None:
    command = [sys.executable, "-c", LOOP, str(dist)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        read = {(dist / "index.html").read_text() for _ in range(3000)}
        process.kill()
    assert len(read) > 1  # it was replaced meanwhile


LOOP = """
import sys
from pathlib import Path
from digitjs.filesystem import output_folder
number = 0
while True:
    with output_folder.replacing(Path(sys.argv[1]), lambda message: None) as new:
        (new / "assets").mkdir()
        for name in ("index.html", "assets/site.css"):
            (new / name).write_text(str(number))
        output_folder.write_manifest(new)
    number += 1
    print(flush=True)
"""


def killed_while_replacing(folder: Path, rounds: int) -> None:
    """A process that replaces a site again and again, until a kill that nothing can be done against."""
    command = [sys.executable, "-c", LOOP, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        for _ in range(rounds):
            process.stdout.readline()
        process.kill()


@pytest.mark.parametrize("kind", ["folder", "mounted"])
def test_a_kill_at_any_moment_leaves_a_whole_site(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    dist: Path = request.getfixturevalue("mounted") if kind == "mounted" else tmp_path / "dist"
    make(dist, "old")
    (dist / "CNAME").write_text("example.org")
    (dist / ".git").mkdir()
    (dist / ".git" / "HEAD").write_text("ref")
    for rounds in range(8):
        killed_while_replacing(dist, rounds)
        if kind == "folder":
            found = output_folder.survey(dist)
            assert (found[Kind.OURS], found[Kind.EDITED], found[Kind.FOREIGN]) == (
                SITE[:1] + SITE[2:] + SITE[1:2],
                [],
                [],
            )
        output_folder.recover(dist, ignore)
        assert (dist / "index.html").read_text() == (dist / "assets" / "site.css").read_text()
        assert files_below(dist) == [".git/HEAD", "CNAME", *SITE]
        assert not any(place.exists() for place in staging.places(dist))
        assert not list(tmp_path.glob("*backup*"))


def test_a_kill_between_two_renames_is_repaired(dist: Path) -> None:
    """Where the system cannot exchange folders in one step: the old site is out, the new one not yet in."""
    place = staging.places(dist)[0]
    make(dist.parent / "other", "new")
    place.mkdir()
    dist.rename(place / output_folder.OLD)
    (dist.parent / "other").rename(place / output_folder.SWAP)
    output_folder.recover(dist, ignore)
    assert (dist / "index.html").read_text() == "old"
    assert list(dist.parent.iterdir()) == [dist]
