/** What went wrong, for a terminal: each with what to do about it. Stack traces are for what nobody foresaw. */

import { StorageError } from '../storage.ts'

/** By the error's code (nodejs.org/api/errors.html#common-system-errors). */
const ADVICE: Record<string, string> = {
  EADDRINUSE: 'set PORT to a free one, or end what listens there',
  EADDRNOTAVAIL: 'set HOST to an address of this machine, or leave it out',
  ENOTFOUND: 'set HOST to an address of this machine, or leave it out',
  EACCES: 'choose a PORT from 1024 on and a STINT_DATA that this user may write to',
  EPERM: 'choose a PORT from 1024 on and a STINT_DATA that this user may write to',
  EROFS: 'STINT_DATA must be on a disk that can be written to',
  ENOSPC: 'the disk is full: make room, then start again',
  EEXIST: 'STINT_DATA must be a file in a folder',
  ENOTDIR: 'STINT_DATA must be a file in a folder',
  // SQLite's own words follow (sqlite.org/rescode.html).
  ERR_SQLITE_ERROR:
    'STINT_DATA must be a database of Stint, in a folder that this user may write to, used by one relay only',
}

const STORAGE_ADVICE: Record<StorageError['reason'], string> = {
  busy: 'another process has been writing to STINT_DATA for 5 s: end it, or try again',
  full: 'make room on the disk of STINT_DATA, then start again',
}

/** A sentence for a mistake of who started it (a `TypeError`) and for what the system says; else the error as it is. */
export function toComplaint(error: unknown): unknown {
  if (error instanceof TypeError) return error.message
  if (error instanceof StorageError) return `${error.message}: ${STORAGE_ADVICE[error.reason]}`
  const { code, message } = error as NodeJS.ErrnoException
  const advice = code === undefined ? undefined : ADVICE[code]
  return advice === undefined ? error : `${message}: ${advice}`
}
