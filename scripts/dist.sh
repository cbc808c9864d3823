# shellcheck shell=bash
# How dist/, the document root, is made from web/ and the library of the Gantt chart; sourced by common.sh.

# npm, which is large on Debian, is installed only where it has something to do.
npm_packages=(nodejs=node npm=npm)

# modules_are_current DIRECTORY: does its node_modules/ hold what its package-lock.json asks for? The times of
# both say nothing after a checkout or in a copy.
modules_are_current() {
    cmp -s <(grep -o '"integrity": "[^"]*' "$1/package-lock.json") \
        <(grep -o '"integrity": "[^"]*' "$1/node_modules/.package-lock.json" 2>/dev/null)
}

# modules_ensure DIRECTORY [OPTION...]: let npm, with these options, install there what package-lock.json asks
# for, unless it is there. Without network npm would try for minutes.
modules_ensure() {
    ! modules_are_current "$1" || return 0
    packages_ensure "${npm_packages[@]}"
    quietly npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund \
        --fetch-retry-mintimeout=1000 --fetch-timeout=60000 "${@:2}"
}

# page_modules_ensure: what the page takes besides its sources. Where there is a page to serve, nobody is
# asked for a password.
page_modules_ensure() {
    if [ -d "${root:?}/dist" ] && ! modules_are_current "$root/web" &&
        [ -n "$(packages_missing "${npm_packages[@]}")" ] && ! may_install; then
        say "npm is not installed"
        return 1
    fi
    (modules_ensure "$root/web" --omit=dev)
}

# digest: what stands for the text that is read in the name of a file. lighttpd.conf takes that for a hash
# only if it has both a letter and a digit, which these first two are.
digest() {
    printf 'b0%.10s' "$(sha256sum)"
}

# dist_build DIST: build the page there. What is in board/ and gantt/ is named by its contents, so that
# browsers may keep it; index.html, for which they ask each time, names it. The modules of board/ name each
# other and share one digest; the library has its own, and so browsers keep it over our releases.
dist_build() {
    local dist=$1 board=$root/web/board gantt=$root/web/node_modules/dhtmlx-gantt
    local library style references hash file name preloads
    local -x LC_ALL=C # the same order everywhere, and bytes
    mkdir "$dist" "$dist"/{v1,board,gantt}
    cp "$root/web/v1/ping.txt" "$dist/v1/"
    cp "$gantt/LICENSE.md" "$dist/gantt/"

    # The page asks no other host for anything, and the library's source map is not here.
    sed '/^\/\/# sourceMappingURL=/d' "$gantt/codebase/dhtmlxgantt.es.js" >"$dist/gantt/library"
    sed -E 's/@font-face *\{[^}]*https?:[^}]*\}//g' "$gantt/codebase/dhtmlxgantt.css" >"$dist/gantt/style"
    library=dhtmlxgantt.es-$(digest <"$dist/gantt/library").js
    style=dhtmlxgantt-$(digest <"$dist/gantt/style").css
    mv "$dist/gantt/library" "$dist/gantt/$library"
    mv "$dist/gantt/style" "$dist/gantt/$style"

    # What becomes of references; @ is the digest of board/, which covers the rest of this too.
    references="
        s,'\./([^'/]+)\.js','./\1-@.js',g
        s,\"/board/([^\"/]+)\.(js|css)\",\"/board/\1-@.\2\",g
        s,/gantt/dhtmlxgantt\.es\.js,/gantt/$library,g
        s,/gantt/dhtmlxgantt\.css,/gantt/$style,g"
    hash=$(cd "$board" && { echo "$references" && sha256sum ./*.js ./*.css; } | digest)
    references=${references//@/$hash}
    for file in "$board"/*.js "$board"/*.css; do
        name=${file##*/}
        sed -E "$references" "$file" >"$dist/board/${name%.*}-$hash.${name##*.}"
    done
    # For browsers that take it so; the same text gives the same bytes.
    gzip -9 --keep --no-name "$dist"/board/*.{js,css} "$dist"/gantt/*.{js,css}

    # All modules at once: else a browser learns of each only from one that it has.
    grep -qF '<!-- modulepreload -->' "$root/web/index.html" || die "web/index.html has no <!-- modulepreload -->"
    preloads=$(cd "$dist" && printf '<link rel="modulepreload" href="/%s">\\n' gantt/*.js board/*.js)
    sed -E "$references; s,<!-- modulepreload -->,${preloads%\\n}," "$root/web/index.html" >"$dist/index.html"
}

# dist_check DIST: is everything there that a built file names, and is no other host asked?
dist_check() {
    local file name foreign
    while IFS=: read -r file name; do
        name=${name:1:-1}
        case $name in
        /*) name=${name#/} ;;
        *) name=${file%/*}/${name#./} ;;
        esac
        [ -f "$1/$name" ] || die "the page is not complete: $file refers to $name, which is not there"
    done < <(cd "$1" && grep -roE "[\"'](\.{0,2}/)+[^\"' ]+\.(js|css|svg|png|ico|webmanifest)[\"']" index.html board gantt)
    # A style sheet names no file: it holds its images and fonts itself.
    if foreign=$(cd "$1" && grep -roP '(https?:)?//fonts\.[^"'\'' )]*' . ||
        grep -roP --include='*.css' '(@import|url\((?!["'\'']?(data:|#))).{0,80}' . ||
        grep -oPH '<(link|script|img)\b[^>]*"(https?:)?//[^"]*' index.html); then
        die "the page asks for what it does not bring along: $foreign"
    fi
}

# dist_make: make dist/, the document root, from web/, unless it is the same already. A server that runs
# meanwhile has the old or the new page, whole, and none for the moment between two renames.
dist_make() {
    if ! page_modules_ensure; then
        [ -d "$root/dist" ] || die "the page cannot be built: npm could not install what it takes into web/" \
            "(see above), and no dist/ was built before"
        say "the page stays as it was built before, for npm could not install what it takes (see above)"
        return
    fi
    rm -rf "$root"/dist.{new,old}
    dist_build "$root/dist.new"
    dist_check "$root/dist.new"
    if diff -rq "$root/dist.new" "$root/dist" >/dev/null 2>&1; then
        rm -rf "$root/dist.new"
        return
    fi
    [ ! -e "$root/dist" ] || mv "$root/dist" "$root/dist.old"
    mv "$root/dist.new" "$root/dist"
    rm -rf "$root/dist.old"
}
