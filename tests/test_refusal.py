"""The page says so when something is no digit: shapes and scribbles that no training has seen in this form."""

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from conftest import Site
from digitjs import evaluation
from digitjs.card import read_card
from non_digits.letters import non_digits

EACH = 8  # drawings of each letter, sign and kind of scribble


@pytest.mark.parametrize("name", ["compact", "mlp", "cnn"])
def test_scribbles_and_letters_are_refused_and_digits_are_not(browser: Browser, full_site: Site, name: str) -> None:
    drawings = list(non_digits(EACH, seed=3))
    page = browser.new_page()
    page.goto(full_site.address("http"))
    page.evaluate("digitjs.ready")
    probabilities = page.evaluate(
        """async ([drawings, name]) => {
            const all = [];
            for (const strokes of drawings) all.push((await digitjs.classify(strokes, name)).probabilities);
            return all;
        }""",
        [[strokes for _, _, strokes in drawings], name],
    )
    page.close()
    card = read_card(full_site.folder / "models" / name)
    refused = evaluation.refused(np.array(probabilities, dtype=np.float32), card.thresholds)
    groups = np.array([group for group, _, _ in drawings])
    assert refused[groups == "letter"].mean() >= 0.9
    assert refused[groups == "scribble"].mean() >= 0.9
    assert card.calibration.refused.value <= 0.01
    assert card.calibration.validation_error <= 0.01


def test_a_lone_dot_is_no_digit(browser: Browser, full_site: Site) -> None:
    page = browser.new_page()
    page.goto(full_site.address("http"))
    page.evaluate("digitjs.ready")
    box = page.locator("#canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.click("#predict_canvas")
    expect(page.locator("#result_box")).not_to_have_attribute("data-state", "empty")
    assert not page.inner_text("#prediction").isdigit()
    page.close()
