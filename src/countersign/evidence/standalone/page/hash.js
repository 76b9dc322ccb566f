// SHA-256, SHA-384, SHA-512 and SHA-1 (FIPS 180-4), so that the page needs no secure context to hash.

const PRIMES = [];
for (let n = 2; PRIMES.length < 80; n++) if (PRIMES.every(prime => n % prime)) PRIMES.push(n);

/** The first 64 bits behind the point of the k-th root of n. FIPS 180-4 takes all its constants from these. */
function fraction(n, k) {
  const power = BigInt(n) << BigInt(64 * k);
  let found = 0n;
  for (let bit = 70n; bit >= 0n; bit--) {
    const next = found | 1n << bit;
    if (next ** BigInt(k) <= power) found = next;
  }
  return found & 0xffffffffffffffffn;
}
const halves = words => Int32Array.from(words.flatMap(word => [Number(word >> 32n), Number(word & 0xffffffffn)]));
const upper = words => Int32Array.from(words, word => Number(word >> 32n));

const CUBES = PRIMES.map(prime => fraction(prime, 3));
const SQUARES = PRIMES.slice(0, 16).map(prime => fraction(prime, 2));
const K256 = upper(CUBES.slice(0, 64)), START256 = upper(SQUARES.slice(0, 8));
const K512 = halves(CUBES), START512 = halves(SQUARES.slice(0, 8)), START384 = halves(SQUARES.slice(8));

/** Runs `compress(view, offset)` over all blocks of the padded message, without copying it. */
function eachBlock(bytes, size, compress) {
  const whole = bytes.length - bytes.length % size;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < whole; at += size) compress(view, at);
  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest + 1 + size / 8 > size ? 2 * size : size);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  const end = new DataView(tail.buffer);
  end.setUint32(tail.length - 8, Math.floor(bytes.length / 0x20000000));
  end.setUint32(tail.length - 4, bytes.length << 3 >>> 0);
  for (let at = 0; at < tail.length; at += size) compress(end, at);
}

function bytesOfWords(words, size) {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => view.setInt32(4 * i, word));
  return new Uint8Array(view.buffer, 0, size);
}

const W256 = new Int32Array(64);
function sha256(bytes) {
  const state = Int32Array.from(START256);
  eachBlock(bytes, 64, (view, at) => {
    for (let i = 0; i < 16; i++) W256[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const x = W256[i - 15], y = W256[i - 2];
      const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
      const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      W256[i] = W256[i - 16] + s0 + W256[i - 7] + s1 | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      const t1 = h + s1 + (e & f ^ ~e & g) + K256[i] + W256[i] | 0;
      const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      const t2 = s0 + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  });
  return bytesOfWords(state, 32);
}

const W1 = new Int32Array(80);
/** Only for the hash of a certificate in the older signingCertificate attribute (RFC 2634). */
function sha1(bytes) {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const turn = (word, by) => word << by | word >>> 32 - by;
  eachBlock(bytes, 64, (view, at) => {
    for (let i = 0; i < 16; i++) W1[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 80; i++) W1[i] = turn(W1[i - 3] ^ W1[i - 8] ^ W1[i - 14] ^ W1[i - 16], 1);
    let [a, b, c, d, e] = state;
    for (let i = 0; i < 80; i++) {
      const f = i < 20 ? b & c | ~b & d : i < 40 || i >= 60 ? b ^ c ^ d : b & c | b & d | c & d;
      const k = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][Math.floor(i / 20)];
      const next = turn(a, 5) + f + e + k + W1[i] | 0;
      e = d; d = c; c = turn(b, 30); b = a; a = next;
    }
    [a, b, c, d, e].forEach((word, i) => { state[i] += word; });
  });
  return bytesOfWords(state, 20);
}

// 64-bit words as two halves: W[2i] is the upper one.
const W512 = new Int32Array(160);
const carry = (...lows) => Math.floor(lows.reduce((sum, low) => sum + (low >>> 0), 0) / 0x100000000);

function expand512(view, at) {
  for (let i = 0; i < 32; i++) W512[i] = view.getInt32(at + 4 * i);
  for (let i = 32; i < 160; i += 2) {
    const xh = W512[i - 30], xl = W512[i - 29], yh = W512[i - 4], yl = W512[i - 3];
    const s0h = (xh >>> 1 | xl << 31) ^ (xh >>> 8 | xl << 24) ^ xh >>> 7;
    const s0l = (xl >>> 1 | xh << 31) ^ (xl >>> 8 | xh << 24) ^ (xl >>> 7 | xh << 25);
    const s1h = (yh >>> 19 | yl << 13) ^ (yl >>> 29 | yh << 3) ^ yh >>> 6;
    const s1l = (yl >>> 19 | yh << 13) ^ (yh >>> 29 | yl << 3) ^ (yl >>> 6 | yh << 26);
    W512[i + 1] = s0l + s1l + W512[i - 13] + W512[i - 31] | 0;
    W512[i] = s0h + s1h + W512[i - 14] + W512[i - 32] + carry(s0l, s1l, W512[i - 13], W512[i - 31]) | 0;
  }
}

function compress512(state) {
  let [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl] = state;
  for (let i = 0; i < 160; i += 2) {
    const s1h = (eh >>> 14 | el << 18) ^ (eh >>> 18 | el << 14) ^ (el >>> 9 | eh << 23);
    const s1l = (el >>> 14 | eh << 18) ^ (el >>> 18 | eh << 14) ^ (eh >>> 9 | el << 23);
    const pl = el & fl ^ ~el & gl, ph = eh & fh ^ ~eh & gh;
    const t1l = hl + s1l + pl + K512[i + 1] + W512[i + 1] | 0;
    const t1h = hh + s1h + ph + K512[i] + W512[i] + carry(hl, s1l, pl, K512[i + 1], W512[i + 1]) | 0;
    const s0h = (ah >>> 28 | al << 4) ^ (al >>> 2 | ah << 30) ^ (al >>> 7 | ah << 25);
    const s0l = (al >>> 28 | ah << 4) ^ (ah >>> 2 | al << 30) ^ (ah >>> 7 | al << 25);
    const ml = al & bl ^ al & cl ^ bl & cl, mh = ah & bh ^ ah & ch ^ bh & ch;
    const t2h = s0h + mh + carry(s0l, ml) | 0, t2l = s0l + ml | 0;
    hh = gh; hl = gl; gh = fh; gl = fl; fh = eh; fl = el;
    eh = dh + t1h + carry(dl, t1l) | 0; el = dl + t1l | 0;
    dh = ch; dl = cl; ch = bh; cl = bl; bh = ah; bl = al;
    ah = t1h + t2h + carry(t1l, t2l) | 0; al = t1l + t2l | 0;
  }
  [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl].forEach((half, i, all) => {
    if (i % 2) return;
    state[i] = state[i] + half + carry(state[i + 1], all[i + 1]) | 0;
    state[i + 1] += all[i + 1];
  });
}

function long(start, size) {
  return bytes => {
    const state = Int32Array.from(start);
    eachBlock(bytes, 128, (view, at) => {
      expand512(view, at);
      compress512(state);
    });
    return bytesOfWords(state, size);
  };
}
const sha512 = long(START512, 64);
const sha384 = long(START384, 48);
