# What the sessions of an operator share. An operator types what the README says, and then only what messages give.

last=$TMP/../$(basename "$TMP").last

# say COMMAND: types it, and shows what it prints.
say() {
  printf '$ %s\n' "$1"
  sh -c "$1" >"$last" 2>&1
  status=$?
  cat "$last"
  [ "$status" = 0 ] || echo "? $status"
}

# given TEMPLATE [COMMAND]: types what the last message gave, to the end of its last word; COMMAND has words in the
# place of the template's.
given() {
  sed 's/[;,]/ /g; s/$/ /' "$last" | grep -qF -- " $1 " || { echo "no message gave: $1"; rm -f "$last"; exit 1; }
  say "${2:-$1}"
}

# done_with_it: the end, which is to be a good one.
done_with_it() {
  rm -f "$last"
  [ "$status" = 0 ] || { echo "the session does not end well"; exit 1; }
}
