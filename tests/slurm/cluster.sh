#!/bin/bash
# A Slurm cluster of two nodes on this machine, for tests: munged, slurmctld, and a slurmd a node in namespaces of its own.
#
#   cluster.sh start FOLDER [MAX_ARRAY_SIZE]   starts everything in FOLDER and waits until both nodes can take work
#   cluster.sh stop FOLDER                     ends all that was started in FOLDER; asked again, it does nothing
#   cluster.sh power-off FOLDER NODE           the node and every process on it are gone at once
#   cluster.sh power-on FOLDER NODE            the node boots
#   cluster.sh kill-slurmd FOLDER NODE         only the daemon dies; what runs on the node goes on
#   cluster.sh start-slurmd FOLDER NODE        the daemon comes back
#   cluster.sh mount FOLDER/PLACE SIZE         a small file system; nodes see it if it is there before `start`
#
# Only loopback is used, on ports that are free.
# Needs root (namespaces, mounts, munged) and the Debian packages slurmctld, slurmd, slurm-client and munge.
set -euo pipefail

action=${1:?what to do}
folder=${2:?in which folder}
nodes=(n1 n2)
export SLURM_CONF=$folder/slurm.conf

fail() {
    printf 'cluster.sh %s: %s\n' "$action" "$*" >&2
    exit 1
}

# Asks again ten times a second, at most $1 seconds, until the rest of the words succeed.
until_true() {
    local tries=$(($1 * 10))
    shift
    while ! "$@" >/dev/null 2>&1; do
        ((tries-- > 0)) || return 1
        sleep 0.1
    done
}

can_be_done_here() {
    [ "$(id -u)" = 0 ] || fail "needs root: namespaces, mounts and munged are not for other users"
    local program
    for program in munged slurmctld slurmd sbatch unshare nsenter mount; do
        command -v "$program" >/dev/null || fail "$program is not installed"
    done
    unshare --pid --fork --kill-child --mount-proc --uts true 2>/dev/null ||
        fail "this machine does not allow PID, mount and UTS namespaces, even to root"
}

configure() {
    local port=$1 arrays=$2 number=0 node
    cat <<CONF
ClusterName=village
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmctldPidFile=$folder/slurmctld.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmdLogFile=$folder/slurmd.%n.log
SlurmdSpoolDir=$folder/spool.%n
TmpFS=$folder/tmp.%n
# What a machine without systemd and without cgroups of its own can do.
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# Everything is noticed in seconds.
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
SlurmdTimeout=5
SlurmctldTimeout=5
MessageTimeout=2
KillWait=5
InactiveLimit=0
BatchStartTimeout=1
UnkillableStepTimeout=20
ReturnToService=2
JobRequeue=1
MailProg=/bin/true
MpiDefault=none
MinJobAge=300
MaxArraySize=$arrays
MaxJobCount=5000
PartitionName=main Nodes=n[1-2] Default=YES MaxTime=60 State=UP
CONF
    for node in "${nodes[@]}"; do
        number=$((number + 1))
        printf 'NodeName=%s NodeHostname=%s NodeAddr=127.0.0.1 Port=%s CPUs=2 RealMemory=4000\n' \
            "$node" "$(hostname -s)" $((port + number))
    done
}

boot() {
    local node=$1
    mkdir -p "$folder/spool.$node" "$folder/tmp.$node"
    # The first process of the namespace only adopts orphans; when it dies, the kernel ends all others in it.
    setsid unshare --pid --fork --kill-child --mount-proc --uts bash -c '
        hostname "$1"
        slurmd -N "$1"
        while sleep 1; do :; done
    ' init "$node" </dev/null >>"$folder/$node.out" 2>&1 &
    echo $! >"$folder/$node.power"
}

# The first process of a node, as this machine numbers it.
first_process() {
    ps -o pid= --ppid "$(cat "$folder/$1.power")" | tr -d ' '
}

inside() {
    local node=$1
    shift
    nsenter --target "$(first_process "$node")" --pid --mount --uts "$@"
}

# Whether the process of a file is one of this folder, and not a later one with its number.
is_ours() {
    { tr '\0' '\n' <"/proc/$1/environ" | grep -qxF "SLURM_CONF=$SLURM_CONF"; } 2>/dev/null
}

can_work() {
    [ "$(sinfo -h -N -p main -t idle,mixed,allocated -o %N | sort -u | wc -l)" = "${#nodes[@]}" ]
}

free_port() {
    local port
    for port in $(seq 21000 10 29000); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
    done
    fail "no port is free"
}

case $action in
start)
    can_be_done_here
    mkdir -p "$folder/state"
    chmod 755 "$folder"
    configure "$(free_port)" "${3:-1001}" >"$SLURM_CONF"
    (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
    munged --force --num-threads=2 --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
        --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munge.seed"
    slurmctld
    for node in "${nodes[@]}"; do boot "$node"; done
    until_true 30 can_work || {
        tail -n 20 "$folder"/*.log "$folder"/*.out >&2
        fail "the nodes do not come up"
    }
    ;;
stop)
    pids=()
    for file in "$folder"/slurmctld.pid "$folder"/munged.pid "$folder"/*.power; do
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        rm -f "$file"
        is_ours "$pid" || continue
        kill -KILL "$pid" 2>/dev/null || true
        pids+=("$pid")
    done
    all_gone() { for pid in ${pids[@]+"${pids[@]}"}; do ! is_ours "$pid" || return 1; done; }
    until_true 20 all_gone || fail "processes are still there: ${pids[*]}"
    for place in $(awk -v under="$folder/" 'index($2, under) == 1 { print $2 }' /proc/mounts); do
        until_true 10 umount "$place" || fail "$place cannot be unmounted"
    done
    ;;
power-off)
    kill -KILL "$(cat "$folder/$3.power")"
    ;;
power-on)
    boot "$3"
    ;;
kill-slurmd)
    inside "$3" kill -KILL "$(cat "$folder/slurmd.$3.pid")"
    ;;
start-slurmd)
    inside "$3" slurmd -N "$3"
    ;;
mount)
    mkdir -p "$folder"
    mount -t tmpfs -o "size=${3:?how large}" tmpfs "$folder" || fail "this machine does not allow mounts, even to root"
    ;;
*)
    fail "no such action"
    ;;
esac
