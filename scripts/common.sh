# shellcheck shell=bash
# What building, testing and measuring take; sourced by the scripts of a clone, not run.

scripts=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/installation.sh
. "$scripts/installation.sh"

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root, and there is no sudo here: run as root once: $*"
    fi
}

# probe_present PROBE: is this command, or this file (if it has a slash), here?
probe_present() {
    case $1 in
    */*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# Debian starts a server as soon as its package is installed. Ours are started by us, on our ports.
services_hold() {
    local policy=/usr/sbin/policy-rc.d
    [ ! -e "$policy" ] || return 0
    # shellcheck disable=SC2064 # the path is wanted as it is now
    trap "as_root rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
}

services_disable() {
    [ -d /run/systemd/system ] || return 0
    local package
    for package; do
        case $package in
        lighttpd | nginx-light | fcgiwrap) as_root systemctl disable --quiet "${package%-light}" ;;
        postgresql*) as_root systemctl disable --quiet postgresql ;;
        radosgw | ceph-mon | ceph-osd) as_root systemctl disable --quiet "ceph-${package#ceph-}.target" ;;
        pgbouncer | swift-proxy | swift-object | swift-container | swift-account)
            as_root systemctl disable --quiet "$package" ;;
        esac
    done
}

# packages_missing PACKAGE=PROBE...: print the packages whose probe is not here.
packages_missing() {
    local pair
    for pair; do
        probe_present "${pair#*=}" || echo "${pair%%=*}"
    done
}

# packages_ensure PACKAGE=PROBE...: install with apt-get the packages whose probe is not here.
packages_ensure() {
    local pair missing
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        die "missing: ${missing[*]} (Debian's package names), and there is no apt-get here;" \
            "install them with your system's package manager and start again"
    say "installing ${missing[*]}"
    (
        services_hold
        as_root apt-get update -q
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
            --no-install-recommends "${missing[@]}"
    ) >&2 || die "apt-get could not install: ${missing[*]}"
    services_disable "${missing[@]}"
    for pair; do
        probe_present "${pair#*=}" || die "${pair%%=*} is installed, but ${pair#*=} is not here"
    done
}

# quietly COMMAND...: show what it printed only if it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || {
        printf '%s\n' "$output" >&2
        return 1
    }
}

# What building the programs takes whose stores are on servers.
postgres_packages=(libpq-dev=/usr/include/postgresql/libpq-fe.h)
s3_packages=(libcurl4-openssl-dev=curl-config libssl-dev=/usr/include/openssl/evp.h
    libexpat1-dev=/usr/include/expat.h)

# Servers for tests and measurements: PostgreSQL, and Ceph's gateway for S3.
# shellcheck disable=SC2034 # used by the scripts that source this
server_packages=(postgresql=pg_ctlcluster openssl=openssl ceph-mon=ceph-mon ceph-osd=ceph-osd
    ceph-common=ceph radosgw=radosgw curl=curl)

# store_packages: what building the program for the store takes that SCHEDULE_STORE chooses.
# shellcheck disable=SC2034 # used by the scripts that source this
case $store in
file) store_packages=() ;;
postgres) store_packages=("${postgres_packages[@]}") ;;
s3) store_packages=("${s3_packages[@]}") ;;
esac

# build_packages: what building the program takes.
build_packages=(cmake=cmake make=make gcc=gcc libc6-dev=/usr/include/stdio.h
    libjansson-dev=/usr/include/jansson.h)
# shellcheck source=scripts/musl_libraries.sh
. "$root/scripts/musl_libraries.sh"

# may_install: can packages be installed without asking anybody?
may_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# release_packages_ensure PACKAGE=PROBE...: these and what building takes; and what the static build takes
# besides, if that can be had: nobody is asked again and again for what he can do without.
release_packages_ensure() {
    if [ "$store" != file ]; then
        packages_ensure "${build_packages[@]}" "$@"
    elif [ -n "$(packages_missing "${build_packages[@]}" "$@")" ]; then
        (packages_ensure "${build_packages[@]}" "${musl_packages[@]}" "$@") ||
            packages_ensure "${build_packages[@]}" "$@"
    elif [ -n "$(packages_missing "${musl_packages[@]}")" ] && may_install; then
        (packages_ensure "${musl_packages[@]}") || say "going on without what could not be installed"
    fi
}

# is_configured BUILD TOOLCHAIN: does the build directory belong to this one and, if not empty, to this
# toolchain?
is_configured() {
    local cache=$1/CMakeCache.txt
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache" &&
        [ "$(sed -n 's/^CMAKE_TOOLCHAIN_FILE:[A-Z]*=//p' "$cache")" = "$2" ]
}

# build_in BUILD TOOLCHAIN TARGET OPTION...: build one program, with this toolchain unless it is empty. A
# build directory that was moved here, or is of another toolchain, starts afresh.
build_in() {
    local build=$1 arguments=("${@:4}")
    [ -z "$2" ] || arguments+=(--toolchain "$2")
    [ ! -e "$build/CMakeCache.txt" ] || is_configured "$build" "$2" || arguments+=(--fresh)
    quietly cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release "${arguments[@]}" &&
        quietly cmake --build "$build" --parallel --target "$3"
}

# build_with [TOOLCHAIN]: make build/cgi/schedule.cgi.
build_with() {
    build_in "$root/build" "${1:-}" schedule.cgi -DSCHEDULE_POSTGRES=OFF -DSCHEDULE_S3=OFF
}

# version: that of the program, which CMakeLists.txt has.
version() {
    sed -nE 's/^project\(schedule-cgi VERSION ([0-9.]+) .*/\1/p' "$root/CMakeLists.txt"
}

