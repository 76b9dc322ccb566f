// The page itself: takes what people choose or drop, and shows the verdict. All text of others enters by textContent.

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
/** Text of others: escaped, in its own direction. */
const quoted = (text, className = "") => element("bdi", { dir: "auto", className, textContent: visible(text) });
const byId = id => document.getElementById(id);
const list = (className, items) => element("ul", { className }, ...items.map(item => element("li", {}, ...item)));

const SIGNS = { passed: "=", FAILED: "\u00d7", "not checked": "\u2013", "cannot tell": "\u2013", none: "\u2013", shown: "=" };
const stateMark = state => element("span", { className: "state " + state.replace(" ", "-") },
  element("span", { ariaHidden: "true", textContent: SIGNS[state] + " " }), state);

function section(title, ...children) {
  return element("section", {}, element("h3", { textContent: title }), ...children);
}

/** 1 for what is only to be said. */
const onlySaid = failure => Number(failure.code.startsWith("W_"));

function showFailures({ exit, failures, internal }) {
  const decidingFirst = [...failures].sort((one, other) => onlySaid(one) - onlySaid(other));
  const shown = decidingFirst.slice(0, 200).map(({ code, where, says }) =>
    [element("code", { textContent: code }), " ", quoted(where, "where"), " ", quoted(says)]);
  if (failures.length > 200) shown.push([`and ${failures.length - 200} more`]);
  if (internal) shown.push([element("code", { textContent: "INTERNAL" }), " ", quoted(internal)]);
  return shown.length ? [section(exit === 0 ? "Also to be said" : "What was found", list("found", shown))] : [];
}

function showChecks({ checks }) {
  const rows = checks.map(({ says, passed, of, state }) => {
    const count = of > 1 || state === "FAILED" ? `${passed} of ${of} ` : state === "none" ? "0 " : "";
    return [stateMark(state), element("span", {}, count, quoted(says))];
  });
  return rows.length ? [section("What was checked", list("checks", rows))] : [];
}

function showClaims({ claims, proofs }) {
  const rows = claims.map(claim => [
    element("span", { className: "number", textContent: String(claim.number) }),
    element("div", {}, element("strong", {}, quoted(claim.what)), element("br"),
      element("span", { className: "quiet", textContent: [intervalWords(claim), `grade ${claim.grade}: ${GRADES[claim.grade]}`, SHOWN[claim.shown]].filter(Boolean).map(visible).join(" \u00b7 ") }))]);
  const more = proofs.map(({ says, state, fields }) => [stateMark(state), element("div", {}, quoted(says),
    ...fields.flatMap(([name, value]) => [element("br"), element("strong", {}, quoted(name)), ": ", quoted(value)]))]);
  return [...rows.length ? [section("Exhibits", list("claims", rows))] : [], ...more.length ? [section("Proofs and parts", list("checks", more))] : []];
}

function showLimits({ exit }) {
  const items = texts => element("ul", {}, ...texts.map(text => element("li", { textContent: text })));
  return element("details", { open: true, className: "limits" }, element("summary", { textContent: "What this proves, and what it does not" }),
    element("h4", { textContent: exit % 3 ? "It would prove, if it held" : "It proves" }), items(PROVES), element("h4", { textContent: "It does not prove" }), items(PROVES_NOT));
}

function showNumbers({ key, origin, checkpoint_text: text, anchors, exit, codes, claims }) {
  if (key === null) return [];
  const times = anchors.map(({ kind, name, time, counted }) =>
    [`${kind === "witness" ? "witness" : "time stamp"} `, quoted(name), ` ${spokenTime(time)}${counted ? "" : " (not counted)"}`]);
  return [element("details", {}, element("summary", { textContent: "For the record" }),
    element("dl", {}, element("dt", { textContent: "Log" }), element("dd", {}, quoted(origin)),
      element("dt", { textContent: "Key (SHA-256)" }), element("dd", { className: "mono", textContent: key }),
      element("dt", { textContent: "Checkpoint" }), element("dd", {}, element("pre", { textContent: text.split("\n").map(visible).join("\n") })),
      ...claims.some(claim => claim.no_earlier) ? [element("dt", { textContent: "No earlier than" }),
        element("dd", {}, quoted([...new Set(claims.map(claim => claim.no_earlier).filter(Boolean))].join("; ")))] : [],
      element("dt", { textContent: "Times" }), element("dd", {}, times.length ? list("", times) : "none"),
      element("dt", { textContent: "Exit code" }), element("dd", { textContent: `${exit} ${codes.join(" ")}` })))];
}

