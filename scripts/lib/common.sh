# Shared by the scripts: where the project is, and how they talk. To be sourced.
# shellcheck shell=bash disable=SC2034

# Exit codes the scripts use themselves; `slbench` has its own, listed in the README.
readonly EXIT_FAILURE=1      # something that was tried did not work: a package, a build
readonly EXIT_USAGE=64       # arguments that make no sense
readonly EXIT_OUTPUT=74      # an output that can't be written
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

# check_output FILE TITLE : ends unless FILE can be written and is new, empty, or a former output, whose first line is TITLE.
# To be asked before anything runs.
check_output() {
    local file=$1 title=$2 folder first=""
    [[ -n $file && $file != */ ]] || die "$EXIT_USAGE" "'$file': names no file"
    if [[ -e $file && ! -f $file ]]; then die "$EXIT_USAGE" "$file: is no ordinary file; name another"; fi
    if [[ -s $file ]]; then
        first="$(head -c 400 -- "$file" | tr -d '\0' | head -n 1)" || true
        [[ $first == "$title" ]] || die "$EXIT_USAGE" "$file: is there already and is no former output ('$title'): it stays; name another file"
    fi
    folder="$(dirname -- "$(realpath -m -- "$file")")"
    [[ -d $folder && -w $folder ]] || die "$EXIT_OUTPUT" "$file: the folder $folder is not there or can't be written"
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
