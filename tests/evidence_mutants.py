"""Changed bundles without end, from a seed: bits flipped, files changed with manifests made anew, histories rebuilt.

Exit codes that are right: a changed bit is false or cannot be read (1, 2). Who makes the manifests anew may also leave
something out that the policy requires (3), or that it does not: a third witness, the ML-DSA line (0). Nothing binds an
SSH signature, a proposed policy, consistency proofs or the JSON of a platform's key to one spelling (also 0).
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from random import Random

from countersign.evidence import canonical
from countersign.evidence.bundle import paths, write_zip
from tests.evidence_cases import FOLDER, erased, flip, usual
from tests.evidence_world import (
    LOG_KEY,
    THIEF_KEY,
    USUAL,
    Case,
    Log,
    Made,
    Plan,
    build,
    make_log,
    policy,
    remade,
    sealed_entry,
    signed_note,
)

Files = dict[str, bytes]
FALSE = frozenset({1, 2})
NOT_TRUE = frozenset({1, 2, 3})
ANY = frozenset({0, 1, 2, 3})
LOOSE = (paths.CHECKPOINT, paths.SSHSIG, paths.ALLOWED_SIGNERS, paths.POLICY, "data/log/consistency/", "data/platform/")


def flips(seed: int) -> Iterator[Case]:
    """Yield bundles with one bit of one file changed, and nothing hidden."""
    rng = Random(seed)
    while True:
        files = rng.choice((usual(), erased())).files
        path = rng.choice(sorted(files))
        bit = rng.randrange(8 * len(files[path]))
        changed = {**files, path: flip(files[path], bit)}
        yield Case(FALSE, None, changed, policy=_policy(rng), name=f"bit {bit} of {path}")


def zip_flips(seed: int) -> Iterator[Case]:
    """Yield zips with one bit changed."""
    rng = Random(seed + 1)
    whole = [write_zip(FOLDER, made().files) for made in (usual, erased)]
    while True:
        data = rng.choice(whole)
        bit = rng.randrange(8 * len(data))
        yield Case(FALSE, None, data=flip(data, bit), policy=_policy(rng), name=f"bit {bit} of the zip")


def mutants(seed: int) -> Iterator[Case]:
    """Yield bundles in which something was changed on purpose and the manifests were made anew."""
    rng = Random(seed + 2)
    kinds = sorted(MUTATIONS)
    while True:
        kind = rng.choice(kinds)
        before = rng.choice((usual(), erased())).files
        touched, files = MUTATIONS[kind](rng, dict(before))
        files = remade(files)
        if files == before:
            continue
        loose = all(path.startswith(LOOSE) for path in touched)
        yield Case(ANY if loose else NOT_TRUE, None, files, policy=policy(), name=f"{kind}: {' '.join(touched)}")


def rebuilds(seed: int) -> Iterator[Case]:
    """Yield histories written anew with different keys stolen, for a reader who holds a policy and a checkpoint."""
    rng = Random(seed + 3)
    powers = ("no key", "log key", "log key and a witness")
    while True:
        for kind, power in product(sorted(REWRITES), powers):
            yield rebuilt(rng, kind, power)


def rebuilt(rng: Random, kind: str, power: str) -> Case:
    """Return one history that was written anew."""
    number = rng.randrange(8)
    true = honest(number)
    log = make_log(number)
    REWRITES[kind](rng, log)
    plan = USUAL._replace(
        key=THIEF_KEY if power == "no key" else LOG_KEY,
        rotated=rng.random() < 0.8,
        witnesses=(rng.choice(("one", "two", "three")),) if power.endswith("witness") else (),
        stamps=(),
        consistency=(),
        mldsa=False,
    )
    held = rng.randrange(1, true.size + 1)
    files = build(log, plan).files
    if rng.random() < 0.5:  # the old tokens are put beside the new history
        files = remade({**files, **{path: data for path, data in true.files.items() if "/anchors/" in path}})
    checkpoint = signed_note(true.log, held, Plan(key=LOG_KEY))
    return Case(NOT_TRUE, None, files, policy=policy(), checkpoint=checkpoint, name=f"{kind}, {power}")


@cache
def honest(seed: int):  # type: ignore[no-untyped-def]
    """Return a true bundle, of which attackers make others."""
    return build(make_log(seed))


def _policy(rng: Random) -> bytes | None:
    return policy() if rng.random() < 0.7 else None


# --- changes that are hidden behind new manifests --------------------------------------------------------------------

Mutation = Callable[[Random, Files], tuple[tuple[str, ...], Files]]
MUTATIONS: dict[str, Mutation] = {}


def mutation(change: Mutation) -> Mutation:
    MUTATIONS[change.__name__.replace("_", " ")] = change
    return change


def _one(rng: Random, files: Files) -> str:
    return rng.choice(sorted(path for path in files if "manifest" not in path))


@mutation
def flip_a_bit(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    path = _one(rng, files)
    return (path,), {**files, path: flip(files[path], rng.randrange(8 * len(files[path])))}


@mutation
def cut_off_the_end(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    path = _one(rng, files)
    return (path,), {**files, path: files[path][: rng.randrange(len(files[path]))]}


@mutation
def append_bytes(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    path = _one(rng, files)
    return (path,), {**files, path: files[path] + rng.choice((b"\0", b"\n", b" ", b"AAAA\n", rng.randbytes(9)))}


@mutation
def drop_a_file(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    path = _one(rng, files)
    del files[path]
    return (path,), files


@mutation
def swap_two_files(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    one, other = _one(rng, files), _one(rng, files)
    return (one, other), {**files, one: files[other], other: files[one]}


@mutation
def copy_a_file_over_another(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    one, other = _one(rng, files), _one(rng, files)
    return (other,), {**files, other: files[one]}


@mutation
def add_a_file(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    path = rng.choice(("data/log/0.tlog-proof", "data/exhibits/0.bin", "data/notes", "note", "data/platform/9.car",
                       "data/anchors/x.tsr", "data/log/consistency/3", "data/platform/1.plc.json"))  # fmt: skip
    return ("",), {**files, path: files[_one(rng, files)]}


@mutation
def change_a_line(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    """Drop, double, swap or change a line of a file that has lines."""
    path = rng.choice(sorted(path for path in files if path.endswith((".tlog-proof", "checkpoint", "policy", "vkey"))))
    lines = files[path].splitlines(keepends=True)
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[other])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = flip(lines[at], rng.randrange(8 * len(lines[at])))
    return (path,), {**files, path: b"".join(lines)}


@mutation
def change_a_line_of_the_checkpoint_everywhere(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    old = files[paths.CHECKPOINT]
    lines = old.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    if rng.random() < 0.3:
        del lines[at]
    else:
        lines[at] = flip(lines[at], rng.randrange(8 * len(lines[at])))
    new = b"".join(lines)
    return (paths.CHECKPOINT,), {path: data.replace(old, new) for path, data in files.items()}


@mutation
def change_what_json_says(rng: Random, files: Files) -> tuple[tuple[str, ...], Files]:
    """Change one value somewhere in bundle.json or the envelope, and write it as it must be written."""
    path = rng.choice((paths.BUNDLE, paths.STATEMENT))
    said = json.loads(files[path])
    _change_value(rng, said)
    return (path,), {**files, path: canonical.write(said)}


def _change_value(rng: Random, said: object) -> None:
    holder = said
    while True:
        keys = sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))  # type: ignore[arg-type]
        if not keys:
            return
        key = rng.choice(keys)
        value = holder[key]  # type: ignore[index]
        if isinstance(value, dict | list) and value and rng.random() < 0.9:
            holder = value
            continue
        holder[key] = rng.choice(  # type: ignore[index]
            (None, True, "", "0", [], {}, 0, 1, 2**53 - 1, "00" * 32, value + 1 if isinstance(value, int) else "x")
        )
        return


# --- attackers who write history anew --------------------------------------------------------------------------------

Rewrite = Callable[[Random, Log], None]
REWRITES: dict[str, Rewrite] = {}


def rewrite(change: Rewrite) -> Rewrite:
    REWRITES[change.__name__] = change
    return change


@rewrite
def reorder(rng: Random, log: Log) -> None:
    one, other = rng.sample(range(len(log.leaves)), 2)
    log.leaves[one], log.leaves[other] = log.leaves[other], log.leaves[one]


@rewrite
def remove(rng: Random, log: Log) -> None:
    del log.leaves[rng.randrange(len(log.leaves))]


@rewrite
def insert(rng: Random, log: Log) -> None:
    salt, body = rng.randbytes(32), b"it was like this all along"
    entry = sealed_entry("capture", body, salt, seen=log.leaves[0].entry.seen, grade="C")
    log.leaves.insert(rng.randrange(len(log.leaves)), Made(entry, salt, body))


@rewrite
def alter(rng: Random, log: Log) -> None:
    made = rng.choice([made for made in log.leaves if made.body is not None])
    salt, body = rng.randbytes(32), (made.body or b"")[:-1] + b"!"
    made.entry = sealed_entry(made.entry.type, body, salt, seen=made.entry.seen, grade=made.entry.grade)
    made.salt, made.body = salt, body


@rewrite
def duplicate(rng: Random, log: Log) -> None:
    made = rng.choice(log.leaves)
    log.leaves.insert(rng.randrange(len(log.leaves)), Made(made.entry, made.salt, made.body))


@rewrite
def cut_tail(rng: Random, log: Log) -> None:
    del log.leaves[rng.randrange(7, len(log.leaves)) :]
    log.roles = {role: made for role, made in log.roles.items() if made in log.leaves}
