// A bundle's files, from the bag's manifests to documents whose every field is known (stages A to C).

const MANIFEST = "manifest-sha256.txt", TAG_MANIFEST = "tagmanifest-sha256.txt";
const BUNDLE = "data/bundle.json", STATEMENT = "data/statement.json", CHECKPOINT = "data/log/checkpoint";
const LOG_VKEY = "data/keys/log.vkey", MLDSA_VKEY = "data/keys/mldsa.vkey", POLICY = "data/keys/policy";
const SSHSIG = "data/anchors/checkpoint.sshsig", ALLOWED_SIGNERS = "data/anchors/allowed_signers";
const TAG_FILES = ["README.txt", "bag-info.txt", "verify.html", "verify.py", "verify.sh"];
const BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const FORMAT = "countersign-bundle/1", FORMATS = "countersign-bundle/";
const KNOWN = new Set([...TAG_FILES, "bagit.txt", MANIFEST, TAG_MANIFEST, BUNDLE, STATEMENT, CHECKPOINT, LOG_VKEY, MLDSA_VKEY, POLICY, SSHSIG, ALLOWED_SIGNERS]);
const KNOWN_PATTERNS = [
  /^data\/log\/consistency\/(?:0|[1-9][0-9]{0,15})$/, /^data\/log\/(?:0|[1-9][0-9]{0,15})\.tlog-proof$/,
  /^data\/exhibits\/(?:0|[1-9][0-9]{0,15})\.bin$/, /^data\/anchors\/[a-z0-9-]{1,32}\.(?:tsr|root\.der|tsa\.der)$/,
  /^data\/platform\/(?:0|[1-9][0-9]{0,15})\.(?:car|did\.json|plc\.json)$/,
];

// --- stages A and B ---------------------------------------------------------------------------------------------------

function checkBag(files, fail) {
  const bagit = files.get("bagit.txt");
  if (!bagit || !same(bagit, bytesOf(BAGIT))) fail("E_BAG", "bagit.txt", "is missing, or not that of a BagIt 1.0 bag");
  for (const path of [TAG_MANIFEST, MANIFEST, BUNDLE]) if (!files.has(path)) fail("E_BAG", path, "is missing");
}

function checkManifests(files, fail) {
  const hashes = new Map([...files].map(([path, bytes]) => [path, hex(sha256(bytes))]));
  const isPayload = path => path.startsWith("data/");
  checkManifest(files, hashes, TAG_MANIFEST, path => !isPayload(path) && path !== TAG_MANIFEST, fail);
  checkManifest(files, hashes, MANIFEST, isPayload, fail);
  return hashes;
}

function checkManifest(files, hashes, name, belongs, fail) {
  const paths = [...hashes.keys()].filter(belongs).map(path => ({ path, bytes: bytesOf(path) }));
  paths.sort((a, b) => compare(a.bytes, b.bytes));
  const expected = paths.map(({ path }) => `${hashes.get(path)}  ${path}\n`).join("");
  if (!same(bytesOf(expected), files.get(name))) fail("E_MANIFEST", name, difference(files.get(name), hashes, belongs));
}

