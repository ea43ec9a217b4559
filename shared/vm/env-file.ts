/**
 * An awk program that reads an env file and prints one word about the key named by the variable KEY of its environment: `present`,
 * `empty`, `placeholder` or `key missing`. It never prints a value. For mawk, gawk and BusyBox awk.
 *
 * What it understands is what shells, systemd and dotenv agree on: `KEY=`, `export KEY=`, quotes (over several lines, too), leading
 * blanks, CRLF, comments; the last assignment wins.
 */
export const ENV_FILE_PROGRAM = `
BEGIN {
  key = ENVIRON["KEY"]
}

{ sub(/\\r$/, "") }

quote != "" {
  read_value(quote $0)
  if (value !~ /^[ \\t]*$/) filled = 1
  next
}

{
  line = $0
  sub(/^[ \\t]+/, "", line)
  if (line ~ /^#/) next
  if (line ~ /^export[ \\t]/) sub(/^export[ \\t]+/, "", line)
  # The key is text, not a pattern.
  if (key == "" || index(line, key) != 1) next
  line = substr(line, length(key) + 1)
  sub(/^[ \\t]+/, "", line)
  if (substr(line, 1, 1) != "=") next
  read_value(substr(line, 2))
  found = 1
  filled = 0
  first = value
}

# Without its quotes and comment, into value; quote is what stays open after it.
function read_value(text,    rest, special, mark) {
  value = text
  sub(/^[ \\t]+/, "", value)
  quote = substr(value, 1, 1)
  if (quote != "\\"" && quote != "\\047") {
    quote = ""
    value = without_comment(text)
    return
  }
  rest = substr(value, 2)
  value = ""
  special = quote == "\\"" ? "[\\"\\\\\\\\]" : "\\047"
  while (match(rest, special)) {
    mark = substr(rest, RSTART, 1)
    value = value substr(rest, 1, RSTART - 1)
    if (mark == quote) {
      quote = ""
      value = value without_comment(substr(rest, RSTART + 1))
      return
    }
    # After a backslash stands no end.
    value = value substr(rest, RSTART + 1, 1)
    rest = substr(rest, RSTART + 2)
  }
  value = value rest
}

function without_comment(text) {
  sub(/[ \\t]+#.*$/, "", text)
  return text
}

END {
  # Of a quote that nobody closes, only its own line counts.
  if (!found) print "key missing"
  else if (filled && quote == "") print "present"
  else print judge(first)
}

function judge(text) {
  sub(/^[ \\t"\\047]+/, "", text)
  sub(/[ \\t"\\047]+$/, "", text)
  text = tolower(text)
  if (text == "") return "empty"
  if (text ~ /^your[_ -]/ || text ~ /^change[_-]?me$/ || text ~ /^xxx+$/ || text ~ /^<.*>$/) return "placeholder"
  # What is shown in place of a secret has been copied in place of it.
  if (text ~ /^[*]+$/) return "placeholder"
  return "present"
}
`
