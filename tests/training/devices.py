"""One processor divided into three devices, for test_devices.py: what they share, a line for each question."""

import tensorflow as tf

from digitjs.errors import DigitjsError
from digitjs.training import distribute
from digitjs.training.cluster import Distribution
from digitjs.training.step_random import StepGenerator

ASKED = (("auto", (192, 255)), ("auto", (192, 256)), ("auto", (7, 256)), ("mirrored", (192, 256)))


def shared(strategy: str, batches: tuple[int, ...]) -> int | str:
    try:
        return distribute.assemble(Distribution(strategy), batches).count
    except DigitjsError as error:
        return error.message


def main() -> None:
    [cpu] = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 3)
    for strategy, batches in ASKED:
        print(strategy, *batches, shared(strategy, batches))
    pair = distribute.assemble(Distribution("auto"), (4,)).strategy
    generator = StepGenerator(3, lambda: tf.constant(5, tf.int64))
    for rows in (1, 2):

        @tf.function
        def dropped(rows: int = rows) -> tf.Tensor:
            return generator.dropout(tf.ones((2, 1000)), 0.5, (rows, 1000))

        first, second = pair.experimental_local_results(pair.run(dropped))
        print(rows, "alike" if bool(tf.reduce_all(first == second)) else "different", first.shape[0])


if __name__ == "__main__":
    main()
