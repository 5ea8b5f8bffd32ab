"""A world in a box: laptops, the line between, a campaign server and its organiser, on one clock that never waits."""
