// Signatures over curves and RSA, in BigInt arithmetic. Only verification: no secret is ever here, so no step is timed.

const modulo = (value, m) => { const rest = value % m; return rest < 0n ? rest + m : rest; };

function power(base, exponent, m) {
  let result = 1n;
  for (let b = modulo(base, m); exponent > 0n; exponent >>= 1n, b = b * b % m) if (exponent & 1n) result = result * b % m;
  return result;
}

function inverse(value, m) {
  let [a, b, x, y] = [modulo(value, m), m, 1n, 0n];
  while (a > 1n && b > 0n) [a, b, x, y] = [b % a, a, y - b / a * x, x];
  // All along value * x = a (mod m).
  need(a === 1n, "has no inverse");
  return modulo(x, m);
}

/** [u]P + [v]Q with one walk over the bits of both. */
function twoTimes(u, P, v, Q, group) {
  const sum = group.add(P, Q);
  let result = group.zero;
  for (let bit = BigInt(Math.max(u.toString(2).length, v.toString(2).length)); bit-- > 0n;) {
    result = group.double(result);
    const [inU, inV] = [u >> bit & 1n, v >> bit & 1n];
    if (inU || inV) result = group.add(result, inU && inV ? sum : inU ? P : Q);
  }
  return result;
}

// --- Ed25519 (RFC 8032), extended coordinates; the addition is complete -------------------------------------------

const P25519 = 2n ** 255n - 19n;
const L25519 = 2n ** 252n + 27742317777372353535851937790883648493n;
const D25519 = modulo(-121665n * power(121666n, P25519 - 2n, P25519), P25519);
const ROOT_OF_MINUS_1 = power(2n, (P25519 - 1n) / 4n, P25519);
const fe = value => modulo(value, P25519);

const EDWARDS = {
  zero: [0n, 1n, 1n, 0n],
  add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = (y1 - x1) * (y2 - x2) % P25519, b = (y1 + x1) * (y2 + x2) % P25519;
    const c = t1 * 2n * D25519 % P25519 * t2 % P25519, d = z1 * 2n * z2 % P25519;
    const [e, f, g, h] = [b - a, d - c, d + c, b + a];
    return [e * f % P25519, g * h % P25519, f * g % P25519, e * h % P25519];
  },
  double([x, y, z]) {
    const a = x * x % P25519, b = y * y % P25519, c = 2n * z * z % P25519;
    const e = (x + y) * (x + y) % P25519 - a - b, g = b - a, f = g - c, h = -a - b;
    return [e * f % P25519, g * h % P25519, f * g % P25519, e * h % P25519];
  },
};

/** The point of 32 bytes; only the canonical encoding (RFC 8032 section 5.1.3). */
function edwardsPoint(bytes) {
  const y = numberOf(Uint8Array.from(bytes).reverse()) & (1n << 255n) - 1n;
  const odd = BigInt(bytes[31] >> 7);
  need(y < P25519, "point is not canonical");
  const u = fe(y * y - 1n), v = fe(D25519 * y * y + 1n);
  let x = fe(u * power(v, 3n, P25519) * power(u * power(v, 7n, P25519), (P25519 - 5n) / 8n, P25519));
  if (fe(v * x * x) !== u) x = fe(x * ROOT_OF_MINUS_1);
  need(fe(v * x * x) === u && !(x === 0n && odd), "not a point of the curve");
  if ((x & 1n) !== odd) x = P25519 - x;
  return [x, y, 1n, fe(x * y)];
}

function edwardsBytes([x, y, z]) {
  const one = power(fe(z), P25519 - 2n, P25519);
  const bytes = bytesOfNumber(fe(y * one), 32).reverse();
  if (fe(x * one) & 1n) bytes[31] |= 0x80;
  return bytes;
}

const EDWARDS_BASE = edwardsPoint(unhex("58" + "66".repeat(31)));

function isSmallOrder(point) {
  const [x, y, z] = EDWARDS.double(EDWARDS.double(EDWARDS.double(point)));
  return fe(x) === 0n && fe(y - z) === 0n;
}

/** True if `signature` (64 bytes) over `message` holds for `key` (32 bytes), by the strict rules of section 1. */
function ed25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const s = numberOf(signature.slice(32).reverse());
  if (s >= L25519) return false;
  return holds(() => {
    const [x, y, z, t] = edwardsPoint(key);
    if (isSmallOrder([x, y, z, t])) return false;
    const R = signature.subarray(0, 32);
    const k = modulo(numberOf(sha512(join(R, key, message)).reverse()), L25519);
    return same(edwardsBytes(twoTimes(s, EDWARDS_BASE, k, [P25519 - x, y, z, P25519 - t], EDWARDS)), R);
  });
}

