// Validates HAR files: node validate.mjs FILE...
import { readFileSync } from "node:fs";
import validator from "har-validator";

for (const file of process.argv.slice(2)) {
  const har = JSON.parse(readFileSync(file, "utf8"));
  try {
    await validator.har(har);
  } catch (error) {
    console.error(`${file} is not HAR 1.2: ${JSON.stringify(error.errors?.slice(0, 5) ?? String(error))}`);
    process.exit(1);
  }
  if (har.log.entries.length === 0) {
    console.error(`${file} holds no entries`);
    process.exit(1);
  }
  console.log(`${file}: ${har.log.entries.length} entries, HAR ${har.log.version}`);
}
