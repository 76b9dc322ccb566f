"""The parts of verify.html, and what puts them together: `python -m countersign.evidence.standalone.page.build`."""
