# hydra: `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
CLUSTER ?= test
PORT ?= 4000
SEEDS ?= 10000
FAULTS ?= many

# Without the directory of the program in its RUNPATH: it needs no library beside it, and takes none.
RELEASE := -c release --static-swift-stdlib --disable-local-rpath
export HYDRA_BIN := $(CURDIR)/bin/hydra

.PHONY: help setup build images all demo create-test-cluster destroy-test-cluster test test-unit test-functional fuzz \
  simulate lint fmt bench install uninstall clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## what is needed beside Swift: libedit-dev and a Docker engine
	@scripts/ensure-packages
	@scripts/ensure-docker

build: ## bin/hydra and bin/hydra-server, optimised
	@scripts/ensure-packages
	swift build $(RELEASE) --product hydra
	swift build $(RELEASE) --product hydra-server
	@mkdir -p bin
	@scripts/copy-stripped "$$(swift build $(RELEASE) --show-bin-path)" bin hydra hydra-server
	@ln -sf hydra bin/hydra-ctl

images: build ## the images of management, data, proxy, node and hello
	@scripts/ensure-docker
	@scripts/build-images

all: setup images ## everything that a cluster needs

demo: all ## a cluster of five nodes, a service with three replicas, an answer through the proxy
	bin/hydra run examples/demo.hydra $(CLUSTER)

create-test-cluster: ## cluster `test` with five nodes, its API on port 4000
	bin/hydra cluster start $(CLUSTER) --port $(PORT) --nodes 5

destroy-test-cluster: ## removes cluster `test`
	bin/hydra cluster destroy $(CLUSTER)

test: all test-unit simulate test-functional ## every test, the functional ones on a real Docker engine

test-unit: ## tests that need no engine
	@scripts/ensure-packages haproxy redis-server
	swift build --build-tests
	scripts/test-unit

test-functional: ## tests on a real engine; needs `make all` before
	@scripts/ensure-packages docker-registry openssl
	swift build --build-tests
	swift test --skip-build --no-parallel --filter HydraFunctionalTests

simulate: ## the control core in simulated worlds: SEEDS=10000 of them, SEED=7 alone with all that happened, GUARDS=1: which seeds notice the loss of a guard
	swift build $(RELEASE) --product hydra-simulate
	@"$$(swift build $(RELEASE) --show-bin-path)/hydra-simulate" $(if $(SEED),--seed $(SEED),$(if $(GUARDS),--guards) --seeds $(SEEDS)) --faults $(FAULTS)

lint: ## formatting, scripts, and docs/architecture.md against Package.swift
	swift format lint --strict --recursive Package.swift Sources Tests fuzz
	scripts/check-architecture
	@if command -v shellcheck >/dev/null; then shellcheck -x scripts/* images/*/*entrypoint; else echo 'shellcheck is not installed: scripts are not checked'; fi

fmt: ## formats what lint checks
	swift format --in-place --recursive Package.swift Sources Tests fuzz

fuzz: ## random bytes for the language, 60 s a target; more with `scripts/fuzz SECONDS`
	scripts/fuzz

bench: build ## the language beside others; start-up; failover of a running cluster
	scripts/bench-language
	scripts/bench

SHARE := $(DESTDIR)$(PREFIX)/share

install: build ## hydra, hydra-ctl, the manual page and shell completion under PREFIX (/usr/local)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(SHARE)/man/man1" "$(SHARE)/bash-completion/completions" \
	  "$(SHARE)/zsh/site-functions" "$(SHARE)/fish/vendor_completions.d"
	install -m 0755 bin/hydra "$(DESTDIR)$(PREFIX)/bin/hydra"
	ln -sf hydra "$(DESTDIR)$(PREFIX)/bin/hydra-ctl"
	bin/hydra __manual >"$(SHARE)/man/man1/hydra.1"
	bin/hydra completion bash >"$(SHARE)/bash-completion/completions/hydra"
	bin/hydra completion zsh >"$(SHARE)/zsh/site-functions/_hydra"
	bin/hydra completion fish >"$(SHARE)/fish/vendor_completions.d/hydra.fish"

uninstall: ## removes what install put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/hydra" "$(DESTDIR)$(PREFIX)/bin/hydra-ctl" "$(SHARE)/man/man1/hydra.1" \
	  "$(SHARE)/bash-completion/completions/hydra" "$(SHARE)/zsh/site-functions/_hydra" \
	  "$(SHARE)/fish/vendor_completions.d/hydra.fish"

clean: ## removes what was built; images and clusters stay
	rm -rf .build bin
