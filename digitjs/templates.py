"""The pages' templates: ours, and those of themes, which replace ours by name and may extend what they replace."""

import contextlib
import difflib
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import jinja2
from jinja2 import nodes

from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs
from digitjs.filesystem.paths import resource

LARGEST = 1 << 20  # bytes of a template
OURS = "!"  # before a template's name: the one that the template which says so replaces
Source = tuple[str, str | None, Callable[[], bool] | None]


class Layers(jinja2.BaseLoader):
    """Templates of several folders: the first that has one of a name wins; "!name" begins behind the first folder."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        """Look into these folders, in their order."""
        self._folders = folders

    def get_source(self, environment: jinja2.Environment, template: str) -> Source:
        """As jinja2 asks for it."""
        name = template.lstrip(OURS)
        begin = len(template) - len(name)
        level = self._level(name, begin)
        if level is None:
            raise jinja2.TemplateNotFound(template, f"there is no template {name}{' below it' if begin else ''}")
        path = self._folders[level] / name
        written = path.stat().st_mtime_ns
        source = inputs.utf8(path, "template", LARGEST).decode()
        # A file may have come into a folder before.
        return source, str(path), lambda: self._level(name, begin) == level and path.stat().st_mtime_ns == written

    def replaced(self, name: str, parent: str) -> str:
        """The name under which a template finds what lies behind its own folder."""
        own = parent.lstrip(OURS)
        begin = len(parent) - len(own)
        found = self._level(own, begin)
        return OURS * ((begin if found is None else found) + 1) + name

    def _level(self, name: str, begin: int) -> int | None:
        """The first folder that has a template, from one on."""
        return next((i for i in range(begin, len(self._folders)) if (self._folders[i] / name).is_file()), None)


class Environment(jinja2.Environment):
    """In which "!index.html" is the template that the one which names it replaces, as in Sphinx."""

    def join_path(self, template: str, parent: str) -> str:
        """As jinja2 asks for it."""
        if template.startswith(OURS) and isinstance(self.loader, Layers):
            return self.loader.replaced(template.removeprefix(OURS), parent)
        return template


def folder() -> Path:
    """Where our own templates are."""
    return resource("site_templates")


def render(name: str, values: Mapping[str, object], above: tuple[Path, ...] = ()) -> str:
    """A template filled in: markup in values is escaped, and a name that no value has is an error.

    Args:
        name: of the template.
        values: that it may name.
        above: folders whose templates replace ours, the first before the next.

    Raises:
        DigitjsError: the template does not render; the sentence has its file and line.
    """
    folders = (*above, folder())
    try:
        return _environment(folders).get_template(name).render(values)
    except DigitjsError:  # about a file
        raise
    except Exception as error:  # a template is its owner's program: anything may go wrong in it
        place = _place(error, folders) or name
        raise DigitjsError(f"The template {place} does not render: {_reason(error)}.") from error


def unknown_blocks(above: tuple[Path, ...], patterns: tuple[str, ...]) -> Iterator[str]:
    """A sentence for each block that no template has which its own extends: nothing of it would be shown.

    What does not parse, or is not there, is left to `render`.

    Args:
        above: folders whose templates replace ours, the first before the next.
        patterns: of the templates' paths in them.
    """
    environment = _environment((*above, folder()))
    for level, one in enumerate(above):
        for path in sorted(path for pattern in patterns for path in one.glob(pattern)):
            with contextlib.suppress(jinja2.TemplateError, DigitjsError):
                for block, known in _unknown_blocks(environment, OURS * level + path.relative_to(one).as_posix()):
                    near = difflib.get_close_matches(block.name, known, n=1)
                    meant = f"did you mean {near[0]}" if near else f"there are {', '.join(known)}"
                    what = f"no template that it extends has the block {block.name}"
                    yield f"{path}, line {block.lineno}: {what}, {meant}."


@lru_cache(maxsize=8)
def _environment(folders: tuple[Path, ...]) -> Environment:
    return Environment(
        loader=Layers(folders),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _unknown_blocks(environment: jinja2.Environment, name: str) -> Iterator[tuple[nodes.Block, list[str]]]:
    """The blocks of a template that none has which it extends, and the names of those that there are."""
    tree, parent = _parsed(environment, name)
    own = [node for node in tree.body if isinstance(node, nodes.Block)]
    known: set[str] = set()
    seen = {name}
    while parent and parent not in seen:
        seen.add(parent)
        above, parent = _parsed(environment, parent)
        known |= {block.name for block in above.find_all(nodes.Block)}
    # One that extends nothing is a page of its own; of a name that is computed nothing is known.
    yield from ((block, sorted(known)) for block in own if known and parent == "" and block.name not in known)


def _parsed(environment: jinja2.Environment, name: str) -> tuple[nodes.Template, str | None]:
    """A template, and the name of what it extends; empty: nothing, None: that is computed."""
    assert environment.loader
    tree = environment.parse(environment.loader.get_source(environment, name)[0], name)
    extends = tree.find(nodes.Extends)
    if extends is None:
        return tree, ""
    given = extends.template
    return tree, environment.join_path(given.value, name) if isinstance(given, nodes.Const) else None


def _place(error: Exception, folders: tuple[Path, ...]) -> str:
    """Where a template fails, as file and line; jinja2 writes its templates into the traceback."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name}, line {error.lineno},"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if any(Path(frame.filename).is_relative_to(one) for one in folders) and not frame.filename.endswith(".py")
    ]
    return f"{frames[-1].filename}, line {frames[-1].lineno}," if frames else ""


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return 'it extends or includes itself: write a "!" before its name, as in "!index.html", for digitjs\'s own'
    said = str(error).strip().rstrip(".")
    return said if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {said}"