function show(report, name) {
  const verdict = byId("verdict"), signer = report.codes.includes("I_SIGNER") && report.exit !== 1;
  verdict.className = ["good", "false", "unreadable", "unsure", "unsure"][report.exit];
  verdict.replaceChildren(
    element("p", { className: "quiet" }, quoted(name)),
    element("h2", { id: "word", tabIndex: -1, textContent: report.verdict }), element("p", { className: "meaning" }, quoted(meaning(report))),
    ...signer && report.key ? [element("p", { className: "quiet mono", textContent: `internally consistent; signer not checked: key ${report.key}` })] : []);
  byId("details").replaceChildren(...report.exit === 0 ? [] : showFailures(report), ...showChecks(report), ...showClaims(report),
    ...report.exit === 0 ? showFailures(report) : [], showLimits(report), ...showNumbers(report));
}

// --- what people give -------------------------------------------------------------------------------------------------

const chosen = { name: "", read: null, turn: 0 };

async function fileBytes(id) {
  const [file] = byId(id).files;
  return file ? new Uint8Array(await file.arrayBuffer()) : undefined;
}

async function optionsGiven() {
  const at = byId("at").value.trim(), wanted = byId("require").value.split(/[\s,]+/).filter(Boolean);
  return { policy: await fileBytes("policy"), checkpoint: await fileBytes("older"), at: at || undefined, require: wanted };
}

/** Checks what is chosen, again whenever something beside it changes; what was asked later is what is shown. */
async function check() {
  if (!chosen.read) return;
  const { name, read } = chosen, turn = ++chosen.turn;
  byId("verdict").className = "busy";
  byId("verdict").replaceChildren(element("p", { textContent: "Checking \u2026" }));
  byId("details").replaceChildren();
  await new Promise(resolve => setTimeout(resolve, 20)); // the words are painted before the work begins
  let input, options, failure = null;
  try {
    [input, options] = [await read(), await optionsGiven()];
  } catch (error) {
    failure = unreadable(`${error.name}: ${error.message}`);
  }
  if (turn !== chosen.turn) return;
  show(failure ?? verifyBundle(input, options), name);
  byId("word").focus();
}

function take(name, read) {
  Object.assign(chosen, { name, read });
  check();
}

async function readFolder(files) {
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  if (files.length > MAX_FILES || size > MAX_TOTAL) throw new RangeError("more than 20,000 files, or than 1 GiB");
  const found = new Map();
  for (const { path, file } of files) found.set(path, new Uint8Array(await file.arrayBuffer()));
  return found;
}

const readZipFile = file => async () => {
  if (file.size > 2 * MAX_TOTAL) throw new RangeError("larger than any bundle");
  return new Uint8Array(await file.arrayBuffer());
};

function takeFolder(fileList) {
  const files = Array.from(fileList, file => ({ path: file.webkitRelativePath.split("/").slice(1).join("/"), file }));
  if (files.length) take(fileList[0].webkitRelativePath.split("/")[0], () => readFolder(files));
}

/** All files under a dropped folder. */
async function filesUnder(folder) {
  const files = [], waiting = [[folder, ""]];
  while (waiting.length && files.length <= MAX_FILES) {
    const [entry, path] = waiting.pop();
    if (entry.isFile) files.push({ path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
    else for (const reader = entry.createReader(); ;) {
      const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!part.length) break;
      for (const child of part) waiting.push([child, path ? `${path}/${child.name}` : child.name]);
    }
  }
  return files;
}

function takeDropped(event) {
  event.preventDefault();
  byId("drop").classList.remove("over");
  const [item] = event.dataTransfer.items, entry = item?.webkitGetAsEntry?.(), [file] = event.dataTransfer.files;
  if (entry?.isDirectory) take(entry.name, async () => readFolder(await filesUnder(entry)));
  else if (file) take(file.name, readZipFile(file));
}

function start() {
  byId("file").addEventListener("change", ({ target }) => target.files[0] && take(target.files[0].name, readZipFile(target.files[0])));
  byId("folder").addEventListener("change", ({ target }) => takeFolder(target.files));
  for (const id of ["policy", "older", "at", "require"]) byId(id).addEventListener("change", check);
  // Dropped beside the field, a file would replace this page: so that all of the page takes it.
  document.addEventListener("dragover", event => { event.preventDefault(); byId("drop").classList.add("over"); });
  document.addEventListener("dragleave", () => byId("drop").classList.remove("over"));
  document.addEventListener("drop", takeDropped);
  byId("needs-script").remove();
  byId("choose").hidden = false;
}

// Under Node, where the tests run this script, there is no page.
if (typeof document === "undefined") globalThis.countersign = { verifyBundle };
else start();
