# Runs the command of one task and writes down how it ended, also when nobody is there to ask any more.
# Started as `setsid sh shim.sh FOLDER COMMAND...`, hence the leader of the task's own session and process group.
#
#   FOLDER/identity   who we are: pid, start time in clock ticks since boot, id of the boot
#   FOLDER/output.log what the command writes
#   FOLDER/exit       the command's exit code, once it has ended

folder=$1
shift

# Signals to the group are meant for the command. A handler, unlike ignoring, is not inherited by it.
trap : HUP INT QUIT USR1 USR2 PIPE ALRM TERM

# noclobber makes the file ours or nobody's: of two shims that were started for one task only one runs the command.
set -C
read -r pid _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ start _ </proc/$$/stat
read -r boot </proc/sys/kernel/random/boot_id
echo "$pid $start $boot" 2>/dev/null >"$folder/identity" || exit 0
set +C

echo started 2>/dev/null
exec >/dev/null 2>&1
"$@" </dev/null >>"$folder/output.log" 2>&1
code=$?

echo "$code" >"$folder/exit.new"
mv -f "$folder/exit.new" "$folder/exit"
# A task ends as a whole, as a container does: whatever the command left behind in its group, and we.
kill -KILL "-$$"
