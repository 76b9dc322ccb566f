#!/bin/sh
# Check an unpacked evidence bundle of Countersign with what every Unix machine has: sh, openssl (or ssh-keygen for the
# signature), sha256sum and the standard text tools. No network; writes only to a folder of its own under TMPDIR.
#
#   sh verify.sh [FOLDER] [--tsa-root FILE]     without a folder: the one that this file lies in
#
# --tsa-root FILE   a root certificate (PEM or DER) of a time-stamp authority that you trust: its stamps are checked too
#
# Checked: that the bag is whole and holds nothing else, the log's signature over its checkpoint, that every entry is
# in the log, that every content shown is the one the log committed to. The rest needs verify.py, verify.html or
# `countersign verify`, and is said to be "not checked".
#
# Exit code: 1 something is FALSE; 2 it cannot be read; 3 nothing that was checked is false. Never 0: too much is left.
#
# No `set -e`: under it `a || b && c` goes on after a failure. Every check says what happens if it fails.
set -u
LC_ALL=C
export LC_ALL
unset CDPATH IFS 2>/dev/null
umask 077

false_things=0
fingerprint=
said=
work=
end_of_line='
'

finish() { # exit code, verdict, meaning
    case $1 in
    1) printf '%s\n' "NOT consistent: something in this bundle is false" ;;
    2) printf '%s\n' "this cannot be read as a bundle" ;;
    3) printf '%s\n' "internally consistent; signer not checked: key $fingerprint" ;;
    esac
    printf '\n%s\n%s\n' "$said" "$2  $3"
    cat <<'END'
Not checked here: whose key this is (compare the fingerprint), witnesses, quorum, time stamps without --tsa-root, beacon,
older checkpoints, key changes, the signed statement, fields, the platform's own proofs, custody.
What this does not prove: that the collector told the truth when it captured; who acted; that the platform showed the same
to everyone; anything before the entry was made; that the log shows everybody the same history.
END
    exit "$1"
}
cannot_read() { finish 2 "CANNOT READ" "$1"; }
wrong() { # code, what; the work goes on
    said="$said$1  $2$end_of_line"
    false_things=$((false_things + 1))
}
end_false() { # code, what; the work ends
    wrong "$1" "$2"
    finish 1 FAILED "Something in this bundle is false. Do not rely on any of it."
}
checked() { # what, how it went
    said="$said$(printf '  %-36s %s' "$1" "$2")$end_of_line"
}
clean_up() { [ -z "$work" ] || rm -rf "$work"; }
trap clean_up EXIT
trap 'clean_up; trap - EXIT; exit 130' HUP INT TERM

# --- what the shell has to be able to do -----------------------------------------------------------------------------

sha256() { # file names on standard input, one a line: "hex  name" lines
    if command -v sha256sum >/dev/null 2>&1; then
        xargs sha256sum
    else
        xargs shasum -a 256
    fi
}
hash_of() { openssl dgst -sha256 -binary; }               # standard input: 32 bytes
hex_of() { od -An -v -tx1 | tr -d ' \n'; }                # standard input: hex
bytes_of() { printf "$(printf '\\%03o' $(printf '%s' "$1" | sed 's/../0x& /g'))"; } # hex: bytes
unbase64() { printf '%s' "$1" | openssl base64 -d -A; }   # canonical base64 (checked before): bytes
is_like() { # text, pattern: is it one line of that form?
    case $1 in
    *"$end_of_line"*) return 1 ;;
    esac
    printf '%s\n' "$1" | grep -Eqx -e "$2"
}
same() { cmp -s "$1" "$2"; }

B64='([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?'
B64_HASH='[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]='
NAME='[!-*,-~]{1,255}'
NUMBER='(0|[1-9][0-9]{0,15})'
HEX64='[0-9a-f]{64}'
TEXT='"([^"\\]|\\.)*"'

# --- the command line ------------------------------------------------------------------------------------------------

