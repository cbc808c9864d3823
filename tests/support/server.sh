# shellcheck shell=bash
# shellcheck disable=SC2154 # of what they set
# What the throw-away servers of tests have in common; sourced, not run. They set `dir`, their directory,
# and `marker`, a file in it that only they make.

# processes ARGUMENT...: those started with one of these arguments, whether or not who did that
# lived to note their numbers. grep has them elsewhere, or it would find itself.
processes() {
    local lines=(/proc/[0-9]*/cmdline)
    grep -lszxF -f - "${lines[@]}" < <(printf '%s\n' "$@") | cut -d / -f 3 || true
}

# owner_watch: in a session of its own, for a signal to the owner's whole group is not meant for it.
# A start that is under way would go on filling DIR; it is waited for.
owner_watch() {
    [ -n "${OWNER_PID:-}" ] || return 0
    setsid "$0" watch "$dir" "$OWNER_PID" $$ </dev/null >/dev/null 2>&1 &
}

# watch OWNER STARTER: stop kills the tail, which then fails.
watch() {
    tail --pid="$1" -f "$marker" && tail --pid="$2" -f "$marker" && exec "$0" stop "$dir"
}
