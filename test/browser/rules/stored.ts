/** Runs in a page: all that Stint keeps there, as text. It uses nothing from outside itself. */
export async function readStored(): Promise<string> {
  const toResult = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error ?? new Error('no result')))
    })
  const database = await toResult(indexedDB.open('stint'))
  const rows = await toResult(database.transaction('outbox').objectStore('outbox').getAll())
  database.close()
  return JSON.stringify([rows, { ...sessionStorage }, { ...localStorage }])
}
