# shellcheck shell=sh
# What serving, saving and restoring take of an installation, wherever it is; sourced, not run. For any
# POSIX shell with Debian's or busybox' tools: the image of a platform may have nothing else. Whoever sources
# it has set `scripts` to the directory where it is.

# lighttpd_exec COMMAND... ARGUMENT...: become lighttpd, by way of a command that takes one to run. A package,
# which has its own lighttpd, says in paths.sh how.
lighttpd_exec() {
    exec "$@" lighttpd -D -f "$server_configuration"
}

# shellcheck source=scripts/paths.sh disable=SC2154
. "$scripts/paths.sh"
# Debian keeps servers where an ordinary user's PATH does not look.
PATH=${PATH:+$PATH:}/usr/sbin:/sbin

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
    say "$@"
    exit 1
}

# store: the kind of store that SCHEDULE_STORE chooses; its program.
store=${SCHEDULE_STORE:-file}
case $store in
file) store_program=schedule.cgi ;;
postgres | s3) store_program=schedule-$store.cgi ;;
*) die "SCHEDULE_STORE is '$store', but must be file, postgres or s3" ;;
esac
# shellcheck disable=SC2034,SC2154 # paths.sh sets programs
program=$programs/$store_program

# settings_load PROGRAM: let the environment have the program's settings, which knows their defaults. Fails
# with what it says if one is wrong.
settings_load() {
    settings=$(env -u GATEWAY_INTERFACE -u REQUEST_METHOD "$1") || return 1
    while IFS= read -r line; do
        case $line in
        "  SCHEDULE_"*=*)
            line=${line#  }
            export "${line%%=*}=${line#*=}"
            ;;
        esac
    done <<SETTINGS
$settings
SETTINGS
}

# store_place: where the documents are, for people, once the settings are loaded.
store_place() {
    case $store in
    file) echo "$SCHEDULE_DATA_DIR" ;;
    postgres) echo "PostgreSQL as '$SCHEDULE_DOCUMENT_NAME'" ;;
    s3) echo "$SCHEDULE_S3_URL" ;;
    esac
}

# port_choose USAGE ARGUMENT...: set `port` to that of the arguments, else of the variables.
port_choose() {
    usage=$1
    shift
    port=${_BYTEFAAS_RUNTIME_PORT:-${_FAAS_RUNTIME_PORT:-${PORT:-5000}}}
    while [ $# -gt 0 ]; do
        case $1 in
        --port=*) port=${1#--port=} ;;
        --port)
            [ $# -gt 1 ] || die "--port needs a number; $usage"
            port=$2
            shift
            ;;
        -h | --help)
            echo "$usage"
            exit 0
            ;;
        [0-9]*) port=$1 ;;
        *) die "what is '$1'? $usage" ;;
        esac
        shift
    done
    case $port in
    "" | *[!0-9]* | ??????*) die "the port is '$port', but must be a number from 1 to 65535" ;;
    esac
    port=${port#"${port%%[!0]*}"} # an octal number else
    if [ "${port:-0}" -lt 1 ] || [ "$port" -gt 65535 ]; then
        die "the port is '${port:-0}', but must be a number from 1 to 65535"
    fi
}
