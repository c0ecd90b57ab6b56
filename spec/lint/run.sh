#!/usr/bin/env bash
# Proves that the descriptions are portable: installs the pinned tools, lints them with Redocly and Spectral (a warning fails), has Prism serve
# the operation's, and compiles what generators for Go and TypeScript make of it. Needs Go, Node.js 20 or later and npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
description=../detachinstances.openapi.yaml
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_UPDATE_NOTIFIER=1

# Prism declares a newer Node.js than it uses; npm only warns of that, and a real failure shows below.
npm ci --loglevel=error

bin=node_modules/.bin
descriptions=(../detachinstances*.openapi.yaml ../../harness/mock/internal/control/openapi.yaml)
"$bin/redocly" lint --config redocly.yaml "${descriptions[@]}"
"$bin/spectral" lint --ruleset .spectral.yaml --fail-severity=warn "${descriptions[@]}"

bundle=$(mktemp -d)
trap 'rm -rf "$bundle"' EXIT
"$bin/redocly" bundle --config redocly.yaml --dereferenced --output "$bundle/description.json" "$description"
node serve.mjs "$description" "$bundle/description.json"

generated=$bundle/generated
mkdir -p "$generated"
cat >"$generated/go.mod" <<'END'
module generated

go 1.26.0
END
go -C "$generated" get -tool github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 github.com/ogen-go/ogen/cmd/ogen@v1.24.0 2>/dev/null
for edition in ../detachinstances*.openapi.yaml; do
	name=$(basename "$edition" .openapi.yaml)
	file=$PWD/$edition
	mkdir -p "$generated/$name"
	go -C "$generated" tool oapi-codegen -generate types,client -package generated -o "$name/generated.go" "$file"
	go -C "$generated" tool ogen --loglevel error --target "$name/ogen" --package ogen --clean "$file"
	"$bin/openapi-typescript" "$file" --output "$generated/$name/types.ts" >/dev/null
	"$bin/tsc" --noEmit --strict --skipLibCheck "$generated/$name/types.ts"
done
go -C "$generated" mod tidy 2>/dev/null
go -C "$generated" vet ./...
echo 'oapi-codegen, ogen and openapi-typescript take both editions, and what they make compiles'
