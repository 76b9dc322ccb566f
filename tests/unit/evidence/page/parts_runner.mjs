// Calls functions of the page's script, as it was written: one JSON line in, one out.
//
//   node parts_runner.mjs SCRIPT
//   in:  {"call": name, "arguments": [...]}; out: {"result": ...}, or {"refused": why}
// Bytes are {"hex": "..."}, big integers {"big": "..."}, names of the script {"name": "..."}, both ways.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

(0, eval)(`(() => {${readFileSync(process.argv[2], "utf8")}\n;globalThis.named = name => eval(name); globalThis.Refusal = Bad;})()`);

function read(value) {
  if (Array.isArray(value)) return value.map(read);
  if (value === null || typeof value !== "object") return value;
  if ("hex" in value) return new Uint8Array(Buffer.from(value.hex, "hex"));
  if ("big" in value) return BigInt(value.big);
  return globalThis.named(value.name);
}

function written(value) {
  if (typeof value === "bigint") return { big: String(value) };
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString("hex") };
  if (value instanceof Map) return { map: [...value].map(written) };
  if (Array.isArray(value)) return value.map(written);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, written(each)]));
}

function answer({ call, arguments: given }) {
  try {
    return { result: written(globalThis.named(call)(...given.map(read))) };
  } catch (error) {
    return error instanceof globalThis.Refusal ? { refused: error.message } : { defect: String(error.stack) };
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(answer(JSON.parse(line))));
