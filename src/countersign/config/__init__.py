"""How Countersign behaves here: every setting, decoded into one frozen value that knows where each part came from."""

from countersign.config.compiled import keep_compiled
from countersign.config.decoding import DEFAULT, Layer, Settings, decode
from countersign.config.keys import Account, Alarm, Authority, Beacon, Config, Evidence, Score, Secret, Show, Store
from countersign.config.places import from_environment, from_file, load, usual_files, usual_store

__all__ = [
    "DEFAULT", "Account", "Alarm", "Authority", "Beacon", "Config", "Evidence", "Layer", "Score", "Secret", "Settings",
    "Show", "Store",
    "decode", "from_environment", "from_file", "keep_compiled", "load", "usual_files", "usual_store",
]  # fmt: skip
