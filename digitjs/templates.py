"""The pages' templates: ours, and those of themes, which replace ours by name and may extend what they replace."""

import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import jinja2

from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import resource

OURS = "!"  # before a template's name: the one that the template which says so replaces
Source = tuple[str, str | None, Callable[[], bool] | None]


class Layers(jinja2.BaseLoader):
    """Templates of several folders: the first that has one of a name wins; "!name" begins behind the first folder."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        """Look into these folders, in their order."""
        self._loaders = [jinja2.FileSystemLoader(folder) for folder in folders]
        self._folders = folders

    def get_source(self, environment: jinja2.Environment, template: str) -> Source:
        """As jinja2 asks for it."""
        name = template.lstrip(OURS)
        begin = len(template) - len(name)
        level = self._level(name, begin)
        if level is None:
            raise jinja2.TemplateNotFound(template, f"there is no template {name}{' below it' if begin else ''}")
        source, path, is_unchanged = self._loaders[level].get_source(environment, name)
        # A file may have come into a folder before.
        return source, path, lambda: self._level(name, begin) == level and is_unchanged()

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
    try:
        return _environment((*above, folder())).get_template(name).render(values)
    except Exception as error:  # a template is its owner's program: anything may go wrong in it
        raise DigitjsError(f"The template {_place(error, name)} does not render: {_reason(error)}.") from error


@lru_cache(maxsize=8)
def _environment(folders: tuple[Path, ...]) -> Environment:
    return Environment(
        loader=Layers(folders),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _place(error: Exception, name: str) -> str:
    """Where a template fails, as file and line; jinja2 writes its templates into the traceback."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name or name}, line {error.lineno},"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith((".html", ".js"))]
    return f"{frames[-1].filename}, line {frames[-1].lineno}," if frames else name


def _reason(error: Exception) -> str:
    said = str(error).strip().rstrip(".")
    return said if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {said}"
