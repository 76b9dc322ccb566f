// DER (X.690), strict: definite and minimal lengths, minimal integers, nothing trailing.

const TAG = { boolean: 1, integer: 2, bits: 3, octets: 4, nothing: 5, oid: 6, utf8: 12, utcTime: 0x17, time: 0x18, sequence: 0x30, set: 0x31 };

/** The element that begins at `at`: {tag, body, whole, end}. */
function derAt(bytes, at) {
  need(at + 2 <= bytes.length, "DER: ends too early");
  const tag = bytes[at];
  need((tag & 31) !== 31, "DER: long tag");
  let length = bytes[at + 1], start = at + 2;
  if (length >= 128) {
    const size = length & 127;
    need(size >= 1 && size <= 4 && start + size <= bytes.length, "DER: length");
    length = Number(numberOf(bytes.subarray(start, start + size)));
    need(length >= 128 && (size === 1 || length >= 2 ** (8 * (size - 1))), "DER: length is not minimal");
    start += size;
  }
  need(start + length <= bytes.length, "DER: reaches past the end");
  return { tag, body: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length), end: start + length };
}

/** The one element that `bytes` are. */
function der(bytes, tag) {
  const element = derAt(bytes, 0);
  need(element.end === bytes.length, "DER: something follows");
  return hasTag(element, tag);
}

function hasTag(element, tag) {
  need(element !== undefined && (tag === undefined || element.tag === tag), "DER: another element than expected");
  return element;
}

function inside(element) {
  const elements = [];
  for (let at = 0; at < element.body.length; at = elements[elements.length - 1].end) elements.push(derAt(element.body, at));
  return elements;
}

/** Takes elements one after the other; `maybe` takes one only if it has the tag. */
function walk(element) {
  const elements = inside(element);
  let at = 0;
  return {
    next: tag => hasTag(elements[at++], tag),
    maybe: tag => elements[at]?.tag === tag ? elements[at++] : null,
    done: () => need(at === elements.length, "DER: more elements than expected"),
  };
}
const walkIn = (element, tag) => walk(hasTag(element, tag));

function integer(element) {
  const { body } = hasTag(element, TAG.integer);
  need(body.length > 0 && (body.length === 1 || !(body[0] === 0 && body[1] < 128 || body[0] === 255 && body[1] >= 128)),
    "DER: integer is not minimal");
  return body[0] >= 128 ? numberOf(body) - (1n << BigInt(8 * body.length)) : numberOf(body);
}

function truth(element) {
  need(element.body.length === 1 && element.body[0] === 255, "DER: a boolean that is not TRUE");
  return true;
}

function oid(element) {
  const { body } = hasTag(element, TAG.oid);
  need(body.length > 0 && body.length <= 32 && body[body.length - 1] < 128, "DER: object identifier");
  const parts = [];
  let part = 0n, fresh = true;
  for (const byte of body) {
    need(!(fresh && byte === 128), "DER: object identifier is not minimal");
    part = part << 7n | BigInt(byte & 127);
    fresh = byte < 128;
    if (fresh) parts.push(part), part = 0n;
  }
  const first = parts[0] < 80n ? parts[0] / 40n : 2n;
  return [first, parts[0] - 40n * first, ...parts.slice(1)].join(".");
}

function bitString(element) {
  const { body } = hasTag(element, TAG.bits);
  need(body.length > 0 && body[0] === 0, "DER: bit string");
  return body.subarray(1);
}

/** Seconds since 1970 of UTCTime or GeneralizedTime. Fractions only where `mayHaveFraction`, and then without last zeros. */
function derTime(element, mayHaveFraction = false) {
  const text = latin1(element.body);
  const short = element.tag === TAG.utcTime;
  const [, year, month, day, hour, minute, second, fraction] = (short ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
    : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/).exec(text) ?? bad("DER: time");
  need((short || element.tag === TAG.time) && (fraction === undefined || mayHaveFraction), "DER: time");
  const full = short ? (year < "50" ? "20" : "19") + year : year;
  return secondsOf(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`) + (fraction ? Number("0." + fraction) : 0);
}
