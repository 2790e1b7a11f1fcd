"""The page that collects drawings, alone and as a part of a site, used as a writer and an owner use it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import Site, succeed
from digitjs import config
from digitjs.browser.collect_server import ADDRESS, Intake, listen_for
from digitjs.browser.server import answering, serving
from digitjs.data import stroke_file
from digitjs.filesystem.paths import default_cache
from digitjs.site import bundle
from digitjs.site.collect_page import Alone, Saving, write_alone
from test_accessibility import CONTROLS, FOCUSED, LOOKS, ON_EACH_DEVICE, each_look, violations
from test_strict import WATCH

CLASSES = ("a", "ñ")
TEXT = "Letters for the <b>school</b> fair, by class 7b."


def made(folder: Path, classes: tuple[str, ...] = CLASSES, saving: Saving | None = None) -> Path:
    """The page alone, asking for two drawings of each class."""
    folder.mkdir()
    wanted = config.Config(collect=config.Collect(text=TEXT, classes=classes, target=2))
    write_alone(folder, bundle.install(default_cache(), print), Alone(wanted, saving))
    return folder


@pytest.fixture(scope="module")
def collect_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = made(tmp_path_factory.mktemp("collect") / "page")
    with serving(folder) as address:
        yield Site(folder, folder.as_uri() + "/", address)


@pytest.fixture(params=["file", "http"])
def writer(request: pytest.FixtureRequest, page: Page, collect_site: Site) -> Page:
    """The page as a writer finds it who was never there."""
    return visit(page, collect_site.address(request.param))


def visit(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#unstarted")).to_have_count(0)
    return page


def draw(page: Page, slant: float = 0.0) -> None:
    """A line from the middle down, the more to the right the more slanted."""
    page.locator("#canvas").scroll_into_view_if_needed()
    box = page.locator("#canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + slant * box["width"] / 4, y + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(page.locator("#canvas_box")).to_have_attribute("data-empty", "false")


def asked(page: Page) -> str:
    return page.locator("#ask_class").inner_text()


def go_on(page: Page, key: str = "Enter") -> None:
    """The drawing on the pad is kept by a key; the page takes no two within a quarter of a second."""
    page.wait_for_timeout(260)
    page.keyboard.press(key)
    expect(page.locator("#canvas_box")).to_have_attribute("data-empty", "true")


def collect(page: Page, count: int, slant: float = 0.0) -> list[str]:
    """Draw what is asked for; gives what that was."""
    labels = []
    for number in range(count):
        labels.append(asked(page))
        draw(page, slant + number / 10)
        go_on(page)
    return labels


def counts(page: Page) -> list[str]:
    return page.locator("#classes [data-part=count]").all_inner_texts()


def exported(page: Page, folder: Path) -> tuple[stroke_file.Drawing, ...]:
    with page.expect_download() as download:
        page.click("#collect_export")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return stroke_file.read(path)


def test_a_writer_draws_every_class_and_takes_the_file_away(writer: Page, tmp_path: Path) -> None:
    labels = collect(writer, 4)
    assert (set(labels[:2]), set(labels[2:])) == (set(CLASSES), set(CLASSES))
    assert counts(writer) == ["2/2", "2/2"]
    expect(writer.locator("#ask")).to_contain_text("All of them are drawn")
    drawings = exported(writer, tmp_path)
    assert [drawing.text for drawing in drawings] == labels
    [name] = {drawing.writer for drawing in drawings}
    assert name == writer.input_value("#writer")
    xs = [drawing.strokes[0][-1][0] for drawing in drawings]  # of the line's end: on a canvas 1,000 wide, y down
    assert xs == pytest.approx([500, 525, 550, 575], abs=3)
    assert all(drawing.strokes[0][0][1] < drawing.strokes[0][-1][1] for drawing in drawings)


def test_a_reload_goes_on_where_it_was(writer: Page) -> None:
    collect(writer, 1)
    draw(writer)
    before = (asked(writer), counts(writer), writer.input_value("#writer"))
    writer.reload()
    expect(writer.locator("#unstarted")).to_have_count(0)
    assert (asked(writer), counts(writer), writer.input_value("#writer")) == before
    expect(writer.locator("#canvas_box")).to_have_attribute("data-empty", "false")  # the drawing that was not kept yet
    go_on(writer)
    assert counts(writer) == ["1/2", "1/2"]


def test_a_page_that_is_closed_at_once_has_kept_the_last_drawing(writer: Page) -> None:
    for number in range(4):
        draw(writer)
        writer.wait_for_timeout(260)
        with writer.expect_navigation():
            writer.evaluate("document.getElementById('collect_next').click(); location.reload()")
        expect(writer.locator("#unstarted")).to_have_count(0)
        assert sum(int(count[0]) for count in counts(writer)) == number + 1


def test_a_drawing_kept_while_another_window_is_read_stays(writer: Page) -> None:
    """Coming back to the page reads what other windows kept; whoever draws on at once loses nothing."""
    for _ in range(3):
        draw(writer)
        writer.wait_for_timeout(260)
        writer.evaluate(
            """() => {
                document.dispatchEvent(new Event('visibilitychange'));
                document.getElementById('collect_next').click();
            }"""
        )
    writer.wait_for_timeout(200)
    assert sum(int(count[0]) for count in counts(writer)) == 3
    with writer.context.new_page() as other:
        visit(other, writer.url)
        collect(other, 1)
    writer.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(writer.locator("#collect_held")).to_contain_text("4 drawings on this device")


def test_classes_are_skipped_chosen_and_gone_back_to(writer: Page, tmp_path: Path) -> None:
    first = asked(writer)
    writer.click("#collect_skip")
    assert asked(writer) != first
    writer.click("#collect_back")
    assert asked(writer) == first
    collect(writer, 1)
    writer.get_by_role("button", name="ñ 0/2").or_(writer.get_by_role("button", name="ñ 1/2")).click()
    assert asked(writer) == "ñ"
    draw(writer, 1)
    go_on(writer)
    writer.focus("#canvas")
    writer.keyboard.press("PageUp")
    expect(writer.locator("#ask")).to_contain_text("Draw again")
    expect(writer.locator("#canvas_box")).to_have_attribute("data-empty", "false")
    writer.click("#clear_canvas")
    draw(writer, -1)
    go_on(writer)
    drawings = exported(writer, tmp_path)
    assert len(drawings) == 2
    assert drawings[1].strokes[0][-1][0] == pytest.approx(250, abs=3)  # the second line in place of the first


def test_nothing_is_kept_of_an_empty_pad(writer: Page) -> None:
    writer.click("#collect_next")
    expect(writer.locator("#collect_note")).to_contain_text("Nothing is drawn yet")
    assert counts(writer) == ["0/2", "0/2"]
    draw(writer)
    writer.click("#undo")
    writer.click("#collect_next")
    assert counts(writer) == ["0/2", "0/2"]
    writer.click("#redo")
    writer.click("#collect_next")
    expect(writer.locator("#collect_note")).to_be_empty()
    assert sorted(counts(writer)) == ["0/2", "1/2"]


def test_writers_come_one_after_another(writer: Page, tmp_path: Path) -> None:
    collect(writer, 4)
    one = writer.input_value("#writer")
    writer.click("#next_writer")
    expect(writer.locator("#canvas")).to_be_focused()
    assert counts(writer) == ["0/2", "0/2"]
    collect(writer, 1)
    two = writer.input_value("#writer")
    draw(writer)
    writer.fill("#writer", "An")
    writer.press("#writer", "Control+z")
    expect(writer.locator("#canvas_box")).to_have_attribute("data-empty", "false")  # nothing of the drawing is undone
    writer.fill("#writer", "Ana")
    writer.press("#writer", "Enter")
    assert counts(writer) == ["0/2", "0/2"]
    go_on(writer)  # with the drawing that was begun
    collect(writer, 1)
    assert [drawing.writer for drawing in exported(writer, tmp_path)] == [one] * 4 + [two] + ["Ana"] * 2
    expect(writer.locator("#collect_held")).to_have_text("7 drawings on this device (classes: 2, writers: 3)")


def test_samples_are_looked_over_deleted_and_relabelled(writer: Page, tmp_path: Path) -> None:
    labels = collect(writer, 4)
    writer.click("#gallery_box summary")
    pictures = writer.locator("#gallery button")
    expect(pictures).to_have_count(4)
    pictures.first.click()
    expect(writer.locator("#gallery_selected")).to_have_text("1 selected")
    writer.click("#gallery_delete")
    expect(pictures).to_have_count(3)
    expect(writer.locator("#gallery_note")).to_have_text("1 drawing deleted.")
    assert counts(writer) == ["1/2", "2/2"]
    writer.click("#gallery_undo")
    expect(pictures).to_have_count(4)
    writer.select_option("#gallery_class", "a")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        picture.click()
    writer.select_option("#gallery_label", "ñ")
    writer.click("#gallery_relabel")
    expect(pictures).to_have_count(0)
    expect(writer.locator("#gallery_empty")).to_be_visible()
    expect(writer.locator("#collect_held")).to_have_text("4 drawings on this device (classes: 1, writers: 1)")
    writer.reload()
    expect(writer.locator("#unstarted")).to_have_count(0)
    assert counts(writer) == ["0/2", "4/2"]
    assert labels.count("a") == 2
    assert [drawing.text for drawing in exported(writer, tmp_path)] == ["ñ"] * 4


def test_files_of_others_are_imported_once(writer: Page, tmp_path: Path) -> None:
    collect(writer, 1)
    lines = [
        {"label": "a", "writer": "B", "strokes": [[[0, 0], [3, 9]], [[4, 4]]]},
        {"label": "n\u0303", "writer": "C", "strokes": [[[0.5, 0]]], "other": 1},
        {"label": "z", "strokes": [[[0, 0]]]},
    ]
    path = tmp_path / "others.jsonl"
    path.write_text("\n".join([*map(json.dumps, lines), "no JSON"]), "utf-8")
    writer.set_input_files("#collect_import", path)
    expect(writer.locator("#exchange_note")).to_contain_text("2 drawings imported; 0 were here already; 2 left out")
    writer.set_input_files("#collect_import", path)
    expect(writer.locator("#exchange_note")).to_contain_text("0 drawings imported; 2 were here already; 2 left out")
    drawings = exported(writer, tmp_path)[1:]
    assert [(one.text, one.writer) for one in drawings] == [("a", "B"), ("ñ", "C")]
    assert drawings[0].strokes == (((0, 0), (3, 9)), ((4, 4),))
    writer.click("#gallery_box summary")
    expect(writer.locator("#gallery button")).to_have_count(3)


def test_everything_is_deleted_after_a_question(writer: Page) -> None:
    collect(writer, 2)
    writer.once("dialog", lambda dialog: dialog.dismiss())
    writer.click("#collect_forget")
    assert counts(writer) == ["1/2", "1/2"]
    writer.once("dialog", lambda dialog: dialog.accept())
    writer.click("#collect_forget")
    expect(writer.locator("#exchange_note")).to_contain_text("deleted")
    writer.reload()
    expect(writer.locator("#unstarted")).to_have_count(0)
    assert counts(writer) == ["0/2", "0/2"]


def test_the_owners_text_stands_above_the_pad_as_it_was_written(writer: Page) -> None:
    expect(writer.locator(".lead")).to_have_text(TEXT)
    texts = writer.evaluate("[document.querySelector('.lead'), canvas].map((one) => one.getBoundingClientRect().top)")
    assert texts == sorted(texts)


def test_the_keyboard_alone_is_enough(writer: Page) -> None:
    for _ in range(30):
        writer.keyboard.press("Tab")
        if writer.evaluate("document.activeElement.id") == "canvas":
            break
    for key in ["ArrowDown", "Space", *["ArrowDown"] * 5, "Space"]:
        writer.keyboard.press(key)
    go_on(writer)
    writer.keyboard.press("Space")
    writer.keyboard.press("ArrowRight")
    go_on(writer)  # lifts the pen
    assert counts(writer) == ["1/2", "1/2"]
    writer.keyboard.press("PageDown")
    writer.keyboard.press("PageUp")
    expect(writer.locator("#ask_verb")).to_have_text("Draw again, or go on")


def test_other_languages_are_spoken(writer: Page) -> None:
    for language, verb in [("de", "Zeichnen Sie"), ("es", "Dibuje"), ("en", "Draw")]:
        writer.select_option("#select_language", language)
        expect(writer.locator("#ask_verb")).to_have_text(verb)


def test_a_browser_that_keeps_nothing_says_so(browser: Browser, collect_site: Site, tmp_path: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        closed = "{ get() { throw new DOMException('closed', 'SecurityError'); } }"
        page.add_init_script(
            f"for (const name of ['indexedDB', 'localStorage']) Object.defineProperty(window, name, {closed});"
        )
        visit(page, collect_site.address("http"))
        expect(page.locator("#collect_note")).to_contain_text("keeps nothing")
        collect(page, 2)
        assert len(exported(page, tmp_path)) == 2


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Intake]]:
    """The page as `digitjs collect -o` serves it: its address, and where its drawings go."""
    with listening(tmp_path / "signs.jsonl") as started:
        yield started


@contextmanager
def listening(file: Path, port: int = 0) -> Iterator[tuple[str, Intake]]:
    """One start of the server of a file."""
    intake = Intake(file, CLASSES)
    folder = made(file.parent / f"page-{intake.token}", saving=Saving(ADDRESS, intake.token, file.name, intake.key))
    with answering(listen_for(intake, folder, host="127.0.0.1", port=port)) as running:
        yield running.url, intake


def test_the_served_page_saves_into_the_owners_file(page: Page, served: tuple[str, Intake]) -> None:
    address, intake = served
    visit(page, address)
    labels = collect(page, 3)
    expect(page.locator("#collect_pending")).to_have_text("3 changes are not in signs.jsonl yet.")
    page.click("#collect_save")
    expect(page.locator("#exchange_note")).to_have_text("Saved. signs.jsonl now has 3 drawings (classes: 2).")
    expect(page.locator("#collect_pending")).to_have_text("Everything is in signs.jsonl.")
    assert [drawing.text for drawing in stroke_file.read(intake.file)] == labels
    page.click("#gallery_box summary")
    page.locator("#gallery button").first.click()
    page.click("#gallery_delete")
    page.click("#collect_save")
    rest = sorted(label for place, label in enumerate(labels) if place != labels.index("a"))
    expect(page.locator("#exchange_note")).to_contain_text(f"now has 2 drawings (classes: {len(set(rest))})")
    assert sorted(str(drawing.text) for drawing in stroke_file.read(intake.file)) == rest


def test_what_the_owner_changes_in_the_file_stays_when_more_is_saved(page: Page, served: tuple[str, Intake]) -> None:
    address, intake = served
    visit(page, address)
    collect(page, 3)
    page.click("#collect_save")
    expect(page.locator("#exchange_note")).to_contain_text("now has 3 drawings")
    first, second, third = map(json.loads, intake.file.read_text("utf-8").splitlines())
    corrected = {"a": "ñ", "ñ": "a"}[first["label"]]
    intake.file.write_text(json.dumps({**first, "label": corrected}) + "\n" + json.dumps(third) + "\n", "utf-8")
    collect(page, 1)
    page.click("#collect_save")
    expect(page.locator("#exchange_note")).to_contain_text("now has 3 drawings")
    lines = list(map(json.loads, intake.file.read_text("utf-8").splitlines()))
    assert [one["label"] for one in lines[:2]] == [corrected, third["label"]]
    assert second["id"] not in [one["id"] for one in lines]
    intake.file.unlink()
    collect_more(page)
    page.click("#collect_save")
    expect(page.locator("#exchange_note")).to_contain_text("now has 4 drawings")  # all but the one that was removed


def test_what_the_owner_removes_between_two_starts_stays_away(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "signs.jsonl"
    with browser.new_context() as context:
        page = context.new_page()
        with listening(file) as (address, _):
            port = urlsplit(address).port or 0
            visit(page, address)
            collect(page, 3)
            page.click("#collect_save")
            expect(page.locator("#exchange_note")).to_contain_text("now has 3 drawings")
        first, *others = file.read_text("utf-8").splitlines()
        file.write_text("\n".join(others) + "\n", "utf-8")
        with listening(file, port) as (address, _):
            visit(page, address)
            collect(page, 1)
            page.click("#collect_save")
            expect(page.locator("#exchange_note")).to_have_text(
                "Saved. signs.jsonl now has 3 drawings. What its owner removed from it (1) is gone here, too."
            )
            expect(page.locator("#collect_held")).to_contain_text("3 drawings")
        assert json.loads(first)["id"] not in file.read_text("utf-8")
        with listening(tmp_path / "other.jsonl", port) as (address, _):  # another file gets all that the page holds
            visit(page, address)
            page.click("#collect_save")
            expect(page.locator("#exchange_note")).to_contain_text("other.jsonl now has 3 drawings")


def collect_more(page: Page) -> None:
    """A class beyond what is asked for."""
    page.locator("#classes button").first.click()
    collect(page, 1)


def test_a_file_that_was_imported_never_keeps_the_rest_from_being_saved(
    page: Page, served: tuple[str, Intake], tmp_path: Path
) -> None:
    address, intake = served
    visit(page, address)
    path = tmp_path / "others.jsonl"
    lines = [
        {"label": "a", "writer": "w" * 81, "strokes": [[[0, 0]]]},
        {"label": "a", "writer": "w", "strokes": [[[0.5, 0.5]] * 150_000]},
        {"label": "ñ", "writer": "w" * 80, "strokes": [[[1, 1]]]},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    page.set_input_files("#collect_import", path)
    expect(page.locator("#exchange_note")).to_contain_text("0 were here already; 2 left out")
    page.click("#collect_save")
    expect(page.locator("#exchange_note")).to_contain_text("Saved.")
    assert [one.writer for one in stroke_file.read(intake.file)] == ["w" * 80]


def test_devices_add_to_one_file(browser: Browser, served: tuple[str, Intake]) -> None:
    address, intake = served
    for number in (1, 2):
        with browser.new_context() as context:
            page = visit(context.new_page(), address)
            collect(page, 2)
            page.click("#collect_save")
            expect(page.locator("#exchange_note")).to_contain_text(f"now has {2 * number} drawings")
    assert len({drawing.writer for drawing in stroke_file.read(intake.file)}) == 2


def test_what_could_not_be_saved_is_said_and_kept(browser: Browser, served: tuple[str, Intake]) -> None:
    address, intake = served
    with browser.new_context() as context:
        page = visit(context.new_page(), address)
        collect(page, 1)
        intake.token = "of another start"
        page.click("#collect_save")
        expect(page.locator("#exchange_note")).to_contain_text("Not saved: The page is of an earlier start")
        page.route("**/save", lambda route: route.abort())
        page.click("#collect_save")
        expect(page.locator("#exchange_note")).to_contain_text("Your drawings are still on this device.")
        page.reload()
        expect(page.locator("#unstarted")).to_have_count(0)
        assert sorted(counts(page)) == ["0/2", "1/2"]


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_using_everything_asks_no_other_host_and_breaks_no_policy(
    browser: Browser, collect_site: Site, tmp_path: Path, scheme: str
) -> None:
    asked_for: list[str] = []
    with browser.new_context() as context:
        context.add_init_script(WATCH)
        context.on("request", lambda one: asked_for.append(one.url))
        page = visit(context.new_page(), collect_site.address(scheme))
        collect(page, 3)
        page.click("#gallery_box summary")
        page.locator("#gallery button").first.click()
        page.click("#gallery_relabel")
        exported(page, tmp_path)
        page.set_input_files("#collect_import", tmp_path / "collected.jsonl")
        for selector, value in {"#select_language": "de", "#select_theme": "dark"}.items():
            page.select_option(selector, value)
        page.wait_for_timeout(200)
        assert page.evaluate("broken") == []
        site = collect_site.address(scheme).rpartition("/")[0]
        assert asked_for and [url for url in asked_for if not url.startswith((site, "blob:"))] == []


@pytest.fixture
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A browser window with one of the looks."""
    with browser.new_context(**LOOKS[request.param]) as opened:
        yield opened


