#!/usr/bin/env bash
# Proves that what a run records is HAR 1.2: runs some cases on the embedded mock, and validates exchanges.har by the schema that other
# tools use. Needs Node.js and npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

npm ci --loglevel=error

report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT
go run ../../../harness/cmd/essconform run -case 'detach.*' -case 'error.*' -report-dir "$report" >/dev/null
node validate.mjs "$report/exchanges.har"
