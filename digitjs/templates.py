"""The pages' templates."""

from collections.abc import Mapping

import jinja2

from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import resource


def render(name: str, values: Mapping[str, object]) -> str:
    """A template filled in: markup in values is escaped, and a name that no value has is an error.

    Raises:
        DigitjsError: the template does not render.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("site_templates")),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return environment.get_template(name).render(values)
    except jinja2.TemplateError as error:
        raise DigitjsError(f"The template {name} does not render: {error}.") from error