folder=
tsa_root=
while [ $# -gt 0 ]; do
    case $1 in
    --tsa-root)
        [ $# -ge 2 ] || cannot_read "--tsa-root needs a file."
        tsa_root=$2
        shift
        ;;
    -h | --help)
        sed -n '2,16s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
    -*) cannot_read "No such option: $1" ;;
    *)
        [ -z "$folder" ] || cannot_read "One folder at a time."
        folder=$1
        ;;
    esac
    shift
done
[ -n "$folder" ] || folder=$(dirname -- "$0")
case $folder in -*) folder=./$folder ;; esac
case $tsa_root in
'' | /*) ;;
*) tsa_root=$PWD/$tsa_root ;;
esac
for tool in openssl od sed tr cut sort find grep xargs cmp head tail wc; do
    command -v "$tool" >/dev/null 2>&1 || cannot_read "This needs $tool, which is not here."
done
[ -z "$tsa_root" ] || [ -r "$tsa_root" ] || cannot_read "The root certificate cannot be read."
[ -d "$folder" ] || cannot_read "That is no folder. (A zip has to be unpacked first.)"
cd "$folder" || cannot_read "The folder cannot be opened."
work=${TMPDIR:-/tmp}/countersign-verify.$$
mkdir "$work" || {
    work=
    cannot_read "There is no place for temporary files."
}

# --- A and B: the bag ------------------------------------------------------------------------------------------------

for name in bagit.txt manifest-sha256.txt tagmanifest-sha256.txt data/bundle.json; do
    [ -f "$name" ] && [ ! -h "$name" ] || cannot_read "E_BAG: $name is missing: this is no bundle, or not all of it."
done
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' >"$work/bagit"
same bagit.txt "$work/bagit" || cannot_read "E_BAG: this is no bag of version 1.0."

find . ! -type f ! -type d >"$work/odd" || cannot_read "E_READ: the folder cannot be read to its end."
[ ! -s "$work/odd" ] || end_false E_EXTRA "there is a link or a special file"
find . -name '*[!A-Za-z0-9._-]*' >"$work/odd" || cannot_read "E_READ: the folder cannot be read to its end."
[ ! -s "$work/odd" ] || end_false E_EXTRA "there is a file with a name that no bundle has"
find . -type f >"$work/found" || cannot_read "E_READ: the folder cannot be read to its end."
sort "$work/found" >"$work/files"
[ "$(wc -l <"$work/files")" -le 20000 ] || cannot_read "E_READ: there are more files than a bundle may have."

grep -v '^\./data/' "$work/files" | grep -vx '\./tagmanifest-sha256\.txt' | sha256 | sed 's|  \./|  |' >"$work/tags"
same tagmanifest-sha256.txt "$work/tags" || end_false E_MANIFEST "tagmanifest-sha256.txt is not what the files make"
grep '^\./data/' "$work/files" | sha256 | sed 's|  \./|  |' >"$work/data"
same manifest-sha256.txt "$work/data" || end_false E_MANIFEST "manifest-sha256.txt is not what the files make"

grep -q '"format":"countersign-bundle/1"' data/bundle.json || cannot_read "E_VERSION or E_SYNTAX: data/bundle.json is of no known format."
N='(0|[1-9][0-9]*)'
sed 's|^\./||' "$work/files" | grep -Evx \
    -e '(bagit|bag-info|manifest-sha256|tagmanifest-sha256|README)\.txt|verify\.(py|html|sh)' \
    -e 'data/(bundle|statement)\.json|data/log/checkpoint|data/keys/(log\.vkey|policy|mldsa\.vkey)' \
    -e "data/log/consistency/$N|data/log/$N\\.tlog-proof|data/exhibits/$N\\.bin" \
    -e 'data/anchors/[a-z0-9-]{1,32}\.(tsr|root\.der|tsa\.der)|data/anchors/(checkpoint\.sshsig|allowed_signers)' \
    -e "data/platform/$N\\.(car|did\\.json|plc\\.json)" >"$work/extra"
[ ! -s "$work/extra" ] || end_false E_EXTRA "a bundle has no such file: $(head -n 1 "$work/extra")"

# --- C: what is needed below can be read -----------------------------------------------------------------------------

one_line() { # file: it holds no control characters, so no line ends
    [ "$(tr -d '\000-\037' <"$1" | wc -c)" -eq "$(wc -c <"$1")" ]
}
doc=data/bundle.json
LEAF="\\{\"leaf\":$NUMBER,\"salt\":(\"$HEX64\"|null)\\}"
SHOWN="\\[\"[0-9a-f]{32}\",$TEXT,$TEXT\\]"
FIELD="\\{\"leaf\":$NUMBER,\"shown\":\\[($SHOWN(,$SHOWN)*)?\\]\\}"
HEAD="\\{\"exhibits\":\\[($LEAF(,$LEAF)*)?\\],\"fields\":\\[($FIELD(,$FIELD)*)?\\],"
TAIL="\"format\":\"countersign-bundle/1\",\"keys\":\\[($NUMBER(,$NUMBER)*)?\\],\"origin\":\"[]!#-*,-[^-~]*\",\"size\":$NUMBER,"
END="\"statement\":\\{\"leaf\":$NUMBER,\"salt\":\"$HEX64\"\\}\\}"
one_line "$doc" && grep -Eqx -e "$HEAD$TAIL$END" "$doc" || cannot_read "E_SYNTAX: data/bundle.json is not in the form that it must have."

{ cat "$doc"; echo; } >"$work/doc" # some tools leave out a last line that does not end
doc=$work/doc
sed 's/^{"exhibits":\[//; s/\],"fields":\[.*$//' "$doc" | tr '{' '\n' | sed -n 's/^"leaf":\([0-9]*\),"salt":\(.*\)}.*$/\1 \2/p' |
    tr -d '"' >"$work/exhibits"
sed 's/^.*,"keys":\[\([0-9,]*\)\],"origin":"[^"]*","size":[0-9]*,"statement":{[^{}]*}}$/\1/' "$doc" | tr ',' '\n' | grep . >"$work/keys"
sed 's/^.*,"statement":{"leaf":\([0-9]*\),"salt":"\([0-9a-f]*\)"}}$/\1 \2/' "$doc" >"$work/statement"
said_origin=$(sed 's/^.*,"origin":"\([^"]*\)","size":[0-9]*,"statement":{[^{}]*}}$/\1/' "$doc")
said_size=$(sed 's/^.*,"size":\([0-9]*\),"statement":{[^{}]*}}$/\1/' "$doc")

for list in exhibits keys; do
    cut -d ' ' -f 1 "$work/$list" | sort -n -u -c 2>/dev/null || cannot_read "E_SYNTAX: the leaves of data/bundle.json do not ascend."
done
cat "$work/exhibits" "$work/keys" "$work/statement" | cut -d ' ' -f 1 | sort -u >"$work/named"
sed -n 's|^\./data/log/\([0-9]*\)\.tlog-proof$|\1|p' "$work/files" | sort -u >"$work/proved"
same "$work/named" "$work/proved" || cannot_read "E_SYNTAX: data/bundle.json names other leaves than there are proofs of."
grep -v ' null$' "$work/exhibits" | cut -d ' ' -f 1 | sort -u >"$work/salted"
sed -n 's|^\./data/exhibits/\([0-9]*\)\.bin$|\1|p' "$work/files" | sort -u >"$work/bodies"
same "$work/salted" "$work/bodies" || cannot_read "E_SYNTAX: salts and contents do not belong together."

note=data/log/checkpoint
for name in "$note" data/keys/log.vkey data/statement.json; do
    [ -f "$name" ] || cannot_read "E_SYNTAX: $name is missing."
done
dash=$(printf '\342\200\224')
lines=$(wc -l <"$note")
[ "$(tr -d '\000-\011\013-\037' <"$note" | wc -c)" -eq "$(wc -c <"$note")" ] && [ -z "$(tail -c 1 "$note")" ] &&
    [ "$lines" -ge 5 ] && [ "$lines" -le 68 ] && [ -z "$(sed -n 4p "$note")" ] &&
    ! tail -n +5 "$note" | grep -Evqx -e "$dash $NAME $B64" || cannot_read "E_SYNTAX: data/log/checkpoint is no checkpoint."
origin=$(sed -n 1p "$note")
size=$(sed -n 2p "$note")
root=$(sed -n 3p "$note")
is_like "$origin" "$NAME" && is_like "$size" "$NUMBER" && is_like "$root" "$B64_HASH" ||
    cannot_read "E_SYNTAX: data/log/checkpoint is no checkpoint."
[ "$size" -le 9007199254740991 ] || cannot_read "E_SYNTAX: the checkpoint's size is too large."
head -n 3 "$note" >"$work/text"

vkey=$(cat data/keys/log.vkey)
[ "$(wc -l <data/keys/log.vkey)" -eq 1 ] && [ -z "$(tail -c 1 data/keys/log.vkey)" ] && one_text=$(printf '%s\n' "$vkey" | wc -c) &&
    [ "$one_text" -eq "$(wc -c <data/keys/log.vkey)" ] && is_like "$vkey" "$NAME\\+[0-9a-f]{8}\\+$B64" ||
    cannot_read "E_SYNTAX: data/keys/log.vkey is no key."
key_name=${vkey%%+*}
rest=${vkey#*+}
key_id=${rest%%+*}
unbase64 "${rest#*+}" >"$work/key"
key_hex=$(hex_of <"$work/key")
is_like "$key_hex" "01$HEX64" || cannot_read "E_SYNTAX: data/keys/log.vkey is not the key of a log."
key_hex=${key_hex#01}
[ "$({ printf '%s\n' "$key_name"; cat "$work/key"; } | hash_of | hex_of | cut -c 1-8)" = "$key_id" ] ||
    cannot_read "E_SYNTAX: the key's id is not that of its name and key."
fingerprint=$(bytes_of "$key_hex" | hash_of | hex_of)

# --- D: the log's signature ------------------------------------------------------------------------------------------

[ "$origin" = "$key_name" ] && [ "$origin" = "$said_origin" ] && [ "$size" = "$said_size" ] ||
    wrong E_ORIGIN "checkpoint, bundle.json and key do not speak of the same log or size"

# Others check Ed25519 more strictly than openssl does: no key of small order, one encoding of a key, S below the order.
SMALL="0100*00|0100*80|00*|00*80|ecff*7f|ecff*ff|26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc[08]5"
SMALL="$SMALL|c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03[7f]a|(e[def]|f[0-9a-f])(ff){30}[7f]f"
ORDER=1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed
backwards() { printf '%s' "$1" | sed 's/../& /g' | tr ' ' '\n' | sed '1!G;h;$!d' | tr -d '\n'; }

openssl_knows_ed25519() {
    openssl genpkey -algorithm ed25519 -out "$work/test.pem" 2>/dev/null && printf x >"$work/x" &&
        openssl pkeyutl -sign -rawin -inkey "$work/test.pem" -in "$work/x" -out "$work/x.sig" 2>/dev/null
}
signature_holds() { # by openssl: the signature line itself
    first=$(sed -n 5p "$note")
    first=${first#"$dash "}
    [ "${first%% *}" = "$key_name" ] || return 1
    line=$(unbase64 "${first#* }" | hex_of)
    is_like "$line" "$key_id[0-9a-f]{128}" || return 1
    if is_like "$key_hex" "$SMALL"; then return 1; fi
    s=$(backwards "$(printf '%s' "$line" | cut -c 73-136)")
    [ "$s" != "$ORDER" ] && [ "$(printf '%s\n%s\n' "$s" "$ORDER" | sort | head -n 1)" = "$s" ] || return 1
    openssl_knows_ed25519 || return 2
    bytes_of "$(printf '%s' "$line" | cut -c 9-136)" >"$work/signature"
    {
        printf '%s\n' '-----BEGIN PUBLIC KEY-----'
        bytes_of "302a300506032b6570032100$key_hex" | openssl base64 -A
        printf '\n%s\n' '-----END PUBLIC KEY-----'
    } >"$work/key.pem"
    openssl pkeyutl -verify -rawin -pubin -inkey "$work/key.pem" -in "$work/text" -sigfile "$work/signature" >/dev/null 2>&1 ||
        return 1
}
ssh_signature_holds() { # by ssh-keygen, where openssl lacks Ed25519: the same text, signed in the form of SSH
    [ -f data/anchors/checkpoint.sshsig ] && command -v ssh-keygen >/dev/null 2>&1 || return 2
    {
        printf '%s namespaces="countersign-checkpoint" ssh-ed25519 ' "$origin"
        bytes_of "0000000b7373682d6564323535313900000020$key_hex" | openssl base64 -A
        printf '\n'
    } >"$work/allowed"
    ssh-keygen -Y verify -f "$work/allowed" -I "$origin" -n countersign-checkpoint -s data/anchors/checkpoint.sshsig \
        <"$work/text" >/dev/null 2>&1 || return 1
}
signature_holds
case $? in
0) checked "checkpoint signed by the log" "passed" ;;
2)
    ssh_signature_holds
    case $? in
    0) checked "checkpoint signed by the log" "passed (its SSH signature; openssl here lacks Ed25519)" ;;
    2) checked "checkpoint signed by the log" "NOT CHECKED: neither openssl nor ssh-keygen here can" ;;
    *) wrong E_LOG_SIGNATURE "the log's signature does not hold" ;;
    esac
    ;;
*) wrong E_LOG_SIGNATURE "the log's signature does not hold" ;;
esac

# --- D: every entry is in the log ------------------------------------------------------------------------------------

read_proof() { # proof file: leaves the entry, the hashes and the note in the work folder
    blank=$(sed -n '/^$/{=;q;}' "$1")
    [ -n "$blank" ] && [ "$blank" -ge 4 ] && [ "$(sed -n 1p "$1")" = 'c2sp.org/tlog-proof@v1' ] || return 1
    [ "$(head -n "$blank" "$1" | tr -d '\000-\011\013-\037\177-\377' | wc -c)" -eq "$(head -n "$blank" "$1" | wc -c)" ] || return 1
    sed -n 2p "$1" | grep -Eqx -e "extra $B64" && sed -n 3p "$1" | grep -Eqx -e "index $NUMBER" || return 1
    sed -n 2p "$1" | sed 's/^extra //' | tr -d '\n' | openssl base64 -d -A >"$work/entry" || return 1
    index=$(sed -n '3s/^index //p' "$1")
    head -n "$((blank - 1))" "$1" | tail -n +4 >"$work/hashes"
    ! grep -Evqx -e "$B64_HASH" "$work/hashes" || return 1
    tail -n "+$((blank + 1))" "$1" >"$work/note"
    [ -s "$work/entry" ] && [ "$(wc -c <"$work/entry")" -le 65535 ]
}
leads_to_root() { # index, size: from the entry over the hashes to the root (RFC 9162 2.1.3.2)
    [ "$1" -lt "$2" ] || return 1
    here=$1
    last=$(($2 - 1))
    { printf '\000'; cat "$work/entry"; } | hash_of >"$work/at"
    while read -r sibling; do
        [ "$last" -gt 0 ] || return 1
        unbase64 "$sibling" >"$work/sibling"
        if [ $((here % 2)) -eq 1 ] || [ "$here" -eq "$last" ]; then
            { printf '\001'; cat "$work/sibling" "$work/at"; } | hash_of >"$work/above"
            while [ $((here % 2)) -eq 0 ] && [ "$here" -ne 0 ]; do
                here=$((here / 2))
                last=$((last / 2))
            done
        else
            { printf '\001'; cat "$work/at" "$work/sibling"; } | hash_of >"$work/above"
        fi
        mv "$work/above" "$work/at"
        here=$((here / 2))
        last=$((last / 2))
    done <"$work/hashes"
    [ "$last" -eq 0 ] && [ "$(openssl base64 -A <"$work/at")" = "$root" ]
}

before=$false_things
while read -r leaf; do
    read_proof "data/log/$leaf.tlog-proof" || cannot_read "E_SYNTAX: data/log/$leaf.tlog-proof is no proof of a leaf."
    cp "$work/entry" "$work/entry.$leaf" || cannot_read "There is no place for temporary files."
    [ "$index" = "$leaf" ] && same "$work/note" "$note" && leads_to_root "$index" "$size" ||
        wrong E_INCLUSION "data/log/$leaf.tlog-proof: the entry is not in the tree that the log signed"
done <"$work/named"
[ "$false_things" -ne "$before" ] || checked "are in the log" "$(wc -l <"$work/named" | tr -d ' ') passed, checkpoint $size"

# --- E: every content shown is the one that the log committed to -----------------------------------------------------

TYPES='capture|gap|clock|custody|analysis|alert|intent|result|policy'
COMMITTED="\\{(\"acct\":\"[0-9a-f]{16}\",)?\"clock\":\"(unsynchronised|ntp ok|stepped)\",\"commit\":\"$HEX64\","
COMMITTED="$COMMITTED(\"grade\":\"[A-D]\",)?\"len\":$NUMBER,\"seen\":\"[0-9TZ:-]{20}\",\"src\":$TEXT,\"type\":\"($TYPES)\",\"v\":1\\}"
is_committed() { # leaf, salt, file
    entry=$work/entry.$1
    one_line "$entry" && grep -Eqx -e "$COMMITTED" "$entry" || return 1
    start='^{\("acct":"[0-9a-f]*",\)\{0,1\}"clock":"[a-z ]*","commit":"\([0-9a-f]*\)",\("grade":".",\)\{0,1\}"len":\([0-9]*\),.*$'
    commit=$(sed "s/$start/\\2/" "$entry")
    length=$(sed "s/$start/\\4/" "$entry")
    [ "$({ bytes_of "$2"; cat "$3"; } | hash_of | hex_of)" = "$commit" ] &&
        [ "$((($(wc -c <"$3") + 255) / 256 * 256))" -eq "$length" ]
}
before=$false_things
while read -r leaf salt; do
    [ "$salt" = null ] || is_committed "$leaf" "$salt" "data/exhibits/$leaf.bin" ||
        wrong E_COMMIT "data/exhibits/$leaf.bin: it is not what was sealed"
done <"$work/exhibits"
[ "$false_things" -ne "$before" ] || checked "contents match their hashes" "$(wc -l <"$work/salted" | tr -d ' ') passed"
read -r leaf salt <"$work/statement"
if is_committed "$leaf" "$salt" data/statement.json && grep -q '"type":"custody","v":1}$' "$work/entry.$leaf"; then
    checked "statement is in the log" "passed"
else
    wrong E_STATEMENT "data/statement.json: it is not what was sealed"
fi

# --- E: time stamps, for one root that was pinned by hand ------------------------------------------------------------

stamp_holds() { # name
    openssl x509 -inform DER -in "data/anchors/$1.tsa.der" -out "$work/tsa.pem" 2>/dev/null || return 1
    set -- "data/anchors/$1.tsr" -data "$work/text" -CAfile "$work/root.pem" -untrusted "$work/tsa.pem" -no_check_time
    openssl ts -verify -token_in -in "$@" >/dev/null 2>&1 || openssl ts -verify -in "$@" >/dev/null 2>&1
}
if [ -n "$tsa_root" ]; then
    openssl x509 -in "$tsa_root" -out "$work/root.pem" 2>/dev/null ||
        openssl x509 -inform DER -in "$tsa_root" -out "$work/root.pem" 2>/dev/null || cannot_read "That is no root certificate."
    openssl x509 -in "$work/root.pem" -outform DER -out "$work/root.der"
    sed -n 's|^\./data/anchors/\(.*\)\.tsr$|\1|p' "$work/files" >"$work/stamps"
    while read -r name; do
        if same "data/anchors/$name.root.der" "$work/root.der"; then
            if stamp_holds "$name"; then
                checked "time stamp $name" "signature passed (validity of certificates not checked)"
            else
                wrong E_STAMP "data/anchors/$name.tsr: the time stamp does not hold"
            fi
        else
            checked "time stamp $name" "not checked: another root"
        fi
    done <"$work/stamps"
fi

[ "$false_things" -eq 0 ] || finish 1 FAILED "Something in this bundle is false. Do not rely on any of it."
finish 3 "CANNOT TELL" "Nothing that was checked here is false; most of it has to be checked with verify.py."
