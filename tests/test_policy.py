"""The policy allows the site's own files, and what its owner names."""

import pytest

from digitjs import policy
from digitjs.policy import Policy

OURS = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self' data:; manifest-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'"
)


def test_without_an_owners_wish_it_is_the_strict_one() -> None:
    assert policy.written(Policy(), fonts=False) == OURS
    assert policy.written(Policy(), fonts=True) == f"{OURS}; font-src 'self'"


def test_what_is_added_is_found_again() -> None:
    wanted = Policy(script_src=("https://a.example", "'unsafe-inline'"), frame_src=("https://b.example",))
    written = policy.written(wanted, fonts=True)
    assert "script-src 'self' 'wasm-unsafe-eval' https://a.example 'unsafe-inline';" in written
    assert "; frame-src https://b.example" in written
    assert policy.additions(written) == wanted.added
    assert policy.additions(f"{written}; ") == wanted.added
    assert policy.written(Policy(form_action=("https://c.example",)), fonts=False).endswith(
        "form-action https://c.example"
    )


@pytest.mark.parametrize("source", ["https://a; script-src *", "a b", '"', "", "https://a.example/<x>"])
def test_what_would_end_a_directive_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="in script-src is no source"):
        Policy(script_src=(source,))


@pytest.mark.parametrize(
    ("source", "url", "allowed"),
    [
        ("https://a.example", "https://a.example/x.js", True),
        ("https://a.example", "https://a.example.org/x.js", False),
        ("https://a.example", "http://a.example/x.js", False),
        ("a.example", "http://a.example/", True),
        ("https://*.a.example", "https://cdn.a.example/x", True),
        ("https://*.a.example", "https://evil.org/.a.example/x", False),
        ("https://a.example:*", "https://a.example:8443/x", True),
        ("https://a.example/js/", "https://a.example/js/x.js", True),
        ("https://a.example/js/x.js", "https://a.example/js/y.js", False),
        ("https:", "https://any.example/", True),
        ("*", "wss://any.example/", True),
        ("'unsafe-inline'", "https://any.example/", False),
    ],
)
def test_sources_allow_what_csp_says(source: str, url: str, allowed: bool) -> None:
    Policy(script_src=(source,))
    assert policy.allows((source,), url) == allowed
