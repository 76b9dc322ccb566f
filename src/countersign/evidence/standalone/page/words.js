// What the page says: verdicts in plain words, times, and text of others made harmless to look at.

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/gu;

/** Text with control, bidirectional and invisible characters as escapes. */
const visible = text => String(text).replace(INVISIBLE, sign => `<U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}>`);

const MONTHS = "January February March April May June July August September October November December".split(" ");

function spokenTime(time) {
  const [, year, month, day, clock] = /^(\d+)-(\d+)-(\d+)T(\d+:\d+:\d+)Z$/.exec(time);
  return `${Number(day)} ${MONTHS[month - 1]} ${year}, ${clock} UTC`;
}

const GRADES = { A: "signed by the platform", B: "corroborated", C: "the collector's word", D: "supplied by a person" };
const SHOWN = { whole: "", fields: "shown in part", withheld: "withheld by choice", erased: "erased; its place in the log is kept" };

/** The verdict in one plain sentence. */
function meaning(report) {
  const { exit, claims, codes, origin } = report, latest = claims.find(claim => claim.no_later)?.no_later;
  const since = latest ? `These contents existed on ${spokenTime(latest)}, and have not changed since.`
    : `These contents have not changed since the log of ${origin} took them up; no outside party says when that was.`;
  if (exit === 0) return since;
  if (exit === 1) return "Something in this bundle is not what it says it is. Do not rely on it.";
  if (exit === 2) return codes.includes("E_VERSION") ? "It was made by a newer Countersign than this page knows. Nothing was decided."
    : codes.some(code => code === "E_POLICY" || code === "E_USAGE") ? "What you gave beside the bundle cannot be read. Nothing was decided."
    : "This is not a bundle that can be read. Nothing was decided.";
  if (exit === 4) return "This page has a defect, and reached no verdict. Please report it, with the bundle if you may.";
  if (codes.filter(code => code.startsWith("I_")).join() === "I_SIGNER")
    return "Nothing here is false, but it was not checked whose key signed it. Give the policy that you have from the signer, below.";
  return "Nothing here is false, but something that is asked for is missing.";
}

function intervalWords({ beacon, no_later: to }) {
  const later = to ? `no later than ${spokenTime(to)}` : "no outside party says by when";
  return beacon ? `${later}; no earlier than round ${beacon.round} of ${beacon.source}, if that is ${beacon.value.slice(0, 16)}\u2026: look it up` : later;
}

const PROVES = [
  "What is marked as passed above, for exactly these bytes.",
  "The contents are the ones that entries of the log committed to, in the order of the log. Changed, added or removed since, they would not fit.",
  "Where witnesses or time-stamp authorities are counted: this log, as it is shown here, existed at the times they give.",
];
const PROVES_NOT = [
  "That what was captured was true, or captured honestly. Only a platform's own signature, or a second collector, speaks for that.",
  "Who did it. An account's host holds its key, so even a platform's signature names no person.",
  "When it happened, beyond the times given. Clocks of the log, of the account and of its host are only their word.",
  "That nothing else happened. What was not captured, or is withheld here, is not shown.",
  "That the log shows everybody the same, unless witnesses are counted, or you gave a checkpoint of it that you hold.",
];
