"""What `make lowest` and `make matrix` find out before anything is installed; not part of the wheel."""
