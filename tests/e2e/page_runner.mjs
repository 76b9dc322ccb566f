// Runs the script of verify.html over bundles: one JSON line in, one out.
//
//   node page_runner.mjs PATH/TO/verify.html
//   in:  {"path": zip or folder, "policy": path, "checkpoint": path, "at": time, "require": [what...]}
//   out: {"exit": n, "codes": [...], ...} as `countersign verify --json`; with "call": [function, arguments...] its result
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const page = readFileSync(process.argv[2], "utf8");
const [, script] = /<script>([\s\S]*)<\/script>/.exec(page);
(0, eval)(`(() => {${script}\n})()`);
const { verifyBundle } = globalThis.countersign;

function filesIn(folder, prefix = "") {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap(entry => {
    const path = prefix + entry.name;
    return entry.isDirectory() ? filesIn(folder, path + "/") : [[path, new Uint8Array(readFileSync(join(folder, path)))]];
  });
}

function answer({ path, policy, checkpoint, at, require }) {
  const bytes = file => file == null ? undefined : new Uint8Array(readFileSync(file));
  const input = lstatSync(path).isDirectory() ? new Map(filesIn(path)) : bytes(path);
  return verifyBundle(input, { policy: bytes(policy), checkpoint: bytes(checkpoint), at: at ?? undefined, require: require ?? [] });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { files, claims, ...report } = answer(JSON.parse(line));
  console.log(JSON.stringify({ ...report, claims }));
}
