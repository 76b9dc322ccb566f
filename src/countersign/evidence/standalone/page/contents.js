// The times that outsiders vouch for, and the contents: bodies, statement, exhibits, fields (stage E).

function checkStamps({ report, files, checkpoint, force, wanted, say }) {
  const names = pathsLike(files, /^data\/anchors\/(.+)\.tsr$/).map(found => found[1]).sort(), counted = new Set();
  let good = 0;
  for (const name of names) {
    const [token, authority, root] = ["tsr", "tsa.der", "root.der"].map(kind => files.get(`data/anchors/${name}.${kind}`));
    const where = `data/anchors/${name}.tsr`;
    let time = null;
    try {
      need(authority !== undefined && root !== undefined, "lacks a certificate");
      time = tokenTime(token, bytesOf(checkpoint.text), authority, root);
      good++;
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      say("E_STAMP", where, error.message);
      continue;
    }
    const [ofRoot, ofAuthority] = [root, authority].map(bytes => hex(sha256(bytes)));
    const pinned = force?.authorities.find(each => each.root === ofRoot && each.certificate === ofAuthority);
    if (pinned) counted.add(pinned.name);
    else say("W_UNPINNED", where, "its certificates are not those of a policy, so that it is not counted");
    report.anchors.push({ kind: "tsa", name: pinned?.name ?? name, time: timeOf(time), counted: Boolean(pinned), seconds: time });
  }
  if (counted.size < wanted.tsa) say("I_STAMP", "data/anchors", `${counted.size} of ${wanted.tsa} time stamps that are required`);
  tally(report, "time stamps by authorities", good, names.length, names.length ? undefined : "none");
}

function checkAnchors(work) {
  const times = work.report.anchors.filter(anchor => anchor.counted).map(anchor => anchor.seconds);
  work.earliest = times.length ? times.reduce((a, b) => Math.min(a, b)) : null;
  work.newest = times.length ? times.reduce((a, b) => Math.max(a, b)) : null;
  const { given, newest, say } = work;
  if (given.at !== null && !(newest !== null && newest >= given.at)) say("I_STALE", "--at", "no counted witness or time stamp is of that time or later");
}

const beaconsOf = ({ index, proofs }) => index.exhibits.map(({ leaf }) => ({ leaf, ...proofs.get(leaf).value })).filter(entry => entry.type === "beacon");

function checkBeacon(work) {
  if (!work.wanted.beacon) return;
  const first = work.statement.exhibits.reduce((least, { leaf }) => Math.min(least, leaf), Infinity);
  if (!beaconsOf(work).some(({ leaf }) => leaf < first)) work.say("I_BEACON", BUNDLE, "no beacon entry before the first exhibit");
}

function checkCommitments({ report, files, index, proofs, say }) {
  const shown = index.exhibits.filter(({ salt }) => salt !== null);
  let good = 0;
  for (const { leaf, salt } of shown) {
    if (commits(proofs.get(leaf).value, salt, files.get(`data/exhibits/${leaf}.bin`))) good++;
    else say("E_COMMIT", `data/exhibits/${leaf}.bin`, "is not what the log's entry committed to");
  }
  tally(report, "contents are what the log's entries committed to", good, shown.length, shown.length ? undefined : "none");
}

function checkStatement({ report, files, index, proofs, statement, chain, say }) {
  const { leaf, salt } = index.statement, entry = proofs.get(leaf).value;
  const logged = entry.type === "custody" && commits(entry, salt, files.get(STATEMENT));
  const signed = chain.some(key => key.id === statement.keyid && ed25519(key.key, statement.signed, statement.signature));
  if (!logged) say("E_STATEMENT", STATEMENT, `is not what leaf ${leaf} of the log committed to`);
  if (!signed) say("E_STATEMENT", STATEMENT, "is not signed by the log's key");
  tally(report, "the statement is in the log, and signed", Number(logged && signed), 1);
}

