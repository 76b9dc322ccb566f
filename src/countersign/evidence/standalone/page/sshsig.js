// SSHSIG of the checkpoint (OpenSSH PROTOCOL.sshsig): made for the shell, told here, never deciding.

function sshStrings(bytes, count) {
  const view = viewOf(bytes), strings = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    need(at + 4 <= bytes.length && at + 4 + view.getUint32(at) <= bytes.length, "SSHSIG: too short");
    strings.push(bytes.subarray(at + 4, at += 4 + view.getUint32(at)));
  }
  need(at === bytes.length, "SSHSIG: something follows");
  return strings;
}

const sshString = bytes => {
  const size = new Uint8Array(4);
  viewOf(size).setUint32(0, bytes.length);
  return join(size, bytes);
};

function sshsigHolds(armored, message, key) {
  return armored.length <= MAX_DER && holds(() => {
    const [, inner] = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?$/.exec(textOf(armored)) ?? bad("SSHSIG");
    const blob = unbase64(inner.replace(/\n/g, "")), magic = bytesOf("SSHSIG");
    need(same(blob.subarray(0, 10), join(magic, Uint8Array.of(0, 0, 0, 1))), "SSHSIG: version");
    const [publicPart, namespace, reserved, hashName, signed] = sshStrings(blob.subarray(10), 5);
    const [keyKind, point] = sshStrings(publicPart, 2), [kind, signature] = sshStrings(signed, 2);
    const hash = new Map([["sha256", sha256], ["sha512", sha512]]).get(latin1(hashName)) ?? bad("SSHSIG: hash");
    return latin1(namespace) === "countersign-checkpoint" && latin1(keyKind) === "ssh-ed25519" && latin1(kind) === "ssh-ed25519"
      && same(point, key)
      && ed25519(key, join(magic, ...[namespace, reserved, hashName, hash(message)].map(sshString)), signature);
  });
}
