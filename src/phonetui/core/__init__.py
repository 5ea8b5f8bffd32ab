"""Phone banking itself: its words and its rules, without screen, network, disk or clock."""