function checkTagFiles({ files, hashes, statement, say }) {
  const told = statement.files, there = TAG_FILES.filter(path => files.has(path));
  for (const path of new Set([...there, ...Object.keys(told)]))
    if (!there.includes(path) || told[path] !== hashes.get(path)) say("E_FILES", path, "is not the file that the statement names");
}

function checkExhibits(work) {
  const { index, statement, proofs, say } = work;
  const erasures = new Set(index.exhibits.map(({ leaf }) => proofs.get(leaf).value).filter(entry => entry.type === "erasure").map(leafOf));
  const salts = new Map(index.exhibits.map(({ leaf, salt }) => [leaf, salt])), seen = new Set();
  statement.exhibits.forEach((exhibit, i) => {
    const where = `exhibit ${exhibit.number}`, { leaf } = exhibit;
    if (exhibit.number !== i + 1 || seen.has(leaf)) say("E_EXHIBIT", where, "is not in order, or is there twice");
    seen.add(leaf);
    const problem = salts.has(leaf) ? exhibitProblem(exhibit, salts.get(leaf) !== null, work) : "is not in the bundle";
    if (problem) say("E_EXHIBIT", where, problem);
    if (exhibit.shown !== "erased") return;
    if (erasures.has(leaf)) say("I_ERASED", where, "was erased; the log still has its place");
    else say("E_EXHIBIT", where, "is said to be erased, but no entry says so");
  });
  const withFields = new Set(index.fields.map(leafOf)), named = new Set(statement.custody.map(leafOf));
  for (const { leaf } of index.exhibits)
    if (!seen.has(leaf) && !named.has(leaf) && !["erasure", "beacon"].includes(proofs.get(leaf).value.type))
      say("E_EXHIBIT", `leaf ${leaf}`, "is in the bundle, but the statement does not name it");
  for (const { leaf } of statement.exhibits.filter(({ shown }) => shown === "fields")) withFields.delete(leaf);
  for (const leaf of withFields) say("E_EXHIBIT", `leaf ${leaf}`, "has fields, but the statement does not say so");
}

function exhibitProblem({ leaf, shown, grade }, hasBody, { index, proofs }) {
  const { value } = proofs.get(leaf);
  if (value.grade === undefined ? !["C", "D"].includes(grade) : value.grade !== grade) return "has another grade in the log";
  if (hasBody !== (shown === "whole" || shown === "fields")) return hasBody ? `has a body, though it is ${shown}` : "has no body";
  if (shown === "fields" && !index.fields.some(each => each.leaf === leaf)) return "has no fields";
  return null;
}

const isFieldsBody = exactly({ digests: listOf(hexOf(32)), kind: either("fields"), of: isCount, v: either(1) });

function checkFields({ report, files, index, proofs, say }) {
  let good = 0, of = 0;
  for (const { leaf, shown } of index.fields) {
    try {
      const body = parseCanonical(files.get(`data/exhibits/${leaf}.bin`));
      need(proofs.get(leaf).value.type === "analysis" && isFieldsBody(body), "is not a list of digests");
      need(ascends(body.digests, digest => digest) && body.of < leaf, "does not ascend");
      need(new Set(shown.map(([, name]) => name)).size === shown.length, "shows a field twice");
      const digests = new Set(body.digests), fitting = shown.filter(field => digests.has(hex(sha256(bytesOf(jcs(field))))));
      report.proofs.push({ says: `Leaf ${leaf}: ${shown.length} of ${body.digests.length} fields are shown.`, state: "shown", fields: shown.map(([, name, value]) => [name, value]) });
      good += fitting.length;
      of += shown.length;
      need(fitting.length === shown.length, "shows a field that was not committed to");
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      say("E_FIELD", `leaf ${leaf}`, error.message);
    }
  }
  if (index.fields.length) tally(report, "fields shown are what was committed to", good, of);
}
