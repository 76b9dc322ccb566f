// Time-stamp tokens (RFC 3161) and the certificates behind them (RFC 5280), as section 5 has them.

const OID = {
  "1.3.14.3.2.26": { digest: sha1 },
  "2.16.840.1.101.3.4.2.1": { digest: sha256, name: "256" },
  "2.16.840.1.101.3.4.2.2": { digest: sha384, name: "384" },
  "2.16.840.1.101.3.4.2.3": { digest: sha512, name: "512" },
  "1.2.840.113549.1.1.1": { kind: "rsa" },
  "1.2.840.113549.1.1.11": { kind: "rsa", digest: sha256, name: "256" },
  "1.2.840.113549.1.1.12": { kind: "rsa", digest: sha384, name: "384" },
  "1.2.840.113549.1.1.13": { kind: "rsa", digest: sha512, name: "512" },
  "1.2.840.10045.2.1": { kind: "ec" },
  "1.2.840.10045.4.3.2": { kind: "ec", digest: sha256, name: "256" },
  "1.2.840.10045.4.3.3": { kind: "ec", digest: sha384, name: "384" },
  "1.2.840.10045.4.3.4": { kind: "ec", digest: sha512, name: "512" },
};
const CURVES = { "1.2.840.10045.3.1.7": P256, "1.3.132.0.34": P384 };
const SIGNED_DATA = "1.2.840.113549.1.7.2", TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3", MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12", SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const EXTENDED_KEY_USAGE = "2.5.29.37", BASIC_CONSTRAINTS = "2.5.29.19", KEY_USAGE = "2.5.29.15", TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const RSA_BITS = [2048, 8192], MAX_EXPONENT = 2n ** 32n, MAX_INTERMEDIATES = 2, MAX_DER = 65536;

/** What OID an AlgorithmIdentifier has; parameters are absent or NULL, but for the curve of a key. */
function algorithm(element) {
  const parts = walkIn(element, TAG.sequence);
  const name = oid(parts.next());
  need(Object.hasOwn(OID, name), "algorithm: unknown");
  const nothing = OID[name].kind === "ec" ? null : parts.maybe(TAG.nothing);
  need(nothing === null || nothing.body.length === 0, "algorithm: parameters");
  parts.done();
  return OID[name];
}

// --- certificates -----------------------------------------------------------------------------------------------------

function publicKey(element) {
  const parts = walkIn(element, TAG.sequence);
  const kind = walkIn(parts.next(), TAG.sequence), name = oid(kind.next());
  const bits = bitString(parts.next());
  parts.done();
  if (OID[name]?.kind === "ec" && !OID[name].digest) {
    const curve = CURVES[oid(kind.next())] ?? bad("certificate: a curve that is not allowed");
    kind.done();
    need(bits[0] === 4, "certificate: a point that is not written out");
    return { kind: "ec", curve, point: curvePoint(curve, bits) };
  }
  need(OID[name]?.kind === "rsa" && !OID[name].digest, "certificate: a kind of key that is not allowed");
  need((kind.maybe(TAG.nothing)?.body.length ?? 0) === 0, "certificate: parameters");
  kind.done();
  const numbers = walkIn(der(bits), TAG.sequence);
  const [modulus, exponent] = [integer(numbers.next()), integer(numbers.next())];
  numbers.done();
  const size = modulus > 0n ? modulus.toString(2).length : 0;
  need(size >= RSA_BITS[0] && size <= RSA_BITS[1] && modulus & 1n, "certificate: RSA modulus");
  need(exponent >= 3n && exponent < MAX_EXPONENT && exponent & 1n, "certificate: RSA exponent");
  return { kind: "rsa", modulus, exponent };
}

/** Map from OID to {critical, value}. None twice. */
function extensions(list) {
  const found = new Map();
  for (const extension of inside(hasTag(list, TAG.sequence))) {
    const parts = walkIn(extension, TAG.sequence);
    const name = oid(parts.next()), critical = parts.maybe(TAG.boolean), value = parts.next(TAG.octets).body;
    parts.done();
    need(!found.has(name), "certificate: an extension twice");
    found.set(name, { critical: critical !== null && truth(critical), value });
  }
  return found;
}

function parseCertificate(bytes) {
  const outer = walk(der(bytes, TAG.sequence));
  const signed = outer.next(TAG.sequence), outerAlgorithm = outer.next(), signature = bitString(outer.next());
  outer.done();
  const parts = walk(signed);
  const version = parts.maybe(0xa0);
  need(version === null || [1n, 2n].includes(integer(der(version.body))), "certificate: version");
  const serial = parts.next(TAG.integer), innerAlgorithm = parts.next(), issuer = parts.next(TAG.sequence);
  integer(serial);
  const validity = walk(parts.next(TAG.sequence)), from = derTime(validity.next()), until = derTime(validity.next());
  validity.done();
  const subject = parts.next(TAG.sequence), key = publicKey(parts.next());
  parts.maybe(0x81);
  parts.maybe(0x82);
  const more = parts.maybe(0xa3);
  parts.done();
  need(same(innerAlgorithm.whole, outerAlgorithm.whole), "certificate: two algorithms");
  return {
    bytes, signed: signed.whole, algorithm: algorithm(outerAlgorithm), signature, serial: serial.whole,
    issuer: issuer.whole, subject: subject.whole, from, until, key, extensions: more ? extensions(der(more.body)) : new Map(),
  };
}

