"""What several integrals share: maps of the unit cube, special functions, quadrature."""
