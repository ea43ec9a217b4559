import { PRELUDE } from "./protocol.ts"

/**
 * Puts a manifest in its place, whole or not at all, in POSIX sh for dash, bash, BusyBox and macOS. Its parameters, in base64:
 * `manifest`, an absolute path on the VM; `text`, what it shall hold; `sha256`, of the text, in hex. Its answer: `{"outcome":
 * "written" or "unchanged", "sha256": HEX}` with what is there now, or `{"outcome": WORD}` where nothing of ours came there.
 *
 * All that is ours lies in `.slipway/NAME/` beside the manifest, on the same file system, so that a rename is one step:
 * - `lock`, held by the kernel for the script and what it runs: it ends with them, however they end;
 * - `new`, what will be the manifest, and `half`, what will be a backup: left by a run that was killed, gone with the next;
 * - `before-NUMBER-DATE`, the ten newest of what was there before, numbered in their order: two may be of one second, and a clock
 *   may go back.
 */
export function putScript({ lockSeconds }: { lockSeconds: number }): string {
  return `#!/bin/sh
${PRELUDE}need chown cp date ls mkdir mv rm sleep sync
command -v flock >/dev/null || need perl
umask 022

end() {
  answer "{\\"outcome\\":\\"$1\\"}"
  exit
}

# Whether a file has a digest.
is() {
  digest "$2" && [ "$sum" = "$1" ]
}

report() {
  answer "{\\"outcome\\":\\"$1\\",\\"sha256\\":\\"$expected\\"}"
  exit
}

# macOS has no flock. The lock is on what descriptor 9 stands for, in whichever process.
try_lock() {
  if command -v flock >/dev/null; then flock -n 9; else perl -e 'open my $lock, ">>&=", 9 or exit 2; exit !flock $lock, 6'; fi
}

lock() {
  (umask 077 && mkdir -p "$ours") && exec 9>>"$ours/lock" || exit 1
  waited=0
  until try_lock; do
    [ "$waited" -lt ${lockSeconds} ] || end locked
    sleep 1
    waited=$((waited + 1))
  done
}

# With the owner and the mode of what is there, or the owner of the folder.
write_new() {
  if [ -e "$manifest_file" ]; then
    cp -p "$manifest_file" "$new" || return
  else
    rm -f "$new" && (: >"$new") || return
    ls -nd "$folder/" | { read -r mode links owner group rest && chown "$owner:$group" "$new"; } 2>/dev/null
  fi
  # A tool says why it cannot write; a shell may not.
  printf %s "$text" | base64 -d >"$new" && sync "$new"
}

# Unless the newest backup is the same already: a run that fails again and again must not push the others out.
back_up() {
  [ "$present" != none ] || return 0
  set -- "$ours"/before-[0-9][0-9][0-9][0-9][0-9][0-9][0-9]-*
  [ -e "$1" ] || set --
  newest=before-0000000-
  for newest do :; done
  [ $# -eq 0 ] || ! is "$present" "$newest" || return 0
  while [ $# -ge 10 ]; do
    rm -f "$1" || return
    shift
  done
  # The 1 keeps its leading zeros.
  number=1\${newest##*before-}
  number=$((\${number%%-*} + 1))
  cp -p "$manifest_file" "$half" && sync "$half" &&
    mv -f "$half" "$ours/before-\${number#1}-$(date -u +%Y%m%dT%H%M%SZ)"
}

give_up() {
  rm -f "$new" "$half"
  [ $# -eq 0 ] || end "$1"
  exit 1
}

decoded "$manifest"
manifest_file=$value
decoded "$sha256"
expected=$value

case $manifest_file in
  /*) ;;
  *) end 'not absolute' ;;
esac
if [ -L "$manifest_file" ]; then
  need readlink
  # Where nothing is behind a link, BusyBox can take it for one of another folder.
  [ -e "$manifest_file" ] || end 'dangling link'
  value=$(readlink -f "$manifest_file" && printf x) || exit 1
  # Without the x and the newline.
  value=\${value%x}
  manifest_file=\${value%?}
fi
folder=\${manifest_file%/*}
ours=$folder/.slipway/\${manifest_file##*/}
new=$ours/new
half=$ours/half
[ -d "$folder/" ] || end 'no folder'
[ -f "$manifest_file" ] || [ ! -e "$manifest_file" ] || end 'not a file'
# Behind a link could be another file system, where a rename is a copy.
[ ! -L "$folder/.slipway" ] && [ ! -L "$ours" ] || end 'foreign link'

lock
rm -f "$new" "$half" || exit 1
present=none
[ ! -e "$manifest_file" ] || { digest "$manifest_file" && present=$sum; } || exit 1
[ "$present" != "$expected" ] || report unchanged
write_new || give_up
is "$expected" "$new" || give_up 'not as sent'
back_up && mv -f "$new" "$manifest_file" || give_up
# So that the rename outlives a power cut, where a folder can be synced.
sync "$folder/" 2>/dev/null || :
is "$expected" "$manifest_file" || end overwritten
report written
`
}

/** How long the script waits for the lock, in seconds. */
const LOCK_SECONDS = 15

/** The one that waits as long as another run may need. */
export const PUT_SCRIPT = putScript({ lockSeconds: LOCK_SECONDS })