@ON_EACH_DEVICE
def test_axe_finds_nothing_in_any_state(
    context: BrowserContext, served: tuple[str, Intake], looks: tuple[str, ...]
) -> None:
    page = visit(context.new_page(), served[0])
    assert_nothing_is_found(page, looks)
    collect(page, 3)
    page.click("#collect_next")
    page.click("#gallery_box summary")
    page.click("summary:has-text('Keys')")
    page.locator("#gallery button").first.click()
    page.click("#collect_save")
    expect(page.locator("#exchange_note")).to_contain_text("Saved")
    assert_nothing_is_found(page, looks)
    collect(page, 1)
    assert_nothing_is_found(page, looks)


def assert_nothing_is_found(page: Page, looks: tuple[str, ...]) -> None:
    """By axe-core in any look, nor anything to scroll to at the side."""
    for look in each_look(page, looks):
        assert (look, violations(page)) == (look, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look


@pytest.mark.parametrize("context", ["light"], indirect=True)
def test_every_control_is_reached_by_tab_and_shows_its_focus(
    context: BrowserContext, served: tuple[str, Intake]
) -> None:
    page = visit(context.new_page(), served[0])
    collect(page, 2)
    page.click("#gallery_box summary")
    focus = page.evaluate(FOCUSED, CONTROLS)
    reached, hidden = set(), set()
    for _ in range(2 * focus["of"]):  # once around, from wherever the focus is
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED, CONTROLS)
        reached.add(focus["at"])
        if not focus["shown"]:
            hidden.add(focus["what"])
    assert hidden == set()
    assert reached - {-1} == set(range(focus["of"]))


