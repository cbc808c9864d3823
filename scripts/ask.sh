# shellcheck shell=bash
# Asking the program itself, as a web server would; sourced after installation.sh, not run.

# shellcheck disable=SC2154 # installation.sh sets it
[ -x "$program" ] || die "there is no $program; in a clone, scripts/run builds it"
settings_load "$program" || die "a setting is wrong"

# program_run METHOD PATH [QUERY]: the whole answer goes to standard output; standard input is the
# request's body.
program_run() {
    env -u GATEWAY_INTERFACE -u CONTENT_LENGTH -u CONTENT_TYPE -u REQUEST_URI -u HTTP_COOKIE \
        -u HTTP_IF_MATCH -u HTTP_IF_NONE_MATCH -u HTTP_ORIGIN -u HTTP_CONTENT_RANGE \
        REQUEST_METHOD="$1" PATH_INFO="$2" QUERY_STRING="${3:-}" "$program"
}

# ask METHOD PATH [QUERY]: run it, keep the answer in `answer`, and fail unless it is a success.
ask() {
    answer=$(program_run "$@") && [[ $answer =~ ^'Status: 20'[01]' ' ]]
}

# answer_header NAME: the value of a header of the answer, without quotes.
answer_header() {
    sed -n -E "1,/^\$/s/^$1: \"?([^\"]*)\"?\$/\1/p" <<<"$answer"
}

# time_of REVISION: when that was.
time_of() {
    date -u -d "@$(($1 / 1000))" '+%F %T UTC'
}