// --- ECDSA over P-256, P-384 (FIPS 186-5) and secp256k1 (SEC 2), Jacobian coordinates ----------------------------

/** A curve y^2 = x^3 + ax + b with generator G of prime order n over the field of p. */
function weierstrass(size, p, a, b, n, gx, gy) {
  const m = value => modulo(value, p);
  const zero = [1n, 1n, 0n];
  const double = ([x, y, z]) => {
    if (z === 0n || y === 0n) return zero;
    const yy = y * y % p, s = 4n * x * yy % p, zz = z * z % p;
    const w = (3n * x * x + a * zz % p * zz) % p;
    const x3 = m(w * w - 2n * s);
    return [x3, m(w * (s - x3) - 8n * yy * yy), 2n * y * z % p];
  };
  const add = (left, right) => {
    if (left[2] === 0n) return right;
    if (right[2] === 0n) return left;
    const [x1, y1, z1] = left, [x2, y2, z2] = right;
    const zz1 = z1 * z1 % p, zz2 = z2 * z2 % p;
    const u1 = x1 * zz2 % p, u2 = x2 * zz1 % p, s1 = y1 * zz2 % p * z2 % p, s2 = y2 * zz1 % p * z1 % p;
    const h = m(u2 - u1), r = m(s2 - s1);
    if (h === 0n) return r === 0n ? double(left) : zero;
    const hh = h * h % p, hhh = hh * h % p, v = u1 * hh % p;
    const x3 = m(r * r - hhh - 2n * v);
    return [x3, m(r * (v - x3) - s1 * hhh), h * z1 % p * z2 % p];
  };
  const onCurve = (x, y) => x < p && y < p && m(y * y - x * x * x - a * x - b) === 0n;
  return { size, p, n, a, b, zero, double, add, onCurve, G: [gx, gy, 1n] };
}
const big = text => BigInt("0x" + text.replace(/ /g, ""));

const P256 = weierstrass(32, big("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"), -3n,
  big("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
  big("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
  big("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
  big("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"));
const P384 = weierstrass(48, 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n, -3n,
  big("b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"),
  big("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
  big("aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7"),
  big("3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"));
const K256_CURVE = weierstrass(32, 2n ** 256n - 2n ** 32n - 977n, 0n, 7n,
  big("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
  big("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
  big("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"));

/** The point of SEC 1 bytes: `02`/`03` and x, or `04`, x and y. */
function curvePoint(curve, bytes) {
  const x = numberOf(bytes.subarray(1, 1 + curve.size));
  if (bytes[0] === 4 && bytes.length === 1 + 2 * curve.size) {
    const y = numberOf(bytes.subarray(1 + curve.size));
    need(curve.onCurve(x, y), "not a point of the curve");
    return [x, y, 1n];
  }
  need((bytes[0] === 2 || bytes[0] === 3) && bytes.length === 1 + curve.size && x < curve.p, "not a point");
  // All three fields have p = 3 (mod 4), so that this power is the square root, if there is one.
  let y = power(modulo(x * x * x + curve.a * x + curve.b, curve.p), (curve.p + 1n) / 4n, curve.p);
  if ((y & 1n) !== BigInt(bytes[0] & 1)) y = curve.p - y;
  need(curve.onCurve(x, y), "not a point of the curve");
  return [x, y, 1n];
}

function ecdsa(curve, point, digest, r, s) {
  const { n, p } = curve;
  if (r <= 0n || s <= 0n || r >= n || s >= n) return false;
  const e = numberOf(digest.subarray(0, curve.size));
  const w = inverse(s, n);
  const [x, , z] = twoTimes(e * w % n, curve.G, r * w % n, point, curve);
  if (z === 0n) return false;
  const one = inverse(z, p);
  return x * one % p * one % p % n === r;
}

// --- RSA PKCS #1 v1.5 (RFC 8017 section 8.2.2) -------------------------------------------------------------------

const DIGEST_INFO = { // DER of DigestInfo up to the digest itself
  32: "3031300d060960864801650304020105000420",
  48: "3041300d060960864801650304020205000430",
  64: "3051300d060960864801650304020305000440",
};

function rsa(modulus, exponent, digest, signature) {
  const size = Math.ceil(modulus.toString(2).length / 8), s = numberOf(signature);
  if (signature.length !== size || s >= modulus) return false;
  const tail = join(unhex(DIGEST_INFO[digest.length]), digest);
  const expected = join(Uint8Array.of(0, 1), new Uint8Array(size - tail.length - 3).fill(255), Uint8Array.of(0), tail);
  return power(s, exponent, modulus) === numberOf(expected);
}
