// Deflate (RFC 1951), read strictly: no code over- or undersubscribed, nothing left over, exactly the size told.

const LENGTH_BASE = [], LENGTH_BITS = [], DISTANCE_BASE = [], DISTANCE_BITS = [];
for (let code = 0, base = 3; code < 28; code++) {
  LENGTH_BITS.push(code < 8 ? 0 : (code >> 2) - 1);
  LENGTH_BASE.push(base);
  base += 1 << LENGTH_BITS[code];
}
LENGTH_BASE.push(258);
LENGTH_BITS.push(0);
for (let code = 0, base = 1; code < 30; code++) {
  DISTANCE_BITS.push(code < 4 ? 0 : (code >> 1) - 1);
  DISTANCE_BASE.push(base);
  base += 1 << DISTANCE_BITS[code];
}
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Symbols in the order of their codes, and how many codes each length has. */
function huffman(lengths, mayBeIncomplete) {
  const counts = new Array(16).fill(0), next = [0, 0];
  for (const length of lengths) counts[length]++;
  const used = lengths.length - counts[0];
  let left = 1;
  for (let length = 1; length < 16; length++) {
    left = 2 * left - counts[length];
    need(left >= 0, "deflate: a code is oversubscribed");
    next.push(next[length] + counts[length]);
  }
  // One distance code alone, of one bit, and none at all (only literals) are what RFC 1951 section 3.2.7 allows.
  need(left === 0 || mayBeIncomplete && (used === 0 || used === 1 && counts[1] === 1), "deflate: a code is incomplete");
  const symbols = [];
  lengths.forEach((length, symbol) => { if (length) symbols[next[length]++] = symbol; });
  return { counts, symbols };
}

const FIXED = {
  literal: huffman(Array.from({ length: 288 }, (_, i) => i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
  distance: huffman(new Array(32).fill(5)),
};

function bitReader(bytes) {
  let at = 0, held = 0, count = 0;
  const reader = {
    bits(wanted) {
      while (count < wanted) {
        need(at < bytes.length, "deflate: ends too early");
        held |= bytes[at++] << count;
        count += 8;
      }
      const value = held & (1 << wanted) - 1;
      held >>>= wanted;
      count -= wanted;
      return value;
    },
    symbol({ counts, symbols }) {
      let code = 0, first = 0, index = 0;
      for (let length = 1; length < 16; length++) {
        code |= reader.bits(1);
        if (code - first < counts[length]) return symbols[index + code - first];
        index += counts[length];
        first = first + counts[length] << 1;
        code <<= 1;
      }
      return bad("deflate: no such code");
    },
    stored() {
      held = count = 0;
      need(at + 4 <= bytes.length, "deflate: ends too early");
      const size = bytes[at] | bytes[at + 1] << 8;
      need((size ^ (bytes[at + 2] | bytes[at + 3] << 8)) === 0xffff, "deflate: length and its complement differ");
      need(at + 4 + size <= bytes.length, "deflate: ends too early");
      const part = bytes.subarray(at + 4, at + 4 + size);
      at += 4 + size;
      return part;
    },
    atEnd: () => at === bytes.length,
  };
  return reader;
}

function dynamicCodes(reader) {
  const literals = reader.bits(5) + 257, distances = reader.bits(5) + 1, orders = reader.bits(4) + 4;
  need(literals <= 286 && distances <= 30, "deflate: too many codes");
  const small = new Array(19).fill(0);
  for (let i = 0; i < orders; i++) small[ORDER[i]] = reader.bits(3);
  const code = huffman(small), lengths = [];
  while (lengths.length < literals + distances) {
    const symbol = reader.symbol(code);
    if (symbol < 16) {
      lengths.push(symbol);
      continue;
    }
    need(symbol !== 16 || lengths.length, "deflate: nothing to repeat");
    const value = symbol === 16 ? lengths[lengths.length - 1] : 0;
    const times = symbol === 16 ? 3 + reader.bits(2) : symbol === 17 ? 3 + reader.bits(3) : 11 + reader.bits(7);
    for (let i = 0; i < times; i++) lengths.push(value);
  }
  need(lengths.length === literals + distances && lengths[256], "deflate: lengths of codes do not fit");
  return { literal: huffman(lengths.slice(0, literals), true), distance: huffman(lengths.slice(literals), true) };
}

/** The `size` bytes that `bytes` hold. No more than that is ever set aside. */
function inflate(bytes, size) {
  need(size <= bytes.length * 1032 + 1032, "deflate: cannot hold so much");
  const out = new Uint8Array(size), reader = bitReader(bytes);
  let at = 0, last = false;
  while (!last) {
    last = reader.bits(1) === 1;
    const kind = reader.bits(2);
    need(kind < 3, "deflate: no such block");
    if (kind === 0) {
      const part = reader.stored();
      need(at + part.length <= size, "deflate: more than the size told");
      out.set(part, at);
      at += part.length;
      continue;
    }
    const codes = kind === 1 ? FIXED : dynamicCodes(reader);
    for (let symbol; (symbol = reader.symbol(codes.literal)) !== 256;) {
      if (symbol < 256) {
        need(at < size, "deflate: more than the size told");
        out[at++] = symbol;
        continue;
      }
      need(symbol < 286, "deflate: no such length");
      const length = LENGTH_BASE[symbol - 257] + reader.bits(LENGTH_BITS[symbol - 257]);
      const code = reader.symbol(codes.distance);
      need(code < 30, "deflate: no such distance");
      const distance = DISTANCE_BASE[code] + reader.bits(DISTANCE_BITS[code]);
      need(distance <= at && at + length <= size, "deflate: reaches outside");
      for (const end = at + length; at < end; at++) out[at] = out[at - distance];
    }
  }
  need(at === size && reader.atEnd(), "deflate: another size than told, or bytes left over");
  return out;
}
