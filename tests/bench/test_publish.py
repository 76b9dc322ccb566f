from pathlib import Path

import pytest

from bench import publish
from bench.protocol.entries import Reach, entry, exact, to_json
from bench.publish import by_peer, filled


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    page = "a\n<!-- x -->\nold\n<!-- /x -->\nb <!-- y -->kept<!-- /y -->"
    assert filled(page, "x", "new") == "a\n<!-- x -->\nnew\n<!-- /x -->\nb <!-- y -->kept<!-- /y -->"


def test_every_method_has_a_column() -> None:
    row = entry("auc_shift", exact(0.9), "", reach=Reach(0.95), peers={"COMPA": 0.6, "ECOD": 0.7}, why_short=None)
    assert by_peer([row]).splitlines()[-1] == "| auc_shift | 0.90 | 0.60 | 0.70 |"


def test_the_page_takes_the_figures_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text(publish.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(publish, "PAGE", page)
    for name, figure in (("auc_shift", 0.9), ("kernel_actions_per_s", 400_000.0), ("hour_cllr", 0.91)):
        (tmp_path / name).write_bytes(
            to_json([entry(name, exact(figure), "", reach=Reach(0.5), peers={}, why_short=None)])
        )
    assert publish.main([str(tmp_path / name) for name in ("auc_shift", "kernel_actions_per_s", "hour_cllr")]) == 0
    text = page.read_text(encoding="utf-8")
    assert "| auc_shift | 0.900 |" in text
    assert "| kernel_actions_per_s | 400,000 |" in text
    assert "| hour_cllr | 0.910 |" in text
    assert "Measured at commit `" in text
    assert text.count("<!--") == publish.filled(text, "quality", "").count("<!--")
