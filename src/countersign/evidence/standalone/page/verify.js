// The verdict over a bundle: a pure function of its bytes and of what the verifier brings (section 4).

const UNREADABLE = new Set(["E_ZIP", "E_READ", "E_BAG", "E_VERSION", "E_SYNTAX", "E_POLICY", "E_USAGE"]);
const exitOf = code => code.startsWith("W_") ? 0 : code.startsWith("I_") ? 3 : UNREADABLE.has(code) ? 2 : 1;
const VERDICTS = ["VERIFIED", "FAILED", "CANNOT READ", "CANNOT TELL", "CANNOT TELL"];
const ACTS = new Set(["custody", "capture", "analysis", "alert", "intent", "result"]);

/** Thrown where the work ends early; the failure is already in the report. */
class Stop extends Error {}

/**
 * {exit, verdict, codes, failures, claims, key, origin, size, checkpoint_text, anchors, checks, ...} of a bundle.
 * `input` is the zip's bytes, or a Map from path in the folder to bytes. `options`: policy, checkpoint (bytes), at (text), require (texts).
 */
function verifyBundle(input, options = {}) {
  const report = emptyReport();
  try {
    verifyInto(report, input, options);
  } catch (error) {
    if (!(error instanceof Stop)) report.internal = String(error?.stack ?? error);
  }
  return conclude(report);
}

const emptyReport = () => ({ failures: [], claims: [], key: null, origin: null, size: null, checkpoint_text: null, anchors: [], checks: [], proofs: [], internal: null });

/** The report of something that could not even be opened. */
const unreadable = says => conclude({ ...emptyReport(), failures: [{ code: "E_READ", where: "bundle", says }] });

function conclude(report) {
  const exits = report.failures.map(({ code }) => exitOf(code));
  const exit = report.internal ? 4 : [2, 1, 3].find(each => exits.includes(each)) ?? 0;
  const codes = [...new Set(report.failures.map(({ code }) => code))].sort();
  return { exit, verdict: VERDICTS[exit], codes, ...report };
}

function verifyInto(report, input, options) {
  const say = (code, where, says) => { report.failures.push({ code, where, says }); };
  const stop = (code, where, says) => { say(code, where, says); throw new Stop(); };
  const settle = () => { if (report.failures.some(({ code }) => exitOf(code) > 0)) throw new Stop(); };
  const files = openInput(input, say, stop);
  checkBag(files, say);
  settle();
  const hashes = checkManifests(files, stop);
  tally(report, "contents match their hashes", files.size, files.size);
  if (isNewer(files.get(BUNDLE))) stop("E_VERSION", BUNDLE, "was made by a newer Countersign");
  checkPaths(files, stop);
  const bundle = parseBundle(files, hashes, stop), given = parseOptions(options, stop);
  report.key = hex(sha256(bundle.vkey.key));
  report.origin = bundle.index.origin;
  report.size = bundle.checkpoint.size;
  report.checkpoint_text = bundle.checkpoint.text;
  checkEverything({ report, say, ...bundle, given, force: given.policy ?? bundle.policy, wanted: wantedBy(given, bundle) });
}

function openInput(input, say, stop) {
  if (input instanceof Map) return input.size > MAX_FILES ? stop("E_READ", "folder", "has more than 20,000 files") : input;
  try {
    const { files, repacked } = readZip(input);
    if (repacked) say("W_REPACKED", "zip", "was packed again by another program; its files were checked all the same");
    return files;
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    return stop(error instanceof Newer ? "E_VERSION" : "E_ZIP", "zip", error.message);
  }
}

function wantedBy({ policy, wanted }, bundle) {
  const other = (policy ?? bundle.policy)?.wanted ?? parseRequirements([]);
  return Object.fromEntries(Object.keys(wanted).map(kind => [kind, Math.max(wanted[kind], other[kind])]));
}

/** One line of the list of checks: how many of how many passed. */
const tally = (report, says, passed, of, state = passed === of ? "passed" : "FAILED") => { report.checks.push({ says, passed, of, state }); };

function checkEverything(work) {
  checkOrigin(work);
  checkLogSignature(work);
  checkKeys(work);
  checkCosignatures(work);
  checkInclusion(work);
  checkOlder(work);
  checkStamps(work);
  checkAnchors(work);
  checkBeacon(work);
  checkCommitments(work);
  checkStatement(work);
  checkTagFiles(work);
  checkExhibits(work);
  checkFields(work);
  checkPlatform(work);
  checkCustody(work);
  checkSigner(work);
  checkShell(work);
  work.report.claims = claimsOf(work);
}

// --- D: the log -------------------------------------------------------------------------------------------------------

function checkOrigin({ index, checkpoint, statement, vkey, mldsa, say }) {
  const origins = { [CHECKPOINT]: checkpoint.origin, [STATEMENT]: statement.origin, [LOG_VKEY]: vkey.name };
  if (mldsa) origins[MLDSA_VKEY] = mldsa.name;
  for (const [where, origin] of Object.entries(origins)) if (origin !== index.origin) say("E_ORIGIN", where, `is of ${origin}, the bundle of ${index.origin}`);
  if (checkpoint.size !== index.size) say("E_ORIGIN", CHECKPOINT, "has another size than the bundle");
}

function checkLogSignature({ report, checkpoint, vkey, say }) {
  const [first] = checkpoint.lines, good = isOf(first, vkey) && logSignatureHolds(checkpoint, first, vkey);
  if (!good) say("E_LOG_SIGNATURE", CHECKPOINT, isOf(first, vkey) ? "the log's signature does not hold" : "the first signature is not the log's");
  tally(report, "signature of the log over its checkpoint", Number(good), 1);
}

