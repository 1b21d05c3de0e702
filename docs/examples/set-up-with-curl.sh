#!/bin/sh
# Puts a bot on a homeserver, with nothing but curl: registers an account with a registration token, uploads a bundle,
# grants what it asks for, creates an instance and starts it.
#
#   ROOKERY_TOKEN=rookery_… HOMESERVER=example.org BOT=bot REGISTRATION_TOKEN=… \
#     sh set-up-with-curl.sh hello.mbp
#
# ROOKERY_TOKEN is an API token with the role admin (docs/operating.md, API tokens). ROOKERY is the host's address, where it
# is not http://127.0.0.1:29316, and INSTANCE the instance's name, where it is not "hello".
set -eu

: "${ROOKERY_TOKEN:?}" "${HOMESERVER:?}" "${BOT:?}" "${REGISTRATION_TOKEN:?}"
bundle=${1:?Say which bundle.}
api=${ROOKERY:-http://127.0.0.1:29316}/api/v1
instance=${INSTANCE:-hello}

# Everybody on the machine can read a program's arguments. So the token comes from a file that only we can read, and
# what is sent from the standard input.
umask 077
config=$(mktemp)
trap 'rm -f "$config"' EXIT
printf 'header = "Authorization: Bearer %s"\n' "$ROOKERY_TOKEN" >"$config"

# call METHOD PATH [TYPE]: sends the standard input and prints the answer; what is wrong, it says.
call() {
  answer=$(
    curl -sS --fail-with-body -K "$config" -X "$1" -H "Content-Type: ${3:-application/json}" --data-binary @- "$api$2"
  ) || {
    printf '%s\n' "$answer" >&2
    return 1
  }
  printf %s "$answer"
}

# string TEXT: as a JSON string.
string() {
  printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}

# Answers are one line of JSON, and `id` is the first of it.
id() {
  sed -n 's/^{"id":"\([^"]*\)".*/\1/p'
}

account=$(
  call POST /accounts <<JSON
{
  "homeserverUrl": $(string "$HOMESERVER"),
  "username": $(string "$BOT"),
  "registrationToken": $(string "$REGISTRATION_TOKEN")
}
JSON
)
account=$(printf %s "$account" | id)
echo "The account is $account."

uploaded=$(call POST /plugins application/octet-stream <"$bundle")
plugin=$(printf %s "$uploaded" | id)
# What it asks for: look at it before you grant it.
requested=$(printf %s "$uploaded" | sed -n 's/^[^}]*}[^}]*"requested":\({[^}]*}\).*/\1/p')
echo "The plugin is $plugin. It asks for $requested."
printf %s "$requested" | call PUT "/plugins/$plugin/grants" >/dev/null

call POST /instances >/dev/null <<JSON
{
  "id": $(string "$instance"),
  "pluginId": $(string "$plugin"),
  "accountId": $(string "$account"),
  "enabled": false
}
JSON
status=$(echo "{}" | call POST "/instances/$instance/start" | sed -n 's/.*"enabled":true,"status":"\([a-z]*\)".*/\1/p')
echo "The instance $instance is $status."
[ "$status" = running ]
