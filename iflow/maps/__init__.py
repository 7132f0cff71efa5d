"""Learned maps of the unit cube without TensorFlow: single axes, and a mixture of Gaussians."""
