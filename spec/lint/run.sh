#!/usr/bin/env bash
# Proves that the description is portable: installs the pinned tools, lints it with Redocly and Spectral (a warning fails), and has Prism serve
# it. Needs Node.js 20 or later and npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
description=../detachinstances.openapi.yaml
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_UPDATE_NOTIFIER=1

# Prism declares a newer Node.js than it uses; npm only warns of that, and a real failure shows below.
npm ci --loglevel=error

bin=node_modules/.bin
"$bin/redocly" lint --config redocly.yaml ../detachinstances*.openapi.yaml
"$bin/spectral" lint --ruleset .spectral.yaml --fail-severity=warn ../detachinstances*.openapi.yaml

bundle=$(mktemp -d)
trap 'rm -rf "$bundle"' EXIT
"$bin/redocly" bundle --config redocly.yaml --dereferenced --output "$bundle/description.json" "$description"
node serve.mjs "$description" "$bundle/description.json"
