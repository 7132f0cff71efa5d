"""The optimiser takes the steps that Keras' Adam takes."""

import numpy as np
import tensorflow as tf

from iflow.training.adam import Adam


def test_takes_the_steps_of_keras():
    rng = np.random.default_rng(0)
    starts = [rng.normal(size=shape) for shape in (5, (2, 3))]
    own, other = ([tf.Variable(start) for start in starts] for _ in range(2))
    adam, keras = Adam(own), tf.keras.optimizers.Adam(0.1)
    for rate in (0.1, 0.1, 0.02):
        gradients = [tf.constant(rng.normal(size=start.shape)) for start in starts]
        adam.step(gradients, tf.constant(rate, tf.float64))
        keras.learning_rate.assign(rate)
        keras.apply(gradients, other)
    for one, another, start in zip(own, other, starts, strict=True):
        # Keras keeps its rates in float32.
        np.testing.assert_allclose(one, another, atol=1e-5)
        assert np.all(one != start)
