# Sourced by the scripts: where things are, and how they speak. Everything made by a script lives in one cache folder
# outside the tree, so that the tree stays as it was cloned and a fresh clone profits from what an older one compiled.
#   RDPDOCTOR_CACHE  the cache folder; default ${XDG_CACHE_HOME:-~/.cache}/rdpdoctor

top=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)

say() { printf 'rdpdoctor: %s\n' "$*" >&2; }
# Exit 3 is the program's own code for "could not find out": something of ours failed, not the host.
die() {
  say "$*"
  exit 3
}

if [[ -z ${RDPDOCTOR_CACHE:-} ]]; then
  [[ -n ${XDG_CACHE_HOME:-}${HOME:-} ]] || die "neither HOME nor RDPDOCTOR_CACHE is set: no place to build in"
  RDPDOCTOR_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/rdpdoctor
fi
export RDPDOCTOR_CACHE

# path_key PATH: sets `key` to a short name for a folder, without starting a process (FNV-1a, 60 bits).
path_key() {
  local -i hash=1469598103934665603 code i
  for ((i = 0; i < ${#1}; i++)); do
    printf -v code %d "'${1:i:1}"
    ((hash = (hash ^ code) * 1099511628211, 1))
  done
  printf -v key '%s-%015x' "${1##*/}" $((hash & 0xfffffffffffffff))
}

# build_folder PRESET: sets `build` to this checkout's build folder for a preset.
build_folder() {
  local key
  path_key "$top"
  build=$RDPDOCTOR_CACHE/build/$key/$1
}
