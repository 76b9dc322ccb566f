// The blocks of AT Protocol: DRISL (strict DAG-CBOR) and CAR. Numbers are those of the rules in docs/reference/atproto-proofs.md.

const MAX_CAR = 4194304, MAX_BLOCK = 2097152, MAX_BLOCKS = 4096, MAX_BLOCK_NESTING = 64;
const CID_SIZE = 36, DRISL = 0x71, RAW = 0x55;
const MAX_INTEGER = 2n ** 63n - 1n;

/** A link to a block: the 36 bytes of its CID. */
class Link {
  constructor(bytes) { this.bytes = bytes; }
  get codec() { return this.bytes[1]; }
  get text() { return hex(this.bytes); }
}

function parseCid(bytes) { // 3
  need(bytes.length === CID_SIZE && bytes[0] === 1 && (bytes[1] === DRISL || bytes[1] === RAW) && bytes[2] === 0x12 && bytes[3] === 0x20, "not a CID");
  return new Link(bytes);
}
const cidOf = block => join(Uint8Array.of(1, DRISL, 0x12, 0x20), sha256(block));

/** The value of a block: number (or BigInt beyond 2^53), Uint8Array, text, Array, Map, Link, true, false, null. */
function parseDrisl(bytes) {
  let at = 0;

  function head() { // 9
    need(at < bytes.length, "DRISL: ends too early");
    const first = bytes[at++], kind = first >> 5, short = first & 31;
    if (kind === 7) return { kind, first };
    if (short < 24) return { kind, count: short };
    need(short < 28, "DRISL: a length that is not allowed");
    const size = 1 << short - 24;
    need(at + size <= bytes.length, "DRISL: ends too early");
    const long = numberOf(bytes.subarray(at, at += size));
    need(long >= (size === 1 ? 24n : 1n << BigInt(4 * size)), "DRISL: not the shortest form");
    return { kind, count: long <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(long) : long };
  }

  function string(count) { // 14
    need(count <= bytes.length - at, "DRISL: reaches past the end");
    return bytes.subarray(at, at += count);
  }

  function whole(count, sign) { // 10
    need(BigInt(count) <= MAX_INTEGER, "DRISL: integer too large");
    if (sign > 0) return count;
    const value = -1n - BigInt(count);
    return value >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(value) : value;
  }

  function map(count, depth) { // 12
    const found = new Map();
    let last = null;
    for (let i = 0; i < count; i++) {
      const { kind, count: size } = head();
      need(kind === 3, "DRISL: a key that is not text");
      const key = string(size);
      need(last === null || key.length > last.length || key.length === last.length && compare(key, last) > 0, "DRISL: keys are not sorted");
      last = key;
      found.set(textOf(key), value(depth));
    }
    return found;
  }

  function value(depth) { // 8
    const { kind, count, first } = head();
    switch (kind) {
      case 0: return whole(count, 1);
      case 1: return whole(count, -1);
      case 2: return string(count);
      case 3: return textOf(string(count));
      case 6: {
        need(count === 42, "DRISL: a tag that is not allowed");
        const { kind: inner, count: size } = head();
        need(inner === 2 && size === CID_SIZE + 1, "DRISL: not a link");
        const link = string(size);
        need(link[0] === 0, "DRISL: not a link");
        return parseCid(link.subarray(1));
      }
      case 7: {
        const index = [0xf4, 0xf5, 0xf6].indexOf(first);
        need(index >= 0, "DRISL: a value that is not allowed");
        return [false, true, null][index];
      }
    }
    need(count <= bytes.length - at, "DRISL: more items than bytes");
    need(depth < MAX_BLOCK_NESTING, "DRISL: nested too deeply"); // 15
    if (kind === 5) return map(count, depth + 1);
    const list = [];
    for (let i = 0; i < count; i++) list.push(value(depth + 1));
    return list;
  }

  const result = value(0);
  need(at === bytes.length, "DRISL: something follows"); // 7
  return result;
}

function drislHead(kind, count) {
  if (count < 24) return Uint8Array.of(kind << 5 | count);
  if (count < 256) return Uint8Array.of(kind << 5 | 24, count);
  return Uint8Array.of(kind << 5 | 25, count >> 8, count & 255); // operations are shorter than 64 KiB
}

/** DRISL of JSON made of text, null, lists and objects (an operation of a did:plc). */
function toDrisl(value) {
  if (value === null) return Uint8Array.of(0xf6);
  if (Array.isArray(value)) return joinAll([drislHead(4, value.length), ...value.map(toDrisl)]);
  if (typeof value === "string") {
    const bytes = bytesOf(value);
    return join(drislHead(3, bytes.length), bytes);
  }
  const keys = Object.keys(value).map(key => ({ key, bytes: bytesOf(key) }));
  keys.sort((a, b) => a.bytes.length - b.bytes.length || compare(a.bytes, b.bytes));
  return joinAll([drislHead(5, keys.length), ...keys.flatMap(({ key }) => [toDrisl(key), toDrisl(value[key])])]);
}

const CAR_BEFORE_ROOT = unhex("3aa265726f6f747381d82a582500"), CAR_AFTER_ROOT = unhex("6776657273696f6e01");

/** The blocks of a CAR in their order: [{cid (hex), link, bytes}]; every hash is checked. */
function parseCar(bytes) {
  need(bytes.length <= MAX_CAR, "CAR: too large");
  const rootAt = CAR_BEFORE_ROOT.length, rootEnd = rootAt + CID_SIZE, blocksAt = rootEnd + CAR_AFTER_ROOT.length;
  need(bytes.length >= blocksAt && same(bytes.subarray(0, rootAt), CAR_BEFORE_ROOT) && same(bytes.subarray(rootEnd, blocksAt), CAR_AFTER_ROOT),
    "CAR: header"); // 1
  const root = parseCid(bytes.subarray(rootAt, rootEnd));
  const blocks = [], seen = new Set();
  for (let at = blocksAt; at < bytes.length;) {
    const [size, start] = leb128(bytes, at); // 2
    need(size >= CID_SIZE + 1 && start + size <= bytes.length && size - CID_SIZE <= MAX_BLOCK, "CAR: length of a block");
    const link = parseCid(bytes.subarray(start, start + CID_SIZE)), block = bytes.subarray(start + CID_SIZE, start + size);
    need(same(sha256(block), link.bytes.subarray(4)), "CAR: a block's hash is not the one in its CID"); // 4
    need(!seen.has(link.text) && blocks.length < MAX_BLOCKS, "CAR: a block twice, or too many"); // 5
    seen.add(link.text);
    blocks.push({ cid: link.text, link, bytes: block });
    at = start + size;
  }
  need(blocks.length > 0 && blocks[0].cid === root.text, "CAR: the first block is not the root"); // 6
  return blocks;
}

function leb128(bytes, at) {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    need(at + i < bytes.length, "CAR: ends too early");
    const byte = bytes[at + i];
    value |= (byte & 127) << 7 * i;
    if (byte < 128) return need(byte !== 0 || i === 0, "CAR: length is not minimal"), [value, at + i + 1];
  }
  return bad("CAR: length too long");
}
