"""The report's charts and tables tell what was measured."""

import re
from html import unescape

from playwright.sync_api import Page, expect

from conftest import Site
from digitjs.card import read_card


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


def test_a_site_of_other_digits_does_not_speak_of_mnist(page: Page, tiny_site: Site) -> None:
    page.goto(tiny_site.file + "report.html")
    expect(page.locator("section[aria-labelledby=compared]")).to_contain_text("Test accuracy")
    expect(page.locator("body")).not_to_contain_text("MNIST")
    page.goto(tiny_site.file + "index.html")
    for part in (".readers", ".desk-more"):
        expect(page.locator(part)).not_to_contain_text("MNIST")


def test_the_report_speaks_the_chosen_language_down_to_its_figures(page: Page, full_site: Site) -> None:
    page.goto(full_site.http + "report.html")
    english = page.locator("tbody tr").first.locator("td").all_inner_texts()
    page.select_option("#select_language", "de")
    expect(page).to_have_title("Wie gut sie lesen.")
    expect(page.locator("tbody tr").first.locator("td").first).not_to_have_text(english[0])
    german = page.locator("tbody tr").first.locator("td").all_inner_texts()
    assert german == [text.replace(".", ",").replace("%", "\u00a0%") for text in english]
    mistakes = page.locator(".misread-image")
    shown = [mistakes.nth(i).get_attribute("alt") or "" for i in range(mistakes.count())]
    assert all(re.fullmatch(r"eine \d, als \d gelesen", alt) for alt in shown)
    page.select_option("#select_language", "en")
    assert page.locator("tbody tr").first.locator("td").all_inner_texts() == english
