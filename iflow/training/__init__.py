"""Training of the flow on weighted points. Imports TensorFlow; knows no integrand."""

from iflow.training.divergences import DIVERGENCES
from iflow.training.tempering import choose_beta
from iflow.training.trainer import Trainer

__all__ = ["DIVERGENCES", "Trainer", "choose_beta"]
