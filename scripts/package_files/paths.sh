# shellcheck shell=sh disable=SC2034,SC2154
# Where the parts of a package are; sourced by installation.sh, not run. lighttpd comes with the loader and
# the libraries that it was built for, so that those of the system do not matter.

root=${scripts%/*}
programs=$root/bin
pages=$root/dist
server_configuration=$root/lighttpd.conf

# lighttpd_exec COMMAND... ARGUMENT...: become lighttpd, by way of a command that takes one to run.
lighttpd_exec() {
    exec "$@" "$root/lib/lighttpd-loader" --library-path "$root/lib" "$root/lib/lighttpd" -m "$root/lib" \
        -D -f "$server_configuration"
}
