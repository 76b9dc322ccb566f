"""Finds each peer's scale and drift on the development accounts; what it prints is written into `settings.py`."""

import itertools
import sys
import time
from collections.abc import Sequence

from bench.peers.alarm import Scale, Setting
from bench.peers.peer import alarmed
from bench.peers.replay import of_hosts
from bench.peers.settings import scorers
from bench.protocol.data import ARCHIVES, folder, load, split
from bench.protocol.metrics import auc_by_account, detection_by_account, false_alerts, figure
from bench.protocol.takeovers import MODES, cases

SCALES: tuple[Scale, ...] = ("z", "rank")
DRIFTS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
PER_ACCOUNT = 10


def main(names: Sequence[str]) -> None:
    """Print what every setting reaches, a peer at a time."""
    data = folder()
    if data is None:
        sys.exit("the open data is not here: name its folder in COUNTERSIGN_DATA")
    sides = split(load(data / ARCHIVES))
    hosts = sides["development"]
    takeovers = [takeover for mode in MODES for takeover in cases(hosts, mode, per_account=PER_ACCOUNT)]
    of_all = of_hosts(hosts, "full", takeovers)
    for scorer in scorers(sides["test"]):
        if names and scorer.name not in names:
            continue
        started = time.monotonic()
        scored = [scorer.scores(streams, "full") for streams in of_all]
        print(f"{scorer.name}: scored in {time.monotonic() - started:.0f} s", flush=True)
        for scale, drift in itertools.product(SCALES, DRIFTS):
            run = alarmed(of_all, scored, Setting(scale, drift))
            found = figure(detection_by_account(takeovers, run, 3)).value
            alerts = false_alerts(hosts, run.clean)
            auc = figure(auc_by_account(hosts, takeovers, run)).value
            print(
                f"  {scale:5} {drift:4.2f}: within 3 {found:.3f}, false alerts {alerts.mean:.2f} "
                f"(median {alerts.median:.2f}), AUC {auc:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
