# Sourced by the scripts beside it: what begins a file of raw rows.

# describe_run COMMAND [PEER]: comments that say what was run, on which machine, of which commit.
# PEER is the version of what is measured beside.
describe_run() {
  local model
  model=$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)
  echo "# command: $1"
  echo "# machine: $model, $(nproc --all) processors, Linux $(uname -r)${2:+, $2}"
  echo "# commit: $(git rev-parse --short HEAD); load before: $(cut -d' ' -f1-3 /proc/loadavg)"
}
