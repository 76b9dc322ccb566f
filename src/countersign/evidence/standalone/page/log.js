// The log's own formats: signed notes, checkpoints, vkeys, proofs, and the tree of RFC 6962.

const LOG_KEY = 1, WITNESS_KEY = 4, MLDSA_KEY = 6;
const KEY_SIZE = { [LOG_KEY]: 32, [WITNESS_KEY]: 32, [MLDSA_KEY]: 1312 };
const LATEST = 253402300799; // 9999-12-31T23:59:59Z, the last time that can be written

const NAME = /^[!-*,-~]{1,255}$/;
const MAX_NOTE = 1048576, MAX_LINES = 64, MAX_TEXT = 255;

/** {text, lines: [{name, id, signature}]} of a C2SP signed note; `text` ends in a newline. */
function parseNote(bytes) {
  need(bytes.length <= MAX_NOTE, "note: too long");
  const whole = textOf(bytes);
  need(!/[\u0000-\u0009\u000b-\u001f]/.test(whole), "note: a control character");
  const split = whole.lastIndexOf("\n\n");
  need(split > 0 && whole.endsWith("\n") && whole.length > split + 2, "note: no signatures");
  const written = whole.slice(split + 2, -1).split("\n");
  need(written.length <= MAX_LINES, "note: too many signatures");
  const lines = written.map(line => {
    const parts = line.split(" ");
    need(parts.length === 3 && parts[0] === "\u2014" && NAME.test(parts[1]), "note: not a signature line");
    const signature = unbase64(parts[2]);
    need(signature.length > 4, "note: signature too short");
    return { name: parts[1], id: hex(signature.subarray(0, 4)), signature: signature.subarray(4) };
  });
  return { text: whole.slice(0, split + 1), lines };
}

/** A note whose text is a checkpoint: also {origin, size, root}. */
function parseCheckpoint(bytes) {
  const note = parseNote(bytes);
  const parts = note.text.split("\n");
  need(parts.length === 4 && NAME.test(parts[0]), "checkpoint: not three lines");
  const root = unbase64(parts[2]);
  need(root.length === 32, "checkpoint: root has not 32 bytes");
  return { ...note, origin: parts[0], size: decimal(parts[1]), root };
}

/** {text, name, id, algorithm, key} of a C2SP vkey. */
function parseVkey(text) {
  const [, name, id, rest] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(text) ?? bad("not a vkey");
  need(NAME.test(name), "vkey: not a name");
  const bytes = unbase64(rest), algorithm = bytes[0];
  need(KEY_SIZE[algorithm] === bytes.length - 1, "vkey: unknown algorithm or wrong length");
  need(hex(sha256(join(bytesOf(name + "\n"), bytes)).subarray(0, 4)) === id, "vkey: key id is not that of the key");
  return { text, name, id, algorithm, key: bytes.subarray(1) };
}

function parseVkeyFile(bytes, algorithm) {
  const text = textOf(bytes);
  need(text.endsWith("\n"), "vkey file: not one line");
  const vkey = parseVkey(text.slice(0, -1));
  need(vkey.algorithm === algorithm, "vkey file: another algorithm");
  return vkey;
}

const isOf = (line, vkey) => line.name === vkey.name && line.id === vkey.id;

const logSignatureHolds = (note, line, vkey) => ed25519(vkey.key, bytesOf(note.text), line.signature);

/** Seconds since 1970 that a witness put beside its signature, or null if that does not hold. */
function cosignatureTime(note, line, vkey) {
  if (line.signature.length !== 72) return null;
  const time = numberOf(line.signature.subarray(0, 8));
  const message = bytesOf(`cosignature/v1\ntime ${time}\n${note.text}`);
  return time >= 1n && time <= LATEST && ed25519(vkey.key, message, line.signature.subarray(8)) ? Number(time) : null;
}

// --- proofs -----------------------------------------------------------------------------------------------------------

const MAX_PROOF_HASHES = 64; // a tree of 2^53 leaves has paths of at most 53, and consistency proofs one more

function parseHashes(lines) {
  need(lines.length <= MAX_PROOF_HASHES, "proof: too long");
  return lines.map(line => {
    const hash = unbase64(line);
    need(hash.length === 32, "proof: a hash has not 32 bytes");
    return hash;
  });
}