def test_drawings_stay_when_classes_are_added_reordered_and_removed(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "page"
    with browser.new_context() as context:
        page = visit(context.new_page(), (made(folder) / "index.html").as_uri())
        collect(page, 4)
        name = page.input_value("#writer")
        page.locator("#classes button").nth(0).click()
        draw(page)
        for classes, expected in [
            (("z", "ñ", "a"), ["0/2", "2/2", "2/2"]),
            (("z", "ñ"), ["0/2", "2/2"]),
            (CLASSES, ["2/2", "2/2"]),
        ]:
            shutil.rmtree(folder)
            page.goto("about:blank")
            visit(page, (made(folder, classes) / "index.html").as_uri())
            assert counts(page) == expected
            assert page.input_value("#writer") == name
            shown = page.locator("#canvas_box").get_attribute("data-empty") == "false"
            assert shown == (expected[-1] == "2/2" and len(expected) == 3)  # the begun "a"
            assert not shown or asked(page) == "a"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_long_names_and_many_classes_find_room(browser: Browser, tmp_path: Path, width: int) -> None:
    names = ("treble clef with an octave sign below it", "W" * 40, *(f"sign {number}" for number in range(98)))
    folder = made(tmp_path / "page", names)
    with browser.new_context(viewport={"width": width, "height": 844}) as context:
        page = visit(context.new_page(), folder.as_uri() + "/index.html")
        for place in (0, 1):
            page.locator("#classes button").nth(place).click()
            assert asked(page) == names[place]
            assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, user_cache: Path) -> Iterator[Site]:
    """The full site, with the page that collects."""
    base = tmp_path_factory.mktemp("published")
    (base / "own.toml").write_text("[site]\ncollect = true\n[collect]\ntarget = 3\n")
    for command in ("build", "render"):  # the second one in place of the first
        succeed(command, "--config", base / "own.toml", "-o", base / "dist", cache=user_cache)
    with serving(base / "dist") as address:
        yield Site(base / "dist", (base / "dist").as_uri() + "/", address)