function signatureHolds(key, { kind, digest }, message, signature) {
  if (kind !== key.kind || digest === undefined) return false;
  if (kind === "rsa") return rsa(key.modulus, key.exponent, digest(message), signature);
  const pair = walk(der(signature, TAG.sequence));
  const [r, s] = [integer(pair.next()), integer(pair.next())];
  pair.done();
  return ecdsa(key.curve, key.point, digest(message), r, s);
}

const issued = (issuer, certificate) => same(certificate.issuer, issuer.subject)
  && signatureHolds(issuer.key, certificate.algorithm, certificate.signed, certificate.signature);

function isAuthority(certificate) {
  const constraints = certificate.extensions.get(BASIC_CONSTRAINTS), usage = certificate.extensions.get(KEY_USAGE);
  if (!constraints) return false;
  const [first] = inside(der(constraints.value, TAG.sequence));
  return first?.tag === TAG.boolean && truth(first) && (!usage || maySignCertificates(der(usage.value, TAG.bits)));
}

function maySignCertificates({ body }) {
  need(body.length >= 2 && body[0] < 8, "certificate: key usage");
  return (body[1] & 4) !== 0; // bit 5, counted from the left
}

function isForTimeStamping(certificate) {
  const extension = certificate.extensions.get(EXTENDED_KEY_USAGE);
  if (!extension?.critical) return false;
  const purposes = inside(der(extension.value, TAG.sequence)).map(oid);
  return purposes.length === 1 && purposes[0] === TIME_STAMPING;
}

/** The certificates from the authority's up to (without) the root, each signed by the next; null if they do not lead there. */
function chainTo(root, certificate, intermediates) {
  if (issued(root, certificate)) return [certificate];
  for (const between of intermediates) {
    if (!isAuthority(between) || !issued(between, certificate)) continue;
    const rest = chainTo(root, between, intermediates.filter(other => other !== between));
    if (rest) return [certificate, ...rest];
  }
  return null;
}

// --- the token --------------------------------------------------------------------------------------------------------

/** The ContentInfo in a TimeStampResp, or the token itself. */
function tokenIn(bytes) {
  const outer = der(bytes, TAG.sequence), [first, second, ...others] = inside(outer);
  if (first?.tag === TAG.oid) return outer;
  const status = walkIn(first, TAG.sequence);
  need([0n, 1n].includes(integer(status.next())), "the authority refused");
  const words = status.maybe(TAG.sequence);
  if (words) inside(words).forEach(each => textOf(hasTag(each, TAG.utf8).body));
  status.done(); // so there is no failInfo
  need(second !== undefined && others.length === 0, "response without a token");
  return hasTag(second, TAG.sequence);
}

function parseToken(bytes) {
  need(bytes.length <= MAX_DER, "token: too long");
  const info = walk(tokenIn(bytes));
  need(oid(info.next()) === SIGNED_DATA, "token: not SignedData");
  const data = walk(der(info.next(0xa0).body, TAG.sequence));
  info.done();
  need(integer(data.next()) === 3n, "token: version");
  const digests = inside(data.next(TAG.set)).map(algorithm);
  const content = walk(data.next(TAG.sequence));
  need(oid(content.next()) === TST_INFO, "token: not about a time");
  const stamped = der(content.next(0xa0).body, TAG.octets).body;
  content.done();
  const certificates = data.maybe(0xa0);
  const signers = inside(data.next(TAG.set));
  data.done(); // so there are no revocation lists
  need(signers.length === 1 && digests.length === 1, "token: not one signer, or not one digest algorithm");
  const signer = parseSigner(signers[0]);
  need(digests[0] === signer.digest, "token: another digest algorithm");
  return { stamped, signer, certificates: certificates ? inside(certificates).map(each => each.whole) : [] };
}

function parseSigner(element) {
  const parts = walkIn(element, TAG.sequence);
  need(integer(parts.next()) === 1n, "signer: version");
  const name = walk(parts.next(TAG.sequence)), issuer = name.next(TAG.sequence).whole, serial = name.next(TAG.integer).whole;
  name.done();
  const digest = algorithm(parts.next()), attributes = parts.next(0xa0), kind = algorithm(parts.next());
  const signature = parts.next(TAG.octets).body;
  parts.done(); // so there are no unsigned attributes
  need(digest.name && !digest.kind && (kind.name ?? digest.name) === digest.name, "signer: digest algorithm");
  const message = Uint8Array.from(attributes.whole);
  message[0] = TAG.set;
  return { issuer, serial, digest, kind: { kind: kind.kind, digest: digest.digest }, signature, message, attributes: parseAttributes(attributes) };
}

