// Makes audit logs of did:plc with the official library, whose word on every operation is kept: JSON lines on stdout.
// node plc.mjs COUNT SEED: {did, log, accepted, keys}; a log that was not accepted ends with the operation refused.
import crypto from 'node:crypto'
import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto'
import plc from '@did-plc/lib'

const [count, seed] = process.argv.slice(2).map(Number)
let drawn = 0
const bytes = () => crypto.createHash('sha256').update(`${seed}/${drawn++}`).digest()
const below = (limit) => bytes().readUIntBE(0, 6) % limit
const pick = (list) => list[below(list.length)]
let now = Date.UTC(2026, 0, 1)
Date.now = () => now // the library asks the clock whether 72 hours have passed

const pairs = new Map()
const pair = async () => {
  const made = await (below(2) ? Secp256k1Keypair : P256Keypair).import(bytes(), { exportable: true })
  pairs.set(made.did(), made)
  return made
}

const genesis = async () => {
  const [first, second, third, signing] = [await pair(), await pair(), await pair(), await pair()]
  if (!below(4)) {
    const unsigned = { type: 'create', signingKey: signing.did(), recoveryKey: first.did(), handle: 'a.test', service: 'https://pds.test', prev: null }
    return plc.deprecatedSignCreate(unsigned, pick([first, signing]))
  }
  const rotationKeys = [first, second, third].slice(0, 1 + below(3)).map((key) => key.did())
  const unsigned = { signingKey: signing.did(), handle: 'ä.test', pds: 'https://pds.test', rotationKeys, prev: null }
  return plc.signOperation(plc.formatAtprotoOp(unsigned), pairs.get(pick(rotationKeys)))
}

const next = async (base, signer) => {
  const last = base.operation
  if (!below(12)) return plc.tombstoneOp(base.cid, signer)
  if (!below(3)) return plc.updateAtprotoKeyOp(last, signer, (await pair()).did())
  if (!below(3)) {
    const keys = [await pair(), await pair(), await pair()].slice(0, 1 + below(3)).map((key) => key.did())
    return plc.updateRotationKeysOp(last, signer, [...keys, ...plc.normalizeOp(last).rotationKeys].slice(0, 5))
  }
  return plc.updateHandleOp(last, signer, `name${below(100)}.test`)
}

const entry = (did, one) => ({ did, operation: one.operation, cid: one.cid.toString(), nullified: one.nullified, createdAt: one.createdAt.toISOString() })
const keyOf = ({ operation }) => (operation.type === 'plc_tombstone' ? null : (operation.verificationMethods?.atproto ?? operation.signingKey))

for (let number = 0; number < count; number++) {
  const first = await genesis()
  const did = await plc.didForCreateOp(first)
  const indexed = async (operation) => ({ did, operation, cid: (await plc.getLastOpWithCid([operation])).cid, nullified: false, createdAt: new Date(now) })
  await plc.assureValidNextOp(did, [], first)
  let log = [await indexed(first)]
  const tell = (accepted, told) => {
    const keys = told.filter((one) => !one.nullified).map(keyOf)
    process.stdout.write(JSON.stringify({ did, log: told.map((one) => entry(did, one)), accepted, keys }) + '\n')
  }
  for (let made = 0; made < 8; made++) {
    now += 1000 + below(50 * 3600 * 1000)
    const chain = log.filter((one) => !one.nullified)
    const base = below(3) ? chain.at(-1) : pick(below(6) ? chain : log)
    if (base.operation.type === 'plc_tombstone') continue
    const keys = plc.normalizeOp(base.operation).rotationKeys
    const operation = await next(base, below(8) ? pairs.get(pick(keys)) : await pair())
    const told = await indexed(operation)
    const cut = chain.slice(chain.indexOf(base) + 1)
    const after = [...log.map((one) => ({ ...one, nullified: one.nullified || (chain.includes(base) && cut.includes(one)) })), told]
    let accepted = true
    await plc.assureValidNextOp(did, chain, operation).catch(() => { accepted = false })
    if (accepted) log = after
    else tell(false, after)
  }
  await plc.validateOperationLog(did, log.filter((one) => !one.nullified).map((one) => one.operation))
  tell(true, log)
}