# program_is_static: is what was built as schedule.cgi the static program? It says so itself.
program_is_static() {
    env -i "$programs/schedule.cgi" | grep -qF '(static, musl).'
}

# program_build: make build/cgi/schedule.cgi, the static program if it can be, and say which it is.
program_build() {
    local obstacle
    if obstacle=$(musl_libraries_ensure jansson); then
        if build_with "$root/scripts/musl.cmake"; then
            say "schedule.cgi is static, linked with musl"
            return
        fi
        obstacle="the static build failed (see above)"
    fi
    say "schedule.cgi is dynamic, linked with glibc: $obstacle"
    build_with
}

# store_program_build KIND: make build/cgi/schedule-KIND.cgi; not with schedule.cgi, which is static.
store_program_build() {
    build_in "$root/build/$1" "" "schedule-$1.cgi" "-DSCHEDULE_${1^^}=ON" \
        "-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=$root/build/cgi"
}

# copy_build STORE...: make build/cgi/schedule-copy for addresses or kinds of these stores, if something can be
# built here.
copy_build() {
    local place packages=() cmake_options=()
    is_buildable && { [ ! -x "$programs/schedule-copy" ] || probe_present cmake; } || return 0
    for place; do
        case $place in
        postgres | postgres://* | postgresql://*)
            packages+=("${postgres_packages[@]}")
            cmake_options+=(-DSCHEDULE_POSTGRES=ON)
            ;;
        s3 | http://* | https://*)
            packages+=("${s3_packages[@]}")
            cmake_options+=(-DSCHEDULE_S3=ON)
            ;;
        esac
    done
    packages_ensure "${build_packages[@]}" "${packages[@]}"
    mkdir -p "$root/build"
    (
        flock 9
        build_in "$root/build/copy" "" schedule-copy "${cmake_options[@]}" \
            "-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=$programs"
    ) 9>"$root/build/installation.lock"
}

# preset_build NAME [OPTION...]: build the program and its tests by a preset of CMakePresets.json, into
# build-NAME; cmake --build takes the options.
preset_build() {
    (cd "$root" && quietly cmake --preset "$1") &&
        quietly cmake --build "$root/build-$1" --parallel "$(nproc)" "${@:2}"
}

# shellcheck source=scripts/dist.sh
. "$root/scripts/dist.sh"

# is_buildable: can something be built here? An installation may be read-only.
is_buildable() {
    [ -w "$root" ] && { [ ! -e "$root/build" ] || [ -w "$root/build" ]; }
}

# installation_make KIND...: the programs of these kinds of store, and dist/; one caller at a time.
installation_make() {
    local kind
    mkdir -p "$root/build"
    (
        flock 9
        for kind; do
            if [ "$kind" = file ]; then
                program_build || die "the build failed"
            else
                store_program_build "$kind" || die "the build of schedule-$kind.cgi failed"
            fi
        done
        dist_make
    ) 9>"$root/build/installation.lock"
}