def test_a_site_leads_to_its_page_and_keeps_it_for_times_without_a_network(
    browser: Browser, published: Site, tmp_path: Path
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(published.address("http"))
        page.click("nav >> text=Collect")
        expect(page.locator("#unstarted")).to_have_count(0)
        assert counts(page) == ["0/3"] * 10
        page.evaluate("navigator.serviceWorker.ready")
        context.set_offline(True)
        page.reload()
        expect(page.locator("#unstarted")).to_have_count(0)
        label = asked(page)
        collect(page, 1)
        [drawing] = exported(page, tmp_path)
        assert drawing.label == int(label)
        expect(page.locator("#collect_save")).to_have_count(0)


@pytest.mark.parametrize("language", ["de", "en", "es"])
def test_the_menu_has_room_for_it(browser: Browser, published: Site, language: str) -> None:
    with browser.new_context(viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        for name in ("index.html", "report.html", "collect.html"):
            page.goto(published.http + name)
            page.select_option("#select_language", language)
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator("nav a")).to_have_count(3)
            assert page.evaluate("document.documentElement.scrollWidth") == 320, name


def test_a_site_without_it_is_as_small_as_before(full_site: Site, published: Site) -> None:
    assert not list(full_site.folder.rglob("collect*"))
    assert "collect" not in (full_site.folder / "index.html").read_text("utf-8")
    assert all("collect_" not in path.read_text("utf-8") for path in full_site.folder.glob("assets/text.*.js"))
    assert list(published.folder.glob("assets/collect.*.css"))
