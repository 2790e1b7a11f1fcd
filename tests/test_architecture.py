"""The floors of the house: an arrow only points down, and only some rooms hold TensorFlow."""

import ast
import subprocess
import sys
from pathlib import Path

import digitjs

PACKAGE = Path(digitjs.__file__).parent
FLOORS = (
    ("errors",),
    ("inputs", "other_formats"),
    ("config", "faults", "framing", "npz", "paths", "recipes", "exchange"),
    ("staging",),
    ("output_folder",),
    ("dataset", "networks", "strokes", "browser", "server", "templates"),
    ("card", "augment", "compose", "cache_keys", "checksums"),
    ("fit", "folding", "evaluation", "robustness", "console", "bundle", "charts"),
    ("rounding", "calibration", "report", "figures"),
    ("training", "export", "site", "verify", "evaluate", "preview"),
    ("sheet",),  # stages never import one another
    ("workflow",),
    ("options", "program"),
    ("cli",),
    ("__main__",),
)
FLOOR = {module: number for number, floor in enumerate(FLOORS) for module in floor}
TENSORFLOW = {"augment", "fit", "robustness", "training", "export", "preview"}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, *, top: bool = False) -> set[str]:
    """The modules a file imports, anywhere or (`top`) as soon as it is imported itself."""
    tree = ast.parse(path.read_text("utf-8"))
    found: set[str] = set()
    for node in tree.body if top else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "digitjs":
            found |= {f"digitjs.{name.name}" for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


SOURCES = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]


def test_every_module_has_a_floor() -> None:
    assert {room(path) for path in SOURCES} == set(FLOOR)


def test_arrows_only_point_down() -> None:
    wrong = [
        f"{room(path)} imports {name}"
        for path in SOURCES
        for name in imports(path)
        if name.startswith("digitjs.")
        and (other := name.split(".")[1]) in FLOOR
        and other != room(path)
        and FLOOR[other] >= FLOOR[room(path)]
    ]
    assert wrong == []


def test_tensorflow_stays_in_its_rooms() -> None:
    holding = {
        room(path)
        for path in SOURCES
        if any(name.split(".")[0] in ("tensorflow", "tf_keras", "tensorflowjs") for name in imports(path))
    }
    assert holding <= TENSORFLOW
    for path in SOURCES:
        if room(path) not in TENSORFLOW:
            assert not {name.split(".")[1] for name in imports(path, top=True) if "." in name} & TENSORFLOW, path


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'tensorflow', 'tensorflowjs', 'numpy', 'playwright', 'rich', 'jinja2'}"
    code = "import sys; sys.argv = ['digitjs', '--help']\nfrom digitjs.cli import main\n"
    code += f"try: main()\nfinally: assert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: digitjs" in done.stdout
