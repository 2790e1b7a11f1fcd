"""Imports keep to the layers of pyproject.toml, and asking for help loads nothing heavy."""

import ast
import subprocess
import sys
from collections.abc import Iterator
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


LONGEST = 40  # lines of a function, its docstring left out
MOST = 4  # parameters, but for click's commands, whose parameters are their options


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of the package, by its file and name."""
    for path in sorted((ROOT / "digitjs").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.relative_to(ROOT)}: {node.name}", node


def test_functions_are_short() -> None:
    long = [name for name, node in functions() if len(ast.unparse(node).splitlines()) > LONGEST + docstring(node)]
    assert long == []


def docstring(node: ast.FunctionDef) -> int:
    return len((ast.get_docstring(node) or "").splitlines())


def test_functions_take_few_parameters() -> None:
    many = [
        name
        for name, node in functions()
        if not any("command" in ast.unparse(decorator) for decorator in node.decorator_list)
        and len([one for one in (*node.args.args, *node.args.kwonlyargs) if one.arg not in ("self", "cls")]) > MOST
    ]
    assert many == []


def test_no_function_is_called_as_its_module() -> None:
    assert [name for name, node in functions() if f"/{node.name}.py:" in name] == []
