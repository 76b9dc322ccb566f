// Bytes, text and the two alphabets they are written in.

/** Input that breaks a rule. Everything else that is thrown is a defect of this page, and exit code 4. */
class Bad extends Error {}

const bad = says => { throw new Bad(says); };
const need = (holds, says) => { if (!holds) throw new Bad(says); };

/** What a check says; false if it met input that breaks a rule. */
function holds(check) {
  try {
    return check();
  } catch (error) {
    if (error instanceof Bad) return false;
    throw error;
  }
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const bytesOf = text => ENCODER.encode(text);

/** The text that bytes hold; nothing is repaired. */
function textOf(bytes) {
  try {
    return DECODER.decode(bytes);
  } catch {
    return bad("not UTF-8");
  }
}

const latin1 = bytes => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};
const bytesOfLatin1 = text => Uint8Array.from(text, sign => sign.charCodeAt(0));

const join = (...parts) => joinAll(parts);
function joinAll(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function compare(left, right) {
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) if (left[i] !== right[i]) return left[i] - right[i];
  return left.length - right.length;
}
const same = (left, right) => left.length === right.length && compare(left, right) === 0;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const hex = bytes => { let text = ""; for (const byte of bytes) text += HEX[byte]; return text; };
const isHex = (text, length) => typeof text === "string" && text.length === 2 * length && /^[0-9a-f]*$/.test(text);
const unhex = text => Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16));

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_VALUE = new Int8Array(128).fill(-1);
[...BASE64].forEach((sign, value) => { BASE64_VALUE[sign.charCodeAt(0)] = value; });

/** RFC 4648 section 4, with padding, and canonical: no other text stands for these bytes. */
function unbase64(text) {
  need(typeof text === "string" && text.length % 4 === 0, "not base64");
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0, end = text.length - padding;
  const bytes = new Uint8Array(text.length / 4 * 3 - padding);
  let held = 0, bits = 0, at = 0;
  for (let i = 0; i < end; i++) {
    const value = BASE64_VALUE[text.charCodeAt(i)] ?? -1;
    need(value >= 0, "not base64");
    held = (held << 6 | value) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes[at++] = held >>> (bits -= 8) & 255;
  }
  need((held & (1 << bits) - 1) === 0, "base64 is not canonical");
  return bytes;
}

function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    text += BASE64[a >> 2] + BASE64[(a & 3) << 4 | (b ?? 0) >> 4];
    text += b === undefined ? "==" : BASE64[(b & 15) << 2 | (c ?? 0) >> 6] + (c === undefined ? "=" : BASE64[c & 63]);
  }
  return text;
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
function base32(bytes) {
  let text = "", held = 0, bits = 0;
  for (const byte of bytes) {
    held = (held << 8 | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) text += BASE32[held >>> (bits -= 5) & 31];
  }
  return bits ? text + BASE32[held << 5 - bits & 31] : text;
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** Base 58 of exactly `size` bytes; leading zero bytes are leading ones, as everywhere. */
function unbase58(text, size) {
  need(text.length <= 2 * size && [...text].every(sign => BASE58.includes(sign)), "not base 58");
  let number = 0n;
  for (const sign of text) number = number * 58n + BigInt(BASE58.indexOf(sign));
  const zeros = text.match(/^1*/)[0].length;
  const digits = number ? number.toString(16) : "";
  const bytes = join(new Uint8Array(zeros), unhex(digits.length % 2 ? "0" + digits : digits));
  need(bytes.length === size, "base 58 of another length");
  return bytes;
}

const numberOf = bytes => bytes.length ? BigInt("0x" + hex(bytes)) : 0n;
const bytesOfNumber = (number, size) => unhex(number.toString(16).padStart(2 * size, "0"));

/** A decimal without leading zeros, as a number below 2^53. */
function decimal(text) {
  need(/^(0|[1-9][0-9]{0,15})$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER, "not a decimal number");
  return Number(text);
}

/** Seconds since 1970 of `YYYY-MM-DDTHH:MM:SSZ`, a date that exists. */
function secondsOf(text) {
  need(typeof text === "string" && /^(?:19[7-9]|[2-9]\d\d)\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text), "not a time");
  const date = new Date(text);
  need(!Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) + "Z" === text, "no such time");
  return date.getTime() / 1000;
}
const timeOf = seconds => new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19) + "Z";
