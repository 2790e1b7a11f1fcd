"""The arithmetic of a training by the flags of the processor, as Linux lists them."""

from dataclasses import replace
from pathlib import Path

import pytest

from digitjs import cache_keys
from digitjs.networks import processor
from digitjs.networks.builtin import COMPACT, NETWORKS

# Of each processor, what /proc/cpuinfo says of it; flags that all x86 processors of servers have are left out.
XEON = """\
processor\t: 0
vendor_id\t: GenuineIntel
model name\t: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz
flags\t\t: fpu sse2 avx2 avx512f avx512_bf16 avx512_fp16 amx_bf16 avx512_vnni amx_tile amx_int8
bugs\t\t: spectre_v1 spectre_v2
"""
ZEN_5 = """\
processor\t: 0
vendor_id\t: AuthenticAMD
model name\t: AMD EPYC
flags\t\t: fpu sse2 avx2 avx512f avx_vnni avx512_bf16 avx512vbmi avx512_vnni fsrm avx512_vp2intersect
bugs\t\t: sysret_ss_attrs spectre_v1
"""
ZEN_4 = ZEN_5.replace(" avx512_vp2intersect", "").replace(" avx_vnni", "")
TIGER_LAKE = ZEN_5.replace(" avx512_bf16", "")
ARM = """\
processor\t: 0
BogoMIPS\t: 2000.00
Features\t: fp asimd sve i8mm bf16 amx_bf16 avx512_bf16 avx512_vp2intersect
CPU implementer\t: 0x41
"""
ELSEWHERE = "flags\t\t: fpu avx512_bf16x\nmodel name\t: without amx_bf16\nbugs\t\t: amx_bf16\n"
EXPECTED = [
    (XEON, "mixed_bfloat16"),
    (ZEN_5, "mixed_bfloat16"),
    (ZEN_4, "float32"),
    (TIGER_LAKE, "float32"),
    (ARM, "float32"),
    (ELSEWHERE, "float32"),
    ("", "float32"),
]
NAMES = ["xeon", "zen-5", "zen-4", "tiger-lake", "arm", "elsewhere", "empty"]


@pytest.mark.parametrize(("text", "expected"), EXPECTED, ids=NAMES)
def test_the_flags_choose_the_precision(text: str, expected: str, tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(text)
    assert processor.precision(COMPACT.recipe, cpuinfo) == expected


def test_without_a_list_of_flags_it_is_float32(tmp_path: Path) -> None:
    assert processor.precision(COMPACT.recipe, tmp_path / "none") == "float32"


def test_only_recipes_that_allow_it_use_bfloat16(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(XEON)
    found = {network.name: processor.precision(network.recipe, cpuinfo) for network in NETWORKS}
    assert found == {"compact": "mixed_bfloat16", "mlp": "float32", "cnn": "float32"}
    assert processor.precision(replace(COMPACT.recipe, bfloat16=False), cpuinfo) == "float32"


def test_trainings_of_another_precision_are_cached_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = set()
    for number, text in enumerate((XEON, ZEN_5, ZEN_4)):
        cpuinfo = tmp_path / str(number)
        cpuinfo.write_text(text)
        monkeypatch.setattr(processor, "CPUINFO", cpuinfo)
        keys.add(cache_keys.training_key(COMPACT, "data"))
    assert len(keys) == 2
