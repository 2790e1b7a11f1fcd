"""A theme changes what the pages look like and say, without a copy of what it leaves as it is."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from conftest import ROOT, Run
from digitjs import config, template_copies, templates
from digitjs.browser.server import serving
from digitjs.errors import DigitjsError
from digitjs.filesystem.output_folder import read_manifest
from digitjs.filesystem.paths import files_below
from digitjs.site import colours, texts, theme
from digitjs.site.theme import Look
from signs import build, sign_task

DIGITS = sign_task(tuple("0123456789"))
FONT = b"wOF2 not really a font"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
Builder = Callable[..., Path]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, page_tools: Path) -> Path:
    """A folder with the model of every site of this module, and the site as it is without a theme."""
    folder = tmp_path_factory.mktemp("themes")
    build(DIGITS, folder / "dist", page_tools, config.Config())
    return folder


@pytest.fixture
def built(tmp_path: Path, models: Path, page_tools: Path) -> Builder:
    """Builds a site of a configuration and of files beside it."""

    def build_site(toml: str, files: dict[str, str | bytes] | None = None) -> Path:
        write(tmp_path, {"digitjs.toml": toml, **(files or {})})
        target = tmp_path / "dist"
        (tmp_path / "dist-model").symlink_to(models / "dist-model")
        build(DIGITS, target, page_tools, config.load(tmp_path / "digitjs.toml"))
        return target

    return build_site


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def style(site: Path) -> str:
    return next(site.glob("assets/site.*.css")).read_text("utf-8")


def resolved(folder: Path, toml: str) -> Look:
    write(folder, {"digitjs.toml": toml})
    return theme.resolve(config.load(folder / "digitjs.toml").theme)


def test_without_a_theme_the_style_is_the_one_that_is_compiled_of_ours_alone(models: Path, built: Builder) -> None:
    named = built('[theme]\nname = "paper"\n')
    for name in ("index.html", "report.html", "embed.html", "manifest.webmanifest"):
        assert (named / name).read_bytes() == (models / "dist" / name).read_bytes()
    assert style(named) == style(models / "dist")


def test_only_the_invitation_steps_back(models: Path) -> None:
    rules = re.findall(r"([^{}]*\.verdict-note)\{([^}]*)\}", style(models / "dist"))
    assert [selector for selector, rule in rules if "var(--ink-soft)" in rule] == [
        ".desk-answer[data-state=empty] .verdict-note"
    ]


def test_templates_replace_ours_by_name_and_extend_them(built: Builder, tmp_path: Path) -> None:
    site = built(
        '[theme]\nfolder = "look"\n',
        {
            "look/index.html": '{% extends "!index.html" %}{% block opening %}{{ super() }}<p>Hello</p>{% endblock %}',
            "look/_settings.html": "<p>No settings</p>",
            "look/base.html": '{% extends "!base.html" %}{% block footer %}<footer>Mine</footer>{% endblock %}',
        },
    )
    index = (site / "index.html").read_text("utf-8")
    assert index.index('class="headline"') < index.index("<p>Hello</p>") < index.index('id="canvas"')
    for page in ("index.html", "report.html"):
        text = (site / page).read_text("utf-8")
        assert "<footer>Mine</footer>" in text and "colophon" not in text
        assert "<p>No settings</p>" in text and "select_language" not in text


def test_a_template_extends_the_next_below_it_whichever_theme_has_that(tmp_path: Path) -> None:
    folders = tuple(tmp_path / name for name in ("one", "two", "three"))
    write(tmp_path, {"one/x.html": '{% extends "!x.html" %}{% block a %}1{{ super() }}{% endblock %}'})
    write(tmp_path, {"two/y.html": '{% extends "!y.html" %}{% block a %}2{{ super() }}{% endblock %}'})
    write(tmp_path, {"three/x.html": '{% include "y.html" %}{% block a %}3{% endblock %}'})
    write(tmp_path, {"three/y.html": "{% block a %}4{% endblock %}"})
    assert templates.render("x.html", {}, folders) == "2413"
    write(tmp_path, {"two/x.html": '{% extends "!x.html" %}{% block a %}5{{ super() }}{% endblock %}'})
    assert templates.render("x.html", {}, folders) == "24153"  # though it was rendered without that file before
    (tmp_path / "one" / "x.html").unlink()
    assert templates.render("x.html", {}, folders) == "2453"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("fine\n{% if %}", r"index\.html, line 2, does not render: Expected an expression"),
        ("\n\n{{ nothing }}", r"index\.html, line 3, does not render: 'nothing' is undefined"),
        ("\n{{ 1 // 0 }}", r"index\.html, line 2, does not render: ZeroDivisionError: "),
        ('{% extends "!gone.html" %}', r"index\.html, line 1, does not render: there is no template gone\.html"),
        (
            '{% extends "index.html" %}',
            r'index\.html, line 1, does not render: it extends or includes itself: write a "!"',
        ),
        ('{% include "part.html" %}', r"part\.html, line 2, does not render: 'nothing' is undefined"),
    ],
)
def test_a_mistake_in_a_template_is_said_with_its_file_and_line(tmp_path: Path, source: str, said: str) -> None:
    write(tmp_path, {"index.html": source, "part.html": "\n{{ nothing }}"})
    with pytest.raises(DigitjsError, match=rf"^The template {re.escape(str(tmp_path))}/{said}"):
        templates.render("index.html", {}, (tmp_path,))


def test_a_mistake_in_the_manifest_is_said_with_its_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, {"manifest.webmanifest": "{\n{{ nothing }}}"})
    with pytest.raises(DigitjsError, match=r"/manifest\.webmanifest, line 2, does not render: 'nothing' is undefined"):
        templates.render("manifest.webmanifest", {}, (tmp_path,))


def test_a_template_in_another_encoding_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": "\nGrüße".encode("latin-1")})
    said = f"Cannot read the template {tmp_path}/index.html: line 2 is not UTF-8, save it as UTF-8."
    with pytest.raises(DigitjsError) as raised:
        templates.render("index.html", {}, (tmp_path,))
    assert raised.value.message == said


def test_a_block_that_nothing_has_is_reported_with_the_nearest(tmp_path: Path) -> None:
    own = "\n{% block main %}{% block mine %}{% endblock %}{% endblock %}\n{% block xyz %}{% endblock %}"
    page = f'{{% extends "base.html" %}}{own}'
    write(tmp_path / "look", {"pages/about.html": page, "base.html": '{% extends "!base.html" %}', "own.html": own})
    write(tmp_path / "look", {"index.html": '{% extends "!index.html" %}\n\n{% block openning %}{% endblock %}'})
    index, about = resolved(tmp_path, '[theme]\nfolder = "look"\n').notes
    assert index.endswith(
        "index.html, line 3: no template that it extends has the block openning, did you mean opening."
    )
    assert "about.html, line 3: no template that it extends has the block xyz, there are app, body, brand" in about


def documented() -> dict[str, set[str]]:
    """The blocks that the documentation names, by template."""
    text = (ROOT / "digitjs" / "site" / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w.]+\.html)` \| (.+) \|$", text, re.MULTILINE)
    return {template: set(re.findall(r"`(\w+)`", blocks)) for template, blocks in rows}


def test_the_documented_blocks_are_those_of_the_templates() -> None:
    there = {
        path.name: set(re.findall(r"{% block (\w+)", path.read_text("utf-8")))
        for path in templates.folder().glob("*.html")
    }
    pages = ("base.html", "index.html", "report.html", "embed.html", "collect.html")
    assert documented() == {name: there[name] for name in pages}


def test_the_example_of_the_documentation_is_a_site(built: Builder) -> None:
    text = (ROOT / "digitjs" / "site" / "README.md").read_text("utf-8")
    files: dict[str, str | bytes] = {"logo.svg": SVG, "icon.svg": SVG, "social.png": b"png", "own-serif.woff2": FONT}
    files["static/robots.txt"] = "User-agent: *"
    tables: list[str] = []
    for name, content in re.findall(r"^```\w+ (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if name != "digitjs.toml":
            files[name] = content
        elif content.startswith("# [theme], continued"):
            tables[0] = tables[0].replace("[theme]\n", f"[theme]\n{content}", 1)
        else:
            tables.append(content)
    site = built("\n".join(tables), files)
    index = (site / "index.html").read_text("utf-8")
    for written in ("Made by class 7b.", ">Write a number.</h1>", ">Who we are</a>", ">עברית</option>", "count.js"):
        assert written in index
    for page in ("index.html", "report.html", "about-us.html"):
        assert '<meta name="author" content="Class 7b">' in (site / page).read_text("utf-8")
        assert '<p>© <a href="https://example.org/">Class 7b</a></p>' in (site / page).read_text("utf-8")
    assert "script-src 'self' 'wasm-unsafe-eval' https://stats.example.org;" in index
    assert ">Class 7b</h1>" in (site / "about-us.html").read_text("utf-8")
    assert (site / "robots.txt").exists() and (site / "sitemap.xml").read_text("utf-8").count("<loc>") == 3
    assert "--win: #0a6e52" in style(site) and ".colophon{border-top:4px solid var(--win)}" in style(site)


def test_blocks_are_small() -> None:
    """What a theme has to repeat to change one thing: no block without blocks in it is longer than a screen."""
    for name in ("base.html", "index.html", "report.html", "embed.html"):
        text = (templates.folder() / name).read_text("utf-8")
        for block, content in re.findall(r"{% block (\w+) %}((?:(?!{% block).)*?){% endblock %}", text, re.DOTALL):
            assert content.count("\n") <= 30, (name, block)


def test_texts_count_more_than_ours_and_a_file_is_a_language(built: Builder) -> None:
    site = built(
        '[site]\nlanguage = "pt-BR"\n[theme]\nfolder = "look"\n',
        {
            "look/text/en.json": '{"headline": "Write!", "digit": "A {digit}."}',
            "look/text/pt-BR.json": '{"language_name": "Português", "headline": "Desenhe."}',
            "look/text/ar.json": '{"language_name": "العربية", "headline": "ارسم."}',
        },
    )
    index = (site / "index.html").read_text("utf-8")
    assert '<html lang="pt-BR">' in index and ">Desenhe.</h1>" in index
    assert re.findall(r'<option value="([\w-]+)" lang="\1"', index) == ["ar", "de", "en", "es", "pt-BR"]
    scripts = {code: next(site.glob(f"assets/text.{code}.*.js")).read_text("utf-8") for code in ("en", "ar", "pt-BR")}
    said = {
        code: json.loads(script.partition("=")[2].partition("=")[2].rstrip(";\n")) for code, script in scripts.items()
    }
    assert (said["en"]["headline"], said["en"]["digit"]) == ("Write!", "A {digit}.")
    assert said["pt-BR"]["undo"] == said["en"]["undo"] == "Undo"  # English speaks where a translation is silent
    assert (said["ar"]["direction"], "direction" in said["en"]) == ("rtl", False)


def test_a_language_that_is_written_from_right_to_left_turns_the_page(built: Builder, browser: Browser) -> None:
    site = built(
        '[site]\nlanguage = "ar"\n[theme]\nfolder = "look"\n',
        {"look/text/ar.json": '{"language_name": "العربية", "headline": "ارسم."}'},
    )
    with serving(site) as address, browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.goto(address)
        page.evaluate("digitjs.ready")
        html = page.locator("html")
        expect(html).to_have_attribute("dir", "rtl")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        arrow = "getComputedStyle(document.querySelectorAll('.journey-step')[1], '::before').content"
        assert page.evaluate(arrow) == '"←"'
        page.select_option("#select_language", "de")
        expect(html).to_have_attribute("lang", "de")
        expect(html).to_have_attribute("dir", "ltr")
        page.select_option("#select_language", "ar")
        expect(html).to_have_attribute("dir", "rtl")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("en.json", '{\n"headline": 3}', r"en\.json holds no texts that digitjs can use: Expected"),
        ("en.json", '{\n"headline": "a",\n}', r"en\.json, line 3, holds no texts"),
        ("en.json", '{"corrections": {"one": "1"}}', r'no form "other" of the plural'),
        ("english.json", "{}", "is not named after a language"),
    ],
)
def test_texts_that_cannot_be_used_are_named(built: Builder, name: str, content: str, said: str) -> None:
    with pytest.raises(DigitjsError, match=said):
        built('[theme]\nfolder = "look"\n', {f"look/text/{name}": content})


def test_colours_and_sizes_need_no_template(built: Builder) -> None:
    site = built(
        '[theme]\naccent = "rebeccapurple"\npaper = "#fff8f0"\nradius = "12px"\n'
        '[theme.fonts]\ntext = "Georgia, serif"\n'
    )
    css = style(site)
    for written in ("--win: #663399", "--pen: #663399", "--paper: #fff8f0", "--radius: 12px", "--sans: Georgia, serif"):
        assert written in css
    assert css.index("--win: #22348f") < css.index("--win: #663399") < css.index("forced-colors")
    assert 'content="#fff8f0" media="(prefers-color-scheme: light)"' in (site / "index.html").read_text("utf-8")
    assert json.loads((site / "manifest.webmanifest").read_text("utf-8"))["theme_color"] == "#fff8f0"


PAPERS = ["#ffffff", "#fdf6e3", "#e8f0ff", "#222233", "#000000", "#ffd9d9", "#104020"]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_follows_from_a_paper_can_be_read_on_it(paper: str, scheme: colours.Scheme) -> None:
    ground = colours.parse(paper, "paper")
    ink = max(((0, 0, 0), (255, 255, 255)), key=lambda one: colours.contrast(one, ground))
    found = colours.derived({"paper": ground, "ink": ink}, scheme)
    parsed = {name: colours.parse(value, name) for name, value in found.items() if name != "grid"}
    for name in ("ink-soft", "doubt", "alert", "win"):
        assert min(colours.contrast(parsed[name], parsed[on]) for on in ("paper", "sheet")) >= 4.5, name
    for name in ("control", "focus", "warm", "cold", "pen"):
        assert colours.contrast(parsed[name], ground) >= 3, name
    assert colours.contrast(parsed["win"], parsed["on-win"]) >= 4.5


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        (" Navy ", (0, 0, 128)),
        ("#0aF", (0, 170, 255)),
        ("rgb(10, 20,30)", (10, 20, 30)),
        ("rgb( 10 20 30 )", (10, 20, 30)),
        ("hsl(200deg 50% 40%)", (51, 119, 153)),
        ("HSL(200, 50%, 40%)", (51, 119, 153)),
    ],
)
def test_colours_are_read_as_css_writes_them(text: str, colour: colours.Colour) -> None:
    assert colours.parse(text, "ink") == colour


@pytest.mark.parametrize(
    "text", ["rgb(300, 0, 0)", "hsl(0, 120%, 50%)", "hsv(0, 50%, 50%)", "rgb(1 2)", "hsl(0 1 2)", " "]
)
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(DigitjsError, match=r"^ink is no colour .* with values from 0 to 255, or hsl\(h, s%, l%\)"):
        colours.parse(text, "ink")


def test_contrast_is_what_wcag_says() -> None:
    assert colours.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert colours.contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (
            'ink = "#999"\n',
            r"theme\.ink #999999 on paper #f6f4ee has a contrast of 2\.6, and needs 4\.5: nobody can read",
        ),
        ('accent = "#ffee00"\n', r"theme\.accent #ffee00 on paper"),
        ('[theme.dark]\npaper = "#888"\nink = "#999"\n', r"theme\.dark\.ink #999999 on paper #888888"),
        ('accent = "red-ish"\n', r"theme\.accent is no colour \('red-ish'\)"),
        ('accent = "#ff000080"\n', r"theme\.accent is transparent"),
        ('name = "marble"\n', r"There is no theme 'marble': choose one of paper, poster"),
        ('folder = "digitjs.toml"\n', r"digitjs\.toml is a file, but the theme is said to be a folder"),
        ('folder = "gone"\n', r"There is no folder .*gone"),
        ('logo = "gone.svg"\n', r"Cannot read the logo .*gone\.svg: No such file"),
        ('logo = "digitjs.toml"\n', r"digitjs\.toml is no picture that browsers show"),
        ('icon = "icon.png"\n', r"The icon .*icon\.png cannot be read"),
        ('icon = "wide.png"\n', r"The icon .*wide\.png is no square PNG"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "icon.png").write_text("no picture")
    Image.new("RGB", (20, 10)).save(tmp_path / "wide.png")
    with pytest.raises(DigitjsError, match=said):
        resolved(tmp_path, f"[theme]\n{toml}")


@pytest.mark.parametrize(
    ("toml", "own", "said"),
    [
        ('[theme]\n\naccent = "#0a6e5z"\n', "", "digitjs.toml, line 3: theme.accent is no colour"),
        ('[theme]\naccent = "#ffff00"\n', "", "digitjs.toml, line 2: theme.accent #ffff00 on paper"),
        ('theme = { name = "paper", accent = "#ffff00" }\n', "", "digitjs.toml, line 1: theme.accent #ffff00"),
        ('[theme]\npaper = "#333"\n', "", "digitjs.toml, line 2: theme.ink"),  # ours on their paper
        ('[theme]\nname = "marble"\n', "", "digitjs.toml, line 2: There is no theme 'marble'"),
        ('[theme]\nlogo = "digitjs.toml"\n', "", "digitjs.toml, line 2: The logo"),
        ('[site]\nlanguage = "fr"\n', "", "digitjs.toml, line 2: There is no text in the language fr"),
        ('[theme]\nfolder = "look"\n', '\nink = "#12345"\n', "look/theme.toml, line 2: theme.ink is no colour"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_file_and_line(
    run: Run, tmp_path: Path, toml: str, own: str, said: str
) -> None:
    write(tmp_path, {"digitjs.toml": toml, "look/theme.toml": own})
    result = run("build", "--pretrained")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {said}")


def test_what_is_hard_to_read_is_said_and_done(tmp_path: Path) -> None:
    [note] = resolved(tmp_path, '[theme]\nink = "#7a7a7a"\n').notes
    assert (
        note == "theme.ink #7a7a7a on paper #f6f4ee has a contrast of 3.9, and needs 4.5 to be read well (WCAG 2.2 AA)."
    )
    assert resolved(tmp_path, '[theme]\nink = "#222"\n').notes == ()


def test_files_are_copied_under_their_hash_and_allowed(built: Builder, tmp_path: Path) -> None:
    Image.new("RGB", (600, 600), "red").save(tmp_path / "icon.png")
    site = built(
        '[site]\nurl = "https://example.org/d"\n[theme]\nlogo = "logo.svg"\nicon = "icon.png"\npicture = "big.jpg"\n'
        '[theme.fonts]\ntitle = "Own, serif"\n'
        '[[theme.faces]]\nfamily = "Own"\nfile = "own.woff2"\nweight = "100 900"\n',
        {"logo.svg": SVG, "own.woff2": FONT, "big.jpg": b"jpg"},
    )
    index = (site / "index.html").read_text("utf-8")
    logo = re.search(r'<img src="(assets/logo\.\w{10}\.svg)" alt="" height="28">', index)
    assert logo and (site / logo[1]).read_text() == SVG
    face = re.search(r'@font-face\{font-family:"?Own"?;src:url\("?(own\.\w+\.woff2)', style(site))
    assert face and (site / "assets" / face[1]).read_bytes() == FONT
    assert "font-src 'self'" in index
    assert re.search(r'property="og:image" content="https://example\.org/d/assets/big\.\w+\.jpg"', index)
    manifest = json.loads((site / "manifest.webmanifest").read_text("utf-8"))
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512", "512x512"]
    for icon in manifest["icons"]:
        with Image.open(site / icon["src"]) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
    kept = (site / "service-worker.js").read_text("utf-8")
    assert all(name in kept for name in (logo[1], f"assets/{face[1]}", manifest["icons"][0]["src"]))


def test_an_icon_that_is_drawn_is_the_only_one(built: Builder) -> None:
    site = built('[theme]\nicon = "mine.svg"\n', {"mine.svg": SVG})
    manifest = json.loads((site / "manifest.webmanifest").read_text("utf-8"))
    assert [icon["src"].partition(".")[0] for icon in manifest["icons"]] == ["assets/mine"]
    index = (site / "index.html").read_text("utf-8")
    assert "apple-touch-icon" not in index and re.search(
        r'rel="icon" href="assets/mine\.\w+\.svg" type="image/svg', index
    )


def test_own_pages_are_in_the_menu(built: Builder, browser: Browser) -> None:
    page_source = '{% extends "base.html" %}{% block main %}<h1>{{ site.title }}</h1>{% endblock %}'
    site = built(
        '[theme]\nfolder = "look"\n',
        {
            "look/pages/about-us.html": page_source,
            "look/pages/rules.html": page_source,
            "look/text/en.json": '{"page_rules": "The rules"}',
            "look/text/de.json": '{"page_rules": "Die Regeln"}',
        },
    )
    with serving(site) as address, browser.new_context() as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(address)
        page.get_by_role("link", name="The rules").click()
        expect(page.locator("[aria-current=page]")).to_have_text("The rules")
        page.wait_for_load_state()  # scripts, which hear of the choice, run after the menu is there
        page.select_option("#select_language", "de")
        expect(page.locator("[aria-current=page]")).to_have_text("Die Regeln")
        page.get_by_role("link", name="About us").click()
        expect(page.locator("[aria-current=page]")).to_have_text("About us")
        assert errors == []
    manifest = read_manifest(site)
    assert manifest and set(manifest.copied) == {"about-us.html", "rules.html"}


@pytest.mark.parametrize("name", ["index.html", "collect.html", "Über.html", "a b.html"])
def test_pages_with_other_names_are_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, {f"look/pages/{name}": ""})
    with pytest.raises(DigitjsError, match=r"own page: choose another name|no good address"):
        resolved(tmp_path, '[theme]\nfolder = "look"\n')


def test_files_that_editors_leave_behind_are_not_read(tmp_path: Path) -> None:
    for name in ("pages/about.html", "text/en.json"):
        write(tmp_path, {f"theme/{name}": "{}"})
        path = tmp_path / "theme" / name
        path.with_name(f".#{path.name}").symlink_to("ada@desk.123:456")
        path.with_name(f"._{path.name}").touch()
    look = resolved(tmp_path, '[theme]\nfolder = "theme"\n')
    assert look.pages == ("about",)
    assert "en" in texts.read_catalogues(DIGITS.task, config.TaskWords(), tuple(look.below(theme.TEXTS)))


def test_a_style_comes_after_ours_and_its_mistakes_have_a_line(built: Builder) -> None:
    css = style(built('[theme]\nfolder = "look"\n', {"look/style.scss": "$a: 1px;\n.lead { margin: $a + 1px; }"}))
    assert css.endswith(".lead{margin:2px}\n") or css.rstrip().endswith(".lead{margin:2px}")


def test_a_mistake_in_a_style_has_a_line(built: Builder) -> None:
    with pytest.raises(DigitjsError, match=r"does not compile: .*look/style\.scss, line 2: Undefined variable"):
        built('[theme]\nfolder = "look"\n', {"look/style.scss": "a { b: c }\n.lead { a: $gone }"})


def test_a_folder_says_its_own_colours_and_digitjs_toml_says_more(tmp_path: Path) -> None:
    write(tmp_path, {"look/theme.toml": 'name = "poster"\naccent = "#123456"\nlogo = "a.svg"\n', "look/a.svg": SVG})
    look = resolved(tmp_path, '[theme]\nfolder = "look"\n')
    assert [folder.name for folder in look.folders] == ["look", "poster"]
    assert "win: '#123456'" in look.style and look.logo.startswith("assets/a.")
    assert "win: '#654321'" in resolved(tmp_path, '[theme]\nfolder = "look"\naccent = "#654321"\n').style


def test_a_copy_of_one_of_our_templates_is_told_from_one_that_extends_it(tmp_path: Path) -> None:
    ours = (templates.folder() / "index.html").read_text("utf-8")
    write(tmp_path, {"index.html": ours.replace("\n", "\r\n"), "mine.html": ours, "report.html": '{% extends "!x" %}'})
    [(place, what)] = template_copies.found(tmp_path)
    assert place.endswith("index.html") and "the same as ours: remove it" in what


def test_a_copy_of_an_older_template_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = tmp_path / "record.json"
    write(tmp_path, {"theme/index.html": "an older one"})
    sha256 = template_copies._hash(tmp_path / "theme" / "index.html")
    record.write_bytes(msgspec.json.encode({"0.0.1": {"index.html": sha256}, "0.1.0": template_copies.ours()}))
    monkeypatch.setattr(template_copies, "RECORD", record)
    [(_, what)] = template_copies.found(tmp_path / "theme")
    assert "a copy of ours in digitjs 0.0.1, which has changed since" in what


def test_this_release_is_on_record() -> None:
    from digitjs import __version__

    assert __version__ in template_copies.recorded(), "Run python -m digitjs.template_copies"


def test_both_themes_are_whole(built: Builder) -> None:
    assert theme.names() == ("paper", "poster")
    site = built('[theme]\nname = "poster"\n')
    assert "poster-mark" in (site / "report.html").read_text("utf-8")
    assert "poster-classes" in style(site)


def test_the_collecting_page_has_the_theme_too(tmp_path: Path, page_tools: Path) -> None:
    from digitjs.site import collect_page

    write(tmp_path, {"digitjs.toml": '[theme]\nname = "poster"\n[collect]\nclasses = ["a", "b"]\n'})
    chosen = config.load(tmp_path / "digitjs.toml")
    (tmp_path / "page").mkdir()
    collect_page.write_alone(tmp_path / "page", page_tools, collect_page.Alone(chosen, None))
    assert "poster-mark" in (tmp_path / "page" / "index.html").read_text("utf-8")
    assert not [name for name in files_below(tmp_path / "page") if "style.scss" in name]
