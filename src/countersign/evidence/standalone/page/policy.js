// The policy: which keys the verifier knows, and what it asks for (section 2; C2SP tlog-policy).

/** What `require` and --require may ask for. */
function parseRequirement(text) {
  const [, kind, count] = /^(tsa|witness):([1-9][0-9]?)$/.exec(text) ?? [];
  if (kind) return { kind, count: Number(count) };
  need(text === "platform" || text === "beacon", "unknown requirement");
  return { kind: text, count: 1 };
}

function parseRequirements(texts) {
  const wanted = { tsa: 0, witness: 0, platform: 0, beacon: 0 };
  for (const { kind, count } of texts.map(parseRequirement)) wanted[kind] = Math.max(wanted[kind], count);
  return wanted;
}

const MAX_POLICY = 65536;

/** {logs, witnesses: [{name, vkey}], groups, quorum, authorities, wanted}. Names are octets, held as Latin-1 text. */
function parsePolicy(bytes) {
  need(bytes.length <= MAX_POLICY, "policy: too long");
  need(bytes.every(byte => byte === 9 || byte === 10 || byte >= 32 && byte !== 127), "policy: a control character");
  const policy = { logs: [], witnesses: [], groups: [], quorum: null, authorities: [], requirements: [] };
  const state = { names: new Set(["none"]), members: new Set(), keys: new Set() };
  for (const line of latin1(bytes).split("\n")) {
    const [keyword, ...parts] = line.split(/[ \t]+/).filter(part => part !== "");
    if (keyword === undefined || keyword.startsWith("#")) continue;
    need(Object.hasOwn(POLICY_LINES, keyword), "policy: unknown keyword");
    POLICY_LINES[keyword](policy, parts, state);
  }
  need(policy.quorum !== null, "policy: no quorum line");
  return { ...policy, wanted: parseRequirements(policy.requirements) };
}

function policyKey(text, algorithm, keys) {
  const vkey = parseVkey(textOf(bytesOfLatin1(text)));
  need(vkey.algorithm === algorithm, "policy: a key of another algorithm");
  const mark = algorithm + hex(vkey.key);
  need(!keys.has(mark), "policy: a key twice");
  keys.add(mark);
  return vkey;
}

function define(name, state) {
  need(!state.names.has(name), "policy: a name twice");
  state.names.add(name);
}

const isKnown = (name, state) => name !== "none" && state.names.has(name);

const POLICY_LINES = {
  log(policy, parts, state) {
    need(parts.length === 1 || parts.length === 2, "policy: log line");
    policy.logs.push(policyKey(parts[0], LOG_KEY, state.keys));
  },
  witness(policy, parts, state) {
    need(parts.length === 2 || parts.length === 3, "policy: witness line");
    define(parts[0], state);
    policy.witnesses.push({ name: parts[0], vkey: policyKey(parts[1], WITNESS_KEY, state.keys) });
  },
  group(policy, [name, threshold, ...members], state) {
    need(members.length > 0, "policy: group line");
    for (const member of members) {
      need(isKnown(member, state) && !state.members.has(member), "policy: a member that is not known, or a member twice");
      state.members.add(member);
    }
    const count = threshold === "all" ? members.length : threshold === "any" ? 1 : decimal(threshold);
    need(count >= 1 && count <= members.length, "policy: threshold");
    define(name, state);
    policy.groups.push({ name, count, members });
  },
  quorum(policy, parts, state) {
    need(parts.length === 1 && policy.quorum === null, "policy: quorum line");
    need(parts[0] === "none" || isKnown(parts[0], state), "policy: a quorum that is not known");
    policy.quorum = parts[0];
  },
  tsa(policy, parts) {
    need(parts.length === 3 && isHex(parts[1], 32) && isHex(parts[2], 32), "policy: tsa line");
    need(policy.authorities.every(other => other.certificate !== parts[2] || other.name === parts[0]), "policy: a certificate under two names");
    policy.authorities.push({ name: parts[0], root: parts[1], certificate: parts[2] });
  },
  require(policy, parts) {
    need(parts.length > 0, "policy: require line");
    parts.forEach(parseRequirement);
    policy.requirements.push(...parts);
  },
};

/** True if the witnesses whose names are in `seen` are enough. Groups name only what stands before them. */
function quorumIsMet(policy, seen) {
  const met = new Set(seen);
  for (const { name, count, members } of policy.groups)
    if (members.filter(member => met.has(member)).length >= count) met.add(name);
  return policy.quorum === "none" || met.has(policy.quorum);
}
