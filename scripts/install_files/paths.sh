# shellcheck shell=sh disable=SC2034
# Where the parts of this installation are, and its settings; sourced by installation.sh, not run.

programs=/usr/libexec/schedule-cgi
pages=/usr/share/schedule-cgi/dist
server_configuration=/etc/schedule-cgi/lighttpd.conf

# setting_refuse WHY: the settings are not as systemd takes them, too.
setting_refuse() {
    printf '%s: %s, line %s: %s\n' "${0##*/}" "$settings_file" "$number" "$1" >&2
    exit 1
}

# settings_read: let the environment have what the file says, as systemd does for the service, where it had no
# such variable before; of several lines with a name the last counts. Nothing in the file is run or expanded, and
# what systemd takes otherwise is refused.
settings_read() {
    number=0
    names_read=" "
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        case $line in
        "" | "#"*) continue ;;
        *=*) ;;
        *) setting_refuse "a setting is NAME=value" ;;
        esac
        name=${line%%=*}
        value=${line#*=}
        case $name in
        "" | [0-9]* | *[!A-Za-z0-9_]*) setting_refuse "'$name' is no name of a setting" ;;
        esac
        case $value in
        *\\* | [\"\']* | [[:space:]]* | *[[:space:]])
            setting_refuse "a value has no quotes around it, no blank at its beginning or end, and no backslash"
            ;;
        esac
        case $names_read in
        *" $name "*) ;;
        *)
            eval "[ -z \"\${$name+set}\" ]" || continue
            names_read="$names_read$name "
            ;;
        esac
        export "$name=$value"
    done <"$settings_file"
}

settings_file=/etc/schedule-cgi/settings
if [ -r "$settings_file" ]; then
    settings_read
elif [ -e "$settings_file" ]; then
    printf '%s: %s cannot be read; the user schedule-cgi and root can\n' "${0##*/}" "$settings_file" >&2
    exit 1
fi
export SCHEDULE_DATA_DIR="${SCHEDULE_DATA_DIR:-/var/lib/schedule-cgi}"
# Named, and so needed: without the file, everybody could do everything.
export SCHEDULE_ACCESS="${SCHEDULE_ACCESS:-/etc/schedule-cgi/access.conf}"
