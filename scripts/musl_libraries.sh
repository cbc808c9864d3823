# shellcheck shell=bash
# The libraries that the release build links: Debian has them for glibc only, so they are built for
# musl from Debian's own source packages, into build-deps/NAME. Sourced by common.sh.
#
# apt fetches the sources into a directory of its own, by the machine's sources and with their
# signatures; the machine's own lists stay as they are. This takes no root.

# What it takes besides build_packages.
# shellcheck disable=SC2034 # used by common.sh
musl_packages=(musl-tools=musl-gcc dpkg-dev=dpkg-source)
dependencies=${root:?}/build-deps

# The flags of CMakeLists.txt as far as they are about safety, and sections for the linker to choose from.
musl_flags=(-O2 -g -fPIE -fstack-protector-strong -fstack-clash-protection -ffunction-sections -fdata-sections
    -fno-asynchronous-unwind-tables)
[[ $(uname -m) != x86_64 ]] || musl_flags+=(-fcf-protection)

# apt_configure DIRECTORY: let apt-get keep to DIRECTORY, but go the machine's ways to the network.
apt_configure() {
    mkdir -p "$1"/{lists/partial,archives/partial}
    {
        apt-config dump | grep '^Acquire::'
        cat <<END
Dir::Etc::Main "/dev/null";
Dir::Etc::Parts "/dev/null";
Dir::Etc::SourceList "$1/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "$1/lists";
Dir::Cache "$1";
Dir::Cache::Archives "$1/archives";
Acquire::Retries "0";
Acquire::http::Timeout "15";
Acquire::https::Timeout "15";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
END
    } >"$1/apt.conf"
}

# sources_list [OPTION...]: where Debian's source packages are, beside the binary ones that this machine
# uses. apt-get takes the options; none may be known to it before it has updated its lists.
sources_list() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed=
    [ ! -e "$keyring" ] || signed="[signed-by=$keyring] "
    # shellcheck disable=SC2016 # apt's variables
    apt-get "$@" indextargets --format "deb-src $signed"'$(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Identifier: Packages' 'Origin: Debian' 'Component: main' | sort -u | grep .
}

# sources_list_anew DIRECTORY: the same for a machine whose lists were removed, as in a small image.
sources_list_anew() {
    local places=(-o "Dir::State::Lists=$1/machine" -o "Dir::Cache=$1" -o Acquire::Retries=0)
    mkdir -p "$1/machine/partial"
    timeout 120 apt-get "${places[@]}" update -q >&2 && sources_list "${places[@]}"
}

# source_fetch PACKAGE DIRECTORY: put the newest source of PACKAGE into DIRECTORY/source, patched.
source_fetch() {
    local package=$1 directory=$2
    apt_configure "$directory"
    sources_list >"$directory/sources.list" ||
        sources_list_anew "$directory" >"$directory/sources.list" || return 1
    mkdir "$directory/download"
    # _apt, who downloads for root, owns nothing else.
    [ "$(id -u)" != 0 ] || chown _apt "$directory/download"
    (
        cd "$directory/download"
        export APT_CONFIG=$directory/apt.conf
        timeout 120 apt-get update -q --error-on=any &&
            timeout 120 apt-get source -q --download-only --only-source "$package"
    ) && dpkg-source -x "$directory/download/$package"_*.dsc "$directory/source"
}

# names_keep ARCHIVE PATTERN...: make one object of the archive, which shows nothing but what matches:
# its inner names are its own then, and the program may have the same.
names_keep() {
    local archive=$1 whole=${1%.a}.o
    shift
    ld -r --whole-archive "$archive" -o "$whole" &&
        objcopy --wildcard "${@/#/--keep-global-symbol=}" "$whole" &&
        rm "$archive" && ar rcs "$archive" "$whole" && rm "$whole"
}

# library_compile PACKAGE SOURCE TARGET: its headers and its static library go to TARGET.
library_compile() {
    local package=$1 source=$2 target=$3
    local -A options=(
        [jansson]="-DJANSSON_BUILD_DOCS=OFF -DJANSSON_EXAMPLES=OFF -DJANSSON_WITHOUT_TESTS=ON"
        [cmocka]="-DWITH_STATIC_LIB=ON -DWITH_EXAMPLES=OFF"
    )
    # shellcheck disable=SC2086 # they are several
    # The sources' directory, which its texts would tell, has another name each time.
    CFLAGS="${musl_flags[*]} -ffile-prefix-map=$source=$package" cmake -S "$source" -B "$source.build" -DCMAKE_C_COMPILER=musl-gcc \
        -DCMAKE_BUILD_TYPE=None -DCMAKE_INSTALL_PREFIX="$target" -DCMAKE_INSTALL_LIBDIR=lib \
        ${options[$package]} &&
        cmake --build "$source.build" --parallel --target install || return 1
    rm -f "$target"/lib/*.so*
    [ "$package" != jansson ] || names_keep "$target/lib/libjansson.a" 'json_*' 'jansson_*'
}

# library_stamp PACKAGE: what its build depends on. The machine's updates of jansson and musl make it
# another, too.
library_stamp() {
    gcc -dumpfullversion
    dpkg-query -W "lib$1-dev" musl-dev 2>/dev/null || true
    cksum <"$root/scripts/musl_libraries.sh"
}

# library_make PACKAGE: fetch and build it into build-deps/PACKAGE, where it appears as a whole.
library_make() {
    local package=$1 work status=0
    work=$(mktemp -d) && chmod 755 "$work" || return 1
    # shellcheck disable=SC2064 # the path is wanted as it is now; of the subshell that holds the lock
    trap "rm -rf '$work'" EXIT
    {
        source_fetch "$package" "$work" &&
            library_compile "$package" "$work/source" "$work/target" &&
            library_stamp "$package" >"$work/target/stamp" &&
            rm -rf "${dependencies:?}/$package" "$dependencies/$package.new" &&
            cp -R "$work/target" "$dependencies/$package.new" &&
            mv "$dependencies/$package.new" "$dependencies/$package"
    } || status=1
    rm -rf "$work"
    return "$status"
}

# headers_link: the headers of the kernel and of valgrind, without glibc's beside them.
headers_link() {
    local include=$dependencies/headers/include name
    mkdir -p "$include"
    for name in linux asm-generic valgrind "$(gcc -print-multiarch)/asm"; do
        ln -sfn "/usr/include/$name" "$include/${name##*/}"
    done
}

# musl_libraries_ensure PACKAGE...: build those that are not there as they should be, one caller at a time;
# or print what is in the way.
musl_libraries_ensure() {
    local package obstacle
    probe_present musl-gcc || { echo "musl-gcc is not installed" && return 1; }
    { mkdir -p "$dependencies" && : >>"$dependencies/lock"; } 2>/dev/null || {
        echo "build-deps cannot be written to"
        return 1
    }
    (
        flock 8
        headers_link
        for package; do
            [ "$(cat "$dependencies/$package/stamp" 2>/dev/null)" != "$(library_stamp "$package")" ] ||
                continue
            say "fetching and building $package for musl"
            ! library_make "$package" >"$dependencies/$package.log" 2>&1 || continue
            obstacle="$package could not be fetched or built (build-deps/$package.log tells more)"
            # After an update without network, for example: what was built before is good enough.
            [ ! -e "$dependencies/$package/stamp" ] || { say "$obstacle; using the one before" && continue; }
            echo "$obstacle"
            exit 1
        done
    ) 8>"$dependencies/lock"
}
