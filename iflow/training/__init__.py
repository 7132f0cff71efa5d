"""Training of the flow on weighted points. Imports TensorFlow; knows no integrand."""

from iflow.training.divergences import DIVERGENCES
from iflow.training.trainer import Trainer

__all__ = ["DIVERGENCES", "Trainer"]
