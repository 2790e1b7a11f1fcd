"""Every site says under which licences its parts are."""

import re
from pathlib import Path

import msgspec
import pytest

from conftest import Site
from digitjs import __version__
from digitjs.errors import DigitjsError
from digitjs.filesystem.output_folder import read_manifest
from digitjs.site.bundle import Package
from digitjs.site.licences import NAME, text


def test_a_site_lists_what_it_contains_and_its_licences(tiny_site: Site, page_tools: Path) -> None:
    written = (tiny_site.folder / NAME).read_text("utf-8")
    listed = dict(re.findall(r"^- (.+?)(?: [\d.]+)?: (.+)$", written, re.MULTILINE))
    assert {"digitjs", "@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu", "@tensorflow/tfjs-backend-wasm"} <= set(
        listed
    )
    assert f"- digitjs {__version__}: MIT" in written
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in written  # of the Apache licence
    assert written.count("Permission is hereby granted, free of charge") == 2  # digitjs's own, and the one in common
    lock = msgspec.json.decode((page_tools / ".package-lock.json").read_bytes())["packages"]
    names = {name.removeprefix("node_modules/") for name in lock}
    assert {name for name in listed if name.startswith("@")} - {"@tensorflow/tfjs-backend-wasm"} <= names
    manifest = read_manifest(tiny_site.folder)
    assert manifest and NAME in manifest.files


def test_every_page_links_to_them(tiny_site: Site) -> None:
    for name in ("index.html", "report.html"):
        assert f'href="{NAME}"' in (tiny_site.folder / name).read_text("utf-8")


def test_mnist_is_named_where_its_digits_are_shown() -> None:
    assert "Yann LeCun" in text((), mnist=True)
    assert "Yann LeCun" not in text((), mnist=False)


def test_a_licence_file_of_a_package_is_taken_as_it_is() -> None:
    package = Package("shapes", "1.2.3", "ISC", "Copyright Ada\n\nPermission to use")
    assert "shapes 1.2.3\n\nCopyright Ada\n\nPermission to use" in text((package,), mnist=False)


def test_a_package_without_a_licence_is_no_part_of_a_site() -> None:
    with pytest.raises(DigitjsError, match="shapes carries no licence"):
        text((Package("shapes", "1.2.3", "ISC", ""),), mnist=False)
