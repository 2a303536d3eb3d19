# The front door. `make run` and `make test` do all the set-up that they need on a fresh Debian 12 with a Swift 6.3
# toolchain on PATH; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build test lint format release arm64 deb deb-test reproduce piuparts bench fuzz soak sanitize clean
.PHONY: packages-build packages-test packages-arm64 packages-deb packages-piuparts

dist := .build/dist
debug := .build/debug/agentcheckd
deb := .build/deb
# Every name in Sources, Tests and the manifest that a release is made of.
sources := Package.swift $(shell find Sources -type f)

build-packages := libyaml-dev pkg-config binutils
deb-packages := $(build-packages) debhelper dpkg-dev fakeroot lintian bash-completion
test-packages := $(deb-packages) systemd systemd-container zsh fish gcc libc6-dev haproxy fuse3 libfuse3-dev stress-ng strace python3 \
  python3-jsonschema python3-yaml python3-prometheus-client prometheus mandoc sysstat procps iproute2 lsof \
  monitoring-plugins-basic socat autopkgtest logcheck-database man-db
piuparts-packages := piuparts mmdebstrap

under-fire := EndToEndTests.(Crowd|Reload|Steadiness|Store|Hang|KernelFile|KeptState|Administrative|Clock)Tests

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

run: packages-build ## build and run the daemon in the foreground, with the built-in rule file or FILE=rules.yaml
	@swift build
	@exec $(debug) run $(if $(FILE),-c $(FILE))

build: packages-build ## the ordinary build
	@swift build

test: packages-test ## everything: both builds, lint, unit and end-to-end tests, real HAProxy included
	@Tests/run

lint: ## the style check
	@swift format lint --strict --recursive Sources Tests Package.swift

format: ## put the sources into the style
	@swift format --in-place --recursive Sources Tests Package.swift

release: $(dist)/agentcheckd ## the stripped Embedded Swift binary and its debug information in .build/dist

$(dist)/agentcheckd: $(sources) | packages-build
	@mkdir -p $(dist)
	@EMBEDDED=1 swift build -c release --disable-local-rpath --scratch-path .build/embedded
	@cp .build/embedded/release/agentcheckd $(dist)/agentcheckd.unstripped
	@objcopy --remove-section .debug_names --only-keep-debug $(dist)/agentcheckd.unstripped $(dist)/agentcheckd.debug
	@strip --strip-all -o $(dist)/agentcheckd.new $(dist)/agentcheckd.unstripped
	@objcopy --add-gnu-debuglink=$(dist)/agentcheckd.debug $(dist)/agentcheckd.new
	@mv $(dist)/agentcheckd.new $@
	@ls -l $@

# In a copy of the source, as the results are left beside the folder that they are made in.
deb: packages-deb release ## the Debian package of the release build, checked by lintian, in .build/deb
	@rm -rf $(deb)
	@Tests/Package/build . $(deb) $(dist)
	@lintian -EviIL +pedantic --allow-root --fail-on error,warning,info,pedantic $(deb)/*.changes
	@ls -l $(deb)/*.deb

deb-test: packages-test deb ## the life of the package under a real systemd, and whether its build can be repeated
	@Tests/Package/run $(deb)
	@Tests/Package/reproduce $(deb)

reproduce: deb ## whether another build, elsewhere and from nothing, gives the same packages, byte for byte
	@Tests/Package/reproduce $(deb)

piuparts: packages-piuparts deb ## what the package leaves behind in a Debian of the smallest kind; as root, with a mirror
	@Tests/Package/piuparts $(deb)

bench: packages-test release ## measure the release binary against a C server that does the least; OPTIONS=--markdown
	@Tests/Bench/bench $(OPTIONS) $(dist)/agentcheckd

arm64: packages-arm64 build ## build for arm64 on a machine that is none, and compare what it says under emulation with what we say
	@Tests/Release/arm64 $(debug)

fuzz: packages-build ## a million hostile inputs for each reader of foreign bytes; RUNS=10000 for fewer, TARGETS="rule-file" for one
	@Tests/fuzz $(TARGETS)

soak: packages-test release ## the tests under fire, 25 times as long as in `make test`, or SOAK=100 times
	@swift build --build-tests
	@SOAK=$(or $(SOAK),25) AGENTCHECKD="$(CURDIR)/$(dist)/agentcheckd" swift test --skip-build --no-parallel --filter '$(under-fire)'

sanitize: packages-test ## the end-to-end tests with the address sanitizer in the daemon
	@swift build --sanitize address --scratch-path .build/sanitized --product agentcheckd
	@swift build --build-tests
	@ASAN_OPTIONS=detect_leaks=0 AGENTCHECKD="$(CURDIR)/.build/sanitized/debug/agentcheckd" \
	  swift test --skip-build --no-parallel --filter EndToEndTests --skip 'SteadinessTests|BenchTests|HarnessTests'

clean: ## forget everything that was built
	@rm -rf .build

packages-build:
	@Tests/install-packages $(build-packages)

packages-test:
	@Tests/install-packages $(test-packages)

packages-arm64:
	@Tests/install-packages $(build-packages) qemu-user-static

packages-deb:
	@Tests/install-packages $(deb-packages)

packages-piuparts:
	@Tests/install-packages $(piuparts-packages)