/** {entry, index, hashes, checkpoint (bytes)} of a C2SP tlog-proof with `extra`. */
function parseProof(bytes) {
  const split = bytes.findIndex((byte, i) => byte === 10 && bytes[i + 1] === 10);
  need(split >= 0, "proof: no checkpoint");
  const [first, extra, index, ...hashes] = textOf(bytes.subarray(0, split)).split("\n");
  need(first === "c2sp.org/tlog-proof@v1", "proof: not a tlog-proof");
  need(extra?.startsWith("extra ") && index?.startsWith("index "), "proof: no extra or index");
  return {
    entry: unbase64(extra.slice(6)), index: decimal(index.slice(6)), hashes: parseHashes(hashes),
    checkpoint: bytes.subarray(split + 2),
  };
}

function parseConsistency(bytes) {
  const text = textOf(bytes);
  need(text === "" || text.endsWith("\n"), "consistency proof: no line end");
  return parseHashes(text.split("\n").slice(0, -1));
}

const leafHash = entry => sha256(join(Uint8Array.of(0), entry));
const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));
const half = n => Math.floor(n / 2); // not >>: sizes go to 2^53

/** RFC 9162 section 2.1.3.2. */
function inclusionHolds(leaf, index, size, hashes, root) {
  if (index >= size) return false;
  let first = index, second = size - 1, hash = leaf;
  for (const next of hashes) {
    if (second === 0) return false;
    if (first % 2 || first === second) {
      hash = nodeHash(next, hash);
      while (first % 2 === 0 && first !== 0) [first, second] = [half(first), half(second)];
    } else {
      hash = nodeHash(hash, next);
    }
    [first, second] = [half(first), half(second)];
  }
  return second === 0 && same(hash, root);
}

/** RFC 9162 section 2.1.4.2, for 0 < oldSize < size. */
function consistencyHolds(oldSize, oldRoot, size, root, proof) {
  if (proof.length === 0) return false;
  const isPowerOf2 = (BigInt(oldSize) & BigInt(oldSize - 1)) === 0n;
  const hashes = isPowerOf2 ? [oldRoot, ...proof] : proof;
  let first = oldSize - 1, second = size - 1;
  while (first % 2) [first, second] = [half(first), half(second)];
  let oldHash = hashes[0], hash = hashes[0];
  for (const next of hashes.slice(1)) {
    if (second === 0) return false;
    if (first % 2 || first === second) {
      oldHash = nodeHash(next, oldHash);
      hash = nodeHash(next, hash);
      while (first % 2 === 0 && first !== 0) [first, second] = [half(first), half(second)];
    } else {
      hash = nodeHash(hash, next);
    }
    [first, second] = [half(first), half(second)];
  }
  return second === 0 && same(oldHash, oldRoot) && same(hash, root);
}

const EMPTY_ROOT = sha256(new Uint8Array(0));

// --- entries (section 1) ----------------------------------------------------------------------------------------------

const MAX_ENTRY = 65535;
const isShortText = value => isText(value) && value !== "" && [...value].length <= MAX_TEXT;
const isLogVkey = value => isText(value) && holds(() => parseVkey(value).algorithm === LOG_KEY);
const COMMITTED = {
  commit: hexOf(32), len: value => isCount(value) && value % 256 === 0, src: isShortText,
};
const BY_TYPE = { beacon: { source: isShortText, round: isCount, value: value => isText(value) && /^(?:[0-9a-f]{2}){1,512}$/.test(value) },
  erasure: { leaf: isCount, ground: value => isText(value) && /^[a-z-]{1,32}$/.test(value) },
  key: { old: isLogVkey, new: isLogVkey, sig: value => isText(value) && holds(() => unbase64(value).length === 64) } };
for (const type of ["gap", "clock", "custody", "analysis", "alert", "intent", "result", "policy"]) BY_TYPE[type] = COMMITTED;
BY_TYPE.capture = { ...COMMITTED, grade: either("A", "B", "C", "D") };
const EVERY_ENTRY = {
  v: either(1), type: type => typeof type === "string" && Object.hasOwn(BY_TYPE, type), seen: isTime,
  clock: either("unsynchronised", "ntp ok", "stepped"),
};

function parseEntry(bytes) {
  need(bytes.length <= MAX_ENTRY, "entry: too long");
  const entry = parseCanonical(bytes);
  need(isObject(entry) && EVERY_ENTRY.type(entry.type), "entry: unknown type");
  const fields = BY_TYPE[entry.type];
  const shape = exactly({ ...EVERY_ENTRY, ...fields }, "commit" in fields ? { acct: hexOf(8) } : {});
  need(shape(entry), "entry: not the fields of its type");
  return entry;
}

const paddedLength = length => Math.ceil(length / 256) * 256;

/** True if the body and salt are what the entry committed to; also its length. */
const commits = (entry, salt, body) => entry.commit !== undefined
  && hex(sha256(join(unhex(salt), body))) === entry.commit && entry.len === paddedLength(body.length);