function checkKeys(work) {
  const { report, index, proofs, vkey, force, say } = work;
  const entries = index.keys.map(leaf => ({ leaf, ...proofs.get(leaf).value })), changes = entries.filter(entry => entry.type === "key");
  const bad = leaf => says => say("E_KEY", `leaf ${leaf}`, says);
  work.chain = [vkey, ...changes.map(entry => parseVkey(entry.old))];
  let good = 0;
  entries.forEach((entry, i) => {
    const problem = keyProblem(entry, entries[i + 1]?.old ?? vkey.text, index.origin);
    if (problem) bad(entry.leaf)(problem);
    else good++;
  });
  if (entries.length) tally(report, "changes of the log's key, each signed by the key before", good, entries.length);
  const listed = new Set((force?.logs ?? []).map(key => key.text));
  if (listed.size && !work.chain.some(key => listed.has(key.text))) say("E_KEY", LOG_VKEY, "is not a log that the policy lists");
}

function keyProblem(entry, next, origin) {
  if (entry.type !== "key") return "is not a key entry";
  const old = parseVkey(entry.old), fresh = parseVkey(entry.new);
  if (old.name !== origin || fresh.name !== origin) return "names another origin";
  if (entry.new !== next) return "leads to another key than the next one";
  const signed = bytesOf(`countersign-key/v1\n${origin}\n${entry.new}\n`);
  return ed25519(old.key, signed, unbase64(entry.sig)) ? null : "is not signed by the old key";
}

function checkCosignatures(work) {
  const { report, checkpoint, vkey, mldsa, force, policy, given, wanted, say } = work;
  const known = [...force?.witnesses ?? [], ...given.policy && policy ? policy.witnesses : []];
  const seen = new Set([vkey.name + " " + vkey.id]), met = new Set();
  let good = 0, of = 0;
  for (const line of checkpoint.lines.slice(1)) {
    const mark = line.name + " " + line.id, witness = known.find(each => isOf(line, each.vkey));
    const isMldsa = mldsa !== null && isOf(line, mldsa);
    if (seen.has(mark) || !witness && !isMldsa) say("E_UNKNOWN_SIG", CHECKPOINT, `a signature of ${line.name}, ${seen.has(mark) ? "twice" : "which nothing lists"}`);
    else if (isMldsa && !witness) say("W_MLDSA", CHECKPOINT, "the ML-DSA-44 signature is not checked here");
    else {
      of++;
      const time = cosignatureTime(checkpoint, line, witness.vkey), counted = time !== null && (force?.witnesses ?? []).includes(witness);
      if (time === null) say("E_COSIGNATURE", CHECKPOINT, `the cosignature of ${line.name} does not hold`);
      else report.anchors.push({ kind: "witness", name: line.name, time: timeOf(time), counted, seconds: time });
      if (counted) met.add(witness.name);
      good += Number(time !== null);
    }
    seen.add(mark);
  }
  const asked = force !== null && force.quorum !== "none";
  if (asked && !quorumIsMet(force, met)) say("I_QUORUM", CHECKPOINT, "the witnesses are fewer than the policy's quorum");
  if (met.size < wanted.witness) say("I_WITNESS", CHECKPOINT, `${met.size} of ${wanted.witness} witnesses that are required`);
  tally(report, "independent witnesses saw this log", good, of, of ? undefined : "none");
}

function checkInclusion({ report, files, checkpoint, proofs, say }) {
  let good = 0;
  for (const [leaf, proof] of proofs) {
    const problem = proof.index !== leaf ? "is of another leaf" : !same(proof.checkpoint, files.get(CHECKPOINT)) ? "is of another checkpoint"
      : !inclusionHolds(leafHash(proof.entry), leaf, checkpoint.size, proof.hashes, checkpoint.root) ? "does not lead to the log's root" : null;
    if (problem) say("E_INCLUSION", `leaf ${leaf}`, `its proof ${problem}`);
    else good++;
  }
  tally(report, `entries are in the log of ${checkpoint.origin}`, good, proofs.size);
}

function checkOlder({ report, given, index, checkpoint, chain, consistencies, say }) {
  const older = given.checkpoint, where = "--checkpoint";
  if (older === null) return tally(report, "that the log only grew since a checkpoint you hold: you gave none", 0, 1, "not checked");
  const signed = older.origin === index.origin && chain.some(key => isOf(older.lines[0], key) && logSignatureHolds(older, older.lines[0], key));
  const problem = signed ? growthProblem(older, checkpoint, consistencies)
    : ["E_CHECKPOINT", older.origin === index.origin ? "its signature does not hold" : "is of another log"];
  if (problem) say(problem[0], where, problem[1]);
  tally(report, "the log only grew since the checkpoint you hold", Number(!problem), 1, problem?.[0].startsWith("I_") ? "cannot tell" : undefined);
}

function growthProblem(older, checkpoint, consistencies) {
  const split = ["E_SPLIT", "the log showed you another history than this one"];
  if (older.size > checkpoint.size) return ["I_OLDER", "is newer than the bundle"];
  if (older.size === 0) return same(older.root, EMPTY_ROOT) ? null : split;
  if (older.size === checkpoint.size) return same(older.root, checkpoint.root) ? null : split;
  const proof = consistencies.get(older.size);
  if (!proof) return ["I_CONSISTENCY", `the bundle has no proof from size ${older.size}`];
  return consistencyHolds(older.size, older.root, checkpoint.size, checkpoint.root, proof) ? null : split;
}
