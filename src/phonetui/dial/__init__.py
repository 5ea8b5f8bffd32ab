"""From this machine to a voter: links that the system's own programs take, and codes for a phone's camera."""
