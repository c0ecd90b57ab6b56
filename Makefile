# essconform: two commands are enough to begin.
#
#   make conformance    the whole contract against the embedded mock, or against ENDPOINT=
#   make test           the project's own tests
#
# Settings of `make conformance`:
#   ENDPOINT=http://127.0.0.1:9090                  somebody else's server (default: the embedded mock)
#   PROVIDER_STATES=http://127.0.0.1:9090/_states   where it arranges states
#   PROCS=4                                         processes (default 1)
#   LABELS='document && xml'                        Ginkgo's label filter
#   ARGS='-verifies-signatures -timeout 5s'         any other flag, see `go run ./harness/cmd/essconform run -h`

SHELL := /bin/bash
GO ?= go

PROCS ?= 1
FUZZTIME ?= 10s
REPORT_DIR ?= $(CURDIR)/reports/out
GINKGO := $(GO) tool ginkgo run --succinct $$([ -t 1 ] || echo --no-color) $(if $(filter-out 1,$(PROCS)),--procs=$(PROCS)) $(if $(LABELS),--label-filter='$(LABELS)')
BROWSER := reports/render/html/browser
RACE := $$(command -v $$($(GO) env CC) >/dev/null && echo -race)
TARGET := $(if $(ENDPOINT),-endpoint '$(ENDPOINT)') $(if $(PROVIDER_STATES),-provider-states '$(PROVIDER_STATES)') -report-dir '$(REPORT_DIR)'

.PHONY: conformance test test-clients test-browser selftest selftest-check fuzz mock lint lint-spec bench release-check build help

conformance: ## run the contract; reports in reports/out
	@$(GINKGO) ./suites -- $(TARGET) $(ARGS)

test: ## unit and integration tests, race detector on where there is a C compiler
	@command -v $$($(GO) env CC) >/dev/null || echo 'make test: no C compiler, so the race detector is off; install gcc to have it on'
	$(GO) test $(RACE) $$($(GO) list ./... | grep -v -e /selftest/extreme -e /suites/runs)
	$(GO) test $(RACE) -count=1 ./suites/runs # it builds what it tests, which the test cache does not see
	$(GO) test ./harness/internal/selftest/extreme # whole runs against hostile targets: with the race detector, minutes more and nothing found
	$(GO) -C suites/example test ./...
	@$(MAKE) --no-print-directory test-clients

test-clients: ## the mock and the signatures with official clients, in modules of their own
	$(GO) -C harness/mock/clienttest test ./...
	$(GO) -C harness/internal/wire/clienttest test ./...

test-browser: ## report.html and the page of the mock in a real browser, modules of their own; installs Debian's Chromium where there is none
	@command -v "$$CHROMIUM" chromium chromium-browser google-chrome >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	else \
		echo 'make test-browser: install Chromium, or set CHROMIUM to its path'; exit 1; \
	fi
	$(GO) -C $(BROWSER) vet ./...
	$(GO) -C $(BROWSER) test -count=1 ./...
	$(GO) -C harness/mock/browser vet ./...
	$(GO) -C harness/mock/browser test -count=1 ./...

selftest: ## prove the suite: every defect of the mock is caught, no legal difference accused; writes reports/selftest.md
	$(GO) run ./harness/cmd/selftest -o reports/selftest.md

selftest-check: ## the same, and fail when reports/selftest.md is not current
	$(GO) run ./harness/cmd/selftest -check -o reports/selftest.md

mock: ## serve the mock on 127.0.0.1:9090
	$(GO) run ./harness/cmd/essconform mock -addr 127.0.0.1:9090 $(ARGS)

# One target at a time: that is all that `go test -fuzz` takes.
fuzz: ## every fuzz target for FUZZTIME (default 10s)
	@set -e; for dir in $$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u); do \
		for name in $$(grep -ho '^func Fuzz[A-Za-z0-9]*' $$dir/*_test.go | cut -c6-); do \
			echo "$$dir $$name"; \
			$(GO) test ./$$dir -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s; \
		done; \
	done

lint: ## go vet, staticcheck, gofumpt
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@for module in suites/example harness/mock/clienttest harness/internal/wire/clienttest; do $(GO) -C $$module vet ./... || exit 1; done
	@unformatted=$$($(GO) tool gofumpt -l $$(git ls-files --cached --others --exclude-standard '*.go')); if [ -n "$$unformatted" ]; then echo "run 'go tool gofumpt -w .' on:"; echo "$$unformatted"; exit 1; fi

lint-spec: ## the descriptions under Redocly, Spectral and Prism, and what generators make of them (needs Node.js and npm)
	spec/lint/run.sh

bench: ## speed, as a table
	$(GO) run ./harness/internal/bench

release-check: ## prove that a release can be made: configuration, byte-identical builds, the image as another user
	GO='$(GO)' .ci/release-check

build: ## the command and the prebuilt suite, which needs no Go
	$(GO) build -o bin/essconform ./harness/cmd/essconform
	$(GO) test -c -o bin/suites.test ./suites

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14
