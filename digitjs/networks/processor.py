"""Which arithmetic a training uses on this processor, by a table that was measured. No TensorFlow."""

from pathlib import Path

from digitjs.networks.recipe import Recipe

CPUINFO = Path("/proc/cpuinfo")  # of Linux; no other system has it
FLOAT32, BFLOAT16 = "float32", "mixed_bfloat16"  # dtype policies of Keras

# Flags of processors on which a training in bfloat16 is the faster one. In brackets: what a step of the compact network
# then needs of the processor's time beside float32. Of one that is not listed, float32 is the safe choice:
# avx512_bf16 alone has been faster on some machines (0.5 to 0.7) and slower on another one (1.3).
FASTER: tuple[frozenset[str], ...] = (
    frozenset({"amx_bf16"}),  # Intel Xeon, 4th generation and later (0.25 to 0.5)
    frozenset({"avx512_bf16", "avx512_vp2intersect"}),  # AMD EPYC, Zen 5 (0.65)
)


def precision(recipe: Recipe, cpuinfo: Path | None = None) -> str:
    """The dtype policy of a training: bfloat16 where the recipe allows it and the processor gains by it.

    A table decides and not the clock, so that two trainings on one machine stay the same. The weights depend on it, and
    so does what they are cached under.

    Args:
        recipe: of the training.
        cpuinfo: what the system says of its processors; None: where Linux says it.
    """
    found = flags(cpuinfo or CPUINFO) if recipe.bfloat16 else frozenset()
    return BFLOAT16 if any(needed <= found for needed in FASTER) else FLOAT32


def flags(cpuinfo: Path) -> frozenset[str]:
    """The flags of an x86 processor; none of another one, or where the system does not tell."""
    if not cpuinfo.is_file():
        return frozenset()
    for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "flags":
            return frozenset(value.split())
    return frozenset()
