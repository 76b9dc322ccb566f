// A real Bluesky server (PDS) and did:plc directory on loopback. Events of its firehose go to stdout as JSON lines.
import crypto from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import plc from '@did-plc/server'
import * as loaded from '@atproto/pds'
import { WebSocket } from 'ws'

const { PDS, envToCfg, envToSecrets } = loaded.PDS ? loaded : loaded.default // version 0.4 is CommonJS, 0.5 is ESM
const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: 0 })
const directoryUrl = `http://localhost:${(await directory.start()).address().port}`
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-pds-'))
fs.mkdirSync(path.join(folder, 'blobs'))
const free = await new Promise((resolve) => {
  import('node:net').then((net) => { const one = net.createServer().listen(0, () => { const { port } = one.address(); one.close(() => resolve(port)) }) })
})
const env = {
  devMode: true, port: free, hostname: 'localhost', dataDirectory: folder,
  blobstoreDiskLocation: path.join(folder, 'blobs'), blobstoreDiskTmpLocation: path.join(folder, 'tmp'),
  adminPassword: crypto.randomBytes(16).toString('hex'), jwtSecret: crypto.randomBytes(16).toString('hex'),
  dpopSecret: crypto.randomBytes(32).toString('hex'), plcRotationKeyK256PrivateKeyHex: crypto.randomBytes(32).toString('hex'),
  didPlcUrl: directoryUrl, serviceHandleDomains: ['.test'], inviteRequired: false, disableSsrfProtection: true,
  rateLimitsEnabled: false, crawlers: [],
}
const pds = await PDS.create(envToCfg(env), envToSecrets(env))
await pds.start()
const url = `http://localhost:${free}`
const say = (value) => process.stdout.write(JSON.stringify(value) + '\n')
const events = new WebSocket(`${url.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos?cursor=0`)
events.on('message', (frame) => say({ frame: frame.toString('base64') }))
events.on('open', () => say({ pds: url, plc: directoryUrl }))
const stop = async () => {
  events.terminate()
  await pds.destroy()
  await directory.destroy()
  fs.rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
process.on('SIGTERM', stop)
process.stdin.on('end', stop).resume() // whoever started us is gone
