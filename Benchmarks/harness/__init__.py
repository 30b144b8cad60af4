"""What the comparison and the scenarios share: servers, the load generator, /proc and a small RESP client."""
