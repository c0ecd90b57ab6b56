# essconform: two commands to begin with.
#
#   make conformance    the whole contract against the embedded mock, or against ENDPOINT=
#   make test           the project's own tests
#
# Settings of `make conformance`:
#   ENDPOINT=http://127.0.0.1:9090                  the server to test (default: the embedded mock)
#   PROVIDER_STATES=http://127.0.0.1:9090/_states   where it arranges states
#   PROCS=4                                         processes (default 1)
#   LABELS='document && xml'                        Ginkgo's label filter
#   ARGS='-verifies-signatures -timeout 5s'         any other flag, see `go run ./harness/cmd/essconform run -h`

SHELL := /bin/bash
GO ?= go

PROCS ?= 1
FUZZTIME ?= 10s
GINKGO := $(GO) tool ginkgo run --succinct $$([ -t 1 ] || echo --no-color) $(if $(filter-out 1,$(PROCS)),--procs=$(PROCS)) $(if $(LABELS),--label-filter='$(LABELS)')
# Where goroutines share state: these are tested with the race detector, everything else without, and the whole runs of the engine, too.
CONCURRENT := ./harness/engine/... ./harness/internal/wire ./harness/internal/states ./harness/internal/support ./harness/mock ./suites
RACE := $$(command -v $$($(GO) env CC) >/dev/null && echo -race)
# Tests that run beside each other wait rather than compute, and so do packages; Ginkgo refuses -parallel. The packages that take longest
# are named first, so that nothing waits for them.
TESTED := -vet=off -timeout 30m
BESIDE := $(TESTED) -parallel 8 -p 3
LONGEST := ./harness/internal/selftest/extreme ./harness/cmd/essconform ./harness/engine
# Modules of their own: what they need is no dependency of the library.
CLIENTS := harness/mock/clienttest harness/internal/wire/clienttest
BROWSERS := reports/render/html/browser harness/mock/browser
MODULES := suites/example $(CLIENTS) $(BROWSERS) .ci
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
TARGET := $(if $(ENDPOINT),-endpoint '$(ENDPOINT)') $(if $(PROVIDER_STATES),-provider-states '$(PROVIDER_STATES)') $(if $(REPORT_DIR),-report-dir '$(REPORT_DIR)')

.PHONY: conformance test test-example test-clients test-browser test-ci selftest selftest-check fuzz mock
.PHONY: lint lint-all lint-spec bench release-check build help

conformance: ## run the contract against the mock or ENDPOINT=; reports in reports/out
	@$(GINKGO) ./suites -- $(TARGET) $(ARGS)

# Collected four times less often, garbage takes a fifth less time.
test test-clients test-browser test-ci: export GOGC ?= 400

# `make lint` vets. suites/runs builds what it tests, which the test cache does not see.
test: ## unit and integration tests; with the race detector where goroutines share state
	@command -v $$($(GO) env CC) >/dev/null || echo 'make test: no C compiler, so the race detector is off; install gcc to turn it on'
	$(GO) test $(BESIDE) $(LONGEST) $$($(GO) list ./... | grep -v -x -F -e "$$($(GO) list $(CONCURRENT))" -e "$$($(GO) list ./suites/runs)")
	$(GO) test $(TESTED) -count=1 -parallel 4 ./suites/runs
	$(GO) test $(TESTED) ./suites
	$(GO) test $(BESIDE) $(RACE) -short $(filter-out ./suites,$(CONCURRENT))
	$(GO) test $(TESTED) $(RACE) ./suites -args -cover lean
	@$(MAKE) --no-print-directory test-example

test-example: ## the example of a test in another module
	$(GO) -C suites/example test ./...

test-clients: ## the mock and the signatures with official clients, for Go and for Node.js (needs Node.js and npm)
	npm ci --prefix harness/mock/clienttest/node --loglevel=error
	@for module in $(CLIENTS); do (set -x; $(GO) -C $$module test ./...) || exit 1; done

test-browser: ## the pages of reports and of the mock in a real browser, with axe-core and Swagger UI from npm; installs Chromium on Debian
	@command -v "$$CHROMIUM" chromium chromium-browser google-chrome >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	else \
		echo 'make test-browser: install Chromium, or set CHROMIUM to its path'; exit 1; \
	fi
	@for module in $(BROWSERS); do (set -x; $(GO) -C $$module test -count=1 ./...) || exit 1; done

test-ci: ## what GitHub, GitLab and Kubernetes run, and what readers from npm see in junit.xml and CTRF
	$(GO) -C .ci test -count=1 -parallel 8 ./...

selftest: ## run the suite against every defect and legal variant of the mock; writes reports/selftest.md
	$(GO) run ./harness/cmd/selftest -o reports/selftest.md

selftest-check: ## the same, and fail when reports/selftest.md is out of date
	$(GO) run ./harness/cmd/selftest -check -o reports/selftest.md

mock: ## serve the mock on 127.0.0.1:9090
	$(GO) run ./harness/cmd/essconform mock -addr 127.0.0.1:9090 $(ARGS)

# `go test -fuzz` takes one target at a time.
fuzz: ## run every fuzz target for FUZZTIME (default 10s)
	@set -e; for dir in $$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u); do \
		for name in $$(grep -ho '^func Fuzz[A-Za-z0-9]*' $$dir/*_test.go | cut -c6-); do \
			echo "$$dir $$name"; \
			$(GO) test ./$$dir -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s; \
		done; \
	done

lint: ## go vet, staticcheck, revive and gofumpt
	$(GO) vet ./...
	@for module in $(MODULES); do $(GO) -C $$module vet ./... || exit 1; done
	$(GO) tool staticcheck ./...
	$(GO) tool revive -config .ci/revive.toml -set_exit_status -formatter unix ./...
	@unformatted=$$($(GO) tool gofumpt -l $$(git ls-files --cached --others --exclude-standard '*.go')); if [ -n "$$unformatted" ]; then echo "run 'go tool gofumpt -w .' on:"; echo "$$unformatted"; exit 1; fi

lint-all: ## golangci-lint with .golangci.yml; building it takes minutes
	$(GO) run $(GOLANGCI) run ./...

lint-spec: ## check the OpenAPI descriptions with Redocly, Spectral, Prism and generators, and exchanges.har by a HAR schema (needs Node.js and npm)
	spec/lint/run.sh
	reports/har/lint/run.sh

bench: ## measure speed and memory, as a table
	$(GO) run ./harness/internal/bench

release-check: ## check the release: configuration, reproducible builds, the image as another user
	GO='$(GO)' .ci/release-check

build: ## bin/essconform and bin/suites.test, the suite for machines without Go
	$(GO) build -o bin/essconform ./harness/cmd/essconform
	$(GO) test -c -o bin/suites.test ./suites

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18
