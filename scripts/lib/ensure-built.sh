#!/usr/bin/env bash
# Makes sure of the packages and the release build, and prints where the program is. For other scripts.
set -euo pipefail
here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)"
# shellcheck source=scripts/lib/common.sh
source "$here/common.sh"
# shellcheck source=scripts/lib/packages.sh
source "$here/packages.sh"
# shellcheck source=scripts/lib/build.sh
source "$here/build.sh"

ensure_packages "${SLBENCH_PACKAGES[@]}"
ensure_program
printf '%s\n' "$RELEASE_BINARY"
