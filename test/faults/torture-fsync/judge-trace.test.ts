import { describe, expect, it } from 'vitest'
import { judgeTrace } from './judge-trace.ts'

const SOCKET = '26<TCP:[127.0.0.1:36793->127.0.0.1:34720]>'
const LOG = '24</tmp/x/relay.db-wal>'
const READ = `7 read(${SOCKET}, "POST /v1/entries HTTP/1.1\\r\\nhost"..., 65536) = 652`
const KEEP = `7 pwrite64(${LOG}, "\\0"..., 4096, 276096) = 4096`
const SYNC = `7 fsync(${LOG}) = 0`
const ANSWER = `7 writev(${SOCKET}, [{iov_base="HTTP/1.1 200 OK", iov_len=210}, {iov_base="{\\"v\\":1,\\"receivedAt\\":179"..., iov_len=102}], 3) = 312`

const judge = (...lines: string[]) => judgeTrace(lines.join('\n'))

describe('a receipt in a trace', () => {
  it('is in time after a sync that came after its request', () => {
    expect(judge(READ, KEEP, SYNC, ANSWER)).toEqual({ receipts: 1, syncs: 1, early: [] })
  })

  it('is in time if the sync was traced in two halves, between those of another thread', () => {
    const begun = `7 fdatasync(${LOG} <unfinished ...>`
    const other = '9 write(5<pipe:[1]>, "x", 1) = 1'
    const resumed = '7 <... fdatasync resumed>) = 0'
    expect(judge(READ, KEEP, begun, other, resumed, ANSWER).early).toEqual([])
    expect(judge(READ, KEEP, begun, ANSWER.replace('7 ', '9 '), resumed).early).toHaveLength(1)
  })

  it.each([
    ['without a sync', [READ, KEEP, ANSWER]],
    ['before its sync', [READ, KEEP, ANSWER, SYNC]],
    ['after a sync that was before its request', [KEEP, SYNC, READ, ANSWER]],
    ['while something newer is not synced', [READ, KEEP, SYNC, KEEP, ANSWER]],
    ['after a sync that failed', [READ, KEEP, SYNC.replace('= 0', '= -1 EIO'), ANSWER]],
    ['after a sync of another file', [READ, KEEP, SYNC.replace('-wal', ''), ANSWER]],
  ])('is too early %s', (_, lines) => {
    expect(judge(...lines).early).toHaveLength(1)
  })
})
