"""Imports keep to the layers of pyproject.toml, and asking for help loads nothing heavy."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_imports_keep_to_the_layers() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'tensorflow', 'tensorflowjs', 'numpy', 'playwright', 'rich', 'jinja2'}"
    code = "import sys; sys.argv = ['digitjs', '--help']\nfrom digitjs.__main__ import main\n"
    code += f"try: main()\nfinally: assert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: digitjs" in done.stdout
