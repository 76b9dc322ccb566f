// A Bluesky repository: its signed commit, and the way down its tree of hashes (parts 3, 5 and 6 of the rules).

const MAX_LAYER = 32, MAX_TREE_ENTRIES = 4096, MAX_TREE_KEY = 1024;
const DID = /^(?:did:plc:[a-z2-7]{24}|did:web:(?=.{1,253}(?:%3A|$))(?!.*\.\.)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:%3A[0-9]{1,5})?)$/;
const TID = /^[234567a-j][234567a-z]{12}$/;
const TREE_KEY = /^[A-Za-z0-9_~.:-]+\/[A-Za-z0-9_~.:-]+$/;
const EMPTY_TREE = "a2616580616cf6";

const isLink = value => value instanceof Link && value.codec === DRISL;
const isBytes = value => value instanceof Uint8Array;
const hasKeys = (map, ...keys) => map instanceof Map && map.size === keys.length && keys.every(key => map.has(key));

/** {did, data, rev, digest, r, s}: the commit of a block, and the digest that its signature is over. */
function parseCommit(bytes) {
  const map = parseDrisl(bytes);
  need(hasKeys(map, "did", "rev", "sig", "data", "prev", "version"), "commit: other members"); // 16
  const [did, rev, sig, data, prev] = ["did", "rev", "sig", "data", "prev"].map(key => map.get(key));
  need(map.get("version") === 3 && isLink(data) && (prev === null || isLink(prev)), "commit: version, data or prev"); // 17
  need(typeof did === "string" && DID.test(did), "commit: did"); // 18
  need(typeof rev === "string" && TID.test(rev), "commit: rev"); // 19
  need(isBytes(sig) && sig.length === 64, "commit: sig"); // 20
  // 23: `sig` stands third, after the members did and rev, whose lengths are known.
  const sigAt = 1 + 4 + drislHead(3, did.length).length + did.length + 4 + 1 + rev.length;
  const signed = join(Uint8Array.of(0xa5), bytes.subarray(1, sigAt), bytes.subarray(sigAt + 70));
  return { did, rev, data, digest: sha256(signed), r: numberOf(sig.subarray(0, 32)), s: numberOf(sig.subarray(32)) };
}

/** 24 and 25: low-S, and ECDSA holds. */
const isSignedBy = ({ curve, point }, { digest, r, s }) => s <= (curve.n - 1n) / 2n && ecdsa(curve, point, digest, r, s);

function layerOf(keyBytes) { // 30
  let zeros = 0;
  for (const byte of sha256(keyBytes)) {
    zeros += byte ? Math.clz32(byte) - 24 : 8;
    if (byte) break;
  }
  need(zeros >> 1 <= MAX_LAYER, "tree: layer too high");
  return zeros >> 1;
}

/** {left, entries: [{key (bytes), value, right}]} of a node. */
function parseNode(block) {
  need(block.link.codec === DRISL, "tree: a node of another kind");
  const map = parseDrisl(block.bytes);
  need(hasKeys(map, "e", "l"), "tree: other members"); // 26
  const left = map.get("l"), list = map.get("e"), isLinkOrNull = value => value === null || isLink(value);
  need(isLinkOrNull(left) && Array.isArray(list) && list.length <= MAX_TREE_ENTRIES, "tree: l or e");
  let last = new Uint8Array(0);
  const entries = list.map((entry, i) => {
    need(hasKeys(entry, "k", "p", "t", "v"), "tree: other members of an entry");
    const [k, p, t, v] = ["k", "p", "t", "v"].map(name => entry.get(name));
    need(isBytes(k) && isCount(p) && isLinkOrNull(t) && v instanceof Link, "tree: kinds in an entry");
    need(p <= last.length && (i > 0 || p === 0), "tree: p"); // 27
    const key = join(last.subarray(0, p), k);
    need(p === last.length || k.length === 0 || k[0] !== last[p], "tree: p is not all that two keys have in common");
    need(key.length >= 3 && key.length <= MAX_TREE_KEY && TREE_KEY.test(latin1(key)), "tree: key"); // 28
    need(compare(last, key) < 0, "tree: keys are not ascending"); // 29
    last = key;
    return { key, value: v, right: t };
  });
  return { left, entries };
}