/** What a manifest says otherwise than the files do. */
function difference(manifest, hashes, belongs) {
  const told = new Map();
  for (const line of new TextDecoder().decode(manifest).split("\n")) {
    const [, hash, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (hash) told.set(path, hash);
  }
  const changed = [], missing = [], extra = [];
  for (const [path, hash] of told) {
    if (!hashes.has(path)) missing.push(path);
    else if (hashes.get(path) !== hash) changed.push(path);
  }
  for (const path of hashes.keys()) if (belongs(path) && !told.has(path)) extra.push(path);
  const list = (words, paths) => paths.length ? [`${words}: ${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ` and ${paths.length - 5} more` : ""}`] : [];
  const parts = [...list("changed", changed), ...list("missing", missing), ...list("extra", extra)];
  return parts.join("; ") || "is not written as a manifest must be";
}

function isNewer(bytes) {
  let found = null;
  if (!holds(() => { found = parseJson(bytes); return true; })) return false;
  return isObject(found) && typeof found.format === "string" && found.format.startsWith(FORMATS) && found.format !== FORMAT;
}

function checkPaths(files, fail) {
  const extra = [...files.keys()].filter(path => !KNOWN.has(path) && !KNOWN_PATTERNS.some(pattern => pattern.test(path)));
  if (extra.length) fail("E_EXTRA", extra[0], extra.length > 1 ? `and ${extra.length - 1} more files do not belong here` : "does not belong here");
}

// --- stage C ----------------------------------------------------------------------------------------------------------

const ascends = (list, by) => list.every((item, i) => i === 0 || by(list[i - 1]) < by(item));
const isNumber = value => isCount(value) && value >= 1;
const leafOf = item => item.leaf;

const isShownField = value => Array.isArray(value) && value.length === 3 && isHex(value[0], 16) && isText(value[1]) && isText(value[2]);
const isBundle = exactly({
  exhibits: listOf(exactly({ leaf: isCount, salt: orNull(hexOf(32)) })),
  fields: listOf(exactly({ leaf: isCount, shown: listOf(isShownField) })),
  format: either(FORMAT), keys: listOf(isCount), origin: isText, size: isCount,
  statement: exactly({ leaf: isCount, salt: hexOf(32) }),
});

const PAYLOAD_TYPE = "application/vnd.countersign.statement.v1+json";
const isEnvelope = exactly({
  payload: isText, payloadType: either(PAYLOAD_TYPE),
  signatures: value => Array.isArray(value) && value.length === 1 && exactly({ keyid: hexOf(4), sig: isText })(value[0]),
});
const isStatement = exactly({
  custody: listOf(exactly({ act: isText, at: isTime, by: isText, leaf: isCount })),
  exhibits: listOf(exactly({
    at: isTime, by: isText, grade: either("A", "B", "C", "D"), how: isText, leaf: isCount, media: isText, number: isNumber,
    shown: either("whole", "fields", "withheld", "erased"), what: isText, where: isText,
  })),
  files: value => isObject(value) && Object.values(value).every(hexOf(32)),
  made: isTime, origin: isText,
  platform: listOf(exactly({ collection: isText, did: isText, exhibit: orNull(isCount), kind: either("inclusion", "exclusion"), n: isNumber, rkey: isText })),
  title: isText, tool: isText, v: either(1),
});

/** Runs `read` over a file; what it refuses is E_SYNTAX there. */
function reading(files, path, fail, read) {
  try {
    return read(files.get(path) ?? bad("is missing"));
  } catch (error) {
    if (error instanceof Bad) return fail("E_SYNTAX", path, error.message);
    throw error;
  }
}

function parseIndex(bytes) {
  const index = parseCanonical(bytes);
  need(isBundle(index), "not the fields of a bundle");
  need(ascends(index.exhibits, leafOf) && ascends(index.fields, leafOf) && ascends(index.keys, leaf => leaf), "does not ascend");
  const salts = new Map(index.exhibits.map(({ leaf, salt }) => [leaf, salt]));
  need(!index.keys.some(leaf => salts.has(leaf)), "a key entry among the exhibits");
  need(!salts.has(index.statement.leaf) && !index.keys.includes(index.statement.leaf), "the statement's leaf twice");
  need(index.fields.every(({ leaf }) => salts.get(leaf)), "fields of a leaf without a salt");
  return index;
}

function parseStatement(bytes) {
  const envelope = parseCanonical(bytes);
  need(isEnvelope(envelope), "not a DSSE envelope of a statement");
  const payload = unbase64(envelope.payload), [{ keyid, sig }] = envelope.signatures;
  const statement = parseCanonical(payload);
  need(isStatement(statement), "not the fields of a statement");
  need(ascends(statement.platform, claim => claim.n), "platform proofs do not ascend");
  const signed = join(bytesOf(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
  return { ...statement, keyid, signature: unbase64(sig), signed };
}

const pathsLike = (files, pattern) => [...files.keys()].map(path => pattern.exec(path)).filter(found => found !== null);

function parseProofs(files, index, fail) {
  const leaves = new Set([...index.exhibits.map(leafOf), ...index.keys, index.statement.leaf]);
  for (const [path, leaf] of pathsLike(files, /^data\/log\/(\d+)\.tlog-proof$/))
    if (!leaves.has(Number(leaf))) fail("E_SYNTAX", path, "is a proof of a leaf that nothing names");
  return new Map([...leaves].map(leaf => reading(files, `data/log/${leaf}.tlog-proof`, fail, bytes => {
    const proof = parseProof(bytes);
    return [leaf, { ...proof, value: parseEntry(proof.entry) }];
  })));
}

function checkBodies(files, index, fail) {
  const salted = new Map(index.exhibits.map(({ leaf, salt }) => [leaf, salt !== null]));
  for (const [path, leaf] of pathsLike(files, /^data\/exhibits\/(\d+)\.bin$/))
    if (!salted.get(Number(leaf))) fail("E_SYNTAX", path, "is a body without a salt");
  for (const [leaf, hasSalt] of salted)
    if (hasSalt && !files.has(`data/exhibits/${leaf}.bin`)) fail("E_SYNTAX", BUNDLE, `has a salt for leaf ${leaf}, whose body is missing`);
}

function checkCompany(files, statement, fail) {
  if (files.has(SSHSIG) !== files.has(ALLOWED_SIGNERS)) fail("E_SYNTAX", SSHSIG, "comes with allowed_signers, or not at all");
  for (const [path, name] of pathsLike(files, /^data\/anchors\/(.+)\.(?:root|tsa)\.der$/))
    if (!files.has(`data/anchors/${name}.tsr`)) fail("E_SYNTAX", path, "is a certificate without a token");
  const claimed = new Set(statement.platform.map(claim => claim.n));
  for (const [path, n, kind] of pathsLike(files, /^data\/platform\/(\d+)\.(.+)$/)) {
    if (!claimed.has(Number(n)) || !files.has(`data/platform/${n}.car`)) fail("E_SYNTAX", path, "is part of a proof that nothing claims");
    if (kind === "did.json" && files.has(`data/platform/${n}.plc.json`)) fail("E_SYNTAX", path, "and an audit log: one of the two");
  }
}

function parseConsistencies(files, size, fail) {
  return new Map(pathsLike(files, /^data\/log\/consistency\/(\d+)$/).map(([path, older]) => reading(files, path, fail, bytes => {
    need(Number(older) >= 1 && Number(older) < size, "is not from a smaller size");
    return [Number(older), parseConsistency(bytes)];
  })));
}

/** Everything in the bag, parsed. The first thing that cannot be ends the work. */
function parseBundle(files, hashes, fail) {
  const read = (path, parse) => reading(files, path, fail, parse);
  const index = read(BUNDLE, parseIndex), statement = read(STATEMENT, parseStatement);
  const optional = (path, parse) => files.has(path) ? read(path, parse) : null;
  const bundle = {
    files, hashes, index, statement, checkpoint: read(CHECKPOINT, parseCheckpoint), proofs: parseProofs(files, index, fail),
    vkey: read(LOG_VKEY, bytes => parseVkeyFile(bytes, LOG_KEY)), mldsa: optional(MLDSA_VKEY, bytes => parseVkeyFile(bytes, MLDSA_KEY)),
    policy: optional(POLICY, parsePolicy), consistencies: parseConsistencies(files, index.size, fail),
  };
  checkBodies(files, index, fail);
  checkCompany(files, statement, fail);
  return bundle;
}

/** The policy, older checkpoint, time and requirements that the verifier brings. */
function parseOptions(options, fail) {
  const reading = (code, where, given, parse) => {
    if (given === undefined || given === null) return null;
    try {
      return parse(given);
    } catch (error) {
      if (error instanceof Bad) return fail(code, where, error.message);
      throw error;
    }
  };
  return {
    policy: reading("E_POLICY", "--policy", options.policy, parsePolicy),
    checkpoint: reading("E_USAGE", "--checkpoint", options.checkpoint, parseCheckpoint),
    at: reading("E_USAGE", "--at", options.at, secondsOf),
    wanted: reading("E_USAGE", "--require", options.require ?? [], parseRequirements),
  };
}
