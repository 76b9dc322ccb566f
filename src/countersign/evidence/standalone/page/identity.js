// Whose key a commit is held against: did:key, DID documents, and the audit log of a did:plc (parts 4 and 7 of the rules).

const MAX_DID_JSON = 1048576, MAX_HISTORY = 1024, MAX_OPERATION = 7500, MAX_ROTATION_KEYS = 10;
const DAY = 86400, RECOVERY = 3 * DAY;
const MULTICODEC = { e701: K256_CURVE, 8024: P256 };
const SUITES = { EcdsaSecp256k1VerificationKey2019: K256_CURVE, EcdsaSecp256r1VerificationKey2019: P256 };

/** The key of `z…`, as `did:key:` and Multikey have it. */
function multikey(text) { // 22
  need(text.startsWith("z"), "key: not base 58");
  const bytes = unbase58(text.slice(1), 35);
  const curve = MULTICODEC[hex(bytes.subarray(0, 2))] ?? bad("key: unknown kind");
  return { curve, point: curvePoint(curve, bytes.subarray(2)) };
}

function didKey(text) {
  need(isText(text) && text.startsWith("did:key:"), "key: not a did:key");
  return multikey(text.slice(8));
}

function suiteKey(curve, text) { // 56
  need(text.startsWith("z"), "key: not base 58");
  const long = text.length > 60; // 33 bytes have at most 46 signs, 65 bytes at least 65
  return { curve, point: curvePoint(curve, unbase58(text.slice(1), long ? 65 : 33)) };
}

function parseDidJson(bytes) { // 54
  need(bytes.length <= MAX_DID_JSON, "DID: too long");
  return parseJson(bytes);
}

/** The signing key that a DID document publishes. */
function documentKey(bytes, did) {
  const found = parseDidJson(bytes);
  need(isObject(found) && found.id === did && Array.isArray(found.verificationMethod), "DID document: another account's, or no keys");
  const method = found.verificationMethod.find(each => isObject(each) // 55
    && (each.id === "#atproto" || each.id === did + "#atproto") && each.controller === did) ?? bad("DID document: no #atproto key");
  const text = method.publicKeyMultibase;
  need(isText(text), "DID document: no key");
  if (method.type === "Multikey") return multikey(text);
  need(typeof method.type === "string" && Object.hasOwn(SUITES, method.type), "DID document: unknown kind of key");
  return suiteKey(SUITES[method.type], text);
}

// --- did:plc ----------------------------------------------------------------------------------------------------------

const textsIn = value => isObject(value) && Object.entries(value).every(([key, each]) => isText(key) && isText(each));
const services = value => isObject(value) && Object.entries(value).every(([key, each]) => isText(key) && exactly({ type: isText, endpoint: isText })(each));
const OPERATIONS = { // 58
  plc_operation: exactly({
    type: isText, rotationKeys: value => listOf(isText)(value) && value.length >= 1 && value.length <= MAX_ROTATION_KEYS,
    verificationMethods: textsIn, alsoKnownAs: listOf(isText), services, prev: orNull(isText), sig: isText,
  }),
  plc_tombstone: exactly({ type: isText, prev: isText, sig: isText }),
  create: exactly({ type: isText, signingKey: isText, recoveryKey: isText, handle: isText, service: isText, prev: either(null), sig: isText }),
};

function millisecondsOf(text) {
  need(isText(text) && /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text), "did:plc: createdAt");
  return secondsOf(text.slice(0, 19) + "Z") * 1000 + Number(text.slice(20, 23));
}

function unbase64url(text) { // 60
  need(!/[+/=]/.test(text), "did:plc: sig");
  return unbase64(text.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat((4 - text.length % 4) % 4));
}

/** One line of the log: {type, prev, cid, bytes, rotation (keys), method (text or undefined), created, nullified, digest, r, s}. */
function parseOperation(line, did) {
  need(isObject(line) && ["operation", "cid", "nullified", "createdAt"].every(key => key in line) && line.did === did, "did:plc: line"); // 57
  const { operation } = line, type = operation?.type;
  need(isObject(operation) && typeof type === "string" && Object.hasOwn(OPERATIONS, type) && OPERATIONS[type](operation), "did:plc: operation");
  need(typeof line.nullified === "boolean", "did:plc: nullified");
  const { sig, ...unsigned } = operation;
  const bytes = toDrisl(operation);
  need(bytes.length <= MAX_OPERATION, "did:plc: operation too long"); // 59
  need(line.cid === "b" + base32(cidOf(bytes)), "did:plc: cid is not that of the operation");
  const signature = unbase64url(sig);
  need(signature.length === 64, "did:plc: sig");
  const rotation = type === "create" ? [operation.recoveryKey, operation.signingKey] : operation.rotationKeys ?? [];
  return {
    type, prev: operation.prev, cid: line.cid, bytes, rotation: rotation.map(didKey),
    method: type === "create" ? operation.signingKey : operation.verificationMethods?.atproto,
    created: millisecondsOf(line.createdAt), nullified: line.nullified,
    digest: sha256(toDrisl(unsigned)), r: numberOf(signature.subarray(0, 32)), s: numberOf(signature.subarray(32)),
  };
}

/** The operations in force, oldest first, of a whole audit log that holds: [{method, created}]. */
function operationsInForce(bytes, did) {
  const lines = parseDidJson(bytes);
  need(Array.isArray(lines) && lines.length >= 1 && lines.length <= MAX_HISTORY, "did:plc: not a log");
  const operations = lines.map(line => parseOperation(line, did));
  let force = [];
  operations.forEach((operation, i) => {
    need(i === 0 || operation.created >= operations[i - 1].created, "did:plc: times go back");
    if (i === 0) checkGenesis(operation, did);
    const at = i === 0 ? -1 : force.findIndex(each => each.cid === operation.prev && each.type !== "plc_tombstone"); // 62
    need(i === 0 || at >= 0, "did:plc: prev is not in force");
    const { rotation } = i === 0 ? operation : force[at];
    operation.signer = rotation.findIndex(key => isSignedBy(key, operation)); // 60
    need(operation.signer >= 0, "did:plc: signed by none of the keys in force");
    const overruled = force.slice(at + 1);
    if (overruled.length > 0) { // 63
      need(operation.signer < overruled[0].signer, "did:plc: a weaker key overrules");
      need(operation.created - overruled[0].created <= RECOVERY * 1000, "did:plc: overruled after 72 hours");
    }
    force = [...force.slice(0, at + 1), operation];
  });
  need(operations.every(operation => operation.nullified === !force.includes(operation)), "did:plc: nullified is wrong"); // 64
  return force;
}

function checkGenesis(operation, did) { // 61
  need(operation.prev === null && operation.type !== "plc_tombstone", "did:plc: does not begin with its first operation");
  need("did:plc:" + base32(sha256(operation.bytes)).slice(0, 24) === did, "did:plc: is another account's log");
}

/** A commit's key by a did:plc log: "held", "provisional" or "missing"; throws Bad if keys are known and none signed it. */
function standingByLog(bytes, did, commit, newestAnchor) {
  const keyed = operationsInForce(bytes, did).map(({ method, created }) => ({ key: didKeyOrNull(method), created }))
    .filter(({ key }) => key !== null);
  if (keyed.length === 0) return "missing";
  const found = keyed.find(({ key }) => isSignedBy(key, commit)) ?? bad("signature holds for none of the account's keys");
  return newestAnchor !== null && found.created / 1000 + RECOVERY <= newestAnchor ? "held" : "provisional";
}

const didKeyOrNull = text => holds(() => didKey(text)) || null;
