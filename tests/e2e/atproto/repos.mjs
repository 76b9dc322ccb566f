// Makes repositories with the official library, their histories and the official proofs, as JSON lines on stdout.
// node repos.mjs COUNT SEED [RECORDS]: RECORDS fixes the number of first records (else 0 to some hundred, by chance).
import crypto from 'node:crypto'
import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto'
import { MemoryBlockstore, Repo, WriteOpAction, blocksToCarFile, getFullRepo, getRecords } from '@atproto/repo'

const [count, seed, records] = process.argv.slice(2).map(Number)
const COLLECTIONS = ['app.bsky.feed.like', 'app.bsky.feed.post', 'app.bsky.graph.follow', 'com.example.a-b.thing']
const SIZES = [0, 1, 1, 2, 3, 5, 8, 13, 30, 60, 120, 250]
const SIGNS = '234567abcdefghijklmnopqrstuvwxyz'

let drawn = 0
const bytes = (length) => {
  const out = []
  while (out.length < length) out.push(...crypto.createHash('sha256').update(`${seed}/${drawn++}`).digest())
  return Buffer.from(out.slice(0, length))
}
const below = (limit) => bytes(6).readUIntBE(0, 6) % limit
const pick = (list) => list[below(list.length)]
const word = (length, first = SIGNS) =>
  [...Array(length).keys()].map((i) => (i ? SIGNS : first)[below((i ? SIGNS : first).length)]).join('')
const tid = () => word(13, SIGNS.slice(0, 16))
const recordKey = () => (below(6) ? tid() : pick(['self', 'a:b', '~.x_', `k${below(99)}`, 'x'.repeat(1 + below(500))]))
const record = (collection) => ({
  $type: collection,
  subject: { uri: `at://did:plc:${word(24)}/app.bsky.feed.post/${tid()}`, cid: `bafyrei${word(52)}` },
  createdAt: '2026-01-02T03:04:05.678Z', n: below(2 ** 40) - 2 ** 39, text: pick(['', 'ö', '\u{1F600}', 'a'.repeat(300)]),
  list: [true, null, [bytes(3)]],
})
const base64 = (data) => Buffer.from(data).toString('base64')
const collected = async (parts) => { const all = []; for await (const part of parts) all.push(part); return base64(Buffer.concat(all)) }
const link = (cid) => (cid ? cid.toString() : null)

const key = async (curve) => {
  for (;;) {
    const secret = bytes(32)
    try {
      return await (curve === 'k256' ? Secp256k1Keypair : P256Keypair).import(secret, { exportable: true })
    } catch { /* not a number below the order: draw again */ }
  }
}

const contents = async (repo) => {
  const found = {}
  for (const leaf of await repo.data.list()) found[leaf.key] = leaf.value
  return found
}

const draw = (held) => {
  const path = Object.keys(held).length && below(3) ? pick(Object.keys(held)) : `${pick(COLLECTIONS)}/${recordKey()}`
  const [collection, rkey] = path.split('/')
  if (!(path in held)) return { action: WriteOpAction.Create, collection, rkey, record: record(collection) }
  if (below(2)) return { action: WriteOpAction.Delete, collection, rkey }
  return { action: WriteOpAction.Update, collection, rkey, record: record(collection) }
}

const step = async (repo, pair, writes) => {
  const before = await contents(repo)
  const commit = await repo.formatCommit(writes, pair)
  const after = await repo.applyCommit(commit)
  const now = await contents(after)
  const ops = writes.map(({ action, collection, rkey }) => {
    const path = `${collection}/${rkey}`
    return { action, path, cid: link(action === 'delete' ? null : now[path]), prev: link(before[path]) }
  })
  const made = { rev: commit.rev, ops, prevData: link(repo.commit.data), data: link(after.commit.data) }
  return [after, { ...made, car: base64(await blocksToCarFile(commit.cid, commit.relevantBlocks)) }]
}

const proof = async (storage, repo, path) => {
  const [collection, rkey] = path.split('/')
  return { path, car: await collected(getRecords(storage, repo.cid, [{ collection, rkey }])) }
}

const one = async (number) => {
  const pair = await key(number % 2 ? 'p256' : 'k256')
  const storage = new MemoryBlockstore()
  const did = below(5) ? `did:plc:${word(24, SIGNS)}` : `did:web:${word(8)}.example.com`
  const size = records ?? pick(SIZES)
  const first = new Map()
  while (first.size < size) {
    const collection = pick(COLLECTIONS)
    const rkey = recordKey()
    first.set(`${collection}/${rkey}`, { action: WriteOpAction.Create, collection, rkey, record: record(collection) })
  }
  let repo = await Repo.create(storage, did, pair, [...first.values()])
  const steps = [{ data: link(repo.commit.data), rev: repo.commit.rev, car: base64(await blocksToCarFile(repo.cid, await storage.getBlocks([repo.cid]).then((found) => found.blocks))) }]
  for (let made = 0; made < (records === undefined ? 4 : 1); made++) {
    const held = await contents(repo)
    const writes = new Map()
    for (let wanted = pick([1, 1, 1, 2, 3, 10]); writes.size < wanted; ) {
      const write = draw(held)
      writes.set(`${write.collection}/${write.rkey}`, write)
    }
    let done
    ;[repo, done] = await step(repo, pair, [...writes.values()])
    steps.push(done)
  }
  const collection = COLLECTIONS[0]
  const rkey = tid()
  for (const action of [WriteOpAction.Create, WriteOpAction.Delete]) { // done and undone: the same tree, a later revision
    let done
    ;[repo, done] = await step(repo, pair, [{ action, collection, rkey, record: action === 'create' ? record(collection) : undefined }])
    steps.push(done)
  }
  const held = await contents(repo)
  const asked = [...Object.keys(held).slice(0, 2), `${pick(COLLECTIONS)}/${tid()}`, `${collection}/${rkey}`]
  const proofs = []
  for (const path of asked) proofs.push(await proof(storage, repo, path))
  return {
    did, key: pair.did(), steps, proofs, car: await collected(getFullRepo(storage, repo.cid)), commit: link(repo.cid),
    records: Object.entries(held).map(([path, cid]) => [path, link(cid)]),
  }
}

for (let number = 0; number < count; number++) process.stdout.write(JSON.stringify(await one(number)) + '\n')
