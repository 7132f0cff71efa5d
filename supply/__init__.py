"""What `make lowest`, `make matrix` and `make dist` find out; not part of the wheel."""
