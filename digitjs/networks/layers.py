"""Keras layers as plain data."""

from dataclasses import dataclass, field

INERT = (  # classes of Keras 2 or 3 that give what they are given once training is over
    *("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "Identity"),
    *("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
    *("AugMix", "CutMix", "MixUp", "RandAugment", "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter"),
    *("RandomContrast", "RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur"),
    *("RandomGrayscale", "RandomHeight", "RandomHue", "RandomInvert", "RandomPerspective", "RandomPosterization"),
    *("RandomRotation", "RandomSaturation", "RandomSharpness", "RandomShear", "RandomTranslation", "RandomWidth"),
    *("RandomZoom", "Solarization"),
)

Option = int | float | str | bool | tuple[int, ...]


@dataclass(frozen=True)
class Layer:
    """One Keras layer: the name of its class in `tf_keras.layers` and its arguments."""

    kind: str
    options: dict[str, Option] = field(default_factory=dict)

    def __str__(self) -> str:
        """As a person says it: Conv2D 16, 3 × 3, relu."""
        size = self.options.get("kernel_size") or self.options.get("pool_size")
        if isinstance(size, tuple):
            size = " × ".join(map(str, size))
        rate = self.options.get("rate")
        parts = [
            self.options.get("filters") or self.options.get("units"),
            f"{size} × {size}" if isinstance(size, int) else size,
            f"{rate:.0%}" if isinstance(rate, float) else None,
            "same" if self.options.get("padding") == "same" else None,
            self.options.get("activation"),
        ]
        return f"{self.kind} {', '.join(str(part) for part in parts if part)}".strip()
