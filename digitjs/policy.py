"""The content security policy of the pages: what they may load, and what an owner allows besides."""

import re
from typing import Annotated

import msgspec

from digitjs.key import about

# A page asks nobody but the folder that it lies in.
OURS: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'", "'wasm-unsafe-eval'"),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:", "blob:"),
    "connect-src": ("'self'", "data:"),
    "manifest-src": ("'self'",),
    "worker-src": ("'self'", "blob:"),
    "base-uri": ("'none'",),
    "form-action": ("'none'",),
}
FONTS = {"font-src": ("'self'",)}  # where there is a font file
SOURCE = re.compile(r"'[\w+/=-]+'|[\w+.-]+:|\*|(?:[\w+.-]+://)?[\w.*-]+(?::[\d*]+)?(?:/[^\s;,\"<>]*)?")

Sources = tuple[str, ...]


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What a site may load besides its own files, by CSP's names of the kinds."""

    script_src: Annotated[Sources, about("Scripts", ["https://stats.example.org"])] = ()
    style_src: Annotated[Sources, about("Styles")] = ()
    img_src: Annotated[Sources, about("Pictures")] = ()
    font_src: Annotated[Sources, about("Fonts")] = ()
    connect_src: Annotated[Sources, about("What scripts fetch")] = ()
    media_src: Annotated[Sources, about("Sound and video")] = ()
    frame_src: Annotated[Sources, about("Frames")] = ()
    worker_src: Annotated[Sources, about("Workers")] = ()
    form_action: Annotated[Sources, about("Where forms are sent")] = ()

    def __post_init__(self) -> None:
        """Refuse what is no source.

        Raises:
            ValueError: it is none, or it would end the directive.
        """
        for name, sources in self.added.items():
            for source in sources:
                if not SOURCE.fullmatch(source):
                    raise ValueError(f"{source!r} in {name} is no source: give one such as https://example.org")

    @property
    def added(self) -> dict[str, Sources]:
        """What it names, by CSP's names."""
        fields = ((field.encode_name, getattr(self, field.name)) for field in msgspec.structs.fields(self))
        return {name: sources for name, sources in fields if sources}


def written(policy: Policy, *, fonts: bool) -> str:
    """The content of the element that sets it.

    Args:
        policy: what the owner allows.
        fonts: whether the site has font files of its own.
    """
    merged = dict(OURS)
    for added in (FONTS if fonts else {}, policy.added):
        for name, sources in added.items():
            known = [source for source in merged.get(name, ()) if source != "'none'"]
            merged[name] = (*known, *(source for source in sources if source not in known))
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in merged.items())


def additions(content: str) -> dict[str, Sources]:
    """What a written policy allows besides ours."""
    found = {}
    for directive in filter(str.strip, content.split(";")):
        name, *sources = directive.split()
        known = (*OURS.get(name, ()), *FONTS.get(name, ()))
        if others := tuple(source for source in sources if source not in known):
            found[name] = others
    return found


def allows(sources: Sources, url: str) -> bool:
    """Whether one of some sources is a host, or a scheme, that an address lies at."""
    return any(re.match(_pattern(source), url) for source in sources if not source.startswith("'"))


def _pattern(source: str) -> str:
    """A source of CSP as a regular expression of the addresses that it allows."""
    if source == "*":
        return r"(https?|wss?)://"
    if source.endswith(":"):
        return re.escape(source)
    scheme, split, rest = source.rpartition("://")
    host, slash, path = rest.partition("/")
    name, colon, port = host.partition(":")
    places = re.escape(name).replace(r"\*", "[^/:]*")
    ports = r"(:\d+)?" if port == "*" else re.escape(colon + port)
    end = "" if rest.endswith("/") else r"(?=[/?#]|$)"
    return f"{re.escape(scheme) if split else '(https?|wss?)'}://{places}{ports}{re.escape(slash + path)}{end}"