function parseAttributes(element) {
  const found = new Map();
  for (const attribute of inside(element)) {
    const parts = walkIn(attribute, TAG.sequence), name = oid(parts.next()), values = inside(parts.next(TAG.set));
    parts.done();
    need(!found.has(name), "signer: an attribute twice");
    need(values.length === 1, "signer: an attribute without one value");
    found.set(name, values[0]);
  }
  return found;
}

/** {digest, time} that the authority stated. */
function parseStamped(bytes) {
  const parts = walk(der(bytes, TAG.sequence));
  need(integer(parts.next()) === 1n, "TSTInfo: version");
  oid(parts.next());
  const imprint = walk(parts.next(TAG.sequence));
  need(algorithm(imprint.next()).digest === sha256, "TSTInfo: another digest than SHA-256");
  const digest = imprint.next(TAG.octets).body;
  imprint.done();
  integer(parts.next());
  const time = derTime(parts.next(TAG.time), true);
  parts.maybe(TAG.sequence); // accuracy
  const ordering = parts.maybe(TAG.boolean), nonce = parts.maybe(TAG.integer);
  if (ordering) truth(ordering);
  if (nonce) integer(nonce);
  parts.maybe(0xa0); // the authority's name
  const more = parts.maybe(0xa1);
  parts.done();
  if (more) checkStampedExtensions(more);
  return { digest, time };
}

/** A list of extensions with its own tag in place of SEQUENCE. */
function checkStampedExtensions(list) {
  for (const { critical } of extensions({ ...list, tag: TAG.sequence }).values()) need(!critical, "TSTInfo: a critical extension");
}

/** The first certificate hash of signingCertificate and of its second version, wherever there is one, is the signer's. */
function namesSigner(attributes, certificate) {
  const checks = [];
  for (const [name, fallback] of [[SIGNING_CERTIFICATE, sha1], [SIGNING_CERTIFICATE_V2, sha256]]) {
    if (!attributes.has(name)) continue;
    const [list] = inside(hasTag(attributes.get(name), TAG.sequence));
    const [first] = inside(hasTag(list, TAG.sequence));
    const parts = walkIn(first, TAG.sequence);
    const given = name === SIGNING_CERTIFICATE_V2 ? parts.maybe(TAG.sequence) : null;
    const digest = given ? algorithm(given) : { digest: fallback };
    checks.push(digest.digest !== undefined && same(parts.next(TAG.octets).body, digest.digest(certificate)));
  }
  return checks.length > 0 && checks.every(Boolean);
}

/** The time (seconds since 1970, rounded up) that a token proves for `text`; whatever is wrong with it throws Bad. */
function tokenTime(bytes, text, authorityBytes, rootBytes) {
  const token = parseToken(bytes), { signer } = token;
  const authority = parseCertificate(authorityBytes), root = parseCertificate(rootBytes);
  const { digest, time } = parseStamped(token.stamped);
  need(same(digest, sha256(text)), "is over other bytes than this checkpoint");
  const { attributes } = signer;
  need(attributes.has(CONTENT_TYPE) && oid(attributes.get(CONTENT_TYPE)) === TST_INFO, "content type is missing or another");
  need(attributes.has(MESSAGE_DIGEST)
    && same(hasTag(attributes.get(MESSAGE_DIGEST), TAG.octets).body, signer.digest.digest(token.stamped)), "digest of the content is wrong");
  need(namesSigner(attributes, authorityBytes), "does not name its signing certificate");
  need(same(signer.issuer, authority.issuer) && same(signer.serial, authority.serial), "was signed by another certificate");
  need(signatureHolds(authority.key, signer.kind, signer.message, signer.signature), "signature does not hold");
  need(isForTimeStamping(authority), "certificate is not for time stamping alone");
  const chain = trustedChain(token, authority, root);
  need([...chain, root].every(each => each.from <= time && time <= each.until), "time lies outside a certificate's validity");
  return Math.ceil(time);
}

function trustedChain(token, authority, root) {
  const others = token.certificates.filter(bytes => !same(bytes, authority.bytes) && !same(bytes, root.bytes));
  need(others.length <= MAX_INTERMEDIATES, "too many certificates in the token");
  need(new Set(token.certificates.map(hex)).size === token.certificates.length, "a certificate twice in the token");
  need(issued(root, root) && isAuthority(root), "root did not sign itself, or is no authority");
  const chain = chainTo(root, authority, others.map(parseCertificate)) ?? bad("certificates do not lead to the root");
  need(chain.length === 1 + others.length, "token holds a certificate that nothing needs");
  return chain;
}
