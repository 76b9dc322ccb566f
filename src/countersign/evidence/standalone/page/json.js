// JSON: read with nothing repaired, and the canonical form (JCS, RFC 8785) that our own documents must have.

const MAX_JSON_NESTING = 64;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A value of null, true, false, number, text, array, or object without prototype. Duplicate keys are refused. */
function parseJson(bytes) {
  const text = textOf(bytes);
  let at = 0;
  const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
  const skip = () => { while (" \t\n\r".includes(text[at] ?? "x")) at++; };
  const match = pattern => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    need(found !== null, "not JSON");
    at = pattern.lastIndex;
    return found[0];
  };
  const take = sign => text[at] === sign && (at++, true);

  function members(close, read) {
    skip();
    if (take(close)) return;
    do {
      skip();
      read();
      skip();
    } while (take(","));
    need(take(close), "not JSON");
  }

  function value(depth) { // of lists and objects around it
    need(depth < MAX_JSON_NESTING || text[at] !== "[" && text[at] !== "{", "JSON is nested too deeply");
    if (take("[")) {
      const list = [];
      members("]", () => list.push(value(depth + 1)));
      return list;
    }
    if (take("{")) {
      const object = Object.create(null);
      members("}", () => {
        const key = readText();
        need(!(key in object), "a key twice in an object");
        skip();
        need(take(":"), "not JSON");
        skip();
        object[key] = value(depth + 1);
      });
      return object;
    }
    if (text[at] === '"') return readText();
    for (const [word, meaning] of [["null", null], ["true", true], ["false", false]])
      if (text.startsWith(word, at)) return at += word.length, meaning;
    return Number(match(number));
  }

  // Where a text ends is looked for by hand: a pattern would need a stack as deep as the text is long in some engines.
  function readText() {
    need(text[at] === '"', "not JSON");
    let end = at + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
    const part = text.slice(at, end + 1);
    at = end + 1;
    try {
      return JSON.parse(part);
    } catch {
      return bad("not JSON");
    }
  }

  skip();
  const result = value(0);
  skip();
  need(at === text.length, "not JSON: something follows");
  return result;
}

const isObject = value => value !== null && typeof value === "object" && !Array.isArray(value);
const isCount = value => Number.isSafeInteger(value) && value >= 0;
const isText = value => typeof value === "string" && !LONE_SURROGATE.test(value);

function jcs(value) {
  if (typeof value === "string") return need(isText(value), "text holds a lone surrogate"), JSON.stringify(value);
  if (typeof value === "number") return need(isCount(value) && !Object.is(value, -0), "a number that is not 0 to 2^53 - 1"), String(value);
  if (Array.isArray(value)) return "[" + value.map(jcs).join(",") + "]";
  if (isObject(value)) return "{" + Object.keys(value).sort().map(key => jcs(key) + ":" + jcs(value[key])).join(",") + "}";
  return String(value);
}

/** The value of bytes that are canonical JSON: written again, it is the same bytes. */
function parseCanonical(bytes) {
  const value = parseJson(bytes);
  need(same(bytesOf(jcs(value)), bytes), "not in canonical form (RFC 8785)");
  return value;
}

// --- the shapes of documents: each is a function that says whether a value has it -------------------------------------

const either = (...values) => value => values.includes(value);
const listOf = shape => value => Array.isArray(value) && value.every(shape);
const hexOf = size => value => isHex(value, size);
const orNull = shape => value => value === null || shape(value);
const isTime = value => holds(() => secondsOf(value) >= 0);

/** Exactly the members of `shape`; those of `optional` may miss. */
const exactly = (shape, optional = {}) => value => isObject(value)
  && Object.keys(shape).every(key => key in value && shape[key](value[key]))
  && Object.keys(value).every(key => Object.hasOwn(shape, key) || Object.hasOwn(optional, key) && optional[key](value[key]));
