// Platform proofs, custody, and what is claimed of each exhibit, with the times between which it lies (stages F and G).

function checkPlatform(work) {
  const { report, statement, wanted, say } = work, held = new Set();
  let good = 0;
  for (const claim of statement.platform) {
    const where = `data/platform/${claim.n}.car`;
    let standing = "false";
    try {
      standing = platformStanding(claim, work);
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      say("E_PLATFORM", where, error.message);
    }
    if (standing === "missing") say("I_PLATFORM", where, "the account's key is missing");
    if (standing === "provisional") say("I_PLATFORM", where, "the account's key is younger than 72 hours at the newest anchor, or nothing says when");
    if (standing === "held") good++;
    if (standing === "held" && claim.kind === "inclusion" && claim.exhibit !== null) held.add(claim.exhibit);
    report.proofs.push({ says: platformWords(claim), state: { held: "passed", false: "FAILED" }[standing] ?? "cannot tell", fields: [] });
  }
  if (wanted.platform) for (const { number, grade } of statement.exhibits)
    if (grade === "A" && !held.has(number)) say("I_PLATFORM", `exhibit ${number}`, "no platform proof that holds");
  if (statement.platform.length) {
    const failed = report.failures.some(({ code }) => code === "E_PLATFORM");
    tally(report, "proofs signed by the account's host", good, statement.platform.length, good < statement.platform.length && !failed ? "cannot tell" : undefined);
  }
}

const platformWords = ({ did, collection, rkey, kind }) => kind === "inclusion"
  ? `The host of ${did} signed a state that holds the record ${collection}/${rkey}.`
  : `The host of ${did} signed a state without the record ${collection}/${rkey}.`;

/** "held", "provisional" or "missing"; what is false throws Bad. */
function platformStanding(claim, { files, statement, index, newest }) {
  const file = kind => files.get(`data/platform/${claim.n}.${kind}`);
  const exhibit = claim.exhibit === null ? null : statement.exhibits.find(each => each.number === claim.exhibit) ?? bad("names an exhibit that is not there");
  const { commit, record } = parseSlice(file("car") ?? bad("is missing"), claim);
  if (record !== null && exhibit?.shown === "whole") {
    const body = files.get(`data/exhibits/${exhibit.leaf}.bin`);
    need(body !== undefined && same(record, body), `its record is not the body of exhibit ${claim.exhibit}`);
  }
  if (file("did.json")) {
    need(isSignedBy(documentKey(file("did.json"), claim.did), commit), "signature does not hold");
    return "held";
  }
  return file("plc.json") ? standingByLog(file("plc.json"), claim.did, commit, newest) : "missing";
}

function checkCustody({ report, statement, proofs, say }) {
  let good = 0;
  for (const { leaf } of statement.custody) {
    if (ACTS.has(proofs.get(leaf)?.value.type)) good++;
    else say("E_CUSTODY", `leaf ${leaf}`, "is named in the chain of custody, but is no such entry of the bundle");
  }
  if (statement.custody.length) tally(report, "steps of custody are in the log", good, statement.custody.length);
}

function checkSigner({ report, given, say }) {
  const known = given.policy !== null && given.policy.logs.length > 0;
  if (!known) say("I_SIGNER", "--policy", "nothing that you hold says whose key this is");
  tally(report, known ? "the log's key is one that your policy lists, or follows from it" : "whose key this is: give the policy that you have from the signer", 1, 1,
    known ? report.failures.some(({ code }) => code === "E_KEY") ? "FAILED" : "passed" : "not checked");
}

/** What is made for the shell: told, never deciding. */
function checkShell({ files, checkpoint, vkey, say }) {
  if (!files.has(SSHSIG)) return;
  const expected = bytesOf(`${checkpoint.origin} namespaces="countersign-checkpoint" ssh-ed25519 `
    + base64(join(sshString(bytesOf("ssh-ed25519")), sshString(vkey.key))));
  const signers = files.get(ALLOWED_SIGNERS), line = signers[signers.length - 1] === 10 ? signers.subarray(0, -1) : signers;
  if (!same(line, expected) || !sshsigHolds(files.get(SSHSIG), bytesOf(checkpoint.text), vkey.key))
    say("W_SSHSIG", SSHSIG, "the copy of the signature for ssh-keygen does not hold");
}

function claimsOf(work) {
  const beacons = beaconsOf(work);
  return work.statement.exhibits.map(({ number, what, grade, shown, leaf, at, how }) => {
    const before = beacons.filter(beacon => beacon.leaf < leaf).pop();
    return {
      number, what, grade, shown, how, said: at, beacon: before,
      no_earlier: before ? `if round ${before.round} of ${before.source} is ${before.value}: look it up` : null,
      no_later: work.earliest === null ? null : timeOf(work.earliest),
    };
  });
}