/** Rules 30 to 33 for a node between the keys `low` and `high`, and its layer. */
function checkNode(node, block, layer, low, high) {
  const isRoot = layer === null, layers = node.entries.map(({ key }) => layerOf(key));
  if (isRoot && node.entries.length === 0) return need(hex(block.bytes) === EMPTY_TREE, "tree: root without a key"), 0; // 32
  const own = isRoot ? layers[0] : layer; // 31
  need(layers.every(each => each === own), "tree: keys of another layer");
  need(node.entries.length > 0 || node.left !== null, "tree: an empty node");
  need(own > 0 || node.left === null && node.entries.every(({ right }) => right === null), "tree: something hangs under layer 0");
  const keys = node.entries.map(({ key }) => key);
  need(keys.every(key => (!low || compare(low, key) < 0) && (!high || compare(key, high) < 0)), "tree: a key outside its part"); // 33
  return own;
}

/** Walks from the root to `path`: {entry or null, rest}; `rest` are the blocks after the last node. */
function lookUp(blocks, data, path) {
  const wanted = bytesOf(path);
  let [next, layer, low, high, at] = [data, null, null, null, 1];
  for (;;) { // the layer falls with each turn
    const block = blocks[at++];
    need(block !== undefined && block.cid === next.text, "tree: the next node is missing"); // 37
    const node = parseNode(block);
    layer = checkNode(node, block, layer, low, high) - 1;
    const index = node.entries.findIndex(({ key }) => compare(key, wanted) >= 0), upTo = index < 0 ? node.entries.length : index;
    if (index >= 0 && same(node.entries[index].key, wanted)) return { entry: node.entries[index], rest: blocks.slice(at) };
    next = upTo === 0 ? node.left : node.entries[upTo - 1].right; // 36
    if (next === null) return { entry: null, rest: blocks.slice(at) };
    low = upTo === 0 ? low : node.entries[upTo - 1].key;
    high = index < 0 ? high : node.entries[index].key;
  }
}

const COLLECTION = /^(?=.{1,317}$)[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+\.[a-zA-Z][a-zA-Z0-9]{0,62}$/;
const isPath = (collection, rkey) => COLLECTION.test(collection) && /^[A-Za-z0-9_~.:-]{1,512}$/.test(rkey) && rkey !== "." && rkey !== "..";

/** {commit, record}: what a slice proves; `record` is null for an exclusion. The signature is not looked at. */
function parseSlice(bytes, { did, collection, rkey, kind }) {
  const blocks = parseCar(bytes);
  const codecs = blocks.slice(0, kind === "inclusion" ? -1 : undefined);
  need(codecs.every(block => block.link.codec === DRISL), "CAR: a block of another kind");
  const commit = parseCommit(blocks[0].bytes);
  need(commit.did === did, "commit: is another account's"); // 21
  need(isPath(collection, rkey), "claim: path"); // 35
  const { entry, rest } = lookUp(blocks, commit.data, collection + "/" + rkey);
  if (kind === "exclusion") {
    need(entry === null, "the record is there, though it is said to be absent"); // 43
    need(rest.length === 0, "a block that nothing needs");
    return { commit, record: null };
  }
  need(entry !== null, "the record is not there"); // 38
  need(rest.length === 1 && rest[0].cid === entry.value.text, "not the record's block"); // 40
  need(entry.value.codec === DRISL && parseDrisl(rest[0].bytes) instanceof Map, "record: not a map in DRISL"); // 41, 42
  return { commit, record: rest[0].bytes };
}
