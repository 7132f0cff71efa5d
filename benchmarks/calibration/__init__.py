"""Are the quoted errors what they claim to be? Pulls, coverage and p values over many seeds."""
