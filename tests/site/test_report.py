"""The report's charts and tables tell what was measured."""

import re
from html import unescape
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from conftest import Run, SignSite, Site, cached
from digitjs import templates
from digitjs.config import TaskWords
from digitjs.filesystem import checksums
from digitjs.model_card import CARD, Card, read_card
from digitjs.site import report, texts
from digitjs.site.page_data import page_network, page_task
from signs import FIFTEEN


def test_every_network_has_its_figures(page: Page, tiny_site: Site) -> None:
    page.goto(tiny_site.file + "report.html")
    for folder in sorted(tiny_site.folder.glob("models/*")):
        card = read_card(folder)
        section = page.locator(f"section#{card.name}")
        expect(section.locator("[role=img]")).to_have_count(3)
        assert all(section.locator("[role=img] svg").nth(i).bounding_box() for i in range(3))
        section.locator("summary").click()
        expect(section).to_contain_text(card.sha256["model.json"])
        expect(page.locator("section[aria-labelledby=compared]")).to_contain_text(f"{card.accuracy.value:.2%}")
        confusion = section.locator("table", has=page.locator(f"#{card.name}_confusion_table")).locator("tbody td")
        counts = [int(text) for text in confusion.all_inner_texts()]
        assert sum(counts) == card.accuracy.count
        assert sum(counts[::11]) == round(card.accuracy.value * card.accuracy.count)


def test_charts_carry_no_words_and_no_inline_style(tiny_site: Site) -> None:
    html = (tiny_site.folder / "report.html").read_text()
    charts = re.findall(r"<svg.*?</svg>", html, re.S)[1:]  # the first is the mark in the corner
    assert len(charts) >= 6
    for chart in charts:
        assert "<style" not in chart and 'style="' not in chart
        words = re.findall(r"<text[^>]*>([^<]*)</text>", chart)
        assert not [word for word in words if re.search("[A-Za-z]", unescape(word))]


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_no_page_of_a_site_with_own_data_speaks_of_mnist(page: Page, tiny_site: Site, language: str) -> None:
    page.add_init_script(f"localStorage.setItem('digitjs.language', '{language}')")
    for name in ("report.html", "embed.html", "index.html"):
        page.goto(tiny_site.http + name)
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert "MNIST" not in page.content()
    page.locator("details:has(#examples) > summary").click()
    page.locator("[data-example]").first.click()
    expect(page.locator("#bring_note")).not_to_be_empty()
    expect(page.locator("#bring_note")).not_to_contain_text("MNIST")


def test_a_recipe_that_is_called_as_a_text_heads_its_column_by_its_name(
    page: Page, run: Run, cache: Path, tiny_data: Path
) -> None:
    _, export = cached(cache, tiny_data, "cnn")
    card = (export / CARD).read_text()
    (export / CARD).write_text(card.replace('"name": "pens"', '"name": "loss"'))
    checksums.write(export, read_card(export).sha256.keys() | {CARD})
    assert run("render", "--data", tiny_data).exit_code == 0
    page.goto((Path("dist").resolve() / "report.html").as_uri())
    page.locator("section#cnn summary").click()
    table = page.locator("section#cnn table", has=page.locator("#cnn_recipe_table"))
    assert table.locator("th[scope=col]").all_inner_texts() == ["Recipe", "loss"]


def test_the_report_speaks_the_chosen_language_down_to_its_figures(page: Page, full_site: Site) -> None:
    page.goto(full_site.http + "report.html")
    english = page.locator("tbody tr").first.locator("td").all_inner_texts()
    page.select_option("#select_language", "de")
    expect(page).to_have_title("Genauigkeit im Test")
    expect(page.locator("tbody tr").first.locator("td").first).not_to_have_text(english[0])
    german = page.locator("tbody tr").first.locator("td").all_inner_texts()
    assert german == [text.replace(".", ",").replace("%", "\u00a0%") for text in english]
    mistakes = page.locator(".misread-image")
    shown = [mistakes.nth(i).get_attribute("alt") or "" for i in range(mistakes.count())]
    assert all(re.fullmatch(r"eine \d, als \d gelesen", alt) for alt in shown)
    page.select_option("#select_language", "en")
    assert page.locator("tbody tr").first.locator("td").all_inner_texts() == english


def test_the_report_of_many_classes_names_them(page: Page, sign_site: SignSite) -> None:
    page.goto(sign_site.file + "report.html")
    confusion = page.locator(".plot-confusion svg")
    expect(confusion).to_be_visible()
    axis = confusion.locator("text").all_text_contents()
    assert {"ñ", "treble cl…", "<b>&amp;"} <= set(axis)
    pairs = page.locator("table", has=page.locator("#nearest_pairs_table")).locator("tbody tr")
    worst = [row.locator("th, td").all_inner_texts() for row in pairs.all()]
    assert 0 < len(worst) <= 20
    assert {name for truth, said, _, _ in worst for name in (truth, said)} <= set(FIFTEEN)
    times = [int(count) for _, _, count, _ in worst]
    assert times == sorted(times, reverse=True)
    page.locator("section#nearest summary").click()
    classes = page.locator("table", has=page.locator("#nearest_classes_table")).locator("tbody tr")
    assert [row.locator("th").inner_text() for row in classes.all()] == list(FIFTEEN)
    truths = page.locator(".misread-image").evaluate_all("all => all.map((one) => one.dataset.truth)")
    assert truths and set(truths) <= set(FIFTEEN)


def test_figures_keep_off_the_names_of_classes(page: Page, sign_site: SignSite) -> None:
    page.goto(sign_site.file + "report.html")
    page.select_option("#select_language", "de")
    expect(page).to_have_title("Genauigkeit im Test")
    page.locator("section#nearest summary").click()
    classes = page.locator("table", has=page.locator("#nearest_classes_table")).locator("tbody tr")
    assert [row.locator("th").inner_text() for row in classes.all()] == list(FIFTEEN)


def test_what_was_not_measured_is_not_shown(sign_site: SignSite) -> None:
    card = read_card(sign_site.folder / "models" / "nearest")
    unmeasured = msgspec.structs.replace(card, evidence=None, accuracy=None, robustness={})
    rows = dict(report.compare([unmeasured]))
    assert not {"accuracy", "interval", "shifted"} & rows.keys()
    assert rows["parameters"] == ("11,775",)
    assert "parts" not in rows
    assert dict(report.compare([card, msgspec.structs.replace(card, parts=3)]))["parts"] == ("–", "3")
    assert dict(report.compare([card, unmeasured]))["accuracy"][1] == "–"
    assert "Accuracy: not measured here" in _network(unmeasured) and "%" not in _network(unmeasured)


def test_how_sure_an_accuracy_is_stands_beside_it(sign_site: SignSite) -> None:
    card = read_card(sign_site.folder / "models" / "nearest")
    assert card.accuracy
    shown = re.sub(r"<.*?>", "", _network(card))
    assert f"{card.accuracy.value:.2%} in the test" in shown
    assert f"95% interval {card.accuracy.low:.1%} – {card.accuracy.high:.1%} · 120 drawings tested" in shown


def _network(card: Card) -> str:
    """The part of the drawing page about a network."""
    text = texts.read_catalogues(card.task, TaskWords())["en"]
    values = {"network": page_network(card, 0), "cards": {card.name: card}, "text": text}
    return templates.render("_network.html", {**values, "task": page_task(card.task)})
