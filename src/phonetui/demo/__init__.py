"""The demo: a real campaign server on this machine, with a sample campaign of invented voters."""
