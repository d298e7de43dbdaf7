# Runs the command of one task and writes down how it ended, also when nobody is there to ask any more.
# Started as `setsid sh shim.sh FOLDER COMMAND...`. Nobody signals us: the command has a session and a group of its own.
#
#   FOLDER/identity    who we are: pid, start time in clock ticks since boot, id of the boot
#   FOLDER/command     who the command is: the same; its pid is also its session and its group
#   FOLDER/output.log  what the command writes
#   FOLDER/exit        the command's exit code, once it has ended

folder=$1
shift
# The task's PATH is for the task: it may lack what we need.
task_path=$PATH
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
read -r pid _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ start _ </proc/$$/stat
read -r boot </proc/sys/kernel/random/boot_id

# noclobber makes the file ours or nobody's: of two shims that were started for one task only one runs the command.
set -C
echo "$pid $start $boot" 2>/dev/null >"$folder/identity" || exit 0
set +C

# What the shell says of signals is not the command's output.
exec 2>/dev/null

# Whoever reads the started line may signal: from then on a signal reaches the command, or ends what becomes the command.
# The line is written by a subshell, since without a reader it costs the writer's life.
setsid /bin/sh -c '
    folder=$1
    PATH=$2
    shift 2
    read -r pid _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ start _ </proc/$$/stat
    read -r boot </proc/sys/kernel/random/boot_id
    echo "$pid $start $boot" >"$folder/command"
    (echo started)
    exec "$@" </dev/null >>"$folder/output.log" 2>&1
' command "$folder" "$task_path" "$@" 2>>"$folder/output.log"
code=$?

echo "$code" >"$folder/exit.new"
mv -f "$folder/exit.new" "$folder/exit"
# A task ends as a whole, as a container does.
read -r pid _ <"$folder/command" && kill -s KILL -- "-$pid"
