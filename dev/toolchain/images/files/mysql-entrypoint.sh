#!/bin/sh
# Starts mysqld; the first time it makes the data directory, the accounts and runs /docker-entrypoint-initdb.d.
set -e

data=/var/lib/mysql
socket=/var/run/mysqld/mysqld.sock
options=

log() {
    printf '%s [entrypoint] %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" >&2
}

fail() {
    log "ERROR: $*"
    exit 1
}

# setting NAME [DEFAULT]: exports NAME with its value, that of the file that NAME_FILE names, or the default.
setting() {
    eval "value=\$$1 file=\$$1_FILE"
    if [ -n "$value" ] && [ -n "$file" ]; then
        fail "both $1 and $1_FILE are set: set one of them"
    fi
    if [ -n "$file" ]; then
        [ -r "$file" ] || fail "$1_FILE names $file, which user $(id -u) can't read"
        value=$(cat "$file")
    fi
    export "$1=${value:-$2}"
    unset "$1_FILE"
}

sql_text() {
    printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e "s/'/''/g"
}

sql_name() {
    printf '%s' "$1" | sed -e 's/`/``/g'
}

client() {
    mysql --defaults-extra-file="$options" --protocol=socket --socket="$socket" -uroot --comments "$@"
}

client_password() {
    printf '[client]\npassword="%s"\n' "$(printf '%s' "$1" | sed -e 's/\\/\\\\/g')" >"$options"
}

accounts() {
    {
        printf "ALTER USER 'root'@'localhost' IDENTIFIED BY '%s';\n" "$(sql_text "$MYSQL_ROOT_PASSWORD")"
        if [ "$MYSQL_ROOT_HOST" != localhost ]; then
            host=$(sql_text "$MYSQL_ROOT_HOST")
            printf "CREATE USER 'root'@'%s' IDENTIFIED BY '%s';\n" "$host" "$(sql_text "$MYSQL_ROOT_PASSWORD")"
            printf "GRANT ALL ON *.* TO 'root'@'%s' WITH GRANT OPTION;\n" "$host"
        fi
        if [ -n "$MYSQL_DATABASE" ]; then
            printf 'CREATE DATABASE IF NOT EXISTS `%s`;\n' "$(sql_name "$MYSQL_DATABASE")"
        fi
        if [ -n "$MYSQL_USER" ]; then
            name=$(sql_text "$MYSQL_USER")
            printf "CREATE USER '%s'@'%%' IDENTIFIED BY '%s';\n" "$name" "$(sql_text "$MYSQL_PASSWORD")"
            if [ -n "$MYSQL_DATABASE" ]; then
                # An underscore in a GRANT is a wildcard unless it is escaped.
                pattern=$(sql_name "$MYSQL_DATABASE" | sed -e 's/_/\\_/g')
                printf "GRANT ALL ON \`%s\`.* TO '%s'@'%%';\n" "$pattern" "$name"
            fi
        fi
    } | client mysql
    client_password "$MYSQL_ROOT_PASSWORD"
}

scripts() {
    for script in /docker-entrypoint-initdb.d/*; do
        case $script in
        *.sh)
            log "running $script"
            if [ -x "$script" ]; then "$script"; else . "$script"; fi
            ;;
        *.sql)
            log "running $script"
            client ${MYSQL_DATABASE:+--database="$MYSQL_DATABASE"} <"$script"
            ;;
        *.sql.gz)
            log "running $script"
            gunzip -c "$script" | client ${MYSQL_DATABASE:+--database="$MYSQL_DATABASE"}
            ;;
        esac
    done
}

initialise() {
    setting MYSQL_ROOT_PASSWORD
    setting MYSQL_ROOT_HOST %
    setting MYSQL_DATABASE
    setting MYSQL_USER
    setting MYSQL_PASSWORD
    [ -n "$MYSQL_ROOT_PASSWORD" ] ||
        fail "the database is new and has no root password: set MYSQL_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD_FILE"
    [ "$MYSQL_USER" != root ] || fail "MYSQL_USER is root, which always exists: leave it out"
    [ -z "$MYSQL_USER" ] || [ -n "$MYSQL_PASSWORD" ] ||
        fail "MYSQL_USER is set, but no password for it: set MYSQL_PASSWORD or MYSQL_PASSWORD_FILE"

    # The first process gets no signal that it has no trap for.
    trap 'exit 143' TERM INT
    log "making the data directory"
    "$@" --initialize-insecure --default-time-zone=SYSTEM --autocommit=1
    log "starting without network to make the accounts"
    "$@" --skip-networking --default-time-zone=SYSTEM --autocommit=1 --mysqlx=OFF --socket="$socket" &
    server=$!
    trap 'kill -TERM $server; wait $server; exit 143' TERM INT
    options=$(mktemp)
    trap 'rm -f "$options"' EXIT
    until mysqladmin --no-defaults --socket="$socket" -uroot --silent ping >/dev/null 2>&1; do
        kill -0 "$server" 2>/dev/null || fail "the server stopped while it was set up: see its messages above"
        sleep 0.2
    done
    accounts
    scripts
    kill -TERM "$server"
    wait "$server"
    trap - TERM INT EXIT
    rm -f "$options"
    sync
    log "the data directory is ready"
}

case ${1-} in
'' | -*) set -- mysqld "$@" ;;
esac
[ "$1" = mysqld ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
    chown -R mysql:mysql "$data" /var/run/mysqld
fi
[ -d "$data/mysql" ] || initialise "$@"
unset MYSQL_ROOT_PASSWORD MYSQL_PASSWORD
exec "$@"
