"""Files of the owner's are copied as they are, take nobody's place, and go when they are gone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import Run
from digitjs import config
from digitjs.errors import DigitjsError
from digitjs.filesystem import output_folder
from digitjs.filesystem.output_folder import Kind, read_manifest
from digitjs.filesystem.staging import Note
from digitjs.site import static_files
from signs import build, sign_task

DIGITS = sign_task(tuple("0123456789"))


def ignore(message: str) -> None:
    """A note that nobody reads."""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, page_tools: Path) -> Path:
    """The model of every site of this module."""
    folder = tmp_path_factory.mktemp("static")
    build(DIGITS, folder / "dist", page_tools, config.Config())
    return folder / "dist-model"


def test_files_are_copied_as_they_are(tmp_path: Path, model: Path, page_tools: Path) -> None:
    own = {"CNAME": "digits.example.org", ".nojekyll": "", "_headers": "/*", "img/a/cat.jpg": "cat", "robots.txt": "x"}
    write(tmp_path / "static", {**own, ".git/HEAD": "ref", ".DS_Store": "junk"})
    (tmp_path / "static" / "linked.txt").symlink_to(tmp_path / "static" / "CNAME")
    write(tmp_path, {"digitjs.toml": '[site]\nurl = "https://digits.example.org"\n'})
    (tmp_path / "dist-model").symlink_to(model)
    build(DIGITS, tmp_path / "dist", page_tools, config.load(tmp_path / "digitjs.toml"))
    for name, content in {**own, "linked.txt": "digits.example.org"}.items():
        assert (tmp_path / "dist" / name).read_text() == content
    manifest = read_manifest(tmp_path / "dist")
    assert manifest and set(manifest.copied) == {*own, "linked.txt", "sitemap.xml"}
    index = (tmp_path / "dist" / "index.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://digits.example.org/">' in index
    assert '<meta property="og:url" content="https://digits.example.org/">' in index
    assert 'src="assets/' in index  # addresses of the site's own files stay relative
    report = (tmp_path / "dist" / "report.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://digits.example.org/report.html">' in report
    assert "canonical" not in (tmp_path / "dist" / "embed.html").read_text("utf-8")
    sitemap = (tmp_path / "dist" / "sitemap.xml").read_text("utf-8")
    assert sitemap.count("<loc>") == 2 and "<loc>https://digits.example.org/report.html</loc>" in sitemap


@pytest.mark.parametrize(
    "name",
    ["index.html", "service-worker.js", "digitjs.json", "assets", "models", "manifest.webmanifest/x"],
)
def test_a_file_that_would_take_the_place_of_ours_is_refused(tmp_path: Path, name: str) -> None:
    write(
        tmp_path / "site",
        {"index.html": "ours", "assets/a.js": "ours", "models/m/card.json": "", "manifest.webmanifest": ""},
    )
    write(tmp_path / "static", {name: "theirs"})
    with pytest.raises(DigitjsError, match="would take the place of the site's own"):
        static_files.copy(static_files.gather([tmp_path / "static"]), tmp_path / "site", ("service-worker.js",))


def test_the_owners_files_count_more_than_those_of_a_theme(tmp_path: Path) -> None:
    write(tmp_path, {"theme/robots.txt": "theme", "theme/cat.txt": "cat", "static/robots.txt": "mine"})
    found = static_files.gather([tmp_path / "theme", tmp_path / "static"])
    (tmp_path / "site").mkdir()
    assert sorted(static_files.copy(found, tmp_path / "site", ())) == ["cat.txt", "robots.txt"]
    assert (tmp_path / "site" / "robots.txt").read_text() == "mine"
    write(tmp_path, {"static/cat.txt/x": "a file in a folder that the theme has as a file"})
    with pytest.raises(DigitjsError, match=r"static.cat.txt.x and .*theme.cat.txt cannot both be copied"):
        static_files.copy(static_files.gather([tmp_path / "theme", tmp_path / "static"]), tmp_path / "other", ())


def test_what_is_not_meant_for_visitors_is_left_out(tmp_path: Path) -> None:
    hidden = (".env", ".robots.txt.swp", "._cat.jpg", ".git/HEAD", ".DS_Store", ".well-known/.DS_Store", ".ssh/id")
    left = ("robots.txt~", "cat.jpg.swo", "Thumbs.db")
    wanted = (".nojekyll", ".domains", ".well-known/security.txt", "CNAME", "game.swf", "img/cat.jpg")
    write(tmp_path, dict.fromkeys((*hidden, *left, *wanted), "x"))
    (tmp_path / ".#robots.txt").symlink_to("ada@desk.123:456")  # as Emacs locks a file
    assert sorted(name for name, _ in static_files.files(tmp_path)) == sorted(wanted)
    (tmp_path / "photos").symlink_to("img")
    with pytest.raises(DigitjsError, match="photos is a link to a folder"):
        list(static_files.files(tmp_path))


def test_a_sitemap_of_the_owners_stays(tmp_path: Path, model: Path, page_tools: Path) -> None:
    write(tmp_path, {"digitjs.toml": '[site]\nurl = "https://e.org"\nstatic = "files"\n', "files/sitemap.xml": "mine"})
    (tmp_path / "dist-model").symlink_to(model)
    build(DIGITS, tmp_path / "dist", page_tools, config.load(tmp_path / "digitjs.toml"))
    assert (tmp_path / "dist" / "sitemap.xml").read_text() == "mine"


def test_only_a_folder_beside_a_configuration_is_taken_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "static").mkdir()
    assert not config.load().site.static
    (tmp_path / "digitjs.toml").write_text("")
    assert config.load().site.static == "static"
    (tmp_path / "digitjs.toml").write_text('[site]\nstatic = ""\n')
    assert not config.load().site.static


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DigitjsError, match=r"There is no folder .*gone"):
        list(static_files.files(tmp_path / "gone"))
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "dead").symlink_to("nowhere")
    with pytest.raises(DigitjsError, match=r"dead is no file that can be copied"):
        list(static_files.files(tmp_path / "static"))


def test_a_file_in_place_of_the_folder_is_refused_before_anything_is_trained(run: Run) -> None:
    Path("notes.txt").write_text("mine")
    Path("digitjs.toml").write_text('[site]\nstatic = "notes.txt"\n')
    result = run("build")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "Error: notes.txt is a file: name the folder that it lies in, whose files are to be copied.\n",
    )


@pytest.mark.parametrize("output", ["site", "site/dist", "site/a/b", "linked", "site/out"])
def test_a_site_is_not_copied_into_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, output: str
) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "site").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "linked").symlink_to("site")
    (tmp_path / "site" / "out").symlink_to("../outside")
    write(tmp_path, {"conf/digitjs.toml": '[site]\nstatic = "../site"\n'})
    monkeypatch.setenv("DIGITJS_CACHE", str(tmp_path / "cache"))
    result = run("build", "-f", "conf/digitjs.toml", "-o", output)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1), result.output
    assert f"{output}, where the site goes, lies in conf/../site" in result.stderr
    assert not list((tmp_path / "outside").iterdir()) and not (tmp_path / "cache").exists()


def test_a_configuration_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    for name, static in (("digitjs.toml", "."), ("static/digitjs.toml", "../static")):
        write(tmp_path, {name: f'[site]\nstatic = "{static}"\n'})
        with pytest.raises(DigitjsError, match="lies in its own folder of static files"):
            config.load(tmp_path / name)


def made(folder: Path, copied: dict[str, str], note: Note = ignore) -> None:
    with output_folder.replacing(folder, note) as new:
        write(new, {"index.html": "page", **copied})
        output_folder.write_manifest(new, tuple(copied))


def test_copies_go_with_the_next_build_and_nothing_else_does(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    made(dist, {"CNAME": "old.example.org", "robots.txt": "old", "img/cat.jpg": "cat"})
    (dist / ".nojekyll").touch()  # the owner's, put there by hand
    output_folder.require_replaceable(dist, tmp_path / "cache", ignore, force=False)
    made(dist, {"CNAME": "new.example.org"})
    assert (dist / "CNAME").read_text() == "new.example.org"
    made(dist, {})
    assert sorted(path.name for path in dist.iterdir()) == [".nojekyll", "digitjs.json", "index.html"]


def test_a_copy_that_was_edited_in_the_site_is_not_lost(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    made(dist, {"robots.txt": "old", "CNAME": "old.example.org"})
    (dist / "robots.txt").write_text("mine")
    (dist / "CNAME").write_text("mine.example.org")
    made(dist, {})
    assert (dist.with_name("dist.backup-1") / "robots.txt").read_text() == "mine"
    assert (dist / "CNAME").read_text() == "mine.example.org"  # as any file for git and hosts that is put there by hand


def test_a_file_for_hosts_that_static_replaces_is_moved_aside(tmp_path: Path) -> None:
    dist, said = tmp_path / "dist", list[str]()
    made(dist, {})
    (dist / "_redirects").write_text("mine")
    made(dist, {"_redirects": "copy"}, said.append)
    assert (dist / "_redirects").read_text() == "copy"
    assert (dist.with_name("dist.backup-1") / "_redirects").read_text() == "mine"
    assert "dist.backup-1: _redirects." in said[0]
    made(dist, {"_redirects": "another copy"}, said.append)
    assert len(said) == 1  # a copy of ours is no loss
    assert not dist.with_name("dist.backup-2").exists()


def test_copies_are_removed_with_the_site(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    made(dist, {"CNAME": "old.example.org", "img/cat.jpg": "cat"})
    (dist / "thesis.md").write_text("years of work")
    found = output_folder.remove(dist, ignore)
    assert found[Kind.FOREIGN] == ["thesis.md"]
    assert [path.name for path in dist.iterdir()] == ["thesis.md"]


def test_a_manifest_names_no_copy_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("keep")
    write(tmp_path / "dist", {"digitjs.json": '{"files": {}, "copied": {"../secret": ""}}'})
    with pytest.raises(DigitjsError, match="which is no file in its folder"):
        output_folder.remove(tmp_path / "dist", ignore)


HEAD = """<script src="https://stats.invalid/count.js" defer></script>"""


def test_what_the_owner_allows_is_said_and_no_problem(tmp_path: Path, model: Path, page_tools: Path, run: Run) -> None:
    toml = f"[site]\nhead = '{HEAD}'\n"
    (tmp_path / "dist-model").symlink_to(model)
    (tmp_path / "digitjs.toml").write_text(toml)
    build(DIGITS, tmp_path / "dist", page_tools, config.load(tmp_path / "digitjs.toml"))
    result = run("verify", "dist")
    assert result.exit_code == 1 and "stats.invalid/count.js" in result.output  # the policy blocks it
    allowed = toml + '[site.policy]\nscript-src = ["https://stats.invalid"]\n'
    (tmp_path / "digitjs.toml").write_text(allowed)
    (tmp_path / "again-model").symlink_to(model)
    build(DIGITS, tmp_path / "again", page_tools, config.load(tmp_path / "digitjs.toml"))
    result = run("verify", "again")
    assert result.exit_code == 0, result.output
    assert "The policy of its owner allows besides: script-src https://stats.invalid\n" in result.output
    assert "asks no other host than these" in result.output


def test_a_script_of_the_owners_runs_on_every_page(tmp_path: Path, model: Path, page_tools: Path, page: Page) -> None:
    write(tmp_path, {"static/own.js": "document.documentElement.dataset.own = 'yes'"})
    write(tmp_path, {"digitjs.toml": "[site]\nhead = '<script src=\"own.js\"></script>'\n"})
    (tmp_path / "dist-model").symlink_to(model)
    build(DIGITS, tmp_path / "dist", page_tools, config.load(tmp_path / "digitjs.toml"))
    for name in ("index.html", "report.html"):
        page.goto((tmp_path / "dist" / name).as_uri())
        expect(page.locator("html")).to_have_attribute("data-own", "yes")
