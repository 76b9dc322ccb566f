"""verify.sh under the shells that machines have: what it checks it checks, and the rest it does not claim."""

import base64
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest

from tests.evidence_cases import usual
from tests.evidence_world import remade

SCRIPT = Path(str(files("countersign.evidence.standalone"))) / "verify.sh"
NEEDED = ("openssl", "od", "xargs", "find")
pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason=f"verify.sh needs {', '.join(NEEDED)}: not all are here"
)
SHELLS = [shell for shell in (["dash"], ["bash", "--posix"], ["busybox", "sh"]) if shutil.which(shell[0])]
TOOLS = (
    "[", "cat", "cmp", "cp", "cut", "dirname", "find", "grep", "head", "mkdir", "mv", "od", "printf", "rm", "sed",
    "sha256sum", "sort", "tail", "test", "tr", "wc", "xargs",
)  # fmt: skip


def run(folder: Path, *arguments: object, shell: list[str] | None = None, path: str = "") -> tuple[int, str]:
    environment = {"PATH": path or os.environ["PATH"], "TMPDIR": str(folder.parent)}
    command = [*(shell or ["sh"]), str(SCRIPT), str(folder), *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, errors="replace")
    assert "not found" not in ran.stderr
    return ran.returncode, ran.stdout


def rewrite(folder: Path, changes: dict[str, bytes]) -> None:
    """Change files of a bundle and make its manifests anew, as somebody does who hides a change."""
    for name, data in remade({**usual().files, **changes}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_nothing_false_gives_3_and_says_what_was_not_checked(shell: list[str], bag: Path) -> None:
    exit_code, said = run(bag, shell=shell)
    assert exit_code == 3, said
    assert said.startswith("internally consistent; signer not checked: key ")
    assert said.count("passed") == 4
    last = said.rstrip().rpartition("\n\n")[2]
    assert last.startswith("CANNOT TELL  ")
    assert "Not checked here: " in last
    assert "What this does not prove: " in last
    assert sorted(path.name for path in bag.parent.iterdir()) == ["case-1"]  # its folder of work is gone


@pytest.mark.skipif(not shutil.which("busybox"), reason="busybox is not here")
def test_the_tools_of_busybox_do(bag: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    busybox = shutil.which("busybox") or ""
    for tool in [*TOOLS, "sh"]:
        (tools / tool).symlink_to(busybox)
    for tool in ("openssl", "ssh-keygen"):
        (tools / tool).symlink_to(shutil.which(tool) or "/nonexistent")
    exit_code, said = run(bag, shell=[str(tools / "sh")], path=str(tools))
    assert (exit_code, said.count("passed")) == (3, 4), said
    body = bag / "data/exhibits/7.bin"
    body.write_bytes(body.read_bytes() + b"x")
    assert run(bag, shell=[str(tools / "sh")], path=str(tools))[0] == 1


def test_it_checks_the_folder_that_it_lies_in(bag: Path) -> None:
    shutil.copy(SCRIPT, bag / "verify.sh")
    rewrite(bag, {"verify.sh": SCRIPT.read_bytes()})
    ran = subprocess.run(["sh", "verify.sh"], cwd=bag, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 3, ran.stdout


def test_a_machine_whose_openssl_lacks_ed25519_takes_the_signature_of_ssh(bag: Path, tmp_path: Path) -> None:
    if not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen is not here")
    tools = tmp_path / "bin"
    tools.mkdir()
    real = shutil.which("openssl")
    script = f'#!/bin/sh\ncase $1 in pkeyutl | genpkey) exit 1 ;; esac\nexec {real} "$@"\n'
    (tools / "openssl").write_text(script)
    (tools / "openssl").chmod(0o755)
    path = f"{tools}:{os.environ['PATH']}"
    exit_code, said = run(bag, path=path)
    assert exit_code == 3
    assert "its SSH signature" in said
    lines = (bag / "data/anchors/checkpoint.sshsig").read_bytes().split(b"\n")
    lines[2] = lines[2][:10] + (b"A" if lines[2][10:11] != b"A" else b"B") + lines[2][11:]
    rewrite(bag, {"data/anchors/checkpoint.sshsig": b"\n".join(lines)})
    assert run(bag, path=path)[0] == 1


def test_one_bit_of_any_file_is_found(bag: Path) -> None:
    rng = Random(11)
    for name in rng.sample(sorted(usual().files), 8):
        path, data = bag / name, usual().files[name]
        bit = rng.randrange(8 * len(data))
        path.write_bytes(data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :])
        assert run(bag)[0] in (1, 2), name
        path.write_bytes(data)


def body(name: str = "data/exhibits/7.bin") -> bytes:
    return usual().files[name] + b"x"


def with_another_hash() -> bytes:
    lines = usual().files["data/log/7.tlog-proof"].split(b"\n")
    lines[3] = base64.b64encode(hashlib.sha256(b"x").digest())
    return b"\n".join(lines)


def with_another_signature(key_id: int = 4) -> dict[str, bytes]:
    note = usual().files["data/log/checkpoint"]
    signed = note.partition(b"\n\n")[2].split(b"\n")[0].rpartition(b" ")[2]
    signature = bytearray(base64.b64decode(signed))
    signature[key_id + 3] ^= 1
    changed = note.replace(signed, base64.b64encode(signature))
    return {name: data.replace(note, changed) for name, data in usual().files.items() if note in data} | {
        "data/log/checkpoint": changed
    }


def with_a_key_of_small_order() -> dict[str, bytes]:
    """Return a log whose key is the neutral point: R the neutral point and S = 0 sign everything for lax readers."""
    name = b"countersign.example/log"
    data = b"\x01" + (1).to_bytes(32, "little")
    key_id = hashlib.sha256(name + b"\n" + data).digest()[:4]
    vkey = b"%s+%s+%s\n" % (name, key_id.hex().encode(), base64.b64encode(data))
    note = usual().files["data/log/checkpoint"]
    line = note.partition(b"\n\n")[2].split(b"\n")[0]
    signed = base64.b64encode(key_id + (1).to_bytes(32, "little") + bytes(32))
    changed = note.replace(line, "\u2014 ".encode() + name + b" " + signed)
    proofs = {path: data.replace(note, changed) for path, data in usual().files.items() if note in data}
    return {**proofs, "data/log/checkpoint": changed, "data/keys/log.vkey": vkey}


FALSE: dict[str, Callable[[], dict[str, bytes]]] = {
    "a body changed": lambda: {"data/exhibits/7.bin": body()},
    "a proof changed": lambda: {"data/log/7.tlog-proof": with_another_hash()},
    "a proof of another leaf": lambda: {"data/log/7.tlog-proof": usual().files["data/log/8.tlog-proof"]},
    "a signature changed": with_another_signature,
    "a key id changed": lambda: with_another_signature(0),
    "a key of small order": with_a_key_of_small_order,
    "a file that no bundle has": lambda: {"data/notes.txt": b"x"},
    "a statement changed": lambda: {"data/statement.json": body("data/statement.json")},
}


@pytest.mark.parametrize("kind", FALSE)
def test_what_it_checks_it_finds_though_the_manifests_were_made_anew(kind: str, bag: Path) -> None:
    rewrite(bag, FALSE[kind]())
    exit_code, said = run(bag)
    assert exit_code == 1, said
    assert said.rstrip().rpartition("\n\n")[2].startswith("FAILED  ")


@pytest.mark.parametrize(
    "name", ["a b", "a\nb", "-n", "$(touch x)", "`x`", "a;b", "'", '"', "\\", "*", "é", "a\x1b[31m"]
)
def test_names_of_files_are_never_commands(name: str, bag: Path) -> None:
    (bag / "data" / name).write_bytes(b"x")
    exit_code, said = run(bag)
    assert exit_code == 1
    assert "\x1b" not in said


def test_links_are_never_followed(bag: Path) -> None:
    (bag / "data/exhibits/9.bin").symlink_to("/etc/passwd")
    assert run(bag)[0] == 1
    (bag / "data/exhibits/9.bin").unlink()
    (bag / "bagit.txt").rename(bag.parent / "bagit.txt")
    (bag / "bagit.txt").symlink_to(bag.parent / "bagit.txt")
    assert run(bag)[0] == 2


@pytest.mark.parametrize("name", ["bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/bundle.json"])
def test_a_bag_that_is_not_whole_cannot_be_read(name: str, bag: Path) -> None:
    (bag / name).unlink()
    assert run(bag)[0] == 2


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"\0", b'{"format":"countersign-bundle/1"}', b"{" * 9000])
def test_a_bundle_json_of_another_form_cannot_be_read(text: bytes, bag: Path) -> None:
    rewrite(bag, {"data/bundle.json": text})
    assert run(bag)[0] == 2


def test_stamps_are_checked_against_a_root_that_was_given_by_hand(bag: Path, tmp_path: Path) -> None:
    root = tmp_path / "root.der"
    root.write_bytes(usual().files["data/anchors/alpha.root.der"])
    exit_code, said = run(bag, "--tsa-root", root)
    assert exit_code == 3
    assert "time stamp alpha                     signature passed" in said
    assert "time stamp beta                      not checked: another root" in said
    token = usual().files["data/anchors/alpha.tsr"]
    rewrite(bag, {"data/anchors/alpha.tsr": token[:-1] + bytes((token[-1] ^ 1,))})
    assert run(bag, "--tsa-root", root)[0] == 1


def test_wrong_use_ends_with_2(bag: Path) -> None:
    assert run(bag, "--nothing")[0] == 2
    assert run(bag, bag)[0] == 2
    assert run(bag, "--tsa-root")[0] == 2
    assert run(bag / "nothing")[0] == 2
