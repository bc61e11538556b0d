#!/usr/bin/env bash
# Builds the client of this folder with the native SDK. Usage: build.sh CHECKOUT OUTPUT
# CHECKOUT is github.com/colyseus/native-sdk at branch 0.18. Debian: gcc libwslay-dev libcjson-dev libmbedtls-dev uthash-dev
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sdk=$1
output=$(realpath -m "$2")
cd "$sdk"
gcc -std=gnu11 -w -O1 -Iinclude -Isrc -I/usr/include/cjson -I"$here" -o "$output" \
  "$here/client.c" "$here/stubs.c" $(ls src/*.c src/*/*.c | grep -v _web.c) \
  -lwslay -lcjson -lmbedtls -lmbedx509 -lmbedcrypto -lpthread -lm
