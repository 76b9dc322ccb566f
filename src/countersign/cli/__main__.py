"""Lets `python -m countersign.cli` be the same as `countersign`."""

from countersign.cli.app import main

if __name__ == "__main__":
    raise SystemExit(main())
