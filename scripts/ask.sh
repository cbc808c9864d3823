# shellcheck shell=bash
# Asking the program itself, as a web server would; sourced after common.sh, not run.

# shellcheck disable=SC2154 # common.sh sets root
program=$root/build/cgi/schedule.cgi
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# ask METHOD PATH [QUERY]: the answer is in the file $answer; its body goes to standard output. Fails
# unless the status is 200 or 201. Standard input is the request's body.
ask() {
    [ -x "$program" ] || die "there is no $program yet; run scripts/run once"
    env -u GATEWAY_INTERFACE -u CONTENT_LENGTH -u CONTENT_TYPE -u REQUEST_URI -u HTTP_COOKIE \
        -u HTTP_IF_MATCH -u HTTP_IF_NONE_MATCH -u HTTP_ORIGIN \
        REQUEST_METHOD="$1" PATH_INFO="$2" QUERY_STRING="${3:-}" "$program" >"$answer" || return
    sed '1,/^$/d' "$answer"
    grep -q '^Status: 20[01] ' "$answer"
}

# revision_told: the revision that the answer is about, from its entity tag.
revision_told() {
    sed -n -E '1,/^$/s/^ETag: "([0-9]+)"$/\1/p' "$answer"
}

# time_of REVISION: when that was.
time_of() {
    date -d "@${1:0:-3}" '+%F %T'
}
