// Reads a report with parsers that other people's CI uses, and prints what they saw: node readers.mjs junit.xml ctrf.json
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { validateStrict } from "ctrf";
import { parse } from "junit2json";

const results = createRequire(import.meta.url)("test-results-parser");
const [junit, ctrf] = process.argv.slice(2);
const outcome = (c) => (c.failure ? "failed" : c.error ? "error" : c.skipped ? "skipped" : "passed");
const count = (list) => list.reduce((n, x) => ({ ...n, [x]: (n[x] ?? 0) + 1 }), {});

const suites = await parse(await readFile(junit, "utf8"));
const cases = suites.testsuite.flatMap((s) => s.testcase);
const { total, passed, failed, errors } = results.parse({ type: "junit", files: [junit] });
const document = JSON.parse(await readFile(ctrf, "utf8"));
validateStrict(document); // throws what is wrong

console.log(JSON.stringify({
  cases: cases.map((c) => `${c.classname}/${c.name}`),
  outcomes: count(cases.map(outcome)),
  withLine: cases.filter((c) => c.file && Number(c.line) > 0).length,
  messages: cases.flatMap((c) => c.failure ?? []).map((f) => f.message),
  totals: { total, passed, failed, errors },
  ctrf: count(document.results.tests.map((t) => t.status)),
  summary: document.results.summary,
}));
