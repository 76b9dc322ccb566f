// The zip that a bundle comes in: ours byte for byte, or packed again by another program and read strictly (section 3).

const MAX_FILES = 20000, MAX_TOTAL = 2 ** 30;
const COMMENT = "countersign-bundle/1";
const NEWER = /^countersign-bundle\/[02-9]$/;
const FOLDER = /^[A-Za-z0-9._-]{1,64}$/;
const END_SIZE = 22, CENTRAL_SIZE = 46, LOCAL_SIZE = 30;
const END_MARK = 0x06054b50, CENTRAL_MARK = 0x02014b50, LOCAL_MARK = 0x04034b50, DESCRIPTOR_MARK = 0x08074b50;
const DESCRIPTOR_FLAG = 8, ALLOWED_FLAGS = 0x080e;
const REFUSED_EXTRAS = [0x0001, 0x7075]; // zip64, and another name in Unicode: both would say something else than the header
const MADE_BY_UNIX = 3, MODE_KINDS = [0, 0x4000, 0x8000]; // no kind told, folder, regular file

const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let i = 0; i < 8; i++) crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1;
  return crc;
});
function crc32(bytes) {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = CRC[(crc ^ bytes[i]) & 255] ^ crc >>> 8;
  return (crc ^ -1) >>> 0;
}

const viewOf = bytes => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** A bundle that a newer Countersign made. */
class Newer extends Bad {}

/** {files, repacked} of a zip; `files` is a map from path (without the folder) to bytes. */
function readZip(bytes) {
  need(bytes.length >= END_SIZE, "too short for a zip");
  const view = viewOf(bytes);
  const repacked = view.getUint32(bytes.length - END_SIZE, true) === END_MARK && view.getUint16(bytes.length - 2, true) === 0;
  const end = bytes.length - END_SIZE - (repacked ? 0 : COMMENT.length);
  if (!repacked && end >= 0 && view.getUint32(end, true) === END_MARK && NEWER.test(latin1(bytes.subarray(end + END_SIZE))))
    throw new Newer("made by a newer Countersign");
  need(end >= 0 && view.getUint32(end, true) === END_MARK, "no end record where it must be: not a zip, or something was added");
  const entries = readCentral(bytes, view, end);
  return { files: repacked ? readRepacked(bytes, view, entries, end) : readOurs(bytes, entries), repacked };
}

function readCentral(bytes, view, end) {
  const count = view.getUint16(end + 10, true), size = view.getUint32(end + 12, true), start = view.getUint32(end + 16, true);
  need(view.getUint32(end + 4, true) === 0 && view.getUint16(end + 8, true) === count, "more than one disk");
  need(count <= MAX_FILES && start + size === end, "central directory does not reach to the end record");
  const entries = [];
  let at = start, total = 0;
  for (let i = 0; i < count; i++) {
    need(at + CENTRAL_SIZE <= end && view.getUint32(at, true) === CENTRAL_MARK, "broken central directory");
    const nameEnd = at + CENTRAL_SIZE + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    need(next <= end, "broken central directory");
    const nameBytes = bytes.subarray(at + CENTRAL_SIZE, nameEnd);
    entries.push({
      nameBytes, name: textOf(nameBytes),
      flags: view.getUint16(at + 8, true), method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true),
      madeBy: view.getUint8(at + 5), mode: view.getUint16(at + 40, true),
      extra: bytes.subarray(nameEnd, nameEnd + view.getUint16(at + 30, true)),
      disk: view.getUint16(at + 34, true), offset: view.getUint32(at + 42, true),
    });
    total += entries[i].size;
    at = next;
  }
  need(at === end, "broken central directory");
  need(total <= MAX_TOTAL, "more than 1 GiB");
  need(new Set(entries.map(entry => entry.name)).size === count, "a name twice");
  return entries;
}

/** The one folder that all names begin with, taken off. */
function pathsIn(names) {
  need(names.length > 0, "empty");
  const folder = names[0].split("/", 1)[0];
  need(FOLDER.test(folder) && folder !== "." && folder !== "..", "the folder has a name that is not allowed");
  return names.map(name => {
    need(name.startsWith(folder + "/"), "not all in one folder");
    const path = name.slice(folder.length + 1);
    need(path.split("/").every(part => part !== "" && part !== "." && part !== ".."), "a path that is not allowed");
    return path;
  });
}

// --- ours: the zip is a pure function of its files, so that it is compared with the one made anew ---------------------

function header(mark, entry, crc, offset) {
  const central = mark === CENTRAL_MARK;
  const bytes = new Uint8Array(central ? CENTRAL_SIZE : LOCAL_SIZE), view = viewOf(bytes), shift = central ? 2 : 0;
  view.setUint32(0, mark, true);
  if (central) view.setUint16(4, 0x0314, true);
  [20, 0x0800, 0, 0, 0x0021].forEach((value, i) => view.setUint16(4 + shift + 2 * i, value, true));
  [crc, entry.size, entry.size].forEach((value, i) => view.setUint32(14 + shift + 4 * i, value, true));
  view.setUint16(26 + shift, entry.nameBytes.length, true);
  if (central) {
    view.setUint32(38, 0x81a40000, true);
    view.setUint32(42, offset, true);
  }
  return join(bytes, entry.nameBytes);
}

