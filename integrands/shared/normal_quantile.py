"""The inverse of the normal distribution function, for whole arrays."""

import numpy as np

from integrands.integrand import Array

# Wichura's three rational functions, each as (numerator, denominator), lowest power first.
_CENTRAL = (
    (
        3.3871328727963666080,
        133.14166789178437745,
        1971.5909503065514427,
        13731.693765509461125,
        45921.953931549871457,
        67265.770927008700853,
        33430.575583588128105,
        2509.0809287301226727,
    ),
    (
        1.0,
        42.313330701600911252,
        687.18700749205790830,
        5394.1960214247511077,
        21213.794301586595867,
        39307.895800092710610,
        28729.085735721942674,
        5226.4952788528545610,
    ),
)
_TAIL = (
    (
        1.42343711074968357734,
        4.63033784615654529590,
        5.76949722146069140550,
        3.64784832476320460504,
        1.27045825245236838258,
        0.241780725177450611770,
        0.0227238449892691845833,
        7.74545014278341407640e-4,
    ),
    (
        1.0,
        2.05319162663775882187,
        1.67638483018380384940,
        0.689767334985100004550,
        0.148103976427480074590,
        0.0151986665636164571966,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ),
)
_FAR_TAIL = (
    (
        6.65790464350110377720,
        5.46378491116411436990,
        1.78482653991729133580,
        0.296560571828504891230,
        0.0265321895265761230930,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ),
    (
        1.0,
        0.599832206555887937690,
        0.136929880922735805310,
        0.0148753612908506148525,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ),
)


def quantile(p: Array) -> Array:
    """Returns z: [...] with cdf(z) = p; a p of 0 or 1 is taken 2^-53 inside.

    Reference: Wichura, Algorithm AS 241, Applied Statistics 37 (1988) 477, to 16 digits.
    """
    inner = np.clip(p, 2.0**-53, 1 - 2.0**-53)
    offset = inner - 0.5
    z = offset * _ratio(_CENTRAL, 0.180625 - offset**2)
    outer = np.abs(offset) > 0.425
    tail = np.minimum(inner, 1 - inner)[outer]
    depth = np.sqrt(-np.log(tail))
    far = depth > 5
    size = np.empty_like(depth)
    size[~far] = _ratio(_TAIL, depth[~far] - 1.6)
    size[far] = _ratio(_FAR_TAIL, depth[far] - 5)
    z[outer] = np.copysign(size, offset[outer])
    return z


def _ratio(polynomials: tuple[tuple[float, ...], tuple[float, ...]], t: Array) -> Array:
    upper, lower = (np.polynomial.polynomial.polyval(t, coefficients) for coefficients in polynomials)
    return upper / lower
