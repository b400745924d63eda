// Reads a trace of a relay's system calls and says of each receipt whether it came after its data was on the disk: the
// kernel had said yes to a sync of the write-ahead log since the request was read, and nothing written to the log was
// still without one.

export interface TraceVerdict {
  /** Answers with verdicts that were written to a socket. */
  receipts: number
  /** Syncs of the log that the kernel confirmed. */
  syncs: number
  /** Receipts that came too early: the line of the trace, and why. */
  early: string[]
}

/** `strace` is to be called with these, so that the trace can be read here. */
export const STRACE_ARGS = [
  '--follow-forks',
  '--decode-fds=all',
  '--string-limit=80',
  '--trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync',
]

const CALL = /^(\d+)\s+(?:<\.\.\. )?(\w+)(?:\(\d+<([^>]*(?:->[^>]*)?)>| resumed>)/
const REQUEST = /"POST \/v1\/entries /
const RECEIPT = /\\"receivedAt\\"/

export function judgeTrace(trace: string): TraceVerdict {
  const verdict: TraceVerdict = { receipts: 0, syncs: 0, early: [] }
  /** By socket: whether the log was synced since its request was read. */
  const synced = new Map<string, boolean>()
  /** By thread: what a call that was interrupted in the trace is about. */
  const begun = new Map<string, string>()
  let isDirty = false

  for (const line of trace.split('\n')) {
    const [, thread = '', call = '', named] = CALL.exec(line) ?? []
    const isBegun = line.endsWith('<unfinished ...>')
    const target = named ?? begun.get(thread) ?? ''
    begun.set(thread, isBegun ? target : '')
    const isLog = target.endsWith('-wal')
    if (isLog && call.startsWith('pwrite')) isDirty = true
    if (isLog && call.endsWith('sync') && !isBegun && line.endsWith(' = 0')) {
      verdict.syncs += 1
      isDirty = false
      for (const socket of synced.keys()) synced.set(socket, true)
    }
    if (/^(read|recv)/.test(call) && REQUEST.test(line)) synced.set(target, false)
    if (/^(write|send)/.test(call) && RECEIPT.test(line)) {
      verdict.receipts += 1
      const why = isDirty
        ? 'the log is not synced'
        : !synced.get(target) && 'no sync since its request'
      if (why) verdict.early.push(`${why}: ${line}`)
    }
  }
  return verdict
}
