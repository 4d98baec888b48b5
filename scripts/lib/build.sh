# Building the program. To be sourced after common.sh.
# shellcheck shell=bash

# Every build uses these, so that the program and the tests share one set of release products.
readonly BUILD_OPTIONS=(--configuration release --explicit-target-dependency-import-check error)
readonly RELEASE_BINARY="$PROJECT_ROOT/.build/release/slbench"
readonly BUILD_STAMP="$PROJECT_ROOT/.build/slbench.stamp"
# What the program opens when it is one of several ranks; the program itself is linked to no MPI.
readonly MPI_SOURCE="$PROJECT_ROOT/Sources/CMPI/slbench_mpi.c"
readonly MPI_LIBRARY="$PROJECT_ROOT/.build/release/libslbench_mpi.so"

ensure_swift() {
    command -v swift >/dev/null && return 0
    die "$EXIT_UNAVAILABLE" "slbench: no \`swift\` on the PATH. Swift 6.3 or newer is needed: https://www.swift.org/install/linux/"
}

# Whether the program is newer than everything it is built from. Change times are compared, not modification
# times: a file copied or checked out with an old date still counts, and a deleted one changes its folder.
is_built() {
    [[ -x $RELEASE_BINARY && -f $BUILD_STAMP ]] || return 1
    local newer
    newer="$(find "$PROJECT_ROOT/Package.swift" "$PROJECT_ROOT/Sources" -cnewer "$BUILD_STAMP" -print -quit)" || return 1
    [[ -z $newer ]]
}

# Copies a build's output to a log and shows its progress: on a terminal one line that changes, elsewhere a
# line every 15 seconds.
show_progress() {
    local log=$1 line shown=-15
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        [[ $line == \[*/*\]* || $line == Fetching* || $line == Computing* ]] || continue
        if [[ -t 2 ]]; then
            printf '\r\033[K%s' "${line:0:100}" >&2
        elif ((SECONDS - shown >= 15)); then
            say "    $line"
            shown=$SECONDS
        fi
    done
    if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
}

# run_build WHAT ARGUMENTS… : `swift build` with the shared options; on failure shows what the compiler said.
run_build() {
    local what=$1 log="$STATE_DIRECTORY/build.log" status=0 began=$SECONDS
    shift
    ensure_swift
    mkdir -p "$STATE_DIRECTORY"
    : >"$log"
    if [[ -f $BUILD_STAMP ]]; then say "slbench: building $what"; else say "slbench: building $what (the first time takes minutes)"; fi
    (cd -- "$PROJECT_ROOT" && swift build "${BUILD_OPTIONS[@]}" "$@" 2>&1 </dev/null) | show_progress "$log" || status=$?
    if ((status != 0)); then
        grep -v -E '^\[[0-9]+/[0-9]+\]' "$log" | tail -n 60 >&2 || true
        die "$EXIT_FAILURE" "slbench: the build failed (all of its output: $log)"
    fi
    say "slbench: built in $((SECONDS - began)) s"
}

# Notes beside the program which commit it was built from, in a line of size and time of the executable, commit, and `clean` or
# `modified`. Only for a program that is built of the sources as they are now; the program believes a note of itself alone, so that
# an old one does no harm.
note_commit() {
    local note="$RELEASE_BINARY.commit" commit changes state=clean line
    is_built && [[ -e $PROJECT_ROOT/.git ]] || return 0
    commit="$(git -C "$PROJECT_ROOT" rev-parse --verify --quiet HEAD 2>/dev/null)" || return 0
    changes="$(git -C "$PROJECT_ROOT" status --porcelain -- Package.swift Sources 2>/dev/null)" || return 0
    [[ -z $changes ]] || state=modified
    line="$(stat -L -c '%s %.9Y' -- "$RELEASE_BINARY") $commit $state"
    if [[ -f $note && $(<"$note") == "$line" ]]; then return 0; fi
    # In a folder that can't be written the build is somebody else's, and so is its note.
    { printf '%s\n' "$line" >"$note.$$" && mv -f -- "$note.$$" "$note"; } 2>/dev/null || true
}

# The library by which the program talks to MPI, where there is a compiler for it; built again when its source or the compiler has
# changed. A program without it runs all the same, alone.
ensure_mpi_library() {
    local compiler log="$STATE_DIRECTORY/mpi.log" partial="$MPI_LIBRARY.$$"
    compiler="$(command -v mpicc)" || return 0
    compiler="$(readlink -f -- "$compiler")"
    if [[ -f $MPI_LIBRARY && ! $MPI_SOURCE -nt $MPI_LIBRARY && ! $compiler -nt $MPI_LIBRARY ]]; then return 0; fi
    mkdir -p "$STATE_DIRECTORY"
    say "slbench: building ${MPI_LIBRARY##*/} with mpicc"
    if mpicc -O2 -Wall -Wextra -fPIC -shared -fvisibility=hidden -o "$partial" "$MPI_SOURCE" >"$log" 2>&1; then
        mv -f -- "$partial" "$MPI_LIBRARY"
    else
        rm -f -- "$partial"
        tail -n 20 "$log" >&2
        say "slbench: mpicc failed (all of its output: $log); going on without: \`mpirun slbench train\` will say that it is missing"
    fi
}

# The release build of the program, skipped when nothing it is made of has changed.
ensure_program() {
    if is_built; then
        ensure_mpi_library
        note_commit
        return 0
    fi
    mkdir -p "$PROJECT_ROOT/.build"
    # Dated before the build, so that an edit made while it runs is not missed.
    NEW_STAMP="$(mktemp "$BUILD_STAMP.XXXXXX")"
    trap 'rm -f -- "$NEW_STAMP"' EXIT
    run_build slbench --product slbench
    mv -f -- "$NEW_STAMP" "$BUILD_STAMP"
    ensure_mpi_library
    note_commit
}
