# The Debian packages that slbench is built on. To be sourced after common.sh.
# shellcheck shell=bash disable=SC2034

readonly SLBENCH_PACKAGES=(
    libopenblas-dev       # matrix products
    libdnnl-dev           # matrix products of brain floats
    liblapacke-dev        # SVD and QR
    libsqlite3-dev        # the results database
    libsentencepiece-dev  # tokenizers
    zlib1g-dev            # compressed corpora
    libzstd-dev           # the same
    libssl-dev            # SHA-256
    gnuplot-nox           # the report's pictures
)

# What only some tests need: those are skipped, with a word, where it is missing.
readonly SLBENCH_TEST_PACKAGES=(
    openmpi-bin     # mpirun
    libopenmpi-dev  # mpicc
    slurmctld       # a cluster's controller
    slurmd          # its nodes
    slurm-client    # sbatch, squeue, scancel
    munge           # what they trust each other by
    iproute2        # networks of their own for hosts of the tests
)

# missing_packages NAME… : those of them that are not installed, one a line.
missing_packages() {
    local installed name
    installed="$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)"
    for name in "$@"; do
        [[ $'\n'"$installed"$'\n' == *$'\n'"installed $name"$'\n'* ]] || printf '%s\n' "$name"
    done
}

# offer_packages NAME… : installs with apt what is missing, where that can be done without asking; says what it could not.
offer_packages() {
    if (ensure_packages "$@"); then return 0; fi
    say "slbench: going on without; the tests that need them are skipped"
}

# ensure_packages NAME… : installs with apt what is missing; when all is there, this takes a few milliseconds.
ensure_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "slbench: no apt here; what these Debian packages hold must be there already: $*"
        return 0
    fi
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -eq 0 ]] && return 0

    local install=(apt-get install --yes --no-install-recommends "${missing[@]}")
    if ! may_administrate; then
        say "slbench: these packages are missing and there are no rights to install them here: ${missing[*]}"
        die "$EXIT_UNAVAILABLE" "Run this, then try again:"$'\n'"    sudo apt-get update && sudo ${install[*]}"
    fi

    local log="$STATE_DIRECTORY/apt.log"
    mkdir -p "$STATE_DIRECTORY"
    say "slbench: installing ${missing[*]}"
    # A list that cannot be refreshed (one broken third-party source is enough) need not stop the installation.
    as_administrator apt-get update >"$log" 2>&1 </dev/null || say "slbench: apt-get update complained; going on"
    if ! as_administrator env DEBIAN_FRONTEND=noninteractive "${install[@]}" >>"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        die "$EXIT_FAILURE" "slbench: apt-get failed (all of its output: $log). The command was:"$'\n'"    ${install[*]}"
    fi
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -eq 0 ]] || die "$EXIT_FAILURE" "slbench: still not installed: ${missing[*]} (see $log)"
}
