"""`config`: shows every setting with its value and where that value comes from."""

from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.tables import Column, show

COLUMNS = (
    Column(key="key", title="setting", whole=True),
    Column(key="value", title="value"),
    Column(key="origin", title="from", most=80),
)


@make_command("config", examples=("countersign config", "COUNTERSIGN_ALARM__HARD_CAP=3 countersign config"))
def command(console: Console) -> int:
    """Show every setting, its value, and where it comes from: default, a file, a variable or a flag."""
    rows = [{"key": key, "value": value, "origin": origin} for key, value, origin in console.settings.rows()]
    show(console, "settings", rows, COLUMNS)
    return 0
