# Shared by the scripts: where the project is, and how they talk. To be sourced.
# shellcheck shell=bash disable=SC2034

# Exit codes the scripts use themselves; `slbench` has its own, listed in the README.
readonly EXIT_FAILURE=1      # something that was tried did not work: a package, a build
readonly EXIT_USAGE=64       # arguments that make no sense
readonly EXIT_UNAVAILABLE=69 # something is missing and may not be installed from here

PROJECT_ROOT="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)"
readonly PROJECT_ROOT

# Logs of what the scripts ran, stamps, the fetched corpus: everything here can be deleted at any time.
STATE_DIRECTORY="$PROJECT_ROOT/.slbench"
readonly STATE_DIRECTORY

# Talk goes to stderr: stdout belongs to the program.
say() { printf '%s\n' "$*" >&2; }

# die CODE MESSAGE…
die() {
    local code=$1
    shift
    say "$@"
    exit "$code"
}

# Whether somebody is there to type a password.
if [[ -t 0 && -t 2 ]]; then HAS_TERMINAL=yes; else HAS_TERMINAL=no; fi
readonly HAS_TERMINAL

# Runs a command with administrator's rights. Without a terminal sudo must not wait for a password.
as_administrator() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif [[ $HAS_TERMINAL == yes ]]; then
        sudo -- "$@"
    else
        sudo -n -- "$@"
    fi
}

# Whether as_administrator has a chance.
may_administrate() {
    [[ $EUID -eq 0 ]] && return 0
    command -v sudo >/dev/null || return 1
    [[ $HAS_TERMINAL == yes ]] || sudo -n true 2>/dev/null
}
