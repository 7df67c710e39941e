# Sourced by deploy/up and deploy/test: what the machine must have, and how it comes there.
# shellcheck shell=bash

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# The bin folder of the newest server of version 15 or later; fails where there is none.
postgres_bin() {
    local folder version best='' best_version=0 folders
    if [[ -n ${POSTROOM_PG_BIN:-} ]]; then
        folders=$POSTROOM_PG_BIN
    else
        folders=$(
            pg_config --bindir 2>/dev/null
            printf '%s\n' /usr/lib/postgresql/*/bin
            tr ':' '\n' <<<"$PATH"
        )
    fi
    while IFS= read -r folder; do
        [[ -x $folder/initdb && -x $folder/postgres ]] || continue
        version=$("$folder/postgres" --version | sed -n 's/.*(PostgreSQL) \([0-9]*\).*/\1/p')
        if [[ -n $version ]] && ((version >= 15 && version > best_version)); then
            best=$folder best_version=$version
        fi
    done <<<"$folders"
    [[ -n $best ]] && printf '%s\n' "$best"
}

# Where POSTROOM_PG_BIN says which server to take, no other is looked for, and none that is installed would be taken.
check_pg_bin() {
    [[ -n ${POSTROOM_PG_BIN:-} ]] || return 0
    [[ $POSTROOM_PG_BIN == /* ]] && postgres_bin >/dev/null ||
        fail "POSTROOM_PG_BIN is $POSTROOM_PG_BIN, which is no folder with a PostgreSQL server (initdb, postgres) of" \
            "version 15 or later, such as /usr/lib/postgresql/17/bin. Correct it, or unset it: then the newest is taken."
}

# Installs the Debian packages named, as root or with sudo; where that is impossible, says which are needed.
install_packages() {
    (($#)) || return 0
    local sudo=()
    command -v apt-get >/dev/null ||
        fail "needs what Debian calls $*. This system has no apt-get: install them its own way, then start again."
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo >/dev/null ||
            fail "needs the packages $*. As root: apt-get install $*"
        sudo=(sudo)
    fi
    printf 'Installing %s\n' "$*" >&2
    local get=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get)
    "${get[@]}" install -y --no-install-recommends "$@" >&2 ||
        { "${get[@]}" update >&2 && "${get[@]}" install -y --no-install-recommends "$@" >&2; } ||
        fail "apt-get could not install $*. Its message is above; correct that, then start again."
}

# Prints the Debian packages that building takes and that are missing.
missing_for_build() {
    command -v pkg-config >/dev/null || echo pkg-config
    pkg-config --exists libpq 2>/dev/null || echo libpq-dev
    command -v setpriv >/dev/null || echo util-linux
}

check_swift() {
    local version
    command -v swift >/dev/null ||
        fail "needs Swift 6.1 or later, and there is no swift command. Install it from https://www.swift.org/install."
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [[ -n $version ]] || fail "could not read the version from \`swift --version\`. Swift 6.1 or later is needed."
    if ((${version%%.*} < 6 || (${version%%.*} == 6 && ${version#*.} < 1))); then
        fail "needs Swift 6.1 or later, and this is Swift $version. Install a newer one from https://www.swift.org/install."
    fi
}
