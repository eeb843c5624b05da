# Everything here needs cargo alone; cargo-nextest is used where it is installed.

CARGO ?= cargo

.PHONY: help build dist demo test attack fuzz check bench bench-hard bench-nats bench-http install

help:
	@echo "make build    compile tenure as it is installed, into target/dist"
	@echo "make dist     what is given to others, into target/packages: the program without symbols, a wheel, a Debian package"
	@echo "make demo     build, make a ledger of real events in target/demo and ask it questions"
	@echo "make test     run all tests"
	@echo "make attack   the tests of what floods, faults and odd input can do, at full size; prints what held and what failed"
	@echo "make fuzz     run each reader of foreign bytes on made-up input, FUZZ_SECONDS (60) each; needs cargo-fuzz"
	@echo "make check    formatting, lints, documentation, the fuzz targets, licences and sources of dependencies"
	@echo "make bench    measure ingest, importers, questions and what each sort of event costs"
	@echo "make bench-hard  measure ledgers that are hard on purpose, and how they grow"
	@echo "make bench-nats  measure the log on NATS beside a bare client, and tenure serve"
	@echo "make bench-http  measure tenure serve --http beside the same question in process"
	@echo "make install  put tenure into cargo's bin directory"

build:
	$(CARGO) build --profile dist -p tenure --features full

dist:
	@.ci/dist

# A ledger of some thirty events needs no optimiser. Most of what others wrote serves the tests too.
demo:
	@$(CARGO) build -p tenure --config .ci/demo.toml
	@rm -rf target/demo
	@$(CARGO) run --quiet -p tenure --config .ci/demo.toml -- --data target/demo demo

# The examples in the documentation come first, so that the last lines tell of the tests. nextest does not run them.
# Tests of the log on NATS need a nats-server, which is fetched once; those of the Python examples, of the page and of agents
# fetch what they need, or say that they could not.
test:
	@.ci/nats-server
	$(CARGO) test --workspace --doc --quiet
	@.ci/test

attack:
	@.ci/nats-server
	@.ci/attack

fuzz:
	@.ci/fuzz

# The fuzz targets are a workspace of their own, which is compiled without the library that runs them.
check:
	@if $(CARGO) fmt --version >/dev/null 2>&1; then \
		set -x; $(CARGO) fmt --all --check; \
	else \
		echo "rustfmt is not installed: formatting is not checked"; \
	fi
	@if $(CARGO) clippy --version >/dev/null 2>&1; then \
		set -x; $(CARGO) clippy --workspace --all-targets --features tenure/full -- -D warnings; \
	else \
		echo "clippy is not installed: lints are not checked"; \
	fi
	@if $(CARGO) deny --version >/dev/null 2>&1; then \
		set -x; $(CARGO) deny check bans licenses sources; \
	else \
		echo "cargo-deny is not installed: licences and sources of dependencies are not checked"; \
	fi
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --workspace
	CUSTOM_LIBFUZZER_PATH=/dev/null $(CARGO) check --manifest-path fuzz/Cargo.toml --target-dir target --bins --quiet

bench:
	$(CARGO) bench --profile dist -p tenure --bench ledger --bench changes --bench sources --bench table

bench-hard:
	$(CARGO) bench --profile dist -p tenure --bench hard

bench-nats:
	@.ci/nats-server
	$(CARGO) bench --profile dist -p tenure --bench nats
	$(CARGO) bench --profile dist -p tenure --bench serve

bench-http:
	$(CARGO) bench --profile dist -p tenure --bench http

install:
	$(CARGO) install --locked --profile dist --path crates/tenure --features full
