"""Pictures in: chosen, dropped and pasted, on any ground; and examples from the test set."""

import base64
import csv
import re
import struct
import zlib
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from conftest import DIGITS, ROOT
from digitjs.data import stroke_file
from digitjs.evaluation.evaluate import draw_with_mouse

SEVEN = next(drawing.strokes for drawing in DIGITS if drawing.label == 7)
PICTURES = ROOT / "tests" / "fixtures" / "pictures"
LARGEST = 40_000_000  # bytes

# A photograph is never clean: light falls from one side, a hand's shadow lies over a corner, and sensors are noisy.
PHOTOGRAPH = """async ([strokes, {paper, ink, width, shadow, noise, count}]) => {
    const [wide, high] = [640 * count, 640];
    const canvas = new OffscreenCanvas(wide, high), context = canvas.getContext('2d');
    context.fillStyle = paper;
    context.fillRect(0, 0, wide, high);
    Object.assign(context, {strokeStyle: ink, lineWidth: width, lineCap: 'round', lineJoin: 'round'});
    for (let i = 0; i < count; i++) {
        for (const stroke of strokes) {
            context.beginPath();
            for (const [x, y] of stroke) context.lineTo(640 * i + 120 + 400 * x, 120 + 400 * y);
            context.stroke();
        }
    }
    const smaller = (around, share) => {
        const before = new OffscreenCanvas(wide, high);
        before.getContext('2d').drawImage(canvas, 0, 0);
        context.fillStyle = around;
        context.fillRect(0, 0, wide, high);
        const margin = (1 - share) / 2;
        context.drawImage(before, margin * wide, margin * high, share * wide, share * high);
    };
    SCENE
    const light = context.createLinearGradient(0, 0, wide, high);
    light.addColorStop(0, 'rgb(0 0 0 / 0)');
    light.addColorStop(1, `rgb(0 0 0 / ${shadow})`);
    context.fillStyle = light;
    context.fillRect(0, 0, wide, high);
    const image = context.getImageData(0, 0, wide, high);
    let seed = 1;
    for (let i = 0; i < image.data.length; i += 4) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        const grain = noise * (seed / 2147483648 - 0.5);
        for (let k = 0; k < 3; k++) image.data[i + k] += grain;
    }
    context.putImageData(image, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({type: 'image/png'})).arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
}"""
LOOKS: dict[str, dict[str, Any]] = {
    "pen": {"paper": "#fdfcf7", "ink": "#1a1a2e", "width": 14, "shadow": 0, "noise": 10},
    "pencil in a shadow": {"paper": "#e9e4d6", "ink": "#6a6a6a", "width": 12, "shadow": 0.55, "noise": 24},
    "marker": {"paper": "#ffffff", "ink": "#c01818", "width": 60, "shadow": 0.2, "noise": 10},
    "chalk": {"paper": "#23352b", "ink": "#e8ece6", "width": 30, "shadow": 0.4, "noise": 40},
    "ballpoint": {"paper": "#f4e9c8", "ink": "#2244aa", "width": 8, "shadow": 0.3, "noise": 16},
}
# What else is in a picture of pen on paper: script that goes on drawing with `context`, `wide`, `high` and `smaller`.
SCENES = {
    "the hard edge of a shadow through the digits": """
        context.globalCompositeOperation = 'multiply';
        context.fillStyle = '#777';
        context.beginPath();
        for (const [x, y] of [[0.4, 0], [1, 0], [1, 1], [0.65, 1]]) context.lineTo(x * wide, y * high);
        context.fill();""",
    "a sheet on a dark desk": """
        smaller('#463228', 0.8);""",
    "small writing on a large sheet": """
        smaller('#fdfcf7', 0.25);""",
    "boxes of a form": """
        context.strokeStyle = '#555';
        context.lineWidth = 5;
        for (let i = 0; i < wide / 640; i++) context.strokeRect(640 * i + 40, 40, 560, 560);""",
    "a line under the digits": """
        context.fillStyle = '#1a1a2e';
        context.fillRect(40, 580, wide - 80, 12);""",
    "squared paper": """
        context.fillStyle = '#8a93ad';
        for (let x = 20; x < wide; x += 40) context.fillRect(x, 0, 2, high);
        for (let y = 20; y < high; y += 40) context.fillRect(0, y, wide, 2);""",
}