function endRecord(count, size, start) {
  const bytes = new Uint8Array(END_SIZE), view = viewOf(bytes);
  view.setUint32(0, END_MARK, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, start, true);
  view.setUint16(20, COMMENT.length, true);
  return join(bytes, bytesOf(COMMENT));
}

function readOurs(bytes, entries) {
  const paths = pathsIn(entries.map(entry => entry.name));
  const files = new Map(), central = [];
  let at = 0;
  const expect = part => {
    need(same(bytes.subarray(at, at + part.length), part), "is not the zip that is made of these files: byte " + at);
    at += part.length;
  };
  entries.forEach((entry, i) => {
    need(i === 0 || compare(entries[i - 1].nameBytes, entry.nameBytes) < 0, "entries are not sorted");
    const offset = at, data = at + LOCAL_SIZE + entry.nameBytes.length;
    need(data + entry.size <= bytes.length, "an entry reaches past the end");
    const body = bytes.subarray(data, data + entry.size), crc = crc32(body);
    expect(header(LOCAL_MARK, entry, crc, 0));
    at += entry.size;
    central.push(header(CENTRAL_MARK, entry, crc, offset));
    files.set(paths[i], body);
  });
  const start = at;
  central.forEach(expect);
  expect(endRecord(entries.length, at - start, start));
  need(at === bytes.length, "bytes after the end");
  return files;
}

// --- packed again -----------------------------------------------------------------------------------------------------

const isPassedOver = name => name.endsWith("/") || name.startsWith("__MACOSX/") || name.split("/").pop() === ".DS_Store";

function readRepacked(bytes, view, entries, end) {
  const bodies = new Map();
  const directory = view.getUint32(end + 16, true);
  let at = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    need(entry.offset === at && entry.disk === 0, "something lies between the entries, or they overlap");
    need(/^[!-~]+$/.test(entry.name) && !(entry.name.endsWith("/") && entry.size > 0), "a name that is not allowed");
    need(entry.madeBy !== MADE_BY_UNIX || MODE_KINDS.includes(entry.mode & 0xf000), "not a regular file");
    checkExtra(entry.extra);
    at = readLocal(bytes, view, entry, directory, bodies);
  }
  need(at === directory, "something lies before the central directory");
  const kept = entries.filter(entry => !isPassedOver(entry.name));
  const paths = pathsIn(kept.map(entry => entry.name));
  return new Map(kept.map((entry, i) => [paths[i], bodies.get(entry.name)]));
}

function checkExtra(extra) {
  const view = viewOf(extra);
  for (let at = 0; at < extra.length; at += 4 + view.getUint16(at + 2, true)) {
    need(at + 4 <= extra.length && at + 4 + view.getUint16(at + 2, true) <= extra.length, "an extra field is cut off");
    need(!REFUSED_EXTRAS.includes(view.getUint16(at, true)), "zip64, or another name in an extra field");
  }
}

function readLocal(bytes, view, entry, limit, bodies) {
  const at = entry.offset;
  need(at + LOCAL_SIZE <= limit && view.getUint32(at, true) === LOCAL_MARK, "no local header where it must be");
  need((entry.flags & ~ALLOWED_FLAGS) === 0, "encrypted, or a flag that is not allowed");
  need(view.getUint16(at + 6, true) === entry.flags && view.getUint16(at + 8, true) === entry.method, "local and central header differ");
  const nameEnd = at + LOCAL_SIZE + view.getUint16(at + 26, true), data = nameEnd + view.getUint16(at + 28, true);
  need(data + entry.packed <= limit, "an entry reaches past the end");
  need(same(bytes.subarray(at + LOCAL_SIZE, nameEnd), entry.nameBytes), "local and central name differ");
  checkExtra(bytes.subarray(nameEnd, data));
  const told = [entry.crc, entry.packed, entry.size];
  const described = (entry.flags & DESCRIPTOR_FLAG) !== 0;
  told.forEach((value, i) => {
    const local = view.getUint32(at + 14 + 4 * i, true);
    need(local === value || described && local === 0, "local and central header differ");
  });
  bodies.set(entry.name, unpack(bytes.subarray(data, data + entry.packed), entry));
  return described ? afterDescriptor(view, data + entry.packed, told, limit) : data + entry.packed;
}

function unpack(packed, entry) {
  need(entry.method === 0 || entry.method === 8, "a method that is not allowed");
  need(entry.method === 8 || packed.length === entry.size, "size is wrong");
  const body = entry.method === 8 ? inflate(packed, entry.size) : packed;
  need(crc32(body) === entry.crc, "CRC is wrong");
  return body;
}

/** A descriptor's signature is optional; one whose CRC happens to look like it is read as the other verifiers do. */
function afterDescriptor(view, at, told, limit) {
  for (const start of [4, 0]) {
    if (at + start + 12 > limit || start === 4 && view.getUint32(at, true) !== DESCRIPTOR_MARK) continue;
    if (told.every((value, i) => view.getUint32(at + start + 4 * i, true) === value)) return at + start + 12;
  }
  return bad("data descriptor is wrong");
}
