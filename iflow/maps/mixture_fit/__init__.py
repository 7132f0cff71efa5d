"""Fits a mixture of Gaussians cut to the unit cube to weighted points."""

from iflow.maps.mixture_fit.fit import fit_mixture

__all__ = ["fit_mixture"]
