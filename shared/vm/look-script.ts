import { ENV_FILE_PROGRAM } from "./env-file.ts"
import { PRELUDE } from "./protocol.ts"

/**
 * Looks at the secret and the manifest in one run, in POSIX sh for dash, bash and BusyBox. Its parameters, in base64: `envFile` and
 * `manifest`, paths on the VM, and `secret`, the key's name. Its answer: `{"secret": WORD, "manifest": WORD or {"sha256": HEX,
 * "sizeBytes": NUMBER}}`.
 *
 * The secret's value is never in a variable of the shell, where a trace would show it, and who reads its file has no error output.
 */
export const LOOK_SCRIPT = `#!/bin/sh
${PRELUDE}need awk wc
decoded "$envFile"
env_file=$value
decoded "$secret"
key=$value
decoded "$manifest"
manifest_file=$value
exec 2>/dev/null

look_at_secret() {
  if [ ! -e "$env_file" ]; then
    echo 'file missing'
  elif [ -f "$env_file" ] && word=$(KEY=$key awk "$program" <"$env_file"); then
    printf '%s\\n' "$word"
  else
    echo 'file unreadable'
  fi
}

look_at_manifest() {
  if [ ! -e "$manifest_file" ]; then
    echo '"missing"'
  elif [ -f "$manifest_file" ] && digest "$manifest_file" && size=$(wc -c <"$manifest_file"); then
    printf '{"sha256":"%s","sizeBytes":%d}\\n' "$sum" "$size"
  else
    echo '"unreadable"'
  fi
}

program='${ENV_FILE_PROGRAM}'

answer "{\\"secret\\":\\"$(look_at_secret)\\",\\"manifest\\":$(look_at_manifest)}"
`
