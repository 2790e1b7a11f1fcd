"""What the site knows about a model."""

import msgspec

from conftest import Site
from digitjs.model_card import read_card


def test_weights_in_many_files_come_in_order(tiny_site: Site) -> None:
    """Eleven files: by letters, the tenth and eleventh would come before the second."""
    card = read_card(tiny_site.folder / "models" / "mlp")
    names = [f"page/group1-shard{number}of11.bin" for number in range(1, 12)]
    sizes = dict.fromkeys(sorted([*names, "group1-shard1of1.bin", "page/model.json"]), 1)
    assert msgspec.structs.replace(card, sizes=sizes).loaded == ("page/model.json", *names)
