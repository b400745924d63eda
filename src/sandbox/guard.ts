/** Who may use the Caliper service: the bearer of a known token, and for sending one that has the scope. */
import { toImsFailure } from './answers.ts'
import type { Tokens } from './tokens.ts'

/** A Hono middleware that answers 401 or 403, or lets the request through. Source: Timeback Caliper OpenAPI. */
export function createGuard(tokens: Tokens, scope?: string) {
  return async (
    { req }: { req: { raw: Request } },
    next: () => Promise<void>,
  ): Promise<Response | void> => refuse(tokens, req.raw, scope) ?? next()
}

/** `jwt expired` is the sentence that clients look for. Source: a public client's retry rule. */
function refuse(tokens: Tokens, request: Request, scope?: string): Response | undefined {
  const bearer = tokens.check(request.headers.get('authorization'))
  if (bearer.ok) {
    const isAllowed = scope === undefined || bearer.scopes.includes(scope)
    return isAllowed ? undefined : toImsFailure(403, `missing scope ${scope}`)
  }
  switch (bearer.reason) {
    case 'missing':
      return toImsFailure(401, 'missing bearer token')
    case 'unknown':
      return toImsFailure(401, 'invalid token')
    case 'expired':
      return toImsFailure(401, 'jwt expired')
  }
}
