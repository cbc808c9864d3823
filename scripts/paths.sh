# shellcheck shell=sh disable=SC2034,SC2154
# Where the parts of the installation are; sourced by installation.sh, not run. This is for a clone of the
# repository: a package and an installed system have a paths.sh of their own beside the scripts.

root=${scripts%/*}
programs=$root/build/cgi
pages=$root/dist
server_configuration=$root/lighttpd.conf
