"""An empty Textual app: what any application of its kind costs."""

from __future__ import annotations

from textual.app import App


def main() -> None:
    """Runs it until it is ended."""
    App[None]().run()


if __name__ == "__main__":
    main()