def photograph(page: Page, look: str, drawn: stroke_file.Drawing, count: int = 1, scene: str = "") -> bytes:
    """A picture of a digit, or of several of it in a row, as a PNG; scene: one of SCENES, or a script like them."""
    script = PHOTOGRAPH.replace("SCENE", f"{{ {SCENES.get(scene, scene)} }}")
    encoded: str = page.evaluate(script, [drawn.strokes, {**LOOKS[look], "count": count}])
    return base64.b64decode(encoded)


def vast_png() -> bytes:
    """A PNG of 200,000 x 200,000 white pixels, as far as its header says: no browser has room for them."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 200_000, 200_000, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def choose(page: Page, name: str, content: bytes, kind: str = "image/png") -> None:
    page.set_input_files("#choose_picture", [{"name": name, "mimeType": kind, "buffer": content}])


@pytest.mark.parametrize("look", LOOKS)
def test_digits_are_read_from_pictures_of_every_kind(drawing_page: Page, look: str) -> None:
    page = drawing_page
    read = []
    for drawing in DIGITS:
        page.evaluate("digitjs.clear()")
        expect(page.locator("#prediction")).to_be_empty()
        choose(page, "digit.png", photograph(page, look, drawing))
        expect(page.locator("#prediction")).not_to_be_empty()
        read.append(page.locator("#prediction").inner_text())
    expect(page.locator("#bring_note")).to_contain_text("traced")
    assert read == [str(drawing.label) for drawing in DIGITS]


def test_a_number_on_a_picture_is_parted_into_digits(drawing_page: Page) -> None:
    page = drawing_page
    choose(page, "number.png", photograph(page, "pen", DIGITS[-1], count=3))
    expect(page.locator("#prediction")).to_have_text(str(DIGITS[-1].label) * 3)


@pytest.mark.parametrize("scene", SCENES)
def test_a_number_is_read_whatever_else_is_in_the_picture(drawing_page: Page, scene: str) -> None:
    page = drawing_page
    for drawing in DIGITS[:4]:
        choose(page, "number.png", photograph(page, "pen", drawing, count=3, scene=scene))
        expect(page.locator("#prediction")).to_have_text(str(drawing.label) * 3)


# Of each kind in fixtures/pictures, how many are read right at least; which of them depends on the training.
DRAWN_TO_FAIL = {
    "thick": 5,
    "grainy": 6,
    "edges": 4,
    "boxed": 3,
    "ragged": 2,
    "row": 4,
    "sketchy": 1,
    "faint": 2,
    "cut": 3,
    "shadow": 3,
}


@pytest.mark.parametrize("kind", DRAWN_TO_FAIL)
def test_most_of_the_pictures_that_were_drawn_to_fail_are_read(drawing_page: Page, kind: str) -> None:
    page = drawing_page
    with (PICTURES / "labels.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    wrong = {}
    for row in rows:
        path = PICTURES / row["file"]
        page.evaluate("digitjs.clear()")
        expect(page.locator("#prediction")).to_be_empty()
        choose(page, path.name, path.read_bytes(), "image/png" if path.suffix == ".png" else "image/jpeg")
        expect(page.locator("#bring_note")).to_contain_text("traced")
        expect(page.locator("#prediction")).not_to_be_empty()
        text = page.locator("#prediction").inner_text()
        if text != row["label"]:
            wrong[row["file"]] = text
    assert len(rows) - len(wrong) >= DRAWN_TO_FAIL[kind], wrong


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"not a picture", "image/png", "cannot read this file as a picture"),
        (b"", "image/png", "cannot read this file as a picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "image/png", "picture is damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(64), "image/jpeg", "save a copy as JPEG"),
        (vast_png(), "image/png", "too many pixels for this device"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(64), "", "HEIC photos: save the photo as JPEG"),
        (bytes(64), "image/heic", "HEIC photos: save the photo as JPEG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0', "image/svg+xml", "save it as PNG or JPEG"),
        (bytes(LARGEST + 1), "image/png", "larger than 40 MB"),
    ],
    ids=["text", "empty", "broken PNG", "broken JPEG", "vast", "HEIC", "HEIC by type", "broken SVG", "huge"],
)
def test_what_is_no_picture_is_refused_in_words_and_the_drawing_stays(
    drawing_page: Page, content: bytes, kind: str, words: str
) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    before = page.evaluate("digitjs.strokes")
    choose(page, "odd.png", content, kind)
    expect(page.locator("#bring_note")).to_contain_text(words)
    assert page.evaluate("digitjs.strokes") == before


def test_an_empty_picture_is_refused_in_words_and_the_drawing_stays(drawing_page: Page) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    before = page.evaluate("digitjs.strokes")
    blank = stroke_file.Drawing(label=0, strokes=())
    choose(page, "blank.png", photograph(page, "pencil in a shadow", blank))
    expect(page.locator("#bring_note")).to_contain_text("No digit was found")
    assert page.evaluate("digitjs.strokes") == before
    page.select_option("#select_language", "de")
    expect(page.locator("#bring_note")).to_contain_text("keine Ziffer")
    page.click("#clear_canvas")
    expect(page.locator("#bring_note")).to_be_empty()


# Light on a sheet with nothing on it: script that draws with `context`, `wide` and `high`.
EMPTY_SCENES = {
    "the soft shadow of a hand": """
        context.filter = 'blur(12px)';
        context.fillStyle = 'rgb(0 0 0 / 0.5)';
        context.beginPath();
        context.ellipse(0.6 * wide, 1.05 * high, 0.25 * wide, 0.5 * high, 0.3, 0, 7);
        context.fill();""",
    "the soft edge of a shadow": """
        context.filter = 'blur(25px)';
        context.fillStyle = 'rgb(0 0 0 / 0.5)';
        context.fillRect(0.45 * wide, -90, wide, high + 180);""",
    "dark corners": """
        const light = context.createRadialGradient(0.4 * wide, 0.45 * high, 0, 0.5 * wide, 0.5 * high, 0.7 * wide);
        light.addColorStop(0, 'rgb(0 0 0 / 0)');
        light.addColorStop(1, 'rgb(0 0 0 / 0.6)');
        context.fillStyle = light;
        context.fillRect(0, 0, wide, high);""",
}


@pytest.mark.parametrize("look", ["pen", "pencil in a shadow"])
@pytest.mark.parametrize("scene", EMPTY_SCENES)
def test_an_empty_sheet_is_not_traced_whatever_light_falls_on_it(drawing_page: Page, scene: str, look: str) -> None:
    page = drawing_page
    script = f"{{ {EMPTY_SCENES[scene]} }} context.filter = 'none';"
    for drawing, said in (
        (stroke_file.Drawing(label=0, strokes=()), "No digit was found"),
        (DIGITS[4], "The picture has been traced"),
    ):
        choose(page, "sheet.png", photograph(page, look, drawing, scene=script))
        expect(page.locator("#bring_note")).to_contain_text(said)
    expect(page.locator("#prediction")).to_have_text(str(DIGITS[4].label))


CARRY = """([encoded, kind]) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], 'digit.png', {type: 'image/png'}));
    const init = {bubbles: true, cancelable: true};
    const event = kind === 'paste'
        ? new ClipboardEvent('paste', {...init, clipboardData: carried})
        : new DragEvent('drop', {...init, dataTransfer: carried});
    return !document.body.dispatchEvent(event) || kind === 'paste';
}"""


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_may_be_dropped_or_pasted_anywhere(drawing_page: Page, kind: str) -> None:
    page = drawing_page
    for drawing in DIGITS[:3]:
        encoded = base64.b64encode(photograph(page, "pen", drawing)).decode()
        assert page.evaluate(CARRY, [encoded, kind])  # a drop that is not taken would leave the page
        expect(page.locator("#prediction")).to_have_text(str(drawing.label))


def test_an_example_of_each_digit_is_drawn_and_read(drawing_page: Page) -> None:
    page = drawing_page
    page.locator("summary", has_text="example").click()
    for digit in range(10):
        page.click(f"[data-example='{digit}']")
        expect(page.locator("#bring_note")).to_contain_text(f"{digit} from the MNIST test set")
        expect(page.locator("#prediction")).to_have_text(str(digit))
    expect(page.locator("#bring_note")).to_have_text("A 9 from the MNIST test set, traced.")
    page.click("#undo")
    expect(page.locator("#prediction")).to_have_text("8")


# What browsers that guard against fingerprinting make of the pixels that a page reads back.
NOISE = """(kind) => {
    const { getImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.getImageData = function (...area) {
        if (kind === 'error') throw new DOMException('not allowed', 'SecurityError');
        const image = getImageData.apply(this, area);
        let seed = 1;
        for (let i = 0; i < image.data.length; i++) {
            seed = (seed * 1103515245 + 12345) % 2147483648;
            const random = seed / 2147483648;
            if (kind === 'slight') image.data[i] += Math.round(2 * random) - 1;
            else image.data[i] = kind === 'white' ? 255 : 256 * random;
        }
        return image;
    };
}"""


def test_slight_noise_in_the_pixels_does_no_harm(drawing_page: Page) -> None:
    page = drawing_page
    pictures = [photograph(page, "pencil in a shadow", drawing) for drawing in DIGITS]
    page.evaluate(NOISE, "slight")
    for drawing, picture in zip(DIGITS, pictures, strict=True):
        choose(page, "digit.png", picture)
        expect(page.locator("#prediction")).to_have_text(str(drawing.label))


@pytest.mark.parametrize("kind", ["random", "white", "error"])
def test_a_browser_that_hides_pixels_is_told_from_an_empty_picture(drawing_page: Page, kind: str) -> None:
    page = drawing_page
    picture = photograph(page, "pen", DIGITS[0])
    draw_with_mouse(page, SEVEN)
    before = page.evaluate("digitjs.strokes")
    page.evaluate(NOISE, kind)
    choose(page, "digit.png", picture)
    expect(page.locator("#bring_note")).to_contain_text("Your browser does not let web pages read the pixels")
    assert page.evaluate("digitjs.strokes") == before


LINK = """([kind, types]) => {
    const carried = new DataTransfer();
    for (const type of types) carried.setData(type, 'https://example.org/5.png <img src="https://example.org/5.png">');
    const init = {bubbles: true, cancelable: true};
    const event = kind === 'paste'
        ? new ClipboardEvent('paste', {...init, clipboardData: carried})
        : new DragEvent(kind, {...init, dataTransfer: carried});
    return document.body.dispatchEvent(event);
}"""


@pytest.mark.parametrize("types", [["text/uri-list", "text/html"], ["text/uri-list"], ["text/html"]])
def test_a_picture_of_another_page_is_not_fetched_but_asked_for(drawing_page: Page, types: list[str]) -> None:
    page = drawing_page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert not page.evaluate(LINK, ["dragover", types])  # what a page does not take, the browser shows in its place
    assert not page.evaluate(LINK, ["drop", types])
    expect(page.locator("#bring_note")).to_contain_text("only a link")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#bring_note")).to_be_empty()
    page.evaluate(LINK, ["paste", types])
    expect(page.locator("#bring_note")).to_contain_text("only a link")
    assert [url for url in asked if "example.org" in url] == []


def test_words_that_are_dropped_or_pasted_are_no_picture(drawing_page: Page) -> None:
    page = drawing_page
    assert page.evaluate(LINK, ["drop", ["text/plain"]])
    page.evaluate(LINK, ["paste", ["text/plain"]])
    expect(page.locator("#bring_note")).to_be_empty()


PATH = '<path d="M30 20H70L45 80" fill="none" stroke="black" stroke-width="6"/>'
BAR = (
    '<div xmlns="http://www.w3.org/1999/xhtml" style="margin: 20px 47px; width: 6px; height: 60px; background: black"/>'
)


@pytest.mark.parametrize(
    ("size", "content", "read"),
    [
        ('width="100" height="100"', PATH, "7"),
        ('viewBox="0 0 100 100"', PATH, "7"),
        ('width="900000" height="900000" viewBox="0 0 100 100"', PATH, "7"),
        ('width="100" height="100"', f'<foreignObject width="100" height="100">{BAR}</foreignObject>', "1"),
    ],
    ids=["small", "no size", "huge", "html"],
)
def test_a_vector_graphic_is_read(drawing_page: Page, size: str, content: str, read: str) -> None:
    page = drawing_page
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{content}</svg>'
    choose(page, "digit.svg", svg.encode(), "image/svg+xml")
    expect(page.locator("#prediction")).to_have_text(read)


JPEG = """async (encoded) => {
    const content = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([content]));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext('2d').drawImage(picture, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({type: 'image/jpeg'})).arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
}"""


def held_upright(jpeg: bytes) -> bytes:
    """With the orientation 6 of EXIF: a phone that was held upright stores its pixels turned to the left."""
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    exif = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def test_a_photograph_is_read_upright_where_it_says_how_it_was_held(drawing_page: Page) -> None:
    page = drawing_page
    read = {False: "", True: ""}
    for label in (2, 3, 4, 5, 7):
        drawing = next(one for one in DIGITS if one.label == label)
        turned = stroke_file.Drawing(label, tuple(tuple((y, 1 - x) for x, y in stroke) for stroke in drawing.strokes))
        encoded = page.evaluate(JPEG, base64.b64encode(photograph(page, "pen", turned)).decode())
        jpeg = base64.b64decode(encoded)
        for upright in read:
            page.evaluate("digitjs.clear()")
            expect(page.locator("#prediction")).to_be_empty()
            choose(page, "digit.jpg", held_upright(jpeg) if upright else jpeg, "image/jpeg")
            expect(page.locator("#prediction")).not_to_be_empty()
            read[upright] += page.locator("#prediction").inner_text()
    assert read[True] == "23457"
    assert read[False] != "23457"


def test_the_script_that_traces_comes_with_the_first_picture_and_is_named_where_it_does_not(drawing_page: Page) -> None:
    page = drawing_page
    assert page.evaluate("globalThis.digitjsPicture") is None
    page.route("**/picture.*.js", lambda route: route.fulfill(body=""))
    draw_with_mouse(page, SEVEN)
    before = page.evaluate("digitjs.strokes")
    picture = photograph(page, "pen", DIGITS[0])
    choose(page, "digit.png", picture)
    expect(page.locator("#bring_note")).to_contain_text(re.compile(r"assets/picture\.\w+\.js could not be downloaded"))
    assert page.evaluate("digitjs.strokes") == before
    page.unroute("**/picture.*.js")
    choose(page, "digit.png", picture)
    expect(page.locator("#prediction")).to_have_text(str(DIGITS[0].label))


def examples(page: Page, change: str) -> None:
    """Examples whose first, the 0, is changed by a script."""

    def changed(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=f"{response.text()}{change}")

    page.route("**/examples.*.js", changed)
    page.locator("summary", has_text="example").click()


def test_an_example_that_cannot_be_traced_is_told_and_the_drawing_stays(drawing_page: Page) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    before = page.evaluate("digitjs.strokes")
    examples(page, "digitjsExamples[0].pixels = btoa(String.fromCharCode(...new Uint8Array(784).fill(9)));")
    page.click("[data-example='0']")
    expect(page.locator("#bring_note")).to_contain_text("too faint to be traced")
    assert page.evaluate("digitjs.strokes") == before


def test_of_a_slow_example_and_a_picture_the_last_chosen_wins(drawing_page: Page) -> None:
    page = drawing_page
    picture = photograph(page, "pen", DIGITS[-1])
    asked: list[Route] = []
    page.route("**/examples.*.js", lambda route: asked.append(route))
    page.locator("summary", has_text="example").click()
    with page.expect_request(re.compile("examples")):
        page.click("[data-example='3']")
    choose(page, "digit.png", picture)
    expect(page.locator("#prediction")).to_have_text(str(DIGITS[-1].label))
    before = page.evaluate("digitjs.strokes")
    for route in asked:
        route.continue_()
    page.evaluate(
        "async () => { while (!globalThis.digitjsExamples) await new Promise(requestAnimationFrame); }",
    )
    assert page.evaluate("digitjs.strokes") == before
