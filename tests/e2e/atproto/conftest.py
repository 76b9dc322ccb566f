"""Keeps pytest out of the installed JavaScript packages, some of which hold Python files."""

collect_ignore_glob = ["*node_modules*"]
