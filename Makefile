# Every target first sees to what the build needs (scripts/dependencies); after the first time that is a glance.

.DEFAULT_GOAL := help
.PHONY: help dependencies build demo test test-broker sim chaos soak fuzz tsan bench bench-counts bench-peers backtest \
	validate-detector examples protobuf man check-deploy format lint clean

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

dependencies: ## Check the Swift toolchain and install the C libraries that are missing.
	@scripts/dependencies

build: dependencies ## Build the command for release: .build/release/thermocline.
	swift build -c release --product thermocline

demo: build ## Run the demo: a simulated population through a broker inside the process.
	@.build/release/thermocline demo

test: dependencies ## Build everything for debugging and run all tests.
	@scripts/test

sim: dependencies ## Run one seed of the simulation (SEED=7), or COUNT of them from it on.
	@THERMOCLINE_SIM_SEED=$(or $(SEED),1) THERMOCLINE_SIM_COUNT=$(or $(COUNT),1) \
		scripts/test --filter 'SimulationTests/everySeed'

chaos: dependencies ## Kill, halt, add and remove instances for SECONDS (120) by SEED, then compare with a replay.
	@THERMOCLINE_CHAOS_SECONDS=$(or $(SECONDS),120) THERMOCLINE_CHAOS_SEED=$(or $(SEED),1) \
		scripts/test --filter 'ChaosTests/anySteps'

test-broker: dependencies ## Run the tests that talk to Kafka against a broker with transactions (THERMOCLINE_TEST_BROKERS, or kfake).
	@scripts/test-broker

soak: dependencies ## Run the simulation, a thousand seeds after the other, until one fails or you stop it.
	@scripts/soak

fuzz: dependencies ## Fuzz every decoder for FUZZ_SECONDS (60) or FUZZ_CPU_MINUTES each.
	@Benchmarks/fuzz/run.sh

tsan: dependencies ## Run the engine's tests under the thread sanitizer.
	@# Optimised: without, accesses through pointers and generics are calls that the sanitizer does not see.
	TSAN_OPTIONS=suppressions=$(CURDIR)/scripts/tsan.suppressions swift test -c release -Xswiftc -enable-testing --disable-xctest --quiet --sanitize=thread \
		--scratch-path .build/tsan --filter EngineTests

bench: build ## Measure throughput and latency of the release build.
	@Benchmarks/run.sh

bench-counts: dependencies ## Hold the allocations an event to their thresholds.
	@Benchmarks/counts.sh

bench-peers: build ## Measure other engines beside ours (installs them under /tmp).
	@Benchmarks/peers/run.sh

backtest: build ## Hold the default policy to its figures on ../shared/data/oulad and crm6; fit weights, draw a page.
	@mkdir -p .build/backtest
	@for set in oulad crm6; do \
		data=../shared/data/$$set; \
		.build/release/thermocline backtest --input $$data/events.ndjson.gz --profiles $$data/profiles.csv \
			--labels $$data/labels.csv --json > .build/backtest/$$set.json || exit; \
	done
	@.build/release/thermocline backtest --input ../shared/data/oulad/events.ndjson.gz \
		--profiles ../shared/data/oulad/profiles.csv --labels ../shared/data/oulad/labels.csv \
		--fit .build/backtest/fitted.yaml --html .build/backtest/report.html
	@Benchmarks/backtest.py .build/backtest/oulad.json .build/backtest/crm6.json

validate-detector: dependencies ## Simulate the detector's false alarms and power over the whole grid.
	THERMOCLINE_LONG=1 scripts/test --filter 'DropValidationTests|DropComparisonTests'

examples: dependencies ## Install Python's Kafka and Protobuf under .build/examples and run the tests that need them.
	@scripts/examples

protobuf: dependencies ## Write the Swift code of deploy/contracts/proto anew; needs protoc.
	@scripts/protobuf

man: dependencies ## Write the manual, one page for each command: .build/man.
	@# The package's own plugin would build the command once more, for release.
	swift build --product thermocline
	swift build --product generate-manual
	@mkdir -p .build/man
	.build/debug/generate-manual .build/debug/thermocline --multi-page --output-directory .build/man

check-deploy: ## Check deploy/ with promtool, hadolint, kubernetes-validate and others, which it installs under .build.
	@scripts/check-deploy

format: ## Format all Swift files in place.
	@scripts/format

lint: ## Check all Swift files against the format, changing nothing.
	@scripts/format --check

clean: ## Remove what was built; downloaded packages stay.
	swift package clean
