# Sourced by bin/demo and bin/test: a virtual environment as uv.lock wants it, at .venv.
# POSIX sh; needs Python 3.11 or 3.12 and, for the first run, a package index.

ROOT=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$ROOT" || exit 1

say() { printf '%s\n' "· $*"; }

stop() {
    printf '\n%s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# apt_install PACKAGE…: on Debian and Ubuntu as root; fails quietly elsewhere.
apt_install() {
    is_root && command -v apt-get >/dev/null 2>&1 || return 1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return 0
    DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

find_python() {
    # Asked, not looked at: a name on PATH may be a shim without a Python behind it.
    for candidate in "${KFA_PYTHON:-}" python3 python3.12 python3.11 python /usr/bin/python3; do
        [ -n "$candidate" ] || continue
        PYTHON=$("$candidate" -c 'import sys; (3, 11) <= sys.version_info < (3, 13) and print(sys.executable)' 2>/dev/null)
        [ -n "$PYTHON" ] && return 0
    done
    return 1
}

find_uv() {
    for candidate in uv "$ROOT/var/tools/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then
            UV=$candidate
            return 0
        fi
    done
    say "uv is missing: fetching it with pip into var/tools"
    if ! "$PYTHON" -m pip --version >/dev/null 2>&1; then
        "$PYTHON" -m ensurepip --version >/dev/null 2>&1 || apt_install python3-pip python3-venv || stop \
            "This Python has no pip, and uv is not installed." \
            "Debian, Ubuntu: apt install python3-pip    Fedora: dnf install python3-pip" \
            "or install uv: https://docs.astral.sh/uv/"
    fi
    PIP=$PYTHON
    if ! "$PIP" -m pip --version >/dev/null 2>&1; then
        "$PYTHON" -m venv var/tools/pip && PIP=$ROOT/var/tools/pip/bin/python
    fi
    PIP_ROOT_USER_ACTION=ignore "$PIP" -m pip install --quiet --disable-pip-version-check --target var/tools 'uv>=0.9,<1' || stop \
        "uv could not be fetched." "Is the package index within reach? Otherwise install uv by hand."
    UV=$ROOT/var/tools/bin/uv
}

prepare_environment() {
    mkdir -p var 2>/dev/null && [ -w var ] || stop \
        "$ROOT/var is not writable for $(id -un)." "It may belong to root after a start as root: remove it, or start as root."
    # One `cksum` over what the environment is made from; nothing to do while it is the same.
    wanted=$(cat uv.lock pyproject.toml | cksum)
    if [ -x .venv/bin/python ] && [ "$(cat .venv/synchronised 2>/dev/null)" = "$wanted" ] \
        && .venv/bin/python -c '' 2>/dev/null; then
        return 0
    fi
    find_python || stop "Python 3.11 or 3.12 is needed; none was found." \
        "Debian 12, Ubuntu 24.04: apt install python3 python3-venv    Fedora: dnf install python3.12" \
        "or name one: KFA_PYTHON=/path/to/python3.12 $0"
    find_uv
    say "Python environment from uv.lock (the first time some minutes, about 1 GB)"
    export UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT="$ROOT/.venv"
    # --inexact: what a developer has added by hand stays.
    set -- sync --frozen --inexact --python "$PYTHON"
    "$UV" "$@" ||
        { say "once more, trusting the certificates of this machine (a proxy of the house?)"
          UV_SYSTEM_CERTS=true "$UV" "$@"; } ||
        { say "once more, with what is already on this machine"
          "$UV" "$@" --offline; } ||
        stop "The Python environment could not be made; the lines above say why." \
            "Without network it needs the packages from an earlier run in uv's cache."
    printf '%s\n' "$wanted" >.venv/synchronised
}

# WeasyPrint loads Pango, HarfBuzz and Fontconfig from the system when it makes a PDF.
prepare_pango() {
    missing=$(.venv/bin/python - <<'PYTHON'
import ctypes

needed = ["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1"]
for name in needed:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name, end=" ")
PYTHON
)
    [ -z "$missing" ] && return 0
    if command -v apt-get >/dev/null 2>&1 && is_root; then
        say "installing Pango, which makes the PDF reports"
        apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core && return 0
    fi
    printf '\n%s\n' "!! Without these libraries there are no PDF reports: $missing" >&2
    printf '%s\n\n' "   Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" \
        "   Fedora: dnf install pango harfbuzz    Alpine: apk add pango harfbuzz fontconfig" >&2
}
